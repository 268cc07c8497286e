#pragma once

#include <cstdint>
#include <span>

#include "sim/stats/estimate.hpp"

namespace sim {

/// Counts of one replication behind a ratio such as success; `good` <= `all`.
struct RatioCount {
    std::uint64_t good = 0;
    std::uint64_t all = 0;

    [[nodiscard]] double share() const {
        return static_cast<double>(good) / static_cast<double>(all);
    }
};

/// A ratio pooled over replications, sum of good over sum of all, with an interval over the
/// replications: R +- t_{n-1} * sqrt(sum (good_i - R all_i)^2 / (n (n-1))) / mean(all), cut to
/// [0, 1] (ratio estimator; Cochran, Sampling Techniques, section 6.4; with equal `all` the plain
/// t interval). Without failures or without successes, where that width would be 0, it is
/// Clopper-Pearson on the pooled counts. One replication has no bounds. Replications with `all` = 0
/// are left out; at least one is not.
Estimate ratio_interval(std::span<const RatioCount> replications, double confidence);

}  // namespace sim
