#include "sim/stats/sequential.hpp"

#include <cmath>

#include "sim/core/assert.hpp"
#include "sim/stats/summary.hpp"

namespace sim {

std::string_view name_of(StopReason reason) {
    switch (reason) {
        case StopReason::going_on:
            return "going on";
        case StopReason::relative_precision:
            return "relative precision";
        case StopReason::absolute_precision:
            return "absolute precision";
        case StopReason::limit:
            return "limit of replications";
    }
    fail_assertion("a known reason to stop", __FILE__, __LINE__);
}

PrecisionCheck check_precision(std::span<const double> values, const PrecisionGoal& goal) {
    SIM_ASSERT(goal.relative > 0 && goal.absolute >= 0 && goal.metrics > 0 && goal.fewest >= 2);
    SIM_ASSERT(goal.confidence > 0 && goal.confidence < 1);
    const double confidence = 1 - (1 - goal.confidence) / static_cast<double>(goal.metrics);
    PrecisionCheck check;
    check.estimate = student_t_interval(values, confidence);
    if (values.size() >= goal.fewest) {
        const double half = *check.estimate.half_width();
        const double allowed = goal.relative / (1 + goal.relative) * std::abs(check.estimate.value);
        if (allowed > 0 && half <= allowed)
            check.reason = StopReason::relative_precision;
        else if (goal.absolute > 0 && half <= goal.absolute)
            check.reason = StopReason::absolute_precision;
    }
    if (check.reason == StopReason::going_on && values.size() >= goal.most) {
        check.reason = StopReason::limit;
    }
    return check;
}

double zero_events_bound(std::uint64_t trials, double confidence) {
    SIM_ASSERT(trials > 0 && confidence > 0 && confidence < 1);
    return -std::expm1(std::log1p(-confidence) / static_cast<double>(trials));
}

std::uint64_t trials_for_bound(double limit, double confidence) {
    SIM_ASSERT(limit > 0 && limit < 1 && confidence > 0 && confidence < 1);
    return static_cast<std::uint64_t>(std::ceil(std::log1p(-confidence) / std::log1p(-limit)));
}

}  // namespace sim
