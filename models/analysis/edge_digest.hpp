#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "models/analysis/measure.hpp"
#include "models/metrics/run_result.hpp"
#include "models/scenario/slo.hpp"

namespace models {

/// What happened on a call edge, and what the rules of its callers did.
enum class EdgeMeasure : std::uint8_t {
    calls,
    tries,     ///< per call
    attempts,  ///< all tries
    retries_denied,
    hedges,
    cancelled,
    duplicates,
    fallbacks,
    fallbacks_failed,
    breaker_open,  ///< seconds in which breakers refused
    breaker_openings,
    ejections,
    ejected,  ///< replica seconds
};

/// Name in JSON and unit of each measure, in the order of the enum.
struct EdgeMeasureName {
    std::string_view name;
    MetricUnit unit;
};
inline constexpr std::size_t kEdgeMeasures = 13;
extern const std::array<EdgeMeasureName, kEdgeMeasures> kEdgeMeasureNames;

/// One edge in one replication.
struct EdgeDigest {
    std::array<Measure, kEdgeMeasures> values;
    OutcomeCounts outcomes{};      ///< of calls
    OutcomeCounts try_outcomes{};  ///< of tries

    [[nodiscard]] const Measure& operator[](EdgeMeasure measure) const {
        return values[static_cast<std::size_t>(measure)];
    }
    friend bool operator==(const EdgeDigest&, const EdgeDigest&) = default;
};

EdgeDigest digest_edge(const EdgeResult& result);

}  // namespace models
