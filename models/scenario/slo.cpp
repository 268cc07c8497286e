#include "models/scenario/slo.hpp"

#include <array>
#include <cstddef>

#include "sim/core/assert.hpp"

namespace models {

namespace {

/// In the order of SloMetric.
constexpr std::array<std::string_view, kSloMetrics> kNames = {
    "success", "ok",    "degraded",   "goodput",  "mean",        "p50",           "p90",
    "p95",     "p99",   "p999",       "p50ok",    "p90ok",       "p95ok",         "p99ok",
    "p999ok",  "tries", "duplicates", "recovery", "utilisation", "amplification", "wasted"};

}  // namespace

std::string_view to_string(SloMetric metric) { return kNames[static_cast<std::size_t>(metric)]; }

std::string_view to_string(MetricUnit unit) {
    static constexpr std::array<std::string_view, kMetricUnits> kUnits{"ratio", "duration", "rate",
                                                                       "factor", "count"};
    return kUnits[static_cast<std::size_t>(unit)];
}

MetricUnit unit_of(SloMetric metric) {
    switch (metric) {
        case SloMetric::success:
        case SloMetric::ok:
        case SloMetric::degraded:
        case SloMetric::utilisation:
        case SloMetric::wasted:
            return MetricUnit::ratio;
        case SloMetric::goodput:
            return MetricUnit::rate;
        case SloMetric::mean:
        case SloMetric::p50:
        case SloMetric::p90:
        case SloMetric::p95:
        case SloMetric::p99:
        case SloMetric::p999:
        case SloMetric::p50ok:
        case SloMetric::p90ok:
        case SloMetric::p95ok:
        case SloMetric::p99ok:
        case SloMetric::p999ok:
        case SloMetric::recovery:
            return MetricUnit::duration;
        case SloMetric::tries:
        case SloMetric::amplification:
            return MetricUnit::factor;
        case SloMetric::duplicates:
            return MetricUnit::count;
    }
    SIM_ASSERT(false);
}

}  // namespace models
