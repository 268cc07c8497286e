#include <algorithm>
#include <utility>

#include "models/metrics/recorders.hpp"
#include "sim/core/assert.hpp"

namespace models {
namespace {

std::size_t second_of(sim::SimTime now) {
    return static_cast<std::size_t>(now.ns / sim::whole_seconds(1).ns);
}

}  // namespace

StoreRecorder::StoreRecorder(const MeasurementPlan& plan)
    : duration_(plan.duration),
      grid_(plan.windows()),
      caches_(plan.caches ? plan.services : 0),
      queues_(plan.queues ? plan.services : 0),
      databases_(plan.databases ? plan.services : 0),
      scaling_(plan.scalers ? plan.services : 0),
      names_(plan.names ? plan.services : 0) {
    for (auto& cache : caches_) cache.windows.resize(grid_.size());
    for (auto& queue : queues_) queue.windows.reserve(grid_.size());
}

void StoreRecorder::on(const CacheAsked& fact) {
    if (counts(fact.now) == 0) return;
    auto& cache = caches_[fact.service.value];
    ++cache.counts[static_cast<std::size_t>(fact.event)];
    auto& window = cache.windows[grid_.window_of(second_of(fact.now))];
    const bool hit = fact.event == CacheEvent::hit || fact.event == CacheEvent::stale;
    window.hits += hit ? 1 : 0;
    window.asked += hit || fact.event == CacheEvent::miss || fact.event == CacheEvent::joined ||
                            fact.event == CacheEvent::early
                        ? 1
                        : 0;
}

void StoreRecorder::on(const MessageHappened& fact) {
    if (counts(fact.now) == 0) return;
    auto& queue = queues_[fact.service.value];
    ++queue.counts[static_cast<std::size_t>(fact.event)];
    if (fact.event == MessageEvent::acknowledged) queue.age.record(fact.age);
}

void StoreRecorder::on(const QueueSampled& fact) {
    auto& queue = queues_[fact.service.value];
    queue.left = fact.messages;  // the last sample is that of the end
    if (counts(fact.now) == 0) return;
    const QueueWindow sample{fact.messages, static_cast<float>(fact.oldest.seconds())};
    queue.looks.add(sample);
    const auto second = second_of(fact.now);
    if (second == 0 || grid_.ends_at(second)) queue.windows.push_back(sample);
}

void StoreRecorder::on(const PrimaryReplaced& fact) {
    if (counts(fact.now) == 0) return;
    auto& database = databases_[fact.service.value];
    ++database.failovers;
    database.lost_writes += fact.lost_writes;
}

void StoreRecorder::on(const FleetScaled& fact) {
    if (counts(fact.now) == 0) return;
    auto& scaling = scaling_[fact.service.value];
    scaling.added += static_cast<std::uint64_t>(std::max(0, fact.change));
    scaling.removed += static_cast<std::uint64_t>(std::max(0, -fact.change));
    scaling.refused += fact.refused;
}

void StoreRecorder::on(const ReplicaRan& fact) {
    scaling_[fact.service.value].replica_s += measured_s(fact.from, fact.until);
}

double StoreRecorder::measured_s(sim::SimTime from, sim::SimTime until) const {
    const auto length = std::min(until.ns, duration_.ns) - std::max<std::int64_t>(0, from.ns);
    return sim::Duration{std::max<std::int64_t>(0, length)}.seconds();
}

void DeploymentRecorder::on(const DeploymentHappened& fact) {
    if (fact.now.ns >= duration_.ns) return;
    auto& one = deployments_[fact.deployment];
    const auto note = [&](std::optional<sim::SimTime>& when) { when = when ? when : fact.now; };
    switch (fact.event) {
        case DeploymentEvent::began:
            return note(one.began);
        case DeploymentEvent::finished:
            return note(one.finished);
        case DeploymentEvent::rolled_back:
            return note(one.rolled_back);
        case DeploymentEvent::restored:
            return note(one.restored);
        case DeploymentEvent::withdrawn:
            return;
    }
    SIM_ASSERT(false);
}

void StoreRecorder::finish(RunResult& result) {
    result.caches = std::move(caches_);
    result.queues = std::move(queues_);
    result.databases = std::move(databases_);
    result.scaling = std::move(scaling_);
    result.names = std::move(names_);
}

}  // namespace models
