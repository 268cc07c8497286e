#include <algorithm>
#include <cmath>

#include "models/analysis/digest.hpp"

namespace models {

namespace {

constexpr double kFullUtilisation = 0.98;
/// A service that is full in one region only shows as a standing queue: half as many requests wait
/// as are being served. M/M/8 has that many at 91 % load.
constexpr double kStandingQueue = 0.5;
/// Shorter spells are noise; shorter breaks do not end one.
constexpr std::size_t kSustainedS = 5;
/// Attempts per attempt of the twin from which retries feed the load.
constexpr double kRetriesFeed = 1.5;

bool is_full(const ServiceWindow& window) {
    if (window.busy_s <= 0) return false;
    const bool bounded = window.capacity_s > 0;  // unlimited concurrency is never used up
    return (bounded && static_cast<double>(window.busy_s) >=
                           kFullUtilisation * static_cast<double>(window.capacity_s)) ||
           static_cast<double>(window.queued_s) >=
               kStandingQueue * static_cast<double>(window.busy_s);
}

bool is_sustained_from(const std::vector<ServiceWindow>& windows, std::size_t start,
                       std::size_t sustained) {
    if (start + sustained > windows.size()) return false;
    for (std::size_t i = start; i < start + sustained; ++i) {
        if (!is_full(windows[i])) return false;
    }
    return true;
}

/// One past the last full window: the spell ends when it is followed by a break.
std::size_t end_of_spell(const std::vector<ServiceWindow>& windows, std::size_t start,
                         std::size_t sustained) {
    std::size_t end = start;
    for (std::size_t i = start; i < windows.size() && i < end + sustained + 1; ++i) {
        if (is_full(windows[i])) end = i + 1;
    }
    return end;
}

std::size_t second_of(sim::SimTime at) {
    return static_cast<std::size_t>(std::max(0.0, std::floor(at.seconds())));
}

}  // namespace

FullSpell find_full_spell(const std::vector<ServiceWindow>& run,
                          const std::vector<ServiceWindow>& twin, const FrameFault& fault,
                          const WindowGrid& grid) {
    FullSpell spell;
    const auto sustained = grid.covering(kSustainedS);
    const auto at_s = second_of(fault.at);
    std::size_t start = grid.window_of(at_s);
    while (start < run.size() && !is_sustained_from(run, start, sustained)) ++start;
    if (start >= run.size()) return spell;
    const std::size_t end = end_of_spell(run, start, sustained);
    spell.seen = true;
    spell.start_s = std::max(0.0, grid.start_s(start) - static_cast<double>(at_s));
    spell.length_s = grid.start_s(end) - grid.start_s(start);
    for (std::size_t i = start; i < end; ++i) {
        spell.attempts += run[i].arrivals;
        if (i < twin.size()) spell.attempts_twin += twin[i].arrivals;
        spell.worked_s += static_cast<double>(run[i].working_s);
        spell.wasted_s += static_cast<double>(run[i].wasted_s);
    }
    spell.until_end = end + sustained >= run.size();
    const bool twin_is_full =
        twin.size() >= sustained && is_sustained_from(twin, twin.size() - sustained, sustained);
    const bool fault_is_over = grid.window_of(second_of(fault.end())) + sustained < end;
    spell.own_retries = spell.until_end && fault_is_over && !twin_is_full &&
                        spell.attempts > kRetriesFeed * spell.attempts_twin;
    return spell;
}

}  // namespace models
