#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/action/live_condition.hpp"
#include "models/metrics/slice.hpp"
#include "sim/core/source_map.hpp"
#include "sim/core/time.hpp"

namespace models {

/// What an SLO may be about. Ratios and utilisation are 0-1, durations in seconds, goodput per
/// second, tries and amplification plain factors.
enum class SloMetric : std::uint8_t {
    success,
    ok,
    degraded,
    goodput,
    mean,
    p50,
    p90,
    p95,
    p99,
    p999,
    p50ok,
    p90ok,
    p95ok,
    p99ok,
    p999ok,
    tries,
    duplicates,
    recovery,
    utilisation,
    amplification,
    wasted,
};
inline constexpr std::size_t kSloMetrics = 21;
std::string_view to_string(SloMetric metric);

/// How the value of a metric is written, compared and printed.
enum class MetricUnit : std::uint8_t { ratio, duration, rate, factor, count };
inline constexpr std::size_t kMetricUnits = 5;
/// "ratio", "duration", "rate", "factor", "count": the name in JSON.
std::string_view to_string(MetricUnit unit);
MetricUnit unit_of(SloMetric metric);

/// How a value is compared with a limit: as in the conditions of actions.
using SloOp = LiveOp;

/// `<subject>.<metric> <op> <value> [before|during|after <fault> [+ delay]]`, resolved.
struct Slo {
    std::string name;
    std::string text;  ///< as written
    sim::SourceRange range;
    std::optional<std::string> group;  ///< `group/journey`; nothing: every group, the worst judges
    std::optional<std::string> journey;  ///< nothing: all journeys of a group pooled
    std::optional<std::string> service;  ///< `service.NAME`
    SloMetric metric = SloMetric::success;
    SloOp op = SloOp::at_least;
    double limit = 0;  ///< seconds, ratio, per second or factor
    SliceKind slice = SliceKind::all;
    std::string fault;              ///< of the slice
    sim::Duration delay{};          ///< `after FAULT + delay`
    std::uint32_t slice_index = 0;  ///< into SystemModel::slices
    double in_share = 0.9;          ///< share of the runs that must meet it
};

}  // namespace models
