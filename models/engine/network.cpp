// Messages. A message is lost when it is sent from or to a place that is cut off at that instant;
// one that is already on the way arrives.
#include <algorithm>

#include "models/engine/tracing.hpp"

namespace models {

template <Scene scene>
void World::send_try(Call& call, InstanceId instance, std::uint32_t lane) {
    auto& one = try_at(call, lane);
    // Before all else, because the place of its end among the pending events is soon to be found,
    // which no processor can guess; but after a replica was chosen, for the same reason.
    const auto path = attempt_path(call.path, static_cast<std::uint64_t>(call.tries));
    const auto work = drawn_work(call, path);
    const auto [attempt_id, attempt] = attempts_.make();
    peak_in_flight_ = std::max(peak_in_flight_, attempts_.live());
    static_cast<Sender&>(attempt) = call.sender;
    attempt.self = attempt_id;
    attempt.call = attempt.origin = call.self;
    attempt.origin_path = call.path;
    attempt.number = call.number;
    attempt.path = path;
    attempt.instance = instance;
    attempt.endpoint = call.endpoint;
    attempt.work = work;
    attempt.edge = call.edge;
    if (attempt.delivering) attempt.poison = messages_[attempts_[call.parent].message].poison;
    attempt.first = call.tries == 1 && lane == 0;
    attempt.priority = call.priority;
    attempt.lane = static_cast<std::uint8_t>(lane);
    attempt.hedged = call.hedging.valid();
    one.attempt = attempt_id;
    attempt.arrived = simulator_.now();
    if (rarely<scene>(tracer_ != nullptr)) Tracing{*this}.try_sent(attempt_id);
    if (call.policy->pass_deadline_down) attempt.deadline = one.ends;
    if (rarely<scene>(names_.any()) && goes_astray(attempt_id)) return;
    if (rarely<scene>(!half_open_.empty()) && rides_dead_connection(call, one, attempt)) {
        one.unopened = true;  // nobody uses it again
        return lose_try(attempt_id);
    }
    if (rarely<scene>(instances_off_ > 0) && finds_nobody(call, instance)) {
        return lose_connection(attempt_id);
    }
    if (rarely<scene>(!is_nominal_) && !gets_through(attempt_id)) return;
    auto delay = message_delay<scene>(attempt, true);
    if (rarely<scene>(!is_nominal_)) {
        delay = sim::saturated_add(delay, wait_for_links(attempt, true));
    }
    if (one.fresh)
        delay = sim::saturated_add(
            delay, sim::saturated_add(call.policy->pool->setup, round_trip(attempt)));
    if (rarely<scene>(weighs_messages_)) weigh_message(attempt, true);
    simulator_.post_usual(sim::saturated_add(simulator_.now(), delay),
                          {EventKind::try_arrives, attempt_id.value});
}

template void World::send_try<Scene::calm>(Call&, InstanceId, std::uint32_t);
template void World::send_try<Scene::any>(Call&, InstanceId, std::uint32_t);

/// False when faults keep the try from being sent; its end is on its way then, if it has one.
bool World::gets_through(AttemptId id) {
    auto& attempt = attempts_[id];
    const auto fate = fate_of(attempt, true);
    if (fate.lost || cut_off(attempt)) {
        lose_connection(id);
    } else if (fate.refused) {
        answer_at_caller(id, Outcome::refused, round_trip(attempt));
    } else if (fate.reset) {
        answer_at_caller(id, Outcome::reset,
                         sim::saturated_add(network_delay(attempt, true), *fate.reset));
    } else if (fate.answer) {
        answer_at_caller(id, fail_as(attempt, *fate.answer), sim::Duration{});
    } else {
        return !rejects_credentials(id);
    }
    return false;
}

sim::Duration World::round_trip(const Attempt& attempt) const {
    return sim::saturated_add(message_delay(attempt, true), message_delay(attempt, false));
}

/// The caller learns after `when` without the server having had anything to do with it.
void World::answer_at_caller(AttemptId id, Outcome outcome, sim::Duration when) {
    auto& attempt = attempts_[id];
    attempt.outcome = outcome;
    attempt.state = AttemptState::to_caller;
    after(when, {EventKind::reply_arrives, id.value});
}

template <Scene scene>
void World::send_reply(Attempt& attempt) {
    const AttemptId id = attempt.self;
    attempt.state = AttemptState::to_caller;
    if (rarely<scene>(tracer_ != nullptr)) Tracing{*this}.replies(id);
    if (rarely<scene>(!deployments_.empty())) deployments_see_answer(attempt);
    if (rarely<scene>(!load_meters_.empty())) stamp_load(id);
    if (rarely<scene>(told_levels_.any())) tell_level(attempt);
    if (!attempt.call.valid()) return free_attempt<scene>(attempt);  // nobody waits for it
    if (rarely<scene>(notes_writes_ || strays_)) note_write(attempt);
    auto delay = message_delay<scene>(attempt, false);
    if (rarely<scene>(!is_nominal_)) {
        const auto fate = fate_of(attempt, false);
        if (fate.lost || cut_off(attempt)) return lose_try(id);
        delay = sim::saturated_add(delay, wait_for_links(attempt, false));
        if (fate.reset) {
            attempt.outcome = Outcome::reset;
            delay = sim::saturated_add(delay, *fate.reset);
        }
    }
    if (rarely<scene>(weighs_messages_)) weigh_message(attempt, false);
    simulator_.post_usual(sim::saturated_add(simulator_.now(), delay),
                          {EventKind::reply_arrives, id.value});
}

template void World::send_reply<Scene::calm>(Attempt&);
template void World::send_reply<Scene::any>(Attempt&);

template <Scene scene>
void World::reply_arrives(AttemptId id) {
    auto& attempt = attempts_[id];
    const CallId call_id = attempt.call;
    Ending ending;
    ending.outcome = attempt.outcome;
    ending.as_503 = attempt.as_503;
    ending.quality = attempt.quality;
    const std::uint32_t lane = attempt.lane;
    if (rarely<scene>(!load_meters_.empty()) && call_id.valid()) load_report_arrives(id);
    if (rarely<scene>(told_levels_.any()) && call_id.valid()) level_arrives(attempt);
    if (!is_success(attempt.outcome)) ending.hint = hint_of(attempt);
    if (rarely<scene>(tracer_ != nullptr) && !call_id.valid()) {
        Tracing{*this}.says(id, TraceStep::late_reply);
    }
    free_attempt<scene>(attempt);
    if (!call_id.valid()) return;  // late: dropped
    auto& call = calls_[call_id];
    try_at(call, lane).attempt = AttemptId{};
    if (lane > 0) return lane_ended(call_id, lane, ending);
    try_ended<scene>(call, ending);
}

template void World::reply_arrives<Scene::calm>(AttemptId);
template void World::reply_arrives<Scene::any>(AttemptId);

/// A replica without power does not take a connection either.
bool World::finds_nobody(const Call& call, InstanceId instance) const {
    const auto& station = stations_[instance.value];
    return call.policy->connect_timeout != sim::kForever && station.state != InstanceState::up &&
           station.last_power == Power::lost;
}

/// Nobody is there to connect to: the caller learns after its connect timeout, if it has one.
void World::lose_connection(AttemptId id) {
    const CallId call_id = attempts_[id].call;
    const std::uint32_t lane = attempts_[id].lane;
    lose_try(id);
    auto& call = calls_[call_id];
    if (call.policy->connect_timeout == sim::kForever) return;
    const auto end = sim::saturated_add(simulator_.now(), call.policy->connect_timeout);
    auto& one = try_at(call, lane);
    if (end > one.ends) return;
    one.ends = end;
    one.connecting = true;
    auto& timer = timer_at(call, lane);
    simulator_.cancel(timer);
    timer = simulator_.at(end, timer_event(call_id, lane), sim::EventClass::timer);
}

/// The try is gone without a word: only the caller's timer will tell.
void World::lose_try(AttemptId id) {
    if (tracer_ != nullptr) [[unlikely]]
        Tracing{*this}.lost(id);
    const CallId call = attempts_[id].call;
    if (call.valid()) {
        auto& one = try_at(calls_[call], attempts_[id].lane);
        one.attempt = AttemptId{};
        one.lost = true;
    }
    free_attempt(id);
}

/// By distance, of which a bought-in service has none: its latency is what its callers see of it.
sim::Duration World::network_delay(const Attempt& attempt, bool to_server) const {
    const auto server_zone = zone_of(attempt.instance);
    sim::Duration delay{};
    if (server_zone.valid()) {
        const auto from = to_server ? attempt.caller_zone : server_zone;
        const auto to = to_server ? server_zone : attempt.caller_zone;
        const auto way = way_between(from, to);
        delay = fixed_delay_[way];
        if (delay.ns < 0) delay = drawn_delay(attempt, to_server, way);
    }
    if (attempt.outside) delay = sim::saturated_add(delay, model_.groups[attempt.group].access);
    return delay;
}

sim::Duration World::drawn_delay(const Attempt& attempt, bool to_server, std::size_t way) const {
    sim::KeyedRng rng(network_, attempt.number, to_server ? attempt.path : ~attempt.path);
    return model_.topology.delays[model_.topology.delay_between[way]].draw(rng);
}

template <Scene scene>
sim::Duration World::message_delay(const Attempt& attempt, bool to_server) const {
    const auto delay = network_delay(attempt, to_server);
    if (!rarely<scene>(!is_nominal_)) return delay;
    return sim::saturated_add(delay, injected_delay(attempt, to_server));
}

template sim::Duration World::message_delay<Scene::any>(const Attempt&, bool) const;

/// A message that is on its way, if it goes to another zone and somebody knows its size. Customers
/// and bought-in services are outside every zone; a failure weighs nothing.
void World::weigh_message(const Attempt& attempt, bool to_server) {
    const auto server_zone = zone_of(attempt.instance);
    const auto caller_zone = attempt.caller_zone;
    if (attempt.outside || !server_zone.valid() || server_zone == caller_zone) return;
    if (!to_server && !is_success(attempt.outcome)) return;
    const auto& endpoint = model_.endpoints[attempt.endpoint.value];
    const auto& topology = model_.topology;
    notify(metrics_,
           MessageCrossed{attempt.edge, to_server ? endpoint.request_bytes : endpoint.reply_bytes,
                          !(topology[server_zone].region == topology[caller_zone].region),
                          simulator_.now()});
}

/// One of its two ends is in a zone without power; customers are outside every zone.
bool World::cut_off(const Attempt& attempt) const {
    const auto server_zone = zone_of(attempt.instance);
    if (server_zone.valid() && conditions_.zone_cut[server_zone.value] != 0) return true;
    return !attempt.outside && conditions_.zone_cut[attempt.caller_zone.value] != 0;
}

}  // namespace models
