// Who handles which event, and what there is to take for granted on the way.
#include <algorithm>

#include "models/engine/level_control.hpp"
#include "models/engine/operators.hpp"
#include "sim/core/prefetch.hpp"

namespace models {

/// The life of a try comes first; whatever is rare is handled elsewhere, and kept out of line, so
/// that the common path has small frames and few registers to save.
void World::handle(const Event& event) {
    if (calm_) [[likely]]
        return live_on<Scene::calm>(event);
    handle_unusual(event);
}

void World::handle_unusual(const Event& event) {
    if (paused_ > 0 && waits_for_resume(event)) return;
    live_on<Scene::any>(event);
}

template <Scene scene>
void World::live_on(const Event& event) {
    const auto is = [&](EventKind kind) { return event.kind() == kind; };
    if (is(EventKind::work_done)) return work_done<scene>(AttemptId{event.subject()});
    if (is(EventKind::try_arrives)) return try_arrives<scene>(AttemptId{event.subject()});
    if (is(EventKind::reply_arrives)) return reply_arrives<scene>(AttemptId{event.subject()});
    if (is(EventKind::customer_arrives)) return customer_arrives<scene>(event.subject());
    if (is(EventKind::call_timer)) return call_timer(CallId{event.subject()});
    if (is(EventKind::retry_due)) return retry_due(CallId{event.subject()});
    if (is(EventKind::user_returns)) return user_returns(event.subject());
    handle_rare(event);
}

void World::prefetch(const Event& event, sim::Ahead ahead) const {
    const auto is = [&](EventKind kind) { return event.kind() == kind; };
    if (is(EventKind::work_done) || is(EventKind::try_arrives) || is(EventKind::reply_arrives)) {
        const auto& attempt = attempts_[AttemptId{event.subject()}];
        if (ahead == sim::Ahead::record) return sim::prefetch(attempt);
        // Of a cancelled event the record may belong to another try by now, or to none.
        if (!attempt.instance.valid()) return;
        const bool at_server = !is(EventKind::reply_arrives);
        if (ahead == sim::Ahead::named) return prefetch_named(attempt, at_server);
        if (ahead == sim::Ahead::behind) return prefetch_behind(attempt, at_server);
        return prefetch_last(attempt, at_server);
    }
    if (ahead != sim::Ahead::named) return;
    if (is(EventKind::customer_arrives)) {
        sim::prefetch(groups_[event.subject()]);
        sim::prefetch(model_.groups[event.subject()]);
    } else if (is(EventKind::call_timer) || is(EventKind::retry_due)) {
        sim::prefetch(calls_[CallId{event.subject()}]);
    }
}

void World::prefetch_station(InstanceId instance) const {
    sim::prefetch(stations_[instance.value]);
    sim::prefetch<StationAccount, StationAccount::kHot>(books_.accounts.stations[instance.value]);
}

/// What the record names itself.
void World::prefetch_named(const Attempt& attempt, bool at_server) const {
    if (attempt.call.valid()) sim::prefetch(calls_[attempt.call]);
    if (at_server) return prefetch_station(attempt.instance);
    sim::prefetch(books_.accounts.edges[attempt.edge]);
    std::get<EdgeRecorder>(metrics_).prefetch(attempt.edge);
    if (attempt.request.valid()) sim::prefetch(requests_[attempt.request]);
}

/// Who is next in the queue, who waits for the call, and its timer.
void World::prefetch_behind(const Attempt& attempt, bool at_server) const {
    if (at_server) {
        const auto& station = stations_[attempt.instance.value];
        if (station.line.head.valid()) sim::prefetch(attempts_[station.line.head]);
        if (station.line.tail.valid()) sim::prefetch(attempts_[station.line.tail]);
        const auto so_far = std::max(sim::Duration{}, simulator_.now() - attempt.arrived);
        std::get<ServiceRecorder>(metrics_).prefetch(service_of(attempt.instance), so_far);
    }
    if (!attempt.call.valid()) return;
    const auto& call = calls_[attempt.call];
    if (call.parent.valid()) sim::prefetch(attempts_[call.parent]);
    if (at_server) return;
    simulator_.prefetch(call.timer);
    if (!call.balancer.valid()) return;
    // The call may be another one by now, to another service.
    const auto& balancer = balancers_[call.balancer.value];
    if (balancer.knows(attempt.instance)) sim::prefetch(balancer.tries_at(attempt.instance));
}

/// What the caller's own try names, which may be over with this call.
void World::prefetch_last(const Attempt& attempt, bool at_server) const {
    if (!attempt.call.valid()) return;
    const auto& call = calls_[attempt.call];
    if (!call.parent.valid()) return;
    const auto& parent = attempts_[call.parent];
    if (parent.call.valid()) sim::prefetch(calls_[parent.call]);
    if (!at_server && parent.instance.valid()) prefetch_station(parent.instance);
}

std::optional<sim::LimitExceeded> World::advance(sim::SimTime until) {
    return simulator_.run(until, *this);
}

/// Nothing of what a calm scene leaves out can be there before the next rare event.
bool World::is_calm() const {
    const bool nothing_strikes = is_nominal_ && work_is_usual_ && paused_ == 0 &&
                                 instances_off_ == 0 && half_open_.empty() && !strays_ &&
                                 wrong_addresses_ == 0;
    const bool nobody_acts =
        board_.sheds_customers == 0 && board_.sheds_tries == 0 && board_.stops_calls == 0;
    const bool nobody_looks = tracer_ == nullptr && waiting_probes_.empty() &&
                              load_meters_.empty() && deployments_.empty();
    const bool plain = !names_.any() && !told_levels_.any() && replica_levels_.empty() &&
                       !weighs_messages_ && !quorums_ && !notes_writes_ && !waits_for_replicas_;
    return nothing_strikes && nobody_acts && nobody_looks && plain;
}

void World::handle_rare(const Event& event) {
    handle_by_kind(event);
    calm_ = is_calm();
}

void World::handle_by_kind(const Event& event) {
    switch (event.kind()) {
        case EventKind::customer_presses:
        case EventKind::extra_customer:
            return customers_act(event);
        case EventKind::customer_arrives:
        case EventKind::try_arrives:
        case EventKind::work_done:
        case EventKind::reply_arrives:
        case EventKind::call_timer:
        case EventKind::retry_due:
        case EventKind::user_returns:  // not rare
            break;
        case EventKind::fault_starts:
        case EventKind::fault_ends:
        case EventKind::occurrence_due:
        case EventKind::occurrence_ends:
        case EventKind::ramp_step:
        case EventKind::hang_due:
            return visit_changes(event);
        case EventKind::probe_due:
        case EventKind::probe_arrives:
        case EventKind::probe_passed:
        case EventKind::probe_failed:
            return probe_changes(event);
        case EventKind::second_begins:
            return begin_second(event.subject());
        case EventKind::permit_due:
        case EventKind::place_granted:
        case EventKind::fallback_done:
        case EventKind::losers_told:
            return call_goes_on(event.kind(), CallId{event.subject()});
        case EventKind::hedge_due:
        case EventKind::hedge_timer:
        case EventKind::outlier_sweep:
        case EventKind::connection_closed:
        case EventKind::lookup_answered:
        case EventKind::hold_ends:
        case EventKind::cores_done:
        case EventKind::cancellation_arrives:
        case EventKind::visibility_ended:
        case EventKind::wait_over:
            return tries_go_on(event);
        case EventKind::instance_restarted:
        case EventKind::drain_over:
        case EventKind::deregistered:
        case EventKind::process_crashes:
        case EventKind::warmed_up:
        case EventKind::consumer_dies:
        case EventKind::lease_over:
        case EventKind::old_primary_notices:
            return process_changes(event.kind(), InstanceId{event.subject()});
        case EventKind::failover_done:
        case EventKind::failover_detected:
        case EventKind::primary_published:
            return role_changes(event.kind(), ServiceId{event.subject()});
        case EventKind::fleet_sampled:
        case EventKind::replica_started:
        case EventKind::levels_looked_at:
        case EventKind::rollout_due:
        case EventKind::rollout_step:
        case EventKind::rollout_look:
        case EventKind::rollout_decided:
        case EventKind::region_looked_at:
        case EventKind::action_due:
        case EventKind::action_over:
            return responders_act(event);
    }
    SIM_ASSERT(false);
}

void World::call_goes_on(EventKind kind, CallId id) {
    if (kind == EventKind::permit_due) return start_try(id);
    if (kind == EventKind::place_granted) return place_granted(id);
    if (kind == EventKind::fallback_done) return fallback_done(id);
    losers_told(id);
}

/// What answers trouble by itself, and who does by hand.
void World::responders_act(const Event& event) {
    const auto is = [&](EventKind kind) { return event.kind() == kind; };
    if (is(EventKind::fleet_sampled)) return fleet_sampled(event.subject());
    if (is(EventKind::replica_started)) return replica_started(InstanceId{event.subject()});
    if (is(EventKind::region_looked_at)) return region_looked_at(event.subject());
    if (is(EventKind::levels_looked_at)) {
        return LevelControl{*this}.look(ServiceId{event.subject()});
    }
    if (is(EventKind::action_due) || is(EventKind::action_over)) {
        return Operators{*this}.act_now(event);
    }
    deployments_change(event);
}

/// Where they are sent from, or where they have come to.
void World::tries_go_on(const Event& event) {
    if (event.kind() == EventKind::connection_closed) {
        return connection_closed(ClosingId{event.subject()});
    }
    if (event.kind() == EventKind::outlier_sweep) return outlier_sweep(event.subject());
    if (event.kind() == EventKind::hedge_due) return hedge_due(HedgingId{event.subject()});
    if (event.kind() == EventKind::hedge_timer) return hedge_timer(event.subject());
    if (event.kind() == EventKind::lookup_answered) return lookup_answered(event.subject());
    server_goes_on(event);
}

void World::server_goes_on(const Event& event) {
    const AttemptId attempt{event.subject()};
    if (event.kind() == EventKind::hold_ends) return hold_ends(attempt);
    if (event.kind() == EventKind::cancellation_arrives) return cancellation_arrives(attempt);
    if (event.kind() == EventKind::wait_over) return wait_over(attempt);
    if (event.kind() == EventKind::cores_done) return cores_done(InstanceId{event.subject()});
    visibility_ended(MessageId{event.subject()});
}

void World::customers_act(const Event& event) {
    if (event.kind() == EventKind::extra_customer) return extra_customer(event.subject());
    customer_presses(PressId{event.subject()});
}

}  // namespace models
