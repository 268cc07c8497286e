#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/time.hpp"

namespace models {

/// Counts latencies by their first two decimal digits, as Circonus' log-linear histogram does,
/// which Envoy takes its percentiles from: 90 bins per power of ten, from 1 us to 1000 s. A
/// quantile is interpolated within its bin, so it is off by at most a tenth.
class LatencyHistogram {
  public:
    LatencyHistogram();

    void add(sim::Duration latency);
    void clear();
    [[nodiscard]] std::int64_t count() const { return count_; }
    /// `share` in [0, 1]; zero when nothing was counted.
    [[nodiscard]] sim::Duration quantile(double share) const;

  private:
    std::vector<std::uint32_t> bins_;
    std::int64_t count_ = 0;
};

}  // namespace models
