#include "models/analysis/recovery.hpp"

#include <algorithm>
#include <cmath>

namespace models {

namespace {

constexpr double kLongestStretchS = 60;
constexpr std::size_t kWindowS = 10;
constexpr double kFewestRequests = 100;
constexpr double kOnePoint = 0.01;
constexpr double kStandardErrors = 3;

struct Counts {
    double offered = 0;
    double bad = 0;

    void add(const FlowWindow& window) {
        offered += window.offered;
        bad += static_cast<double>(window.offered) - window.success;
    }
    [[nodiscard]] double bad_share() const { return offered > 0 ? bad / offered : 0; }
    [[nodiscard]] double variance() const {
        return offered > 0 ? bad_share() * (1 - bad_share()) / offered : 0;
    }
};

bool is_as_good(const Counts& run, const Counts& twin) {
    const double error = std::sqrt(run.variance() + twin.variance());
    return run.bad_share() - twin.bad_share() <= std::max(kOnePoint, kStandardErrors * error);
}

/// Whether every part of the stretch is good. A part is `width` windows, 10 s, and grows until it
/// holds enough requests; the last one may reach beyond the stretch.
bool is_good_stretch(const std::vector<FlowWindow>& run, const std::vector<FlowWindow>& twin,
                     const WindowGrid::Stretch& stretch, std::size_t width, std::size_t until) {
    std::size_t next = stretch.from;
    while (next < stretch.to) {
        Counts counts;
        Counts counts_twin;
        const std::size_t start = next;
        while (next < until && (next - start < width || counts.offered < kFewestRequests)) {
            counts.add(run[next]);
            counts_twin.add(twin[next]);
            ++next;
        }
        if (!is_as_good(counts, counts_twin)) return false;
    }
    return true;
}

sim::SimTime next_fault_or_end(const StudyFrame& frame, std::size_t fault) {
    const auto end = frame.faults[fault].end();
    sim::SimTime until{frame.duration.ns};
    for (const auto& other : frame.faults) {
        if (other.at >= end) until = std::min(until, other.at);
    }
    return until;
}

}  // namespace

std::size_t stretch_seconds(double fault_end_s, double until_s) {
    const double stretch = std::min(kLongestStretchS, (until_s - fault_end_s) / 4);
    return static_cast<std::size_t>(std::max(1.0, std::floor(stretch)));
}

std::vector<FlowWindow> pool_windows(const RunResult& run, const Subject& subject) {
    std::vector<FlowWindow> sum;
    for (const auto flow : subject.flows) {
        const auto& windows = run.flows[flow].windows;
        sum.resize(std::max(sum.size(), windows.size()));
        for (std::size_t i = 0; i < windows.size(); ++i) {
            sum[i].offered += windows[i].offered;
            sum[i].success += windows[i].success;
        }
    }
    return sum;
}

bool was_as_good(const std::vector<FlowWindow>& run, const std::vector<FlowWindow>& twin,
                 double at_s, const WindowGrid& grid) {
    Counts counts;
    Counts counts_twin;
    const auto seen = std::min(run.size(), twin.size());
    const auto at = static_cast<std::size_t>(std::max(0.0, std::floor(at_s)));
    const auto end = std::min(seen, grid.window_of(at));
    const auto width = grid.covering(kWindowS);
    for (std::size_t i = end > width ? end - width : 0; i < end; ++i) {
        counts.add(run[i]);
        counts_twin.add(twin[i]);
    }
    return is_as_good(counts, counts_twin);
}

Measure recovery_seconds(const std::vector<FlowWindow>& run, const std::vector<FlowWindow>& twin,
                         double fault_end_s, double until_s, const WindowGrid& grid) {
    const std::size_t seen = std::min(run.size(), twin.size());
    const auto last_s = static_cast<std::size_t>(std::max(0.0, until_s));
    const auto until = std::min(seen, grid.window_of(last_s));
    const auto length = grid.covering(stretch_seconds(fault_end_s, until_s));
    const auto width = grid.covering(kWindowS);
    for (std::size_t start = grid.first_from(fault_end_s); start + length <= until; ++start) {
        if (is_good_stretch(run, twin, {start, start + length}, width, until)) {
            return std::max(0.0, grid.start_s(start) - std::ceil(fault_end_s));
        }
    }
    return std::nullopt;
}

Measure recovery_of(const StudyFrame& frame, std::size_t fault, const Subject& subject,
                    const RunResult& run, const RunResult& twin) {
    if (frame.faults[fault].recurs) return std::nullopt;
    return recovery_seconds(pool_windows(run, subject), pool_windows(twin, subject),
                            frame.faults[fault].end().seconds(),
                            next_fault_or_end(frame, fault).seconds(), frame.windows());
}

double seconds_after(const StudyFrame& frame, std::size_t fault) {
    return std::max(0.0, (next_fault_or_end(frame, fault) - frame.faults[fault].end()).seconds());
}

}  // namespace models
