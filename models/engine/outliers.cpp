// Outlier detection: one detector per balancer and rule. A sweep is scheduled only when one could
// change something, at the next whole multiple of the interval since time zero: without failures
// there are no events.
#include "models/engine/world.hpp"

namespace models {

std::uint32_t World::detector_for(const Call& call, ObserverId observer) {
    const auto group = model_.replica_rules[call.site->policy].detection;
    auto& known = balancers_[call.balancer.value].detectors;
    for (const auto& [rule, index] : known) {
        if (rule == group) return index;
    }
    const auto callee = model_.endpoints[call.endpoint.value].service;
    const auto& service = model_.topology[callee];
    OutlierDetector detector;
    detector.balancer = call.balancer;
    detector.observer = observer;
    detector.callee = callee;
    detector.rule = &*call.policy->outlier_detection;
    detector.stream =
        sim::RngStream(key_.seed, key_.replication,
                       model_.edges[call.edge].caller + "->" + service.name, "outliers");
    detector.stream.key = sim::hash_combine(detector.stream.key, observer_key(observer));
    detector.edge = counting_edge(model_, call.edge, BreakerScope::host);
    detector.noted_until = simulator_.now();
    detector.state = outlier_state(static_cast<std::uint32_t>(service.instances.size()));
    detector.checks_bring_back = model_.services[callee.value].health_check.has_value() &&
                                 ejection_rule(*detector.rule).active_check_unejects;
    const auto index = static_cast<std::uint32_t>(detectors_.size());
    detectors_.push_back(std::move(detector));
    known.emplace_back(group, index);
    return index;
}

void World::detector_sees(std::uint32_t index, std::uint32_t replica, HostResult result) {
    auto& detector = detectors_[index];
    const auto before = detector.state.ejected;
    outliers_on_result(*detector.rule, detector.state, replica, result, simulator_.now(),
                       detector.stream);
    if (detector.state.ejected != before) ejections_changed(index, before);
    const bool bad = result != HostResult::success && result != HostResult::ignored;
    if (bad && !detector.sweeping) schedule_sweep(index);
}

void World::schedule_sweep(std::uint32_t index) {
    auto& detector = detectors_[index];
    const auto interval = ejection_rule(*detector.rule).interval;
    const auto next = interval_number(simulator_.now(), interval) + 1;
    detector.sweeping = true;
    simulator_.at(sim::SimTime{next * interval.ns}, {EventKind::outlier_sweep, index});
}

void World::outlier_sweep(std::uint32_t index) {
    auto& detector = detectors_[index];
    const auto before = detector.state.ejected;
    const auto now = simulator_.now();
    detector.sweeping = false;
    outliers_sweep(*detector.rule, detector.state, now, detector.stream);
    // Whoever came back while another was ejected: the number alone does not tell.
    ejections_changed(index, before);
    const auto interval = interval_number(now, ejection_rule(*detector.rule).interval);
    if (detector.state.needs_sweep(interval)) schedule_sweep(index);
}

/// A replica that a health check may bring back keeps its checkers awake.
void World::ejections_changed(std::uint32_t index, std::uint32_t before) {
    auto& detector = detectors_[index];
    ++detector.version;
    note_ejected(detector, before);
    if (!detector.checks_bring_back) return;
    awaiting_check_ += detector.state.ejected - before;  // modulo 2^32: also downwards
    if (awaiting_check_ > 0) wake_checkers();
}

/// `replicas` were out since the last change.
void World::note_ejected(OutlierDetector& detector, std::uint32_t replicas) {
    const auto now = simulator_.now();
    if (replicas > 0) {
        notify(metrics_, ReplicasOut{detector.edge, detector.noted_until, now, replicas});
    }
    detector.noted_until = now;
    for (; detector.ejections_noted < detector.state.ejections; ++detector.ejections_noted) {
        notify(metrics_, ReplicaEjected{detector.edge, now});
    }
}

/// A passed check brings the replica back at once, in the view of the checker's place.
void World::check_ends_ejections(const Checker& checker) {
    const auto service = service_of(checker.instance);
    const auto replica = position_of(checker.instance);
    for (std::uint32_t i = 0; i < detectors_.size(); ++i) {
        auto& detector = detectors_[i];
        if (!detector.checks_bring_back || !(detector.observer == checker.observer)) continue;
        if (!(detector.callee == service) || !detector.state.hosts[replica].ejected) continue;
        const auto before = detector.state.ejected;
        detector.state.bring_back(replica, simulator_.now());
        ejections_changed(i, before);
    }
}

}  // namespace models
