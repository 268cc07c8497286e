#include "models/analysis/uptime.hpp"

#include <algorithm>
#include <cmath>

#include "models/metrics/window_grid.hpp"

namespace models {

namespace {

std::int64_t to_ms(double seconds) { return std::llround(seconds * 1e3); }

/// All windows of the table are whole steps long.
std::int64_t step_ms_of(double incident_s) {
    const WindowGrid grid(sim::from_seconds(incident_s));
    return 1000 * std::min<std::int64_t>(static_cast<std::int64_t>(grid.step_s()),
                                         kUptimeWindowTable.front().seconds);
}

/// Of windows so many steps long.
Measure lowest_of(const std::vector<std::int64_t>& up, const std::vector<std::int64_t>& down,
                  std::size_t steps) {
    Measure lowest;
    for (std::size_t from = 0; from + steps < up.size(); ++from) {
        const auto good = static_cast<double>(up[from + steps] - up[from]);
        const auto bad = static_cast<double>(down[from + steps] - down[from]);
        if (good + bad <= 0) continue;
        lowest = std::min(lowest.value_or(1), good / (good + bad));
    }
    return lowest;
}

}  // namespace

UptimeSeconds::UptimeSeconds(double incident_s)
    : step_ms_(step_ms_of(incident_s)), end_ms_(to_ms(incident_s) / step_ms_ * step_ms_) {
    const auto steps = static_cast<std::size_t>(end_ms_ / step_ms_);
    for (auto* line : {&up_, &down_}) {
        line->step_ms = step_ms_;
        line->full.assign(steps + 1, 0);
        line->part.assign(steps + 1, 0);
    }
}

void UptimeSeconds::add(bool up, double from_s, double lasts_s) {
    const auto from = std::clamp<std::int64_t>(to_ms(from_s), 0, end_ms_);
    const auto to = std::clamp<std::int64_t>(to_ms(from_s + lasts_s), from, end_ms_);
    (up ? up_ : down_).add(from, to);
}

void UptimeSeconds::Line::add(std::int64_t from_ms, std::int64_t to_ms) {
    const auto first = static_cast<std::size_t>(from_ms / step_ms);
    const auto last = static_cast<std::size_t>(to_ms / step_ms);
    const auto into_first = from_ms % step_ms;
    const auto into_last = to_ms % step_ms;
    if (first == last) {
        part[first] += into_last - into_first;
        return;
    }
    part[first] += step_ms - into_first;
    part[last] += into_last;
    full[first + 1] += step_ms;
    full[last] -= step_ms;
}

std::vector<std::int64_t> UptimeSeconds::Line::sums() const {
    std::vector<std::int64_t> sums{0};
    std::int64_t there = 0;
    for (std::size_t i = 0; i + 1 < full.size(); ++i) {
        there += full[i];
        sums.push_back(sums.back() + there + part[i]);
    }
    return sums;
}

LowestUptimes UptimeSeconds::lowest() const {
    const auto up = up_.sums();
    const auto down = down_.sums();
    LowestUptimes lowest;
    for (std::size_t i = 0; i < kUptimeWindows; ++i) {
        const auto steps = 1000 * kUptimeWindowTable[i].seconds / step_ms_;
        lowest[i] = lowest_of(up, down, static_cast<std::size_t>(steps));
    }
    return lowest;
}

}  // namespace models
