#pragma once

#include <algorithm>
#include <cmath>

#include "models/metrics/run_result.hpp"

namespace models {

/// A slice that loses less than that against its twin is as good (SEMANTICS 9: one point; theta of
/// BLAST_RADIUS.md).
inline constexpr double kBlastTheta = 0.01;

/// Requests of some seconds in a run, and the failures among them there and in its twin.
struct PairedCounts {
    double offered = 0;
    double bad = 0;
    double bad_twin = 0;

    void add(const FlowWindow& run, const FlowWindow& twin) {
        offered += run.offered;
        bad += static_cast<double>(run.offered) - run.success;
        bad_twin += static_cast<double>(twin.offered) - twin.success;
    }
    /// Share of the requests that fail beyond the twin's; 0 without requests.
    [[nodiscard]] double excess() const { return offered > 0 ? (bad - bad_twin) / offered : 0; }
    /// Of the excess, as if the two were independent: for the same requests that is too wide.
    [[nodiscard]] double standard_error() const {
        const auto variance = [&](double count) { return count / offered * (1 - count / offered); };
        return std::sqrt((variance(bad) + variance(bad_twin)) / offered);
    }
    /// Beyond chance.
    [[nodiscard]] bool is_clear() const {
        constexpr double kStandardErrors = 3;
        return offered > 0 && excess() > kStandardErrors * standard_error();
    }
    friend bool operator==(const PairedCounts&, const PairedCounts&) = default;
    /// Beyond chance, and by more than is tolerated (SEMANTICS 9).
    [[nodiscard]] bool is_worse() const { return is_clear() && excess() > kBlastTheta; }
};

}  // namespace models
