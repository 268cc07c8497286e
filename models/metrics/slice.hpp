#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/time.hpp"

namespace models {

/// The part of a run that a number is about (SEMANTICS 3 and 9).
enum class SliceKind : std::uint8_t {
    all,     ///< every request that arrived in [0, duration)
    before,  ///< arrived from 0 on and ended before the fault
    caught,  ///< arrived before the fault and still in flight when it struck
    during,  ///< intended arrival in [from, to)
    after,   ///< intended arrival in [from, to), the fault being over
};
std::string_view to_string(SliceKind kind);

struct Slice {
    SliceKind kind = SliceKind::all;
    std::string fault;      ///< empty for `all`
    sim::SimTime from{};    ///< arrivals from here on ...
    sim::SimTime to{};      ///< ... and before here
    sim::SimTime at{};      ///< before, caught: the fault's start
    sim::Duration delay{};  ///< after: skipped at the start (`after FAULT + 60s`)
    /// Latencies that SLOs of this slice ask about (`p99 <= 1200ms`): successes within each are
    /// counted exactly, not read off a histogram.
    std::vector<sim::Duration> limits;

    /// Whether a request that arrived and ended then belongs to the slice.
    [[nodiscard]] bool contains(sim::SimTime arrival, sim::SimTime end) const {
        if (arrival < from || arrival >= to) return false;
        if (kind == SliceKind::before) return end < at;
        if (kind == SliceKind::caught) return end >= at;
        return true;
    }
    [[nodiscard]] sim::Duration length() const { return to - from; }
};

}  // namespace models
