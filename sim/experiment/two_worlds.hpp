#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace sim {

/// Runs that fall into two groups with nothing between them: an outage that is survived in some
/// runs and not in others. Then the mean describes no run at all.
struct TwoWorlds {
    std::size_t low_count = 0;
    std::size_t high_count = 0;
    double low_mean = 0;
    double high_mean = 0;

    friend bool operator==(const TwoWorlds&, const TwoWorlds&) = default;
};

/// Splits the sorted values at their largest gap (the lowest one of equals). It is two worlds when
/// there are at least 5 values and the gap is larger than half of the range, than `matters`, and
/// than 6 times the pooled standard deviation within the two groups. On normal samples of 5 to 40
/// values this fires in less than 1 % (tested). Values are finite.
std::optional<TwoWorlds> find_two_worlds(std::span<const double> values, double matters);

/// "two worlds: 3 of 8 collapse".
std::string describe(const TwoWorlds& worlds, bool low_is_bad);

}  // namespace sim
