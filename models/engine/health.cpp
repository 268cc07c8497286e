// Health checks: one checker per (observer, replica). While nothing is wrong anywhere every probe
// passes, so checkers sleep, and wake at their own next instant when a fault changes something:
// the same views as if they had never slept, without the events.
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
                region ? topology.regions[o - topology.zones.size()].name : topology.zones[o].name;
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
        }
    }
}

/// Part of a draw's key: by name, so that another zone in the file moves nothing.
std::uint64_t World::observer_key(ObserverId observer) const {
    const auto zones = model_.topology.zones.size();
    if (observer.value < zones) return sim::hash_text(model_.topology.zones[observer.value].name);
    return ~sim::hash_text(model_.topology.regions[observer.value - zones].name);
}

/// Zones ask about what some service there calls, regions about their customers' entry.
bool World::observes(ObserverId observer, ServiceId service) const {
    const auto& topology = model_.topology;
    if (observer.value >= topology.zones.size()) {
        const RegionId region{observer.value - static_cast<std::uint32_t>(topology.zones.size())};
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
    simulator_.at(due, {EventKind::probe_due, index});
}

bool World::all_quiet() const {
    return is_nominal_ && instances_off_ == 0 && routing_.unhealthy() == never_healthy_ &&
           awaiting_check_ == 0;
}

void World::probe_due(std::uint32_t index) {
    auto& checker = checkers_[index];
    const bool watched = serves(checker.instance);
    if ((all_quiet() || !watched) && checker.open == 0) {
        checker.awake = false;
        checker.in_a_row = 0;
        checker.probes = 0;
        return;
    }
    ++checker.probes;
    ++checker.open;
    schedule_probe(index);
    const auto delay = probe_delay(checker);
    const auto timeout = config_of(checker).timeout;
    if (probe_lost(checker) || delay > timeout) {
        simulator_.after(timeout, {EventKind::probe_failed, index});
    } else {
        simulator_.after(delay, {EventKind::probe_arrives, index});
    }
}

void World::probe_arrives(std::uint32_t index) {
    const auto& checker = checkers_[index];
    const auto& station = stations_[checker.instance.value];
    const auto delay = probe_delay(checker);
    const auto left = config_of(checker).timeout - delay;
    const bool running = station.state == InstanceState::up;
    const bool up = running && !conditions_.instances[checker.instance.value].closed;
    const bool refused = !up && (running || station.last_power == Power::crashed);
    if ((up || refused) && !probe_lost(checker) && delay <= left) {
        simulator_.after(delay, {up ? EventKind::probe_passed : EventKind::probe_failed, index});
    } else {
        simulator_.after(left, {EventKind::probe_failed, index});
    }
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
}

bool World::probe_lost(const Checker& checker) const {
    const auto zone = zone_of(checker.instance);
    if (conditions_.zone_cut[zone.value] != 0) return true;
    const bool in_zone = checker.observer.value < model_.topology.zones.size();
    return in_zone && conditions_.zone_cut[checker.observer.value] != 0;
}

/// One way; a drawn network delay is drawn once per replica and observer.
sim::Duration World::probe_delay(const Checker& checker) const {
    const auto zone = zone_of(checker.instance);
    const auto index = model_.topology.delay_index(observer_zone(checker), zone);
    if (fixed_delay_[index].ns >= 0) return fixed_delay_[index];
    const sim::RngStream stream(key_.seed, key_.replication, model_.topology[checker.instance].name,
                                "probe delay");
    sim::KeyedRng rng(stream, 0, observer_key(checker.observer));
    return model_.topology.delays[index].draw(rng);
}

/// A region's edge lies outside its zones, so it is never nearer than another zone.
ZoneId World::observer_zone(const Checker& checker) const {
    const auto& topology = model_.topology;
    const auto zones = static_cast<std::uint32_t>(topology.zones.size());
    if (checker.observer.value < zones) return ZoneId{checker.observer.value};
    const auto& region = topology.regions[checker.observer.value - zones];
    for (const ZoneId zone : region.zones) {
        if (!(zone == topology[checker.instance].zone)) return zone;
    }
    return region.zones.front();
}

const HealthCheckConfig& World::config_of(const Checker& checker) const {
    return *model_.services[service_of(checker.instance).value].health_check;
}

}  // namespace models
