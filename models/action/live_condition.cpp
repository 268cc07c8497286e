#include "models/action/live_condition.hpp"

#include "sim/core/assert.hpp"

namespace models {

const std::array<LiveMetricFacts, kLiveMetrics> kLiveMetricFacts = {
    {{"success", "share of the requests that succeed", LiveScope::customers},
     {"ok", "share answered in full", LiveScope::customers},
     {"degraded", "share answered in part", LiveScope::customers},
     {"goodput", "successes per second", LiveScope::customers},
     {"mean", "mean latency of successes, or mean stay at a service", LiveScope::both},
     {"p50", "percentile; a failure counts as infinitely late", LiveScope::both, 0.5},
     {"p90", "the same", LiveScope::both, 0.9},
     {"p95", "the same", LiveScope::both, 0.95},
     {"p99", "the same", LiveScope::both, 0.99},
     {"p999", "the same", LiveScope::both, 0.999},
     {"utilisation", "busy share of the slots that are up", LiveScope::service},
     {"queue", "waiting requests, over all replicas, on average", LiveScope::service},
     {"errors", "share of the tries to it that fail, in whatever way", LiveScope::service},
     {"tries", "tries of each call to it", LiveScope::service},
     {"retries", "retries to it per second", LiveScope::service},
     {"wasted", "share of its work for callers that had given up", LiveScope::service},
     {"healthy", "share of its replicas that are healthy in the view of their callers",
      LiveScope::zone}}};

std::string_view to_string(LiveMetric metric) { return facts_of(metric).name; }

std::string_view meaning_of(LiveMetric metric) { return facts_of(metric).summary; }

bool is_true(double value, LiveOp op, double limit) {
    switch (op) {
        case LiveOp::at_least:
            return value >= limit;
        case LiveOp::at_most:
            return value <= limit;
        case LiveOp::above:
            return value > limit;
        case LiveOp::below:
            return value < limit;
    }
    SIM_ASSERT(false);
}

}  // namespace models
