#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/core/assert.hpp"
#include "sim/core/time.hpp"

namespace models {

/// Number of the slice of time that `now` lies in. Slices of one length are aligned to time zero,
/// also before it: slice n is [n * length, (n + 1) * length).
inline std::int64_t slice_number(sim::SimTime now, sim::Duration length) {
    SIM_ASSERT(length.ns > 0);
    const std::int64_t quotient = now.ns / length.ns;
    return now.ns % length.ns < 0 ? quotient - 1 : quotient;
}

/// Place of a slice in a ring of so many.
inline std::size_t ring_slot(std::int64_t slice, std::int64_t slots) {
    const std::int64_t slot = slice % slots;
    return static_cast<std::size_t>(slot < 0 ? slot + slots : slot);
}

}  // namespace models
