#pragma once

#include "models/engine/tracer.hpp"
#include "models/engine/world.hpp"

namespace models {

/// What the engine tells a Tracer. Every step of a request's life says so here, behind a test
/// whether anybody listens; what belongs to no followed request is ignored.
struct World::Tracing {
    World& world;

    // customers
    void request_begins(RequestId id);
    void request_ends(RequestId id, Outcome outcome, float quality);
    [[gnu::noinline]] void counts(const Request& request, Outcome outcome, float quality) const;

    // at the caller
    void call_begins(const Call& call);
    void call_ends(const Call& call, const Ending& ending);
    void call_dropped(const Call& call);
    void try_begins(const Call& call, std::uint32_t lane);
    void try_sent(AttemptId id);
    void try_ends(const Call& call, std::uint32_t lane, const Ending& ending);
    void try_dropped(const Call& call, std::uint32_t lane, SpanEnd how);
    /// About the try that is under way, or about the call between two tries.
    void says(const Call& call, TraceStep step, std::int64_t value = 0);
    void stands_in_line(const Call& call);

    // on the way and at the replica
    void says(AttemptId id, TraceStep step, std::int64_t value = 0);
    void arrives(AttemptId id);
    void starts(AttemptId id);
    void replies(AttemptId id);
    void stops(AttemptId id);
    void lost(AttemptId id);
    void gone(AttemptId id);

    // messages
    void stored(AttemptId id, MessageId message);
    void delivery_begins(AttemptId id);
    void delivery_ends(AttemptId id, Outcome outcome);
    void removed(MessageId id, MessageEvent why);
    void message_gone(MessageId id);

  private:
    [[nodiscard]] Tracer& tracer() const { return *world.tracer_; }
    [[nodiscard]] sim::SimTime now() const { return world.simulator_.now(); }
    [[nodiscard]] std::uint32_t parent_of(const Call& call) const;
    [[nodiscard]] TraceSpan child_of(std::uint32_t parent, SpanKind kind) const;
    [[nodiscard]] std::uint32_t span_of(AttemptId id) const;
    [[nodiscard]] std::string caller_name(const Call& call) const;
    void put_place(TraceSpan& span, InstanceId id) const;
    [[nodiscard]] RequestSeen seen(const Request& request, Outcome outcome, float quality) const;
};

}  // namespace models
