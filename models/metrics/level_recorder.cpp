#include "models/metrics/recorders.hpp"

namespace models {

LevelRecorder::LevelRecorder(const MeasurementPlan& plan) : duration_(plan.duration) {
    for (const auto levels : plan.levels) levels_.emplace_back(levels == 0 ? 0 : levels + 1);
}

void LevelRecorder::on(const LevelHeld& fact) {
    const auto from = std::max<std::int64_t>(0, fact.from.ns);
    const auto until = std::min(fact.until.ns, duration_.ns);
    if (until <= from) return;
    levels_[fact.service.value][fact.level].held_s += sim::Duration{until - from}.seconds();
}

void LevelRecorder::on(const LevelEntered& fact) {
    if (!sim::is_within(fact.now, duration_)) return;
    ++levels_[fact.service.value][fact.level].entered;
}

}  // namespace models
