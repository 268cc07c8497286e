#pragma once

#include <array>
#include <cstdint>

#include "sim/core/time.hpp"

namespace models {

/// A sum of what was added within about the last `window`: ten slices of it, aligned to time zero
/// (slice n is [n * width, (n + 1) * width), also before zero), so that the slices of all callers
/// begin together whoever calls first.
struct SlicedSum {
    static constexpr std::int64_t kSlices = 10;
    std::array<std::int64_t, kSlices> slices{};
    std::int64_t sum = 0;
    std::int64_t current = INT64_MIN;  ///< number of the newest slice; INT64_MIN: nothing added yet

    /// Drops what is older than `window` (at least ten nanoseconds). Time does not go back.
    void advance(sim::SimTime now, sim::Duration window);
    /// To the newest slice; `advance` first.
    void add(std::int64_t amount);
};

}  // namespace models
