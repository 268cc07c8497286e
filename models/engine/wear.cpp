// Processes that wear out: memory that leaks until it is full, and processes that crash a while
// after each start. All faults at one instance count by themselves; the first that is through with
// it crashes the process.
#include <algorithm>
#include <cmath>

#include "models/engine/world.hpp"

namespace models {

void World::apply_wear(const Conditions& before) {
    if (conditions_.wear.empty() && before.wear.empty()) return;
    for (const auto& one : conditions_.wear) {
        const auto* was = of_fault(before.wear, one.fault);
        if (was == nullptr) wear_[one.fault].assign(stations_.size(), {simulator_.now(), 0});
        for (std::uint32_t i = 0; was != nullptr && i < stations_.size(); ++i) {
            const bool begins = one.instances[i] != 0 && was->instances[i] == 0;
            if (begins) wear_[one.fault][i] = {simulator_.now(), 0};
        }
    }
    for (std::uint32_t i = 0; i < stations_.size(); ++i) schedule_crash(InstanceId{i});
}

/// A process that starts is as new.
void World::forget_wear(InstanceId id) {
    simulator_.cancel(processes_[id.value].crash);
    for (const auto& one : conditions_.wear) wear_[one.fault][id.value] = {simulator_.now(), 0};
}

/// Work begins there.
void World::see_wear(InstanceId id) {
    for (const auto& one : conditions_.wear) {
        if (one.instances[id.value] == 0) continue;
        ++wear_[one.fault][id.value].requests;
        if (worn_out_at(one, id) <= simulator_.now()) schedule_crash(id);
    }
}

/// Of each process, within the jitter of the nominal one.
double World::memory_limit(const WearConditions& wear, InstanceId id) const {
    if (wear.jitter == 0) return wear.limit;
    sim::KeyedRng rng(fault_streams_[wear.fault], processes_[id.value].starts,
                      instance_names_[id.value]);
    return wear.limit * (1 + wear.jitter * (2 * rng.unit() - 1));
}

/// When it will be if no more requests come; kNever: not.
sim::SimTime World::worn_out_at(const WearConditions& wear, InstanceId id) const {
    const auto& one = wear_[wear.fault][id.value];
    auto when = sim::saturated_add(one.since, wear.runs);
    if (wear.requests > 0 && one.requests >= wear.requests) when = simulator_.now();
    if (wear.limit <= 0) return when;
    const auto left =
        memory_limit(wear, id) - wear.taken - wear.per_request * static_cast<double>(one.requests);
    if (left <= 0) return std::min(when, simulator_.now());
    if (wear.per_second <= 0) return when;
    return std::min(when, sim::saturated_add(one.since, sim::from_seconds(left / wear.per_second)));
}

void World::schedule_crash(InstanceId id) {
    auto& crash = processes_[id.value].crash;
    simulator_.cancel(crash);
    if (stations_[id.value].state != InstanceState::up) return;
    auto when = sim::kNever;
    for (const auto& one : conditions_.wear) {
        if (one.instances[id.value] != 0) when = std::min(when, worn_out_at(one, id));
    }
    if (when == sim::kNever) return;
    crash = simulator_.at(std::max(when, simulator_.now()), {EventKind::process_crashes, id.value});
}

void World::process_crashes(InstanceId id) {
    processes_[id.value].crash = sim::EventHandle{};
    kill_process(id);
}

/// How much longer own work takes because memory is short.
double World::wear_factor(InstanceId id) const {
    double factor = 1;
    for (const auto& one : conditions_.wear) {
        if (one.instances[id.value] == 0 || one.limit <= 0 || one.slow == 1) continue;
        const auto& wear = wear_[one.fault][id.value];
        const auto passed = (simulator_.now() - wear.since).seconds();
        const auto used = (one.taken + one.per_request * static_cast<double>(wear.requests) +
                           one.per_second * passed) /
                          memory_limit(one, id);
        if (used <= one.watermark || one.watermark >= 1) continue;
        const auto above = (std::min(used, 1.0) - one.watermark) / (1 - one.watermark);
        factor *= 1 + (one.slow - 1) * above;
    }
    return factor;
}

}  // namespace models
