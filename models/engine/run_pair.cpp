#include "models/engine/run_pair.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

namespace models {

std::optional<sim::SimTime> shared_until(const SystemModel& model) {
    const auto end = sim::SimTime{} + model.duration;
    auto first = end;
    for (const auto& fault : model.faults) {
        if (fault.recurrence) return std::nullopt;
        first = std::min(first, fault.at);
    }
    if (model.faults.empty() || first <= sim::SimTime{} - model.warmup) return std::nullopt;
    return first;
}

RunPair::RunPair(const SystemModel& model, const SystemModel& twin, ReplicationKey key,
                 const sim::Limits& limits)
    : model_(model), twin_(twin), key_(key), limits_(limits), faults_(model.faults.size()) {
    std::iota(faults_.begin(), faults_.end(), 0U);
    if (const auto until = shared_until(model)) start_.emplace(model, key, limits, *until);
}

RunResult RunPair::run() const {
    return start_ ? start_->with_faults(faults_) : run_replication(model_, key_, limits_);
}

RunResult RunPair::twin() const {
    return start_ ? start_->twin(twin_.watched) : run_replication(twin_, key_, limits_);
}

}  // namespace models
