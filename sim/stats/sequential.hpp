#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "sim/stats/estimate.hpp"

namespace sim {

/// How precise a mean has to be before replications end (Law, section 9.4.1).
struct PrecisionGoal {
    /// gamma: the wanted relative error |estimate - mean| / |mean|. > 0.
    double relative = 0.05;
    /// A half width of so much is precise too, whatever the mean: a mean of 0 has no relative
    /// error. 0: only the relative error counts, and a mean of 0 ends at `most`.
    double absolute = 0;
    double confidence = 0.95;
    /// Metrics that have to be precise together: each gets (1 - confidence) / metrics (Bonferroni).
    std::size_t metrics = 1;
    /// Not earlier, because the first few deviations are often too small by chance. >= 2. To stop
    /// by the width one looks at makes intervals cover less than they say: by 1 to 4 points at 10,
    /// less at more.
    std::size_t fewest = 10;
    std::size_t most = 1000;
};

/// `going_on`: another replication is needed.
enum class StopReason { going_on, relative_precision, absolute_precision, limit };
/// "going on", "relative precision", "absolute precision", "limit of replications".
std::string_view name_of(StopReason reason);

struct PrecisionCheck {
    StopReason reason = StopReason::going_on;
    /// Student t at 1 - (1 - confidence) / metrics.
    Estimate estimate;
};

/// Whether these replications are enough: t s / sqrt(k) <= gamma / (1 + gamma) |mean|, which keeps
/// the relative error below gamma, or <= `absolute`. Not empty.
PrecisionCheck check_precision(std::span<const double> values, const PrecisionGoal& goal);

/// What 0 events in `trials` say about their probability: at most 1 - (1 - confidence)^(1 /
/// trials), one-sided and exact; about 3 / trials at 95 %. `trials` > 0.
double zero_events_bound(std::uint64_t trials, double confidence);
/// Trials without an event that are needed to say that its probability is at most `limit` in (0,
/// 1).
std::uint64_t trials_for_bound(double limit, double confidence);

}  // namespace sim
