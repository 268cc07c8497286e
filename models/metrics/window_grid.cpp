#include "models/metrics/window_grid.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace models {
namespace {

constexpr std::size_t kMinute = 60;
constexpr std::size_t kHour = 60 * kMinute;
constexpr std::size_t kDay = 24 * kHour;

/// Lengths that a reader can tell the time by.
constexpr std::array<std::size_t, 14> kLengths = {
    1,       2,           5,           10,           30,
    kMinute, 2 * kMinute, 5 * kMinute, 10 * kMinute, 30 * kMinute,
    kHour,   2 * kHour,   6 * kHour,   12 * kHour};

std::size_t length_for(std::size_t seconds) {
    const auto* const found =
        std::find_if(kLengths.begin(), kLengths.end(),
                     [&](std::size_t length) { return seconds <= length * WindowGrid::kMost; });
    if (found != kLengths.end()) return *found;
    constexpr auto kDays = kDay * WindowGrid::kMost;
    return (seconds + kDays - 1) / kDays * kDay;
}

std::size_t seconds_of(sim::Duration duration) {
    constexpr auto kSecond = sim::whole_seconds(1).ns;
    const auto whole = duration.ns / kSecond + (duration.ns % kSecond > 0 ? 1 : 0);
    return static_cast<std::size_t>(std::max<std::int64_t>(0, whole));
}

}  // namespace

WindowGrid::WindowGrid(sim::Duration duration, sim::Duration window)
    : step_(window.ns > 0 ? seconds_of(window) : length_for(seconds_of(duration))),
      seconds_(seconds_of(duration)) {}

std::size_t WindowGrid::first_from(double at_s) const {
    constexpr double kRounding = 1e-6;
    const auto window = window_of(static_cast<std::size_t>(std::ceil(std::max(0.0, at_s))));
    return static_cast<double>(window * step_) + kRounding >= at_s ? window : window + 1;
}

double WindowGrid::start_s(std::size_t window) const {
    return static_cast<double>(std::min(window * step_, seconds_));
}

double WindowGrid::length_s(std::size_t window) const {
    const auto from = window * step_;
    const auto to = std::min(from + step_, seconds_);
    return static_cast<double>(std::max(to, from + 1) - from);
}

WindowGrid::Stretch WindowGrid::within(std::size_t from_s, std::size_t to_s) const {
    const Stretch whole{next(from_s), to_s >= seconds_ ? next(to_s) : window_of(to_s)};
    if (whole.from < whole.to) return whole;
    return {window_of(from_s), next(to_s)};
}

}  // namespace models
