// Health checks: one checker per (observer, replica). While nothing is wrong anywhere every probe
// passes, so checkers sleep, and wake at their own next instant when a fault changes something:
// the same views as if they had never slept, without the events.
#include <algorithm>

#include "models/engine/world.hpp"

namespace models {

void World::build_checkers() {
    const auto& topology = model_.topology;
    for (std::uint32_t i = 0; i < topology.instances.size(); ++i) {
        const InstanceId id{i};
        const auto& config = model_.services[topology[id].service.value].health_check;
        if (!config) continue;
        for (std::uint32_t o = 0; o < routing_.observers(); ++o) {
            const ObserverId observer{o};
            if (!observes(observer, topology[id].service)) continue;
            const bool region = o >= topology.zones.size();
            const auto& place =
                region ? topology[routing_.region_of(observer)].name : topology.zones[o].name;
            const sim::RngStream stream(key_.seed, key_.replication, topology[id].name,
                                        "probe phase");
            sim::KeyedRng rng(stream, region ? 1 : 0, sim::hash_text(place));
            const auto phase = rng.unit() * config->interval.seconds();
            Checker checker{observer, id, sim::from_seconds(phase)};
            const auto delay = probe_delay(checker);
            if (delay > config->timeout - delay) {  // too far away to answer in time, ever
                routing_.set_health(observer, id, false, simulator_.now());
                ++never_healthy_;
                continue;
            }
            checkers_.push_back(checker);
            if (!config->needs_slot) continue;
            checkers_.back().awake = true;  // overload needs no fault
            schedule_probe(static_cast<std::uint32_t>(checkers_.size() - 1));
        }
    }
}

/// Part of a draw's key: by name, so that another zone in the file moves nothing.
std::uint64_t World::observer_key(ObserverId observer) const {
    const auto zones = model_.topology.zones.size();
    if (observer.value < zones) return sim::hash_text(model_.topology.zones[observer.value].name);
    return ~sim::hash_text(model_.topology[routing_.region_of(observer)].name);
}

/// Zones ask about what some service there calls, regions about their customers' entry.
bool World::observes(ObserverId observer, ServiceId service) const {
    const auto& topology = model_.topology;
    if (observer.value >= topology.zones.size()) {
        const RegionId region = routing_.region_of(observer);
        if (routing_.is_steered(observer)) return steers_to(region, service);
        for (const auto& group : model_.groups) {
            if (group.region == region && group.entry == service) return true;
        }
        return false;
    }
    for (const auto& edge : model_.edges) {
        if (!edge.caller_service.valid()) continue;
        if (!(model_.endpoints[edge.endpoint.value].service == service)) continue;
        for (const InstanceId caller : topology[edge.caller_service].instances) {
            if (topology[caller].zone.value == observer.value) return true;
        }
    }
    return false;
}

void World::wake_checkers() {
    for (std::uint32_t i = 0; i < checkers_.size(); ++i) {
        if (checkers_[i].awake || !serves(checkers_[i].instance)) continue;
        checkers_[i].awake = true;
        schedule_probe(i);
    }
}

/// At phase + k * interval: the first such instant after the present one, or at it when the checker
/// has just been woken.
void World::schedule_probe(std::uint32_t index) {
    auto& checker = checkers_[index];
    const auto interval = config_of(checker).interval.ns;
    const auto since = simulator_.now().ns - checker.phase.ns;
    auto turns = since / interval;
    if (turns * interval < since) ++turns;
    sim::SimTime due{checker.phase.ns + turns * interval};
    if (checker.probes > 0 && due <= simulator_.now()) due = due + sim::Duration{interval};
    simulator_.at(due + probe_jitter(checker, due), {EventKind::probe_due, index});
}

/// Below the interval, so that probes keep their order and the instants between them do not drift.
sim::Duration World::probe_jitter(const Checker& checker, sim::SimTime due) const {
    const auto& config = config_of(checker);
    if (config.jitter.ns == 0) return {};
    const sim::RngStream stream(key_.seed, key_.replication, model_.topology[checker.instance].name,
                                "probe jitter");
    const auto moment = static_cast<std::uint64_t>(due.ns);
    sim::KeyedRng rng(stream, 0, sim::hash_combine(observer_key(checker.observer), moment));
    const auto most = std::min(config.jitter, config.interval);
    return {static_cast<std::int64_t>(rng.unit() * static_cast<double>(most.ns))};
}

bool World::all_quiet() const {
    return is_nominal_ && instances_off_ == 0 && routing_.unhealthy() == never_healthy_ &&
           awaiting_check_ == 0;
}

void World::probe_changes(const Event& event) {
    if (event.kind() == EventKind::probe_due) return probe_due(event.subject());
    if (event.kind() == EventKind::probe_arrives) return probe_arrives(event.subject());
    probe_result(event.subject(), event.kind() == EventKind::probe_passed);
}

void World::probe_due(std::uint32_t index) {
    auto& checker = checkers_[index];
    const auto& config = config_of(checker);
    const bool quiet = all_quiet() && !config.needs_slot;
    if ((quiet || !serves(checker.instance)) && checker.open == 0) {
        checker.awake = false;
        checker.in_a_row = 0;
        checker.probes = 0;
        return;
    }
    ++checker.probes;
    schedule_probe(index);
    const auto grace_ends = processes_[checker.instance.value].started + config.initial_delay;
    const bool runs = stations_[checker.instance.value].state == InstanceState::up;
    if (runs && simulator_.now() < grace_ends) return;
    ++checker.open;
    const auto delay = probe_delay(checker);
    const auto timeout = config.timeout;
    if (probe_lost(checker) || delay > timeout) {
        simulator_.after(timeout, {EventKind::probe_failed, index});
    } else {
        simulator_.after(delay, {EventKind::probe_arrives, index});
    }
}

void World::probe_arrives(std::uint32_t index) {
    const auto& checker = checkers_[index];
    const InstanceId id = checker.instance;
    const auto& config = config_of(checker);
    const auto& seen = (seen_by_checks_ ? *seen_by_checks_ : conditions_).instances[id.value];
    const auto delay = probe_delay(checker);
    const auto left = config.timeout - delay;
    const bool runs = runs_for_checks(id);
    const bool listens = runs && !seen.closed && !seen.leaving;
    const bool refused = !listens && (runs || stations_[id.value].last_power == Power::crashed);
    const bool answers = !seen.paused && (listens || refused) && !probe_lost(checker);
    if (!answers || delay > left) {
        simulator_.after(left, {EventKind::probe_failed, index});
        return;
    }
    bool passes = listens;
    if (seen.fails_probes) passes = false;
    if (passes && config.kind == CheckDepth::deep) passes = depends_on_nothing_dead(id);
    if (passes && config.needs_slot && !has_free_slot(id)) {
        passes = !queue_is_full(id);
        if (passes) return probe_waits(index, left);
    }
    simulator_.after(delay, {passes ? EventKind::probe_passed : EventKind::probe_failed, index});
}

/// Without power from a fault that checks do not see it seems to run.
bool World::runs_for_checks(InstanceId id) const {
    if (stations_[id.value].state == InstanceState::up) return true;
    if (!seen_by_checks_ || conditions_.instances[id.value].power == Power::on) return false;
    return seen_by_checks_->instances[id.value].power == Power::on;
}

void World::note_hidden_faults(std::vector<FaultStrike> strikes) {
    const auto hidden = std::erase_if(strikes, [&](const FaultStrike& strike) {
        return !model_.faults[strike.fault].seen_by_checks;
    });
    seen_by_checks_.reset();
    if (hidden == 0) return;
    seen_by_checks_ = conditions_under(model_.topology, model_.faults, strikes);
    if (!deployments_.empty()) mark_leaving(*seen_by_checks_);
}

/// Of every service that it has to call, some replica is healthy in its zone's view and answers.
bool World::depends_on_nothing_dead(InstanceId id) const {
    for (const auto& endpoint : model_.endpoints) {
        if (!(endpoint.service == service_of(id))) continue;
        for (const auto& step : endpoint.steps) {
            for (const auto& call : step.calls) {
                if (!call.optional && !answers_somebody(call.callee, zone_of(id))) return false;
            }
        }
    }
    return true;
}

bool World::answers_somebody(ServiceId callee, ZoneId from) const {
    for (const InstanceId id : model_.topology[callee].instances) {
        const auto zone = zone_of(id);
        const auto& conditions = conditions_.instances[id.value];
        const bool dark = (zone.valid() && conditions_.zone_cut[zone.value] != 0) ||
                          conditions.closed || conditions.paused;
        if (dark || stations_[id.value].state != InstanceState::up) continue;
        if (routing_.healthy(routing_.of_zone(from), id)) return true;
    }
    return false;
}

/// It stands in line like a request, and gives its slot back at once.
void World::probe_waits(std::uint32_t index, sim::Duration longest) {
    const auto& checker = checkers_[index];
    const auto failure = simulator_.after(longest, {EventKind::probe_failed, index});
    const auto latest = simulator_.now() + (longest - probe_delay(checker));
    waiting_probes_.push_back(
        {index, checker.instance, stations_[checker.instance.value].queued, latest, failure});
}

void World::probes_see_slot(InstanceId id) {
    const auto now = simulator_.now();
    for (auto& probe : waiting_probes_) {
        if (!(probe.instance == id) || now > probe.until) continue;
        probe.ahead = std::min(probe.ahead, stations_[id.value].queued);
        if (probe.ahead > 0) {
            --probe.ahead;
            continue;
        }
        const auto& checker = checkers_[probe.checker];
        if (!probe_lost(checker) && simulator_.cancel(probe.failure)) {
            simulator_.after(probe_delay(checker), {EventKind::probe_passed, probe.checker});
        }
        probe.until = kLongAgo;
    }
    std::erase_if(waiting_probes_, [&](const auto& probe) { return probe.until < now; });
}

void World::probe_result(std::uint32_t index, bool passed) {
    auto& checker = checkers_[index];
    --checker.open;
    if (!serves(checker.instance)) return;
    if (passed && awaiting_check_ > 0) check_ends_ejections(checker);
    if (!is_nominal_ && !sees(checker.observer)) return;
    const bool healthy = routing_.healthy(checker.observer, checker.instance);
    if (passed == healthy) {
        checker.in_a_row = 0;
        return;
    }
    const auto& config = config_of(checker);
    if (++checker.in_a_row < (passed ? config.pass_after : config.fail_after)) return;
    checker.in_a_row = 0;
    routing_.set_health(checker.observer, checker.instance, passed, simulator_.now());
    const auto service = service_of(checker.instance);
    notify(metrics_, ReplicaSeen{checker.instance, service, passed, simulator_.now()});
}

bool World::probe_lost(const Checker& checker) const {
    const auto& cut = (seen_by_checks_ ? *seen_by_checks_ : conditions_).zone_cut;
    if (cut[zone_of(checker.instance).value] != 0) return true;
    const bool in_zone = checker.observer.value < model_.topology.zones.size();
    return in_zone && cut[checker.observer.value] != 0;
}

/// One way; a drawn network delay is drawn once per replica and observer.
sim::Duration World::probe_delay(const Checker& checker) const {
    const auto zone = zone_of(checker.instance);
    const auto from = observer_zone(checker);
    const auto fixed = fixed_delay_[way_between(from, zone)];
    if (fixed.ns >= 0) return fixed;
    const sim::RngStream stream(key_.seed, key_.replication, model_.topology[checker.instance].name,
                                "probe delay");
    sim::KeyedRng rng(stream, 0, observer_key(checker.observer));
    return model_.topology.delay(from, zone).draw(rng);
}

/// A region's edge lies outside its zones, so it is never nearer than another zone.
ZoneId World::observer_zone(const Checker& checker) const {
    const auto& topology = model_.topology;
    const auto zones = static_cast<std::uint32_t>(topology.zones.size());
    if (checker.observer.value < zones) return ZoneId{checker.observer.value};
    const auto& region = topology[routing_.region_of(checker.observer)];
    for (const ZoneId zone : region.zones) {
        if (!(zone == topology[checker.instance].zone)) return zone;
    }
    return region.zones.front();
}

const HealthCheckConfig& World::config_of(const Checker& checker) const {
    return *model_.services[service_of(checker.instance).value].health_check;
}

}  // namespace models
