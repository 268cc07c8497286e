#pragma once

#include <compare>
#include <cstdint>
#include <limits>

#include "sim/core/assert.hpp"

namespace sim {

/// Of nanoseconds, also parts of them. Divided, not multiplied by 1e-9, which is no double: two
/// minutes are exactly 120.
constexpr double seconds_of(double ns) { return ns / 1e9; }

/// A length of simulated time in whole nanoseconds, about +-292 years. Arithmetic that would
/// overflow is a bug and asserts; `saturated_add` is for what may mean "never" or "for ever".
struct Duration {
    std::int64_t ns = 0;

    friend constexpr auto operator<=>(Duration, Duration) = default;
    friend constexpr Duration operator-(Duration a) { return {-a.ns}; }
    [[nodiscard]] constexpr double seconds() const { return seconds_of(static_cast<double>(ns)); }
};

inline constexpr Duration kForever{std::numeric_limits<std::int64_t>::max()};
constexpr Duration nanoseconds(std::int64_t n) { return {n}; }
constexpr Duration microseconds(std::int64_t n) { return {n * 1'000}; }
constexpr Duration milliseconds(std::int64_t n) { return {n * 1'000'000}; }
constexpr Duration whole_seconds(std::int64_t n) { return {n * 1'000'000'000}; }

/// Nearest whole nanosecond, halves away from zero; saturates instead of overflowing, NaN is a bug.
inline Duration from_seconds(double seconds) {
    const double ns = seconds * 1e9;
    if (ns >= 0 && ns < 9.2e18) return {static_cast<std::int64_t>(ns + 0.5)};
    if (ns < 0 && ns > -9.2e18) return {static_cast<std::int64_t>(ns - 0.5)};
    SIM_ASSERT(ns == ns);
    return ns > 0 ? kForever : -kForever;
}

inline Duration operator+(Duration a, Duration b) {
    std::int64_t sum = 0;
    SIM_ASSERT(!__builtin_add_overflow(a.ns, b.ns, &sum));
    return {sum};
}
inline Duration operator-(Duration a, Duration b) {
    std::int64_t difference = 0;
    SIM_ASSERT(!__builtin_sub_overflow(a.ns, b.ns, &difference));
    return {difference};
}

/// An instant of simulated time in whole nanoseconds. Zero is the end of the warm-up, so instants
/// of the warm-up are negative.
struct SimTime {
    std::int64_t ns = 0;

    friend constexpr auto operator<=>(SimTime, SimTime) = default;
    [[nodiscard]] constexpr double seconds() const { return seconds_of(static_cast<double>(ns)); }
};

inline constexpr SimTime kNever{std::numeric_limits<std::int64_t>::max()};

inline SimTime operator+(SimTime t, Duration d) {
    std::int64_t sum = 0;
    SIM_ASSERT(!__builtin_add_overflow(t.ns, d.ns, &sum));
    return {sum};
}
inline SimTime operator-(SimTime t, Duration d) {
    std::int64_t difference = 0;
    SIM_ASSERT(!__builtin_sub_overflow(t.ns, d.ns, &difference));
    return {difference};
}
inline Duration operator-(SimTime a, SimTime b) {
    std::int64_t difference = 0;
    SIM_ASSERT(!__builtin_sub_overflow(a.ns, b.ns, &difference));
    return {difference};
}

/// Whether it lies in [0, length). In one comparison: without its sign an instant before 0 is later
/// than every other. `length` is not negative.
constexpr bool is_within(SimTime t, Duration length) {
    return static_cast<std::uint64_t>(t.ns) < static_cast<std::uint64_t>(length.ns);
}

/// `a + b`, or kForever when that lies beyond the representable range.
inline Duration saturated_add(Duration a, Duration b) {
    std::int64_t sum = 0;
    return __builtin_add_overflow(a.ns, b.ns, &sum) ? kForever : Duration{sum};
}

/// `t + d`, or kNever when that lies beyond the representable range.
inline SimTime saturated_add(SimTime t, Duration d) {
    std::int64_t sum = 0;
    return __builtin_add_overflow(t.ns, d.ns, &sum) ? kNever : SimTime{sum};
}

}  // namespace sim
