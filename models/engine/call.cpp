// A call at its caller. One timer serves the whole call, because only one thing can be waited for:
//
//   state    | reply_arrives        | call_timer                    | retry_due
//   trying   | try ended            | try timed out: timeout        | -
//   lost     | -                    | try timed out: blackholed     | -
//   waiting  | -                    | -                             | next try
//
// A try that ended well ends the call; one that failed is followed by a backoff when the policy,
// what is left of the time and the budget allow it, and ends the call otherwise.
#include <algorithm>

#include "models/engine/world.hpp"

namespace models {
namespace {

constexpr std::uint64_t kTrySalt = 0x517CC1B727220A95ULL;

std::uint64_t try_path(const Call& call) {
    return sim::mix64(call.path + static_cast<std::uint64_t>(call.tries) * kTrySalt);
}

}  // namespace

CallId World::open_call(std::uint32_t site, EndpointId endpoint, std::uint32_t edge,
                        std::uint64_t number, std::uint64_t path) {
    const CallId id = calls_.allocate();
    auto& call = calls_[id];
    call.number = number;
    call.site = &model_.sites[site];
    call.policy = &model_.policies[call.site->policy];
    call.endpoint = endpoint;
    call.edge = edge;
    call.path = path;
    return id;
}

void World::begin_call(CallId id) {
    auto& call = calls_[id];
    call.began = simulator_.now();
    call.deadline = sim::saturated_add(call.began, call.policy->timeout);
    if (call.request.valid()) {
        const auto& group = model_.groups[requests_[call.request].group];
        const auto leaves = sim::saturated_add(simulator_.now(), group.patience);
        call.deadline = std::min(call.deadline, leaves);
    }
    call.balancer = balancer_for(call);
    notify(metrics_, CallStarted{call.edge, simulator_.now()});
    if (!call.site->plain) rules_see_call(call);
    begin_try(id);
}

void World::begin_try(CallId id) {
    auto& call = calls_[id];
    call.timer = sim::EventHandle{};
    call.state = CallState::trying;
    ++call.tries;
    notify(metrics_, TryStarted{call.edge, simulator_.now()});
    if (call.parent.valid()) {
        const auto& parent = attempts_[call.parent];
        if (Request* request = open_request_of(parent)) {
            request->calls += call.tries == 1 ? 1 : 0;
            ++request->tries;
        }
    }
    if (!call.site->plain) rules_see_try(call);
    arm_try_timer(id);
    const InstanceId instance = choose_instance(id);
    if (!instance.valid()) {
        try_ended(id, Outcome::no_healthy_instance, false);
        return;
    }
    count_try(call, instance);
    send_try(id, instance);
}

/// Try k gets min(perTryTimeout, what is left of the call's time).
void World::arm_try_timer(CallId id) {
    auto& call = calls_[id];
    const auto limit = sim::saturated_add(simulator_.now(), call.policy->per_try_timeout);
    const auto end = std::min(limit, call.deadline);
    if (end == sim::kNever) return;
    call.timer = simulator_.at(end, {EventKind::call_timer, id.value}, sim::EventClass::timer);
}

void World::call_timer(CallId id) {
    auto& call = calls_[id];
    call.timer = sim::EventHandle{};
    Outcome outcome = call.state == CallState::lost ? Outcome::blackholed : Outcome::timeout;
    if (call.request.valid() && simulator_.now() >= call.deadline) {
        const auto& request = requests_[call.request];
        const auto patience = model_.groups[request.group].patience;
        if (sim::saturated_add(request.arrival, patience) == call.deadline) {
            outcome = Outcome::abandoned;
        }
    }
    detach_try(id);
    try_ended(id, outcome, false);
}

/// The caller stops waiting for the current try; the server does not know and goes on.
void World::detach_try(CallId id) {
    auto& call = calls_[id];
    if (call.attempt.valid()) attempts_[call.attempt].call = CallId{};
    call.attempt = AttemptId{};
}

void World::try_ended(CallId id, Outcome outcome, bool as_503) {
    auto& call = calls_[id];
    simulator_.cancel(call.timer);
    forget_try(call);
    notify(metrics_, TryEnded{call.edge, simulator_.now(), outcome});
    if (!call.site->plain) rules_see_try_end(call, outcome, as_503);
    if (is_success(outcome)) {
        end_call(id, outcome, false);
        return;
    }
    if (is_503(outcome) || as_503) call.saw_503 = true;
    sim::Duration delay{};
    if (!may_retry(id, outcome, as_503, delay)) {
        end_call(id, outcome, as_503);
        return;
    }
    if (delay.ns == 0) {
        begin_try(id);
        return;
    }
    call.state = CallState::waiting;
    call.timer = after(delay, {EventKind::retry_due, id.value});
}

/// Asked in this order: the policy, the time left after the backoff, the budget (which pays).
bool World::may_retry(CallId id, Outcome outcome, bool as_503, sim::Duration& delay) {
    auto& call = calls_[id];
    const auto& policy = *call.policy;
    if (call.tries > policy.retries || !policy.retry_on.covers(outcome, as_503)) return false;
    sim::KeyedRng rng(edge_streams_[call.edge].backoff, call.number, try_path(call));
    RetryOccasion occasion;
    occasion.retry = occasion.since_hint = call.tries;
    occasion.throttled = outcome == Outcome::throttled;
    occasion.elapsed = simulator_.now() - call.began;
    const auto wait = backoff_delay(policy.backoff, occasion, call.backoff, rng);
    if (!wait) return false;
    delay = *wait;
    const auto resumes = sim::saturated_add(simulator_.now(), delay);
    if (resumes > call.deadline || (resumes == call.deadline && delay.ns == 0)) return false;
    return call.site->plain || pay_for_retry(call, outcome);
}

/// Its tries are over; a fallback may still answer.
void World::end_call(CallId id, Outcome outcome, bool as_503) {
    if (!calls_[id].site->plain) {
        rules_see_call_end(calls_[id], outcome);
        if (!is_success(outcome) && fall_back(id, outcome, as_503)) return;
    }
    close_call(id, outcome, as_503);
}

void World::close_call(CallId id, Outcome outcome, bool as_503) {
    auto& call = calls_[id];
    notify(metrics_, CallEnded{call.edge, simulator_.now(), outcome});
    if (call.stands_in_for.valid()) return stand_in_ended(id, outcome);
    if (call.request.valid()) {
        const RequestId request = call.request;
        requests_[request].quality = call.quality;
        calls_.free(id);
        end_request(request, outcome);
        return;
    }
    child_ended(call.parent, id, outcome, as_503);
}

/// The caller is gone or no longer wants the answer: no more timers and retries; a try that is
/// under way runs on as wasted work.
void World::abandon_call(CallId id) {
    auto& call = calls_[id];
    if (call.state == CallState::falling_back) {
        drop_fallback(call);
    } else if (!call.site->plain) {
        rules_see_abandoned(call);
    }
    simulator_.cancel(call.timer);
    detach_try(id);
    forget_try(call);
    calls_.free(id);
}

}  // namespace models
