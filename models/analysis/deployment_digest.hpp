#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/analysis/measure.hpp"
#include "models/metrics/run_result.hpp"

namespace models {

/// One deployment in one replication. Times are seconds; empty when it did not happen.
struct DeploymentDigest {
    Measure began;        ///< of the measured time
    Measure finished;     ///< the last replica has it, since it began
    Measure rolled_back;  ///< its pipeline takes it back, since it began
    Measure restored;     ///< no replica has it any more, since it began
    Measure answers;      ///< of replicas that have it
    Measure failures;     ///< of them

    friend bool operator==(const DeploymentDigest&, const DeploymentDigest&) = default;
};

DeploymentDigest digest_deployment(const DeploymentResult& result);

struct StrategyRuns;

/// "Deployments (adaptive): v2 began at 120 s; taken back in 3 of 3 runs after 4m 0s, …"; none
/// without deployments.
std::vector<std::string> deployment_lines(const StrategyRuns& strategy);

}  // namespace models
