#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/engine/records.hpp"
#include "models/engine/routing.hpp"
#include "models/metrics/request_census.hpp"
#include "models/metrics/request_trace.hpp"

namespace models {

/// Whoever looks at single requests of a run: at all of them as they end, or at everything that
/// happens on behalf of one. It knows which records of the engine belong to that one; the engine
/// tells it when they begin, change and end (tracing.hpp).
class Tracer {
  public:
    explicit Tracer(RequestCensus& census) : from_(census.from()), census_(&census) {}
    /// The request does not come before `from`.
    explicit Tracer(const RequestName& wanted, sim::SimTime from = kLongAgo)
        : from_(from), wanted_(wanted) {}

    /// Whatever comes before belongs to no request that it looks at.
    [[nodiscard]] sim::SimTime from() const { return from_; }

    [[nodiscard]] bool wants(const RequestName& name) const {
        return wanted_ && *wanted_ == name && !trace_.found;
    }
    [[nodiscard]] RequestCensus* census() { return census_; }
    /// Nothing that is still to come belongs to it.
    [[nodiscard]] bool complete(sim::SimTime now) const;

    /// Opens a span, unless there are too many: then kNoSpan.
    std::uint32_t open(TraceSpan span);
    void close(std::uint32_t span, sim::SimTime now, SpanEnd how, Outcome outcome = Outcome::ok);
    void note(std::uint32_t span, sim::SimTime now, TraceStep step, std::int64_t value = 0);
    [[nodiscard]] TraceSpan& span(std::uint32_t index) { return trace_.spans[index]; }
    [[nodiscard]] RequestTrace& trace() { return trace_; }

    /// The spans that belong to records of the engine, while these are alive; kNoSpan for those of
    /// other requests.
    [[nodiscard]] std::uint32_t of_request(RequestId id) const { return find(requests_, id.value); }
    [[nodiscard]] std::uint32_t of_call(CallId id) const { return find(calls_, id.value); }
    [[nodiscard]] std::uint32_t of_try(CallId id, std::uint32_t lane) const {
        return find(tries_, lane_key(id, lane));
    }
    [[nodiscard]] std::uint32_t of_sent(AttemptId id) const { return find(sent_, id.value); }
    [[nodiscard]] std::uint32_t of_work(AttemptId id) const { return find(works_, id.value); }
    [[nodiscard]] std::uint32_t of_message(MessageId id) const { return find(messages_, id.value); }

    void bind_request(RequestId id, std::uint32_t span) { bind(requests_, id.value, span); }
    void bind_call(CallId id, std::uint32_t span) { bind(calls_, id.value, span); }
    void bind_try(CallId id, std::uint32_t lane, std::uint32_t span) {
        bind(tries_, lane_key(id, lane), span);
    }
    void bind_sent(AttemptId id, std::uint32_t span) { bind(sent_, id.value, span); }
    void bind_work(AttemptId id, std::uint32_t span) { bind(works_, id.value, span); }
    void bind_message(MessageId id, std::uint32_t span) { bind(messages_, id.value, span); }

    /// The record is gone, and its number may be another's.
    void forget_request(RequestId id) { forget(requests_, id.value); }
    void forget_call(CallId id) { forget(calls_, id.value); }
    void forget_try(CallId id, std::uint32_t lane) { forget(tries_, lane_key(id, lane)); }
    void forget_attempt(AttemptId id) {
        forget(sent_, id.value);
        forget(works_, id.value);
    }
    void forget_message(MessageId id) { forget(messages_, id.value); }

  private:
    struct Binding {
        std::uint64_t record = 0;
        std::uint32_t span = kNoSpan;
    };
    /// Few at a time: one request's.
    using Bindings = std::vector<Binding>;

    static std::uint64_t lane_key(CallId id, std::uint32_t lane) {
        return (static_cast<std::uint64_t>(id.value) << 8) | lane;
    }
    static std::uint32_t find(const Bindings& all, std::uint64_t record);
    static void bind(Bindings& all, std::uint64_t record, std::uint32_t span);
    static void forget(Bindings& all, std::uint64_t record);

    /// More of them nobody reads.
    static constexpr std::size_t kMostSpans = 20'000;
    static constexpr std::size_t kMostNotes = 100'000;

    sim::SimTime from_;
    std::optional<RequestName> wanted_;
    RequestCensus* census_ = nullptr;
    RequestTrace trace_;
    std::uint32_t happened_ = 0;
    Bindings requests_;
    Bindings calls_;
    Bindings tries_;
    Bindings sent_;  ///< tries, by what was sent
    Bindings works_;
    Bindings messages_;
};

}  // namespace models
