#include "models/analysis/uptime.hpp"

#include <algorithm>
#include <cmath>

namespace models {

namespace {

constexpr std::int64_t kSecond_ms = 1000;

std::int64_t to_ms(double seconds) { return std::llround(seconds * 1e3); }

/// Of windows so many seconds long.
Measure lowest_of(const std::vector<std::int64_t>& up, const std::vector<std::int64_t>& down,
                  std::size_t seconds) {
    Measure lowest;
    for (std::size_t from = 0; from + seconds < up.size(); ++from) {
        const auto good = static_cast<double>(up[from + seconds] - up[from]);
        const auto bad = static_cast<double>(down[from + seconds] - down[from]);
        if (good + bad <= 0) continue;
        lowest = std::min(lowest.value_or(1), good / (good + bad));
    }
    return lowest;
}

}  // namespace

UptimeSeconds::UptimeSeconds(double incident_s)
    : end_ms_(to_ms(incident_s) / kSecond_ms * kSecond_ms) {
    const auto seconds = static_cast<std::size_t>(end_ms_ / kSecond_ms);
    for (auto* line : {&up_, &down_}) {
        line->full.assign(seconds + 1, 0);
        line->part.assign(seconds + 1, 0);
    }
}

void UptimeSeconds::add(bool up, double from_s, double lasts_s) {
    const auto from = std::clamp<std::int64_t>(to_ms(from_s), 0, end_ms_);
    const auto to = std::clamp<std::int64_t>(to_ms(from_s + lasts_s), from, end_ms_);
    (up ? up_ : down_).add(from, to);
}

void UptimeSeconds::Line::add(std::int64_t from_ms, std::int64_t to_ms) {
    const auto first = static_cast<std::size_t>(from_ms / kSecond_ms);
    const auto last = static_cast<std::size_t>(to_ms / kSecond_ms);
    const auto into_first = from_ms % kSecond_ms;
    const auto into_last = to_ms % kSecond_ms;
    if (first == last) {
        part[first] += into_last - into_first;
        return;
    }
    part[first] += kSecond_ms - into_first;
    part[last] += into_last;
    full[first + 1] += kSecond_ms;
    full[last] -= kSecond_ms;
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
        lowest[i] = lowest_of(up, down, static_cast<std::size_t>(kUptimeWindowTable[i].seconds));
    }
    return lowest;
}

}  // namespace models
