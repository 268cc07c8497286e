#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/topology/topology.hpp"
#include "sim/core/time.hpp"

namespace models {

/// What a dashboard shows while a run goes on. Ratios are 0-1, durations seconds, rates per second.
enum class LiveMetric : std::uint8_t {
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
    utilisation,
    queue,    ///< waiting requests, over all replicas
    errors,   ///< share of the tries to it that fail, in whatever way
    tries,    ///< of each call to it
    retries,  ///< to it
    wasted,
    healthy,  ///< share of the views of a zone's replicas in which they are healthy
};
inline constexpr std::size_t kLiveMetrics = 17;

/// What a metric is measured of.
enum class LiveScope : std::uint8_t { customers, service, both, zone };

struct LiveMetricFacts {
    std::string_view name;
    std::string_view summary;
    LiveScope scope;
    double percentile = 0;  ///< 0: it is none
};
/// In the order of LiveMetric.
extern const std::array<LiveMetricFacts, kLiveMetrics> kLiveMetricFacts;
inline const LiveMetricFacts& facts_of(LiveMetric metric) {
    return kLiveMetricFacts[static_cast<std::size_t>(metric)];
}
std::string_view to_string(LiveMetric metric);
std::string_view meaning_of(LiveMetric metric);

enum class LiveOp : std::uint8_t { at_least, at_most, above, below };
bool is_true(double value, LiveOp op, double limit);

/// A metric on one side of a limit, measured over whole seconds and looked at once a second.
/// Customers are counted when their requests end, and only those who were let in.
struct LiveCondition {
    LiveMetric metric = LiveMetric::success;
    LiveOp op = LiveOp::below;
    double limit = 0;
    sim::Duration over = sim::whole_seconds(10);  ///< whole seconds
    sim::Duration holds{};                        ///< it is met when it has been true for so long
    std::vector<std::uint32_t> flows = {};        ///< of customers
    std::optional<ServiceId> service{};
    std::optional<ZoneId> zone{};

    [[nodiscard]] bool is_met_by(double value) const { return is_true(value, op, limit); }
};

}  // namespace models
