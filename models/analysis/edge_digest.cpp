#include "models/analysis/edge_digest.hpp"

namespace models {

const std::array<EdgeMeasureName, kEdgeMeasures> kEdgeMeasureNames = {
    {{"calls", MetricUnit::count},
     {"tries", MetricUnit::factor},
     {"attempts", MetricUnit::count},
     {"retriesDenied", MetricUnit::count},
     {"hedges", MetricUnit::count},
     {"cancelled", MetricUnit::count},
     {"duplicates", MetricUnit::count},
     {"fallbacks", MetricUnit::count},
     {"fallbacksFailed", MetricUnit::count},
     {"open", MetricUnit::duration},
     {"openings", MetricUnit::count},
     {"ejections", MetricUnit::count},
     {"ejected", MetricUnit::duration}}};

EdgeDigest digest_edge(const EdgeResult& result) {
    EdgeDigest digest;
    const auto set = [&](EdgeMeasure measure, Measure value) {
        digest.values[static_cast<std::size_t>(measure)] = value;
    };
    const auto count = [&](EdgeMeasure measure, std::uint64_t n) {
        set(measure, static_cast<double>(n));
    };
    count(EdgeMeasure::calls, result.calls);
    set(EdgeMeasure::tries,
        ratio(static_cast<double>(result.tries), static_cast<double>(result.calls)));
    count(EdgeMeasure::attempts, result.tries);
    count(EdgeMeasure::retries_denied, result.retries_denied);
    count(EdgeMeasure::hedges, result.hedges);
    count(EdgeMeasure::cancelled, result.cancelled);
    count(EdgeMeasure::duplicates, result.duplicates);
    count(EdgeMeasure::fallbacks, result.fallbacks);
    count(EdgeMeasure::fallbacks_failed, result.fallbacks_failed);
    set(EdgeMeasure::breaker_open, result.breaker_open.seconds());
    count(EdgeMeasure::breaker_openings, result.breaker_openings);
    count(EdgeMeasure::ejections, result.ejections);
    set(EdgeMeasure::ejected, result.ejected_s);
    digest.outcomes = result.outcomes;
    digest.try_outcomes = result.try_outcomes;
    return digest;
}

}  // namespace models
