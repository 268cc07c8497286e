// A call at its caller. One timer serves the whole call, because only one thing can be waited for:
//
//   state    | reply_arrives        | call_timer                       | retry_due
//   trying   | try ended            | try timed out: timeout, or       | -
//            |                      | blackholed when it was lost      |
//   waiting  | -                    | -                                | next try
//
// A try that ended well ends the call; one that failed is followed by a backoff when the policy,
// what is left of the time and the budget allow it, and ends the call otherwise.
#include <algorithm>

#include "models/engine/tracing.hpp"

namespace models {
namespace {

constexpr std::uint64_t kTrySalt = 0x517CC1B727220A95ULL;

std::uint64_t try_path(const Call& call) {
    return sim::mix64(call.path + static_cast<std::uint64_t>(call.tries) * kTrySalt);
}

}  // namespace

/// The draw of its first try's own work begins here, in time for `send_try` to end it.
Call& World::open_call(std::uint32_t site, EndpointId endpoint, std::uint32_t edge,
                       std::uint64_t number, std::uint64_t path) {
    const auto [id, call] = calls_.make();
    call.self = id;
    call.number = number;
    call.site = board_.sites[site];
    call.policy = &model_.policies[call.site->policy];
    if (!call.site->plain) clear_extras(call);
    call.endpoint = endpoint;
    call.edge = edge;
    call.path = path;
    call.first_work = block_of_work(endpoint, number, attempt_path(path, 1));
    return call;
}

void World::clear_extras(const Call& call) {
    make_room_for_extras();
    extras_of(call) = {};
}

void World::make_room_for_extras() {
    if (extras_.size() < calls_.capacity()) extras_.resize(calls_.capacity());
}

/// An endpoint's own class beats that of whoever calls it.
Criticality World::priority_of(EndpointId endpoint, Criticality caller) const {
    const auto& own = model_.endpoints[endpoint.value].priority;
    return own ? static_cast<Criticality>(*own) : caller;
}

/// `until`: nobody waits for a call longer than its own caller does, who has a customer's patience,
/// or a deadline that was passed down to it.
template <Scene scene>
void World::begin_call(Call& call, sim::SimTime until) {
    call.began = simulator_.now();
    if (rarely<scene>(tracer_ != nullptr)) Tracing{*this}.call_begins(call);
    call.deadline = sim::saturated_add(call.began, call.policy->timeout);
    if (rarely<scene>(!is_nominal_)) {
        if (const auto limit = edited_timeout(call, &TrafficConditions::whole_call)) {
            call.deadline = sim::saturated_add(call.began, *limit);
        }
    }
    if (until <= call.deadline && until != sim::kNever) {
        call.deadline = until;
        call.passed_down = call.parent.valid();
    }
    call.balancer = balancer_for(call);
    ++account_of(call).calls;
    notify(metrics_, CallStarted{call.edge, simulator_.now()});
    call.most_retries = call.policy->retries;
    if (!call.site->plain) rules_see_call(call);
    if (call.passed_down && call.began > call.deadline) {  // no message is sent
        return end_call(call, {Outcome::deadline});
    }
    if (rarely<scene>(board_.stops_calls > 0) && left_out(call)) {
        return end_call(call, {Outcome::breaker_open});
    }
    if (call.site->limits_call) return enter_bulkhead(call.self);
    begin_try<scene>(call);
}

template void World::begin_call<Scene::calm>(Call&, sim::SimTime);
template void World::begin_call<Scene::any>(Call&, sim::SimTime);

template <Scene scene>
void World::begin_try(Call& call) {
    call.timer = sim::EventHandle{};
    call.state = CallState::trying;
    ++call.tries;
    if (call.tries > 1) call.current = Try{};
    call.current.began = simulator_.now();
    call.current.is_repeat = call.tries > 1;
    call.current.paid = call.paid_ahead;
    call.paid_ahead = false;
    note_try(call);
    if (rarely<scene>(tracer_ != nullptr)) Tracing{*this}.try_begins(call, 0);
    if (!call.site->plain) {
        rules_see_try(call);
        if (call.policy->hedge) open_hedging(call.self);
        if (call.site->gated) return ask_to_try(call.self);
    }
    call.current.ends = try_deadline<scene>(call);
    arm_try_timer(call);
    dispatch_try<scene>(call);
}

template <Scene scene>
void World::dispatch_try(Call& call) {
    if (rarely<scene>(names_.any()) && !knows_name(call.self)) return;
    reach_replica<scene>(call);
}

template <Scene scene>
void World::reach_replica(Call& call) {
    call.current.sent = true;
    call.current.sent_at = simulator_.now();
    const InstanceId instance = choose_instance<scene>(call);
    if (!instance.valid()) return try_ended(call, {Outcome::no_healthy_instance});
    if (rarely<scene>(told_levels_.any()) && sheds_early(call, instance)) {
        return try_ended(call, {Outcome::shed});
    }
    count_try(call, call.current, instance);
    send_try<scene>(call, instance, 0);
}

template void World::begin_try<Scene::any>(Call&);
template void World::dispatch_try<Scene::any>(Call&);
template void World::reach_replica<Scene::any>(Call&);

void World::note_try(const Call& call) {
    ++account_of(call).tries;
    notify(metrics_, TryStarted{call.edge, simulator_.now()});
    Request* request = open_request_of(call.sender);
    if (request == nullptr) return;
    request->calls += call.tries == 1 ? 1 : 0;
    ++request->tries;
}

/// Try k gets min(perTryTimeout, what is left of the call's time): nothing, when its caller was
/// paused for longer.
template <Scene scene>
sim::SimTime World::try_deadline(const Call& call) {
    auto limit = call.policy->per_try_timeout;
    if (call.site->plain) {
        // no rule remembers how long tries take
    } else if (const auto& rule = call.policy->per_try_quantile) {
        limit = rule->current(try_time_state(call), simulator_.now()).value_or(limit);
    }
    if (rarely<scene>(!is_nominal_)) {
        limit = edited_timeout(call, &TrafficConditions::per_try).value_or(limit);
    }
    const auto now = simulator_.now();
    return std::max(now, std::min(sim::saturated_add(now, limit), call.deadline));
}

template sim::SimTime World::try_deadline<Scene::any>(const Call&);

void World::arm_try_timer(Call& call) {
    const auto end = std::max(call.current.ends, simulator_.now());
    if (end == sim::kNever) return;
    call.timer =
        simulator_.at_usual(end, {EventKind::call_timer, call.self.value}, sim::EventClass::timer);
}

void World::call_timer(CallId id) {
    auto& call = calls_[id];
    call.timer = sim::EventHandle{};
    if (call.state == CallState::in_bulkhead_line || call.state == CallState::in_pool_line) {
        return try_ended(id, leave_line(id));
    }
    if (call.state == CallState::in_call_line) return end_call(id, leave_line(id));
    if (call.state == CallState::in_name_line) return try_ended(id, unresolved(id));
    if (call.state == CallState::waiting) return end_call(id, out_of_time(call, Try{}));
    if (keep_waiting(id, 0)) return;
    const Ending ending = out_of_time(call, call.current);
    detach_try(call, call.current);
    try_ended(id, ending);
}

/// What the caller makes of a try that its timer ends.
Ending World::out_of_time(const Call& call, const Try& one) const {
    Ending ending{one.lost ? Outcome::blackholed : Outcome::timeout};
    ending.on_connect = one.connecting;
    if (simulator_.now() < call.deadline) return ending;
    if (call.passed_down) ending.outcome = Outcome::deadline;
    if (!call.is_customers()) return ending;
    const auto& request = requests_[call.sender.request];
    const auto patience = model_.groups[request.group].patience;
    if (sim::saturated_add(request.arrival, patience) == call.deadline) {
        ending.outcome = Outcome::abandoned;
    }
    return ending;
}

/// The caller stops waiting for a try. Unless it says so, the server does not know and goes on.
void World::detach_try(const Call& call, Try& one) {
    if (!one.attempt.valid()) return;
    attempts_[one.attempt].call = CallId{};
    const auto cancel = call.policy->cancel;
    if (cancel != Cancellation::none) send_cancellation(one.attempt, cancel);
    one.attempt = AttemptId{};
}

template <Scene scene>
void World::try_ended(Call& call, const Ending& ending) {
    if (call.hedging.valid()) return lane_ended(call.self, 0, ending);
    close_try<scene>(call, 0, ending);
    if (ending.success()) return end_call<scene>(call, ending);
    try_again_or_end(call, ending);
}

template void World::try_ended<Scene::calm>(Call&, const Ending&);
template void World::try_ended<Scene::any>(Call&, const Ending&);

template <Scene scene>
void World::close_try(Call& call, std::uint32_t lane, const Ending& ending) {
    auto& one = try_at(call, lane);
    one.open = false;
    if (rarely<scene>(tracer_ != nullptr)) Tracing{*this}.try_ends(call, lane, ending);
    simulator_.cancel(timer_at(call, lane));
    if (!call.site->plain_balancing) balancers_see_answer(call, one, ending);
    forget_try(call, one);
    ++account_of(call).tries_ended;
    notify(metrics_, TryEnded{call.edge, simulator_.now(), ending.outcome});
    if (is_503(ending.outcome) || ending.as_503) call.saw_503 = true;
    if (!call.site->plain) rules_see_try_end(call, one, ending);
}

template void World::close_try<Scene::any>(Call&, std::uint32_t, const Ending&);

void World::try_again_or_end(Call& call, const Ending& ending) {
    sim::Duration delay{};
    switch (judge_retry(call, ending, delay)) {
        case RetryVerdict::end:
            return end_call(call, ending);
        case RetryVerdict::too_late:
            if (!call.policy->wait_beyond_deadline) return end_call(call, ending);
            call.state = CallState::waiting;
            call.timer =
                simulator_.at(std::max(call.deadline, simulator_.now()),
                              {EventKind::call_timer, call.self.value}, sim::EventClass::timer);
            return;
        case RetryVerdict::retry:
            if (delay.ns == 0) return begin_try(call);
            call.state = CallState::waiting;
            call.timer = after(delay, {EventKind::retry_due, call.self.value});
            if (tracer_ != nullptr) [[unlikely]]
                Tracing{*this}.says(call, TraceStep::waits_to_retry, delay.ns);
            return;
    }
    SIM_ASSERT(false);
}

bool World::is_retryable(const Call& call, const Ending& ending) {
    const auto& conditions = call.policy->retry_on;
    if (ending.on_connect && conditions.has(RetryCondition::connect_failure)) return true;
    return conditions.covers(ending.outcome, ending.as_503);
}

/// Asked in this order: the policy, the server, the time left after the backoff, the budget (which
/// pays).
World::RetryVerdict World::judge_retry(Call& call, const Ending& ending, sim::Duration& delay) {
    const int retry = call.tries - call.hedges;
    const auto no = [&](TraceStep why, RetryVerdict verdict) {
        if (tracer_ != nullptr && call.policy->retries > 0) [[unlikely]]
            Tracing{*this}.says(call, why, call.tries);
        return verdict;
    };
    if (!is_retryable(call, ending)) return no(TraceStep::not_retryable, RetryVerdict::end);
    if (retry > call.most_retries) return no(TraceStep::no_retries_left, RetryVerdict::end);
    const auto wait = delay_before(call, retry, ending);
    if (!wait) return no(TraceStep::told_not_to_retry, RetryVerdict::end);
    delay = *wait;
    const auto resumes = sim::saturated_add(simulator_.now(), delay);
    if (resumes > call.deadline || (resumes == call.deadline && delay.ns == 0)) {
        return no(TraceStep::no_time_to_retry, RetryVerdict::too_late);
    }
    const bool paid = call.site->plain || pay_for_retry(call, ending);
    return paid ? RetryVerdict::retry : no(TraceStep::no_budget, RetryVerdict::end);
}

/// The backoff, and what the server's hint makes of it; nothing: no retry.
std::optional<sim::Duration> World::delay_before(Call& call, int retry, const Ending& ending) {
    const auto& policy = *call.policy;
    sim::KeyedRng rng(edge_streams_[call.edge].backoff, call.number, try_path(call));
    if (call.site->plain && retry == 1) clear_extras(call);  // nobody else has needed them
    auto& extras = extras_of(call);
    RetryOccasion occasion;
    occasion.retry = retry;
    occasion.since_hint = retry - extras.hint_at;
    occasion.throttled = ending.outcome == Outcome::throttled;
    occasion.elapsed = simulator_.now() - call.began;
    occasion.hint = ending.hint;
    const auto computed = backoff_delay(policy.backoff, occasion, extras.backoff, rng);
    if (!computed || !policy.retry_after) return computed;
    const auto decision = policy.retry_after->decide(*computed, ending.hint, rng);
    if (decision.stop) return std::nullopt;
    if (decision.resets) {
        extras.hint_at = retry;
        extras.backoff = {};
    }
    return decision.delay;
}

/// Its tries are over; a fallback may still answer.
template <Scene scene>
void World::end_call(Call& call, const Ending& ending) {
    if (!call.site->plain) {
        rules_see_call_end(call, ending);
        if (!ending.success() && fall_back(call.self, ending)) return;
    }
    close_call<scene>(call, ending);
}

template <Scene scene>
void World::close_call(Call& call, const Ending& ending) {
    ++account_of(call).calls_ended;
    if (rarely<scene>(tracer_ != nullptr)) Tracing{*this}.call_ends(call, ending);
    notify(metrics_, CallEnded{call.edge, simulator_.now(), ending.outcome});
    if (call.stands_in_for.valid()) return stand_in_ended(call.self, ending);
    if (call.is_customers()) {
        const RequestId request = call.sender.request;
        calls_.free(call.self, call);
        return end_request<scene>(request, ending);
    }
    child_ended<scene>(call, ending);
}

template void World::end_call<Scene::any>(Call&, const Ending&);
template void World::close_call<Scene::any>(Call&, const Ending&);

/// The caller is gone or no longer wants the answer: no more timers and retries; a try that is
/// under way runs on as wasted work, unless it is cancelled.
void World::abandon_call(CallId id) {
    auto& call = calls_[id];
    if (call.hedging.valid()) close_hedging(id);
    if (call.state == CallState::falling_back) {
        drop_fallback(call);
    } else if (!call.site->plain) {
        rules_see_abandoned(id);
    }
    if (call.state == CallState::in_name_line) leave_name_line(id);
    simulator_.cancel(call.timer);
    detach_try(call, call.current);
    if (!call.site->plain_balancing) balancers_see_dropped(call, call.current);
    forget_try(call, call.current);
    if (tracer_ != nullptr) [[unlikely]]
        Tracing{*this}.call_dropped(call);
    auto& account = account_of(call);
    ++account.calls_dropped;
    if (call.tries > 0 && call.current.open) ++account.tries_dropped;
    calls_.free(id);
}

}  // namespace models
