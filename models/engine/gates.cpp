// What a try passes at its caller before it is sent, outermost first (SEMANTICS 6): breaker,
// throttle, rate limit; then its timer starts, and it takes a place of the bulkhead and a stream of
// the pool. Only tries under a policy that has one of these come here.
//
//   gate       | no                      | wait
//   breaker    | ends breakerOpen        | -
//   throttle   | ends throttled          | -
//   rate limit | ends throttled          | until its permit is due
//   bulkhead   | ends poolTimeout        | in line, at most maxWait
//   pool       | ends poolTimeout        | in line, at most acquireTimeout
//
// A bulkhead around the call is passed once, before the first try and outside all of these; a call
// that finds no place ends poolTimeout without any try.
//
// A place that falls free is given to the next in line by an event of the same instant, so that
// however many calls are waiting none is served from within another's end.
#include <algorithm>

#include "models/engine/tracing.hpp"

namespace models {
namespace {

constexpr std::uint64_t kGateBreakerSalt = 0x2545F4914F6CDD1DULL;
constexpr std::uint64_t kThrottleSalt = 0x9FB21C651E98DF25ULL;
constexpr std::uint64_t kLimitSalt = 0xD6E8FEB86659FD93ULL;

/// The callee said that it will not do the work now.
bool is_rejection(const Ending& ending) {
    return ending.as_503 || is_503(ending.outcome) || ending.outcome == Outcome::throttled;
}

void hold_stream(Try& one, const ConnectionPool::Stream& stream) {
    one.has_stream = true;
    one.fresh = stream.fresh;
    one.connection = stream.connection;
}

}  // namespace

/// Draws of a rule for the call's present try.
sim::KeyedRng World::rule_rng(const Call& call, std::uint64_t salt) const {
    const auto path = sim::hash_combine(call.path, static_cast<std::uint64_t>(call.tries));
    return {edge_streams_[call.edge].rules, call.number, path ^ salt};
}

CircuitBreakerState& World::breaker_state(const Call& call) {
    const auto& rule = *call.policy->circuit_breaker;
    return look_at(breakers_.at(caller_of(call), call.site->slot(ClientRule::circuit_breaker),
                                [&] { return new_breaker(rule, call.edge); }));
}

ThrottleState& World::throttle_state(const Call& call) {
    const auto& rule = *call.policy->throttle;
    return throttles_.at(caller_of(call), call.site->slot(ClientRule::throttle),
                         [&] { return initial_state(rule); });
}

RateLimitState& World::rate_state(const Call& call) {
    const auto& rule = *call.policy->rate_limit;
    return rate_limits_.at(caller_of(call), call.site->slot(ClientRule::rate_limit),
                           [&] { return initial_state(rule); });
}

World::Bulkhead& World::bulkhead_of(const Call& call) {
    const auto& rule = *call.policy->bulkhead;
    return bulkheads_.at(caller_of(call), call.site->slot(ClientRule::bulkhead), [&] {
        return Bulkhead{initial_state(rule), 0, {}, {}};
    });
}

World::Connections& World::connections_of(const Call& call) {
    return connections_.at(caller_of(call), call.site->slot(ClientRule::pool),
                           [] { return Connections{}; });
}

/// Breaker and throttle; nothing: the try may go on.
std::optional<Outcome> World::refusal_of(const Call& call, Try& one) {
    const auto& policy = *call.policy;
    if (const auto& breaker = policy.circuit_breaker;
        breaker && breaker_scope(*breaker) != BreakerScope::host) {
        auto rng = rule_rng(call, kGateBreakerSalt);
        const auto answer =
            breaker_admit(*breaker, breaker_state(call), {simulator_.now(), one.is_repeat}, rng);
        if (!answer) return Outcome::breaker_open;
        one.at_breaker = true;
        one.probe = answer.probe;
    }
    if (const auto& throttle = policy.throttle) {
        auto rng = rule_rng(call, kThrottleSalt);
        if (!throttle_admit(*throttle, throttle_state(call), simulator_.now(), rng)) {
            return Outcome::throttled;
        }
        one.at_throttle = true;
    }
    return std::nullopt;
}

void World::enter_bulkhead(CallId id) {
    auto& call = calls_[id];
    auto& bulkhead = bulkhead_of(call);
    switch (limit_arrive(*call.policy->bulkhead, bulkhead.rule, ask_for_place(call, bulkhead))) {
        case LimitVerdict::start:
            hold_place(call, extras_of(call).whole, bulkhead);
            return begin_try(call);
        case LimitVerdict::wait:
            call.state = CallState::in_call_line;
            bulkhead.line.join(extras_, id);
            return wait_in_line(call, call.deadline, limit_max_wait(*call.policy->bulkhead));
        case LimitVerdict::reject:
            return end_call(id, {Outcome::pool_timeout});
    }
    SIM_ASSERT(false);
}

/// The call has ended; `ending`: nothing when it was dropped.
void World::leave_bulkhead(const Call& call, const Ending* ending) {
    auto& whole = extras_of(call).whole;
    if (!whole.has_place) return;
    whole.has_place = false;
    whole.sent = call.tries > 0;
    give_place_back(call, whole, ending);
}

void World::ask_to_try(CallId id) {
    auto& call = calls_[id];
    if (const auto refusal = refusal_of(call, call.current)) return try_ended(id, {*refusal});
    if (!call.policy->rate_limit) return start_try(id);
    const bool waits_for_ever = call.deadline == sim::kNever;
    const auto longest = waits_for_ever ? sim::kForever : call.deadline - simulator_.now();
    const auto wait =
        rate_acquire(*call.policy->rate_limit, rate_state(call), simulator_.now(), longest);
    if (!wait) return try_ended(id, {Outcome::throttled});
    if (wait->ns == 0) return start_try(id);
    call.state = CallState::permit;
    call.timer = after(*wait, {EventKind::permit_due, id.value});
    if (tracer_ != nullptr) [[unlikely]]
        Tracing{*this}.says(call, TraceStep::waits_for_permit, wait->ns);
}

/// From here on the try's own time runs.
void World::start_try(CallId id) {
    auto& call = calls_[id];
    call.timer = sim::EventHandle{};
    call.state = CallState::trying;
    call.current.ends = try_deadline(call);
    if (!call.policy->bulkhead || call.site->limits_call) return take_stream(id);
    auto& bulkhead = bulkhead_of(call);
    switch (limit_arrive(*call.policy->bulkhead, bulkhead.rule, ask_for_place(call, bulkhead))) {
        case LimitVerdict::start:
            hold_place(call, call.current, bulkhead);
            return take_stream(id);
        case LimitVerdict::wait:
            return stand_in_line(id, CallState::in_bulkhead_line, bulkhead.line,
                                 limit_max_wait(*call.policy->bulkhead));
        case LimitVerdict::reject:
            return try_ended(id, {Outcome::pool_timeout});
    }
    SIM_ASSERT(false);
}

LimitAsk World::ask_for_place(const Call& call, const Bulkhead& bulkhead) const {
    LimitAsk ask;
    ask.now = simulator_.now();
    ask.in_flight = bulkhead.in_flight;
    ask.priority = call.priority;
    ask.in_flight_alike = bulkhead.alike[static_cast<std::size_t>(call.priority)];
    ask.waiting = bulkhead.line.count;
    ask.utilisation = utilisation_of(caller_of(call));
    return ask;
}

/// Of the caller's own replica; customers have none.
double World::utilisation_of(CallerId caller) const {
    if (caller.value >= stations_.size()) return 0;
    return utilisation_of(InstanceId{caller.value});
}

void World::hold_place(const Call& call, Try& one, Bulkhead& bulkhead) {
    ++bulkhead.in_flight;
    ++bulkhead.alike[static_cast<std::size_t>(call.priority)];
    one.has_place = true;
    one.placed = simulator_.now();
    one.in_flight_at_start = static_cast<std::uint32_t>(bulkhead.in_flight);
}

void World::stand_in_line(CallId id, CallState where, WaitLine& line, sim::Duration longest) {
    auto& call = calls_[id];
    if (!note_pending(call, true)) return try_ended(id, {Outcome::breaker_open});
    call.state = where;
    line.join(extras_, id);
    wait_in_line(call, call.current.ends, longest);
}

void World::wait_in_line(Call& call, sim::SimTime latest, sim::Duration longest) {
    if (tracer_ != nullptr) [[unlikely]]
        Tracing{*this}.stands_in_line(call);
    const auto now = simulator_.now();
    const auto end = std::max(now, std::min(latest, sim::saturated_add(now, longest)));
    if (end == sim::kNever) return;
    call.timer =
        simulator_.at(end, {EventKind::call_timer, call.self.value}, sim::EventClass::timer);
}

/// Envoy's max_pending: false when a breaker refuses to let one more call wait.
bool World::note_pending(const Call& call, bool joins) {
    const auto& breaker = call.policy->circuit_breaker;
    if (!breaker || breaker_scope(*breaker) == BreakerScope::host) return true;
    if (joins) return breaker_join_line(*breaker, breaker_state(call));
    breaker_leave_line(*breaker, breaker_state(call));
    return true;
}

void World::take_stream(CallId id) {
    auto& call = calls_[id];
    call.state = CallState::trying;
    if (call.policy->pool && !open_stream(call, call.current)) {
        return stand_in_line(id, CallState::in_pool_line, connections_of(call).line,
                             call.policy->pool->acquire_timeout);
    }
    arm_try_timer(call);
    dispatch_try(call);
}

/// Calls in line come first.
bool World::open_stream(const Call& call, Try& one) {
    auto& connections = connections_of(call);
    if (connections.line.count > 0) return false;
    const auto stream = call.policy->pool->acquire(connections.pool, simulator_.now());
    if (stream) hold_stream(one, *stream);
    return stream.has_value();
}

/// The call will not need what it waits for.
void World::leave_any_line(CallId id) {
    auto& call = calls_[id];
    if (call.state == CallState::in_name_line) return leave_name_line(id);
    if (call.state == CallState::in_call_line) {
        bulkhead_of(call).line.leave(extras_, id);
        call.state = CallState::trying;
        return;
    }
    if (call.state == CallState::in_bulkhead_line) {
        bulkhead_of(call).line.leave(extras_, id);
    } else if (call.state == CallState::in_pool_line) {
        connections_of(call).line.leave(extras_, id);
    } else {
        return;
    }
    note_pending(call, false);
    call.state = CallState::trying;
}

/// The time in line is over, or the time of the call.
Ending World::leave_line(CallId id) {
    auto& call = calls_[id];
    leave_any_line(id);
    Ending ending = out_of_time(call, call.current);
    if (simulator_.now() < call.deadline) ending.outcome = Outcome::pool_timeout;
    return ending;
}

/// An event of the present instant: a place or a stream was given to the call.
void World::place_granted(CallId id) {
    auto& call = calls_[id];
    call.timer = sim::EventHandle{};
    if (tracer_ != nullptr) [[unlikely]]
        Tracing{*this}.says(call, TraceStep::granted);
    if (call.state == CallState::at_call_bulkhead) return begin_try(call);
    if (call.state == CallState::at_bulkhead) return take_stream(id);
    const bool has_name = call.state == CallState::at_name;
    call.state = CallState::trying;
    arm_try_timer(call);
    if (has_name) return name_answered(id);
    dispatch_try(call);
}

void World::grant(CallId id, CallState where) {
    auto& call = calls_[id];
    simulator_.cancel(call.timer);
    call.state = where;
    call.timer = simulator_.after({}, {EventKind::place_granted, id.value});
}

void World::serve_bulkhead_line(const ConcurrencyLimit& rule, Bulkhead& bulkhead) {
    while (bulkhead.line.count > 0) {
        const bool newest = limit_wait_order(rule) == WaitOrder::lifo;
        const CallId id = newest ? bulkhead.line.tail : bulkhead.line.head;
        auto& call = calls_[id];
        auto ask = ask_for_place(call, bulkhead);
        --ask.waiting;
        if (!limit_admit(rule, bulkhead.rule, ask)) return;
        bulkhead.line.leave(extras_, id);
        const bool whole = call.site->limits_call;
        if (!whole) note_pending(call, false);
        hold_place(call, whole ? extras_of(call).whole : call.current, bulkhead);
        grant(id, whole ? CallState::at_call_bulkhead : CallState::at_bulkhead);
    }
}

void World::serve_pool_line(const ConnectionPool& pool, Connections& connections) {
    while (connections.line.count > 0) {
        const auto stream = pool.acquire(connections.pool, simulator_.now());
        if (!stream) return;
        const CallId id = connections.line.head;
        auto& call = calls_[id];
        connections.line.leave(extras_, id);
        note_pending(call, false);
        hold_stream(call.current, *stream);
        grant(id, CallState::at_pool);
    }
}

/// Gives back whatever the try holds. `ending`: nothing when its call was dropped.
void World::pass_back(const Call& call, Try& one, const Ending* ending) {
    const auto now = simulator_.now();
    const auto& policy = *call.policy;
    const bool answered = ending != nullptr && !is_unanswered(ending->outcome);
    if (one.at_breaker) report_to_breaker(call, one, ending);
    if (one.at_throttle && ending != nullptr && !is_no_result(ending->outcome)) {
        throttle_record(*policy.throttle, throttle_state(call), now,
                        counts_as_accepted(*policy.throttle, ending->outcome, ending->as_503));
    }
    if (policy.rate_limit && one.sent && answered) {
        rate_on_reply(*policy.rate_limit, rate_state(call), now,
                      ending->outcome == Outcome::throttled);
    }
    if (one.has_stream) give_stream_back(call, one, one.sent && !answered);
    if (one.has_place) give_place_back(call, one, ending);
    one.at_breaker = one.at_throttle = one.has_stream = one.has_place = false;
}

/// `broken`: an HTTP/1 connection cannot be used again.
void World::give_stream_back(const Call& call, const Try& one, bool broken) {
    const auto& pool = *call.policy->pool;
    auto& connections = connections_of(call);
    if (one.unopened) {
        pool.discard(connections.pool, one.connection);
    } else {
        const bool held =
            !is_nominal_ && (leaks_connection(call, one) || closes_late(call, one, broken));
        if (held) return;
        pool.release(connections.pool, one.connection, broken, simulator_.now());
    }
    serve_pool_line(pool, connections);
}

void World::report_to_breaker(const Call& call, const Try& one, const Ending* ending) {
    const auto& breaker = *call.policy->circuit_breaker;
    auto& state = breaker_state(call);
    const auto now = simulator_.now();
    if (ending == nullptr && one.probe && is_still_heard(call, one)) return adopt_probe(call, one);
    const bool own_rule = ending != nullptr && !one.sent && ending->outcome == Outcome::throttled;
    if (ending == nullptr || own_rule || is_no_result(ending->outcome)) {
        return breaker_release(breaker, state, {now, one.probe, one.is_repeat});
    }
    auto rng = rule_rng(call, ~kGateBreakerSalt);
    breaker_record(breaker, state,
                   {now, counts_as_failure(breaker, ending->outcome), now - one.began, one.probe,
                    one.is_repeat, ending->outcome == Outcome::throttled},
                   rng);
}

/// The caller's work has ended without this try, which nobody stops: its answer still comes.
bool World::is_still_heard(const Call& call, const Try& one) const {
    return one.attempt.valid() && call.policy->cancel == Cancellation::none &&
           !call.hedging.valid() && !attempts_[one.attempt].orphan.valid();
}

/// A half-open breaker must hear of its probe, or it would never close.
void World::adopt_probe(const Call& call, const Try& one) {
    const OrphanId id = orphans_.allocate();
    auto& orphan = orphans_[id];
    orphan.breaker = &*call.policy->circuit_breaker;
    orphan.caller = caller_of(call);
    orphan.slot = call.site->slot(ClientRule::circuit_breaker);
    orphan.edge = call.edge;
    orphan.began = one.began;
    orphan.is_repeat = one.is_repeat;
    attempts_[one.attempt].orphan = id;
}

void World::settle_orphan(const Attempt& attempt) {
    const auto orphan = orphans_[attempt.orphan];
    orphans_.free(attempt.orphan);
    const auto& breaker = *orphan.breaker;
    auto& state = look_at(breakers_.at(orphan.caller, orphan.slot,
                                       [&] { return new_breaker(breaker, orphan.edge); }));
    const auto now = simulator_.now();
    if (attempt.state != AttemptState::to_caller) {
        return breaker_release(breaker, state, {now, true, orphan.is_repeat});
    }
    sim::KeyedRng rng(edge_streams_[orphan.edge].rules, attempt.number,
                      attempt.path ^ kGateBreakerSalt);
    breaker_record(breaker, state,
                   {now, counts_as_failure(breaker, attempt.outcome), now - orphan.began, true,
                    orphan.is_repeat, attempt.outcome == Outcome::throttled},
                   rng);
}

void World::give_place_back(const Call& call, const Try& one, const Ending* ending) {
    auto& bulkhead = bulkhead_of(call);
    const auto in_flight_at_end = bulkhead.in_flight;
    --bulkhead.in_flight;
    --bulkhead.alike[static_cast<std::size_t>(call.priority)];
    if (ending != nullptr && one.sent) {
        LimitSample sample;
        sample.now = simulator_.now();
        sample.rtt = sample.now - one.placed;
        sample.in_flight_at_start = one.in_flight_at_start;
        sample.in_flight_at_end = in_flight_at_end;
        sample.dropped = is_unanswered(ending->outcome) || is_rejection(*ending);
        auto rng = rule_rng(call, kLimitSalt);
        limit_sample(*call.policy->bulkhead, bulkhead.rule, sample, rng);
    }
    serve_bulkhead_line(*call.policy->bulkhead, bulkhead);
}

}  // namespace models
