// Following single requests: what belongs to a followed one becomes a span or a note of its trace.
#include "models/engine/tracing.hpp"

#include <algorithm>

namespace models {

std::optional<sim::LimitExceeded> World::run_for(Tracer& tracer) {
    if (auto stopped = too_many_users()) return stopped;
    begin();
    const auto last = sim::SimTime{} + model_.duration + model_.drain;
    auto until = sim::SimTime{} - model_.warmup;
    while (until < last && !tracer.complete(until)) {
        until = std::min(last, until + sim::whole_seconds(1));
        // Nobody looks at what comes before: it is as fast as any run.
        if (tracer_ == nullptr && tracer.from() <= until) follow(tracer);
        if (auto stopped = advance(until)) return stopped;
    }
    if (until == last) close_open_requests();
    tracer_ = nullptr;
    census_ = nullptr;
    return std::nullopt;
}

void World::follow(Tracer& tracer) {
    if (tracer.census() != nullptr) {
        census_ = tracer.census();
        return;
    }
    tracer_ = &tracer;
    calm_ = false;
}

RequestSeen World::Tracing::seen(const Request& request, Outcome outcome, float quality) const {
    RequestSeen seen;
    seen.name = {request.group, request.number, request.rest};
    seen.flow = request.flow;
    seen.arrival = request.arrival;
    seen.end = now();
    seen.outcome = outcome;
    seen.quality = quality;
    seen.calls = request.calls;
    seen.tries = request.tries;
    seen.duplicates = request.duplicates;
    return seen;
}

void World::Tracing::request_begins(RequestId id) {
    const auto& request = world.requests_[id];
    if (!tracer().wants({request.group, request.number, request.rest})) return;
    const auto& group = world.model_.groups[request.group];
    const auto journey = std::find_if(group.journeys.begin(), group.journeys.end(),
                                      [&](const Journey& one) { return one.flow == request.flow; });
    auto& trace = tracer().trace();
    trace.found = true;
    trace.group = group.name;
    trace.journey = journey->name;
    trace.knows_customer = group.users > 0 || group.customers > 0;
    if (trace.knows_customer) trace.customer = world.customer_number(request);
    TraceSpan span;
    span.caller = group.name;
    span.callee = world.model_.topology[group.entry].name;
    span.endpoint = journey->name;
    span.zone = world.model_.topology[request.zone].name;
    span.begin = span.end = now();
    tracer().bind_request(id, tracer().open(std::move(span)));
}

void World::Tracing::request_ends(RequestId id, Outcome outcome, float quality) {
    const auto span = tracer().of_request(id);
    if (span == kNoSpan) return;
    tracer().trace().seen = seen(world.requests_[id], outcome, quality);
    const bool open = outcome == Outcome::unfinished;
    tracer().close(span, now(), open ? SpanEnd::open : SpanEnd::finished, outcome);
    tracer().forget_request(id);
}

void World::Tracing::counts(const Request& request, Outcome outcome, float quality) const {
    world.census_->ends(seen(request, outcome, quality));
}

/// The span of whoever makes the call.
std::uint32_t World::Tracing::parent_of(const Call& call) const {
    if (call.stands_in_for.valid()) return tracer().of_call(call.stands_in_for);
    if (call.is_customers()) return tracer().of_request(call.sender.request);
    return tracer().of_work(call.parent);
}

std::string World::Tracing::caller_name(const Call& call) const {
    const auto& model = world.model_;
    if (call.is_customers()) return model.groups[call.sender.group].name;
    return model.topology[world.service_of(world.attempts_[call.parent].instance)].name;
}

void World::Tracing::call_begins(const Call& call) {
    const auto parent = parent_of(call);
    if (parent == kNoSpan) return;
    const auto& endpoint = world.model_.endpoints[call.endpoint.value];
    TraceSpan span;
    span.kind = SpanKind::call;
    span.parent = parent;
    span.caller = caller_name(call);
    span.callee = world.model_.topology[endpoint.service].name;
    span.endpoint = endpoint.name;
    span.begin = span.end = now();
    tracer().bind_call(call.self, tracer().open(std::move(span)));
}

void World::Tracing::call_ends(const Call& call, const Ending& ending) {
    const auto span = tracer().of_call(call.self);
    if (span == kNoSpan) return;
    tracer().close(span, now(), SpanEnd::finished, ending.outcome);
    tracer().forget_call(call.self);
}

void World::Tracing::call_dropped(const Call& call) {
    const auto span = tracer().of_call(call.self);
    if (span == kNoSpan) return;
    try_dropped(call, 0, SpanEnd::given_up);
    tracer().close(span, now(), SpanEnd::given_up);
    tracer().forget_call(call.self);
}

/// Begins now, between the same two and about the same endpoint.
TraceSpan World::Tracing::child_of(std::uint32_t parent, SpanKind kind) const {
    auto span = tracer().span(parent);
    span.kind = kind;
    span.end_kind = SpanEnd::open;
    span.outcome = Outcome::ok;
    span.parent = parent;
    span.wasted = false;
    span.ended = 0;
    span.begin = span.end = now();
    return span;
}

void World::Tracing::try_begins(const Call& call, std::uint32_t lane) {
    const auto parent = tracer().of_call(call.self);
    if (parent == kNoSpan) return;
    auto span = child_of(parent, SpanKind::attempt);
    span.number = static_cast<std::uint32_t>(call.tries);
    span.hedge = lane > 0;
    tracer().bind_try(call.self, lane, tracer().open(std::move(span)));
}

void World::Tracing::put_place(TraceSpan& span, InstanceId id) const {
    const auto& instance = world.model_.topology[id];
    span.instance = instance.name;
    span.zone = instance.zone.valid() ? world.model_.topology[instance.zone].name : std::string();
}

void World::Tracing::try_sent(AttemptId id) {
    const auto& attempt = world.attempts_[id];
    const auto span = tracer().of_try(attempt.call, attempt.lane);
    if (span == kNoSpan) return;
    put_place(tracer().span(span), attempt.instance);
    tracer().bind_sent(id, span);
}

void World::Tracing::try_ends(const Call& call, std::uint32_t lane, const Ending& ending) {
    const auto span = tracer().of_try(call.self, lane);
    if (span == kNoSpan) return;
    tracer().close(span, now(), SpanEnd::finished, ending.outcome);
    tracer().forget_try(call.self, lane);
}

void World::Tracing::try_dropped(const Call& call, std::uint32_t lane, SpanEnd how) {
    const auto span = tracer().of_try(call.self, lane);
    if (span == kNoSpan) return;
    tracer().close(span, now(), how);
    tracer().forget_try(call.self, lane);
}

void World::Tracing::says(const Call& call, TraceStep step, std::int64_t value) {
    const auto of_call = tracer().of_call(call.self);
    if (of_call == kNoSpan) return;
    const auto of_try = tracer().of_try(call.self, 0);
    tracer().note(of_try == kNoSpan ? of_call : of_try, now(), step, value);
}

void World::Tracing::stands_in_line(const Call& call) {
    if (call.state == CallState::in_pool_line) {
        return says(call, TraceStep::waits_for_stream, world.connections_of(call).line.count - 1);
    }
    says(call, TraceStep::waits_for_place, world.bulkhead_of(call).line.count - 1);
}

/// What is told of a try: its work, or, before it has come there, itself.
std::uint32_t World::Tracing::span_of(AttemptId id) const {
    const auto work = tracer().of_work(id);
    return work == kNoSpan ? tracer().of_sent(id) : work;
}

void World::Tracing::says(AttemptId id, TraceStep step, std::int64_t value) {
    const auto span = span_of(id);
    if (span != kNoSpan) tracer().note(span, now(), step, value);
}

void World::Tracing::arrives(AttemptId id) {
    const auto sent = tracer().of_sent(id);
    if (sent == kNoSpan) return;
    tracer().bind_work(id, tracer().open(child_of(sent, SpanKind::work)));
}

void World::Tracing::starts(AttemptId id) {
    const auto& attempt = world.attempts_[id];
    const bool waited = attempt.state == AttemptState::queued;
    says(id, TraceStep::starts, waited ? (now() - attempt.since).ns : 0);
}

void World::Tracing::replies(AttemptId id) {
    const auto span = tracer().of_work(id);
    if (span == kNoSpan) return;
    const auto& attempt = world.attempts_[id];
    tracer().span(span).wasted = world.is_wasted(attempt);
    tracer().close(span, now(), SpanEnd::finished, attempt.outcome);
}

void World::Tracing::stops(AttemptId id) {
    const auto span = tracer().of_work(id);
    if (span != kNoSpan) tracer().close(span, now(), SpanEnd::cancelled);
}

void World::Tracing::lost(AttemptId id) {
    const auto& attempt = world.attempts_[id];
    const auto& station = world.stations_[attempt.instance.value];
    const bool off = station.state != InstanceState::up && station.last_power == Power::lost;
    const bool dark = off || world.cut_off(attempt);
    says(id, dark ? TraceStep::lost_without_power : TraceStep::lost_in_network);
}

void World::Tracing::gone(AttemptId id) {
    const auto span = tracer().of_work(id);
    if (span != kNoSpan) tracer().close(span, now(), SpanEnd::vanished);
    tracer().forget_attempt(id);
}

void World::Tracing::stored(AttemptId id, MessageId message) {
    says(id, TraceStep::message_stored);
    tracer().bind_message(message, tracer().of_work(id));
}

void World::Tracing::delivery_begins(AttemptId id) {
    const auto& attempt = world.attempts_[id];
    const auto parent = tracer().of_message(attempt.message);
    if (parent == kNoSpan) return;
    auto span = child_of(parent, SpanKind::delivery);
    span.number = attempt.receipt;
    tracer().bind_work(id, tracer().open(std::move(span)));
}

void World::Tracing::delivery_ends(AttemptId id, Outcome outcome) {
    const auto span = tracer().of_work(id);
    if (span != kNoSpan) tracer().close(span, now(), SpanEnd::finished, outcome);
}

void World::Tracing::removed(MessageId id, MessageEvent why) {
    const auto span = tracer().of_message(id);
    if (span == kNoSpan) return;
    if (why == MessageEvent::dead) tracer().note(span, now(), TraceStep::message_dead);
    if (why == MessageEvent::expired) tracer().note(span, now(), TraceStep::message_expired);
    if (why == MessageEvent::lost) tracer().note(span, now(), TraceStep::message_lost);
}

void World::Tracing::message_gone(MessageId id) { tracer().forget_message(id); }

}  // namespace models
