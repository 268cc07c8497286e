#include "models/action/service_level.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {

const std::array<SelfMetricFacts, kSelfMetrics> kSelfMetricFacts = {
    {{"utilisation", "busy share of the replica's slots or cores"},
     {"queue", "requests that wait at the replica, on average"},
     {"wait", "mean time to a slot, of the requests that got one"},
     {"errors", "share of the replica's own calls that failed, tries and fallback included"},
     {"p99", "of the time from a request's arrival at the replica to its reply"}}};

std::string_view to_string(SelfMetric metric) {
    return kSelfMetricFacts[static_cast<std::size_t>(metric)].name;
}

std::string_view meaning_of(SelfMetric metric) {
    return kSelfMetricFacts[static_cast<std::size_t>(metric)].summary;
}

void ServiceLevel::parameters(sim::Parameters& p) {
    p.duration("stay", stay, "a replica stays in the level at least so long");
    p.percent("latency", work, "own work that begins meanwhile takes this share of its time",
              {0, 100, false});
    p.percent("quality", quality, "of the answers; below 100% they are degraded");
    p.flag("readOnly", read_only, "writes are refused (503)");
    p.flag("off", off, "everything is refused (503)");
}

}  // namespace models
