#include "models/policy/sliced_sum.hpp"

#include "sim/core/assert.hpp"

namespace models {
namespace {

std::int64_t slice_number(sim::SimTime now, sim::Duration window) {
    const std::int64_t width = window.ns / SlicedSum::kSlices;
    SIM_ASSERT(width > 0);
    const std::int64_t quotient = now.ns / width;
    return now.ns % width < 0 ? quotient - 1 : quotient;
}

std::size_t slot_of(std::int64_t slice) {
    const std::int64_t slot = slice % SlicedSum::kSlices;
    return static_cast<std::size_t>(slot < 0 ? slot + SlicedSum::kSlices : slot);
}

}  // namespace

void SlicedSum::advance(sim::SimTime now, sim::Duration window) {
    const std::int64_t slice = slice_number(now, window);
    if (slice == current) return;
    if (current == INT64_MIN || slice - current >= kSlices) {
        slices.fill(0);
        sum = 0;
    } else {
        for (std::int64_t closed = current + 1; closed <= slice; ++closed) {
            sum -= slices[slot_of(closed)];
            slices[slot_of(closed)] = 0;
        }
    }
    current = slice;
}

void SlicedSum::add(std::int64_t amount) {
    slices[slot_of(current)] += amount;
    sum += amount;
}

}  // namespace models
