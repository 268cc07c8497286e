// Hedged calls: several tries of one call at once, and the first good answer wins. The first try is
// `call.current` (lane 0); the others have lanes of their own in a side record, so that a call
// without hedges pays nothing. A hedge passes the same gates as a try, but never waits at one.
//
//   mode             | another try is sent
//   hedged           | after `delay` each time, and at once when one has failed
//   tied             | after `delay`; the server that begins first cancels the other, in its queue
//   onPerTryTimeout  | when a try's time is up, as a retry, without giving the try up (Envoy)
//   onCompletion     | when all before have failed (Polly: a negative delay)
//
// A failure that is fatal for hedging ends them all. When the last open try has failed, the call is
// where a call without hedges is after its try: it may retry.
#include <algorithm>

#include "models/engine/tracing.hpp"

namespace models {

Event World::timer_event(CallId id, std::uint32_t lane) const {
    if (lane == 0) return {EventKind::call_timer, id.value};
    return {EventKind::hedge_timer, (calls_[id].hedging.value << 3) | lane};
}

const Hedge& World::hedge_of(const Call& call) { return std::get<Hedge>(*call.policy->hedge); }

Hedge::State& World::hedge_state(const Call& call) {
    auto& state = hedge_states_.at(caller_of(call), call.site->slot(ClientRule::hedge),
                                   [&] { return initial_state(*call.policy->hedge); });
    return std::get<Hedge::State>(state);
}

void World::open_hedging(CallId id) {
    auto& call = calls_[id];
    call.hedging = hedgings_.allocate();
    auto& hedging = hedgings_[call.hedging];
    hedging.call = id;
    hedging.open = 1;
    note_sent(call);
}

void World::note_sent(const Call& call) {
    const auto& hedge = hedge_of(call);
    const auto delay = current_time(hedge.delay, hedge_state(call).latency, simulator_.now());
    hedgings_[call.hedging].clock.on_sent(hedge, simulator_.now(), delay);
    set_hedge_timer(call);
}

/// The event of the next hedge follows the clock.
void World::set_hedge_timer(const Call& call) {
    auto& hedging = hedgings_[call.hedging];
    simulator_.cancel(hedging.next);
    const auto due = std::max(hedging.clock.due, simulator_.now());
    if (due == sim::kNever || due >= call.deadline) return;
    hedging.next =
        simulator_.at(due, {EventKind::hedge_due, call.hedging.value}, sim::EventClass::timer);
}

void World::hedge_due(HedgingId id) {
    auto& hedging = hedgings_[id];
    hedging.next = sim::EventHandle{};
    hedging.clock.due = sim::kNever;
    const CallId call_id = hedging.call;
    launch_hedge(call_id);
    if (is_hedged(call_id, id) && hedging.open == 0 && !hedging.next.valid()) {
        give_up_hedging(call_id, hedging.last);
    }
}

/// Whether the call still is what the record is about: its tries may end while they begin.
bool World::is_hedged(CallId call, HedgingId id) const {
    return hedgings_.is_live(id) && hedgings_[id].call == call;
}

void World::launch_hedge(CallId id) {
    auto& call = calls_[id];
    auto& hedging = hedgings_[call.hedging];
    Try one;
    if (hedging.used >= HedgingRecord::kMost || !pay_for_hedge(call, one)) return;
    ++call.tries;
    ++call.hedges;
    one.is_repeat = true;
    one.began = simulator_.now();
    one.ends = try_deadline(call);
    note_sent(call);
    if (call.site->gated && !hedge_passes(call, one)) return refuse_hedge(call, one);
    const std::uint32_t lane = ++hedging.used;
    ++hedging.open;
    hedging.extra[lane - 1] = one;
    note_try(call);
    if (tracer_ != nullptr) [[unlikely]]
        Tracing{*this}.try_begins(call, lane);
    notify(metrics_, HedgeStarted{call.edge, simulator_.now()});
    rules_see_try(call);
    send_hedge(id, lane);
}

void World::send_hedge(CallId id, std::uint32_t lane) {
    auto& call = calls_[id];
    auto& one = try_at(call, lane);
    if (one.ends != sim::kNever) {
        timer_at(call, lane) =
            simulator_.at(one.ends, timer_event(id, lane), sim::EventClass::timer);
    }
    one.sent = true;
    one.sent_at = simulator_.now();
    const InstanceId instance = choose_for_hedge(id);
    if (!instance.valid()) return lane_ended(id, lane, {Outcome::no_healthy_instance});
    if (told_levels_.any() && sheds_early(call, instance)) {
        return lane_ended(id, lane, {Outcome::shed});
    }
    count_try(call, one, instance);
    send_try(call, instance, lane);
}

/// Both the budget of the hedges and, where hedges pay it, that of the retries have a say (FIN-BRF,
/// A6).
bool World::pay_for_hedge(Call& call, Try& one) {
    const RetryRequest request{simulator_.now()};
    const auto& own = hedge_of(call).budget;
    const auto& retries = call.policy->retry_budget;
    one.paid_hedge = own && budget_withdraw(*own, *hedge_state(call).budget, request).has_value();
    const bool asks = retries && hedge_of(call).pays(*retries);
    const bool may = !own || one.paid_hedge;
    one.paid = may && asks && budget_withdraw(*retries, budget_state(call), request).has_value();
    if (may && (!asks || one.paid)) return true;
    if (one.paid_hedge) budget_on_retry_end(*own, *hedge_state(call).budget);
    notify(metrics_, RetryDenied{call.edge, simulator_.now()});
    return false;
}

/// A hedge that would have to wait is not worth sending.
bool World::hedge_passes(const Call& call, Try& one) {
    const auto& policy = *call.policy;
    if (refusal_of(call, one)) return false;
    if (policy.rate_limit) {
        const auto wait =
            rate_acquire(*policy.rate_limit, rate_state(call), simulator_.now(), sim::Duration{});
        if (!wait || wait->ns > 0) return false;
    }
    if (policy.bulkhead && !call.site->limits_call) {
        auto& bulkhead = bulkhead_of(call);
        const auto ask = ask_for_place(call, bulkhead);
        if (limit_arrive(*policy.bulkhead, bulkhead.rule, ask) != LimitVerdict::start) return false;
        hold_place(call, one, bulkhead);
    }
    if (policy.pool && !open_stream(call, one)) return false;
    return !names_.any() || knows_name_now(call, one);
}

/// It is not sent, which says nothing about the tries that are under way.
void World::refuse_hedge(Call& call, Try& one) {
    pass_back(call, one, nullptr);
    give_payment_back(call, one);
    --call.tries;
    --call.hedges;
}

/// Another replica than the open tries have, where there is one.
InstanceId World::choose_for_hedge(CallId id) {
    const auto& call = calls_[id];
    const InstanceId chosen = choose_instance(call);
    if (!chosen.valid() || !hedge_of(call).distinct_hosts || !call.site->plain_balancing ||
        !is_taken(call, chosen)) {
        return chosen;
    }
    const auto& siblings = model_.topology[model_.topology[chosen].service].instances;
    const auto& local = routing_.candidates(observer_of(call), model_.topology[chosen].service);
    const auto first = std::find(local.begin(), local.end(), chosen);
    if (first == local.end() || siblings.size() == 1) return chosen;
    for (std::size_t i = 1; i < local.size(); ++i) {
        const auto next = (static_cast<std::size_t>(first - local.begin()) + i) % local.size();
        if (!is_taken(call, local[next])) return local[next];
    }
    return chosen;
}

bool World::is_taken(const Call& call, InstanceId instance) const {
    const auto& hedging = hedgings_[call.hedging];
    if (call.current.counted && call.current.instance == instance) return true;
    return std::any_of(hedging.extra.begin(), hedging.extra.begin() + hedging.used,
                       [&](const Try& one) { return one.counted && one.instance == instance; });
}

/// The time of a hedge is up.
void World::hedge_timer(std::uint32_t subject) {
    const HedgingId hedging{subject >> 3};
    const std::uint32_t lane = subject & 7U;
    const CallId id = hedgings_[hedging].call;
    auto& call = calls_[id];
    auto& one = try_at(call, lane);
    timer_at(call, lane) = sim::EventHandle{};
    if (keep_waiting(id, lane)) return;
    const Ending ending = out_of_time(call, one);
    detach_try(call, one);
    lane_ended(id, lane, ending);
}

/// Envoy's hedge on a per-try timeout: another try is sent, and this one may still answer.
bool World::keep_waiting(CallId id, std::uint32_t lane) {
    auto& call = calls_[id];
    if (!call.hedging.valid() || simulator_.now() >= call.deadline) return false;
    if (hedge_of(call).mode != HedgeMode::on_per_try_timeout) return false;
    auto& clock = hedgings_[call.hedging].clock;
    clock.on_per_try_timeout(hedge_of(call), simulator_.now());
    if (clock.due != simulator_.now()) return false;
    auto& one = try_at(call, lane);
    one.ends = call.deadline;
    if (one.ends != sim::kNever) {
        timer_at(call, lane) =
            simulator_.at(one.ends, timer_event(id, lane), sim::EventClass::timer);
    }
    set_hedge_timer(call);
    return true;
}

void World::lane_ended(CallId id, std::uint32_t lane, const Ending& ending) {
    auto& call = calls_[id];
    auto& hedging = hedgings_[call.hedging];
    close_try(call, lane, ending);
    --hedging.open;
    hedging.last = ending;
    if (ending.success()) return win(id, ending);
    const auto& hedge = hedge_of(call);
    if (!hedge.non_fatal.covers(ending.outcome, ending.as_503)) {
        return give_up_hedging(id, ending);
    }
    if (ending.hint) {
        const bool stop = ending.hint->ns < 0;
        hedging.clock.on_pushback(hedge, simulator_.now(), stop ? std::nullopt : ending.hint);
    } else if (hedge.mode != HedgeMode::on_per_try_timeout) {
        hedging.clock.on_non_fatal(hedge, simulator_.now());
    }
    set_hedge_timer(call);
    if (hedging.open == 0 && !hedging.next.valid()) give_up_hedging(id, ending);
}

/// The others are given up. Polly's callers learn of the success when the losers have said that
/// they stop: a round trip later.
void World::win(CallId id, const Ending& ending) {
    auto& call = calls_[id];
    auto& hedging = hedgings_[call.hedging];
    sim::Duration wait{};
    if (hedge_of(call).cancel_losers == CancelLosers::wait) {
        for (std::uint32_t lane = 0; lane <= hedging.used; ++lane) {
            const auto& one = try_at(call, lane);
            if (!one.open || !one.attempt.valid()) continue;
            wait = std::max(wait, round_trip(attempts_[one.attempt]));
        }
    }
    hedging.last = ending;
    drop_lanes(id);
    if (wait.ns == 0) return losers_told(id);
    call.timer = after(wait, {EventKind::losers_told, id.value});
}

void World::losers_told(CallId id) {
    auto& call = calls_[id];
    call.timer = sim::EventHandle{};
    const Ending ending = hedgings_[call.hedging].last;
    close_hedging(id);
    end_call(id, ending);
}

/// No try is left that could still answer.
void World::give_up_hedging(CallId id, Ending ending) {
    close_hedging(id);
    try_again_or_end(calls_[id], ending);
}

/// Every try that has not ended is given up.
void World::drop_lanes(CallId id) {
    auto& call = calls_[id];
    auto& hedging = hedgings_[call.hedging];
    simulator_.cancel(hedging.next);
    leave_any_line(id);
    for (std::uint32_t lane = 0; lane <= hedging.used; ++lane) drop_lane(call, lane);
}

void World::close_hedging(CallId id) {
    drop_lanes(id);
    auto& call = calls_[id];
    hedgings_.free(call.hedging);
    call.hedging = HedgingId{};
}

/// A try whose answer nobody wants any more.
void World::drop_lane(Call& call, std::uint32_t lane) {
    auto& one = try_at(call, lane);
    if (!one.open) return;
    one.open = false;
    if (tracer_ != nullptr) [[unlikely]]
        Tracing{*this}.try_dropped(call, lane, SpanEnd::given_up);
    ++account_of(call).tries_dropped;
    simulator_.cancel(timer_at(call, lane));
    rules_see_dropped(call, one);
    const bool tell = hedge_of(call).cancel_losers != CancelLosers::no;
    if (tell && one.attempt.valid() && call.policy->cancel == Cancellation::none) {
        send_cancellation(one.attempt, Cancellation::immediate);
    }
    detach_try(call, one);
    if (!call.site->plain_balancing) balancers_see_dropped(call, one);
    forget_try(call, one);
}

/// The try is gone without an answer, or was never sent, and its caller need not wait for it.
void World::withdraw_lane(CallId id, std::uint32_t lane) {
    auto& call = calls_[id];
    auto& one = try_at(call, lane);
    auto& hedging = hedgings_[call.hedging];
    one.open = false;
    if (tracer_ != nullptr) [[unlikely]]
        Tracing{*this}.try_dropped(call, lane, SpanEnd::cancelled);
    ++account_of(call).tries_dropped;
    one.attempt = AttemptId{};
    simulator_.cancel(timer_at(call, lane));
    rules_see_dropped(call, one);
    if (!call.site->plain_balancing) balancers_see_dropped(call, one);
    forget_try(call, one);
    --hedging.open;
    if (hedging.open == 0 && !hedging.next.valid()) give_up_hedging(id, hedging.last);
}

/// A tied try has begun at its server, which tells the other one.
void World::tell_twin(AttemptId id) {
    const auto& attempt = attempts_[id];
    if (!attempt.call.valid() || !calls_[attempt.call].hedging.valid()) return;
    auto& call = calls_[attempt.call];
    if (hedge_of(call).mode != HedgeMode::tied) return;
    const auto used = hedgings_[call.hedging].used;
    for (std::uint32_t lane = 0; lane <= used; ++lane) {
        const auto& other = try_at(call, lane);
        if (lane == attempt.lane || !other.open || !other.attempt.valid()) continue;
        auto& twin = attempts_[other.attempt];
        if (twin.cancellation.valid()) continue;
        const auto here = zone_of(attempt.instance);
        const auto there = zone_of(twin.instance);
        sim::Duration delay{};
        if (here.valid() && there.valid()) {  // a bought-in service is in no zone
            delay = std::max(fixed_delay_[way_between(here, there)], delay);
        }
        twin.cancel = Cancellation::never;  // one that works goes on: it may be the first to answer
        twin.cancellation = after(delay, {EventKind::cancellation_arrives, other.attempt.value});
    }
}

}  // namespace models
