#pragma once

#include <span>
#include <vector>

#include "models/metrics/run_result.hpp"
#include "sim/stats/instability.hpp"

namespace models {

struct RunDigest;

/// How the number of requests at one service went in a run without faults: what waits and what is
/// worked on.
struct QueueTrend {
    double mean = 0;
    double slope_per_s = 0;  ///< in the second half: what only fills up has done so by then
    double early = 0;        ///< mean of the first tenth of the run
    double late = 0;         ///< mean of its second half

    friend bool operator==(const QueueTrend&, const QueueTrend&) = default;
};
QueueTrend queue_trend(std::span<const ServiceWindow> windows, const WindowGrid& grid = {});

/// Over replications: does it grow without end, or has it not settled when measuring begins?
struct SettledTest {
    double mean = 0;    ///< requests
    double growth = 0;  ///< in the time of a whole run
    /// It grows, by a quarter of its mean and one request at least, and by no chance (1e-3).
    bool unstable = false;
    /// It is stable, and its beginning differs from its end: by no chance (1e-3), and by more than
    /// `matters` of the end.
    bool still_warming = false;
    double early = 0;
    double late = 0;
};
SettledTest settled_test(const std::vector<RunDigest>& runs, std::size_t service, double duration_s,
                         double matters);

}  // namespace models
