#include "models/map/stability.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "models/analysis/recovery.hpp"
#include "models/analysis/slo_cell.hpp"
#include "sim/core/assert.hpp"

namespace models {

namespace {

constexpr std::size_t kBatches = 10;
constexpr double kGrowsBy = 5;  ///< standard errors
constexpr double kFallsBy = 3;
constexpr double kFewestRequests = 10;

/// A straight line through the means of batches.
struct Trend {
    double slope = 0;  ///< per second
    double error = 0;  ///< its standard error
    double mean = 0;
    double end = 0;  ///< of the line, where the values end
};

std::vector<double> batch_means(std::span<const double> values) {
    std::vector<double> means;
    for (std::size_t i = 0; i < kBatches; ++i) {
        const auto from = i * values.size() / kBatches;
        const auto to = (i + 1) * values.size() / kBatches;
        double sum = 0;
        for (auto k = from; k < to; ++k) sum += values[k];
        means.push_back(sum / static_cast<double>(std::max<std::size_t>(1, to - from)));
    }
    return means;
}

/// Of values, one each `step_s`; there are at least as many as batches.
Trend trend_of(std::span<const double> values, double step_s) {
    const auto means = batch_means(values);
    const auto n = static_cast<double>(kBatches);
    const double middle = (n - 1) / 2;
    Trend trend;
    for (const double mean : means) trend.mean += mean / n;
    double xx = 0;
    double xy = 0;
    for (std::size_t i = 0; i < kBatches; ++i) {
        const double x = static_cast<double>(i) - middle;
        xx += x * x;
        xy += x * (means[i] - trend.mean);
    }
    const double slope = xy / xx;
    double residuals = 0;
    for (std::size_t i = 0; i < kBatches; ++i) {
        const double x = static_cast<double>(i) - middle;
        const double off = means[i] - trend.mean - slope * x;
        residuals += off * off;
    }
    const double batch_s = static_cast<double>(values.size()) * step_s / n;
    trend.slope = slope / batch_s;
    trend.error = std::sqrt(residuals / (n - 2) / xx) / batch_s;
    trend.end = trend.mean + slope * n / 2;
    return trend;
}

/// What waits and is worked on, window by window, everywhere.
std::vector<double> backlog_of(const RunResult& run, const WindowGrid& grid) {
    std::vector<double> backlog;
    const auto add = [&](std::size_t window, double amount) {
        if (window >= backlog.size()) backlog.resize(window + 1);
        backlog[window] += amount;
    };
    for (const auto& service : run.services) {
        for (std::size_t i = 0; i < service.windows.size(); ++i) {
            const auto sum = static_cast<double>(service.windows[i].busy_s) +
                             static_cast<double>(service.windows[i].queued_s);
            add(i, sum / grid.length_s(i));
        }
    }
    for (const auto& queue : run.queues) {
        for (std::size_t i = 0; i < queue.windows.size(); ++i) {
            add(i, static_cast<double>(queue.windows[i].messages));
        }
    }
    return backlog;
}

Subject everybody(const StudyFrame& frame) {
    Subject all;
    for (std::uint32_t flow = 0; flow < frame.flows.size(); ++flow) all.flows.push_back(flow);
    return all;
}

/// Failures beyond the twin's, window by window, as a share of what came there on average.
std::vector<double> excess_failures(const std::vector<FlowWindow>& run,
                                    const std::vector<FlowWindow>& twin) {
    double offered = 0;
    for (const auto& window : twin) offered += window.offered;
    const double per_window =
        std::max(1.0, offered / static_cast<double>(std::max<std::size_t>(1, twin.size())));
    const auto bad = [](const FlowWindow& window) {
        return static_cast<double>(window.offered) - static_cast<double>(window.success);
    };
    std::vector<double> excess;
    for (std::size_t i = 0; i < std::min(run.size(), twin.size()); ++i) {
        excess.push_back((bad(run[i]) - bad(twin[i])) / per_window);
    }
    return excess;
}

/// Whether what is left of `excess` from `from_s` on falls, and would be gone before `longest_s`.
bool is_on_its_way(std::span<const double> excess, const WindowGrid& grid, std::size_t from_s,
                   std::size_t until_s, double longest_s) {
    const auto from = grid.next(from_s);
    const auto until = std::min(grid.window_of(until_s), excess.size());
    if (from + kBatches > until) return true;  // too short to tell
    const auto step_s = static_cast<double>(grid.step_s());
    const auto trend = trend_of(excess.subspan(from, until - from), step_s);
    if (trend.end <= 0 || trend.slope >= -kFallsBy * trend.error) return false;
    return trend.end + trend.slope * (longest_s - grid.start_s(until)) <= 0;
}

}  // namespace

std::string_view to_string(Stability stability) {
    switch (stability) {
        case Stability::healthy:
            return "healthy";
        case Stability::metastable:
            return "metastable";
        case Stability::overloaded:
            return "overloaded";
        case Stability::undecided:
            return "undecided";
    }
    SIM_ASSERT(false);
}

std::string_view to_string(Overload overload) {
    switch (overload) {
        case Overload::none:
            return "none";
        case Overload::demand:
            return "demand";
        case Overload::backlog:
            return "backlog";
        case Overload::goodput:
            return "goodput";
    }
    SIM_ASSERT(false);
}

std::optional<std::size_t> last_fault(const StudyFrame& frame) {
    std::optional<std::size_t> last;
    for (std::size_t i = 0; i < frame.faults.size(); ++i) {
        const auto& fault = frame.faults[i];
        if (fault.recurs || fault.end().seconds() >= frame.duration.seconds()) continue;
        if (!last || fault.end() > frame.faults[*last].end()) last = i;
    }
    return last;
}

bool demand_exceeds_capacity(const StudyFrame& frame, const std::vector<ServiceLoad>& loads) {
    for (std::size_t i = 0; i < std::min(loads.size(), frame.services.size()); ++i) {
        if (!frame.services[i].scales && loads[i].busy >= 1) return true;
    }
    return false;
}

Overload overload_of(const StudyFrame& frame, const RunResult& twin) {
    const auto grid = frame.windows();
    const auto step_s = static_cast<double>(grid.step_s());
    const auto backlog = backlog_of(twin, grid);
    const auto half = std::span(backlog).subspan(backlog.size() / 2);
    if (half.size() >= kBatches) {
        const auto trend = trend_of(half, step_s);
        const double growth = trend.slope * static_cast<double>(backlog.size()) * step_s;
        const bool grows = trend.slope > kGrowsBy * trend.error && growth >= trend.mean / 2 &&
                           growth >= kFewestRequests;
        if (grows) return Overload::backlog;
    }
    double offered = 0;
    double success = 0;
    const auto windows = pool_windows(twin, everybody(frame));
    for (std::size_t i = windows.size() / 2; i < windows.size(); ++i) {
        offered += windows[i].offered;
        success += windows[i].success;
    }
    return success < kLeastGoodput * offered ? Overload::goodput : Overload::none;
}

StabilityLook look_after_fault(const StudyFrame& frame, const RunResult& run, const RunResult& twin,
                               double longest_s) {
    const auto fault = last_fault(frame);
    SIM_ASSERT(fault.has_value());
    const double end_s = frame.faults[*fault].end().seconds();
    const double until_s = end_s + seconds_after(frame, *fault);
    StabilityLook look{Stability::healthy, Overload::none, 0};
    bool good_at_end = true;
    const auto grid = frame.windows();
    for (const auto& subject : group_subjects(frame)) {
        const auto recovery = recovery_of(frame, *fault, subject, run, twin);
        if (recovery) {
            look.recovery_s = std::max(look.recovery_s, *recovery);
            continue;
        }
        look.stability = Stability::undecided;
        good_at_end = good_at_end && was_as_good(pool_windows(run, subject),
                                                 pool_windows(twin, subject), until_s, grid);
    }
    if (look.stability == Stability::healthy) return look;
    look.recovery_s = std::numeric_limits<double>::quiet_NaN();
    if (good_at_end) return look;
    const auto from = static_cast<std::size_t>(std::ceil((end_s + until_s) / 2));
    const auto until = static_cast<std::size_t>(until_s);
    auto backlog = backlog_of(run, grid);
    const auto backlog_twin = backlog_of(twin, grid);
    backlog.resize(std::min(backlog.size(), backlog_twin.size()));
    for (std::size_t i = 0; i < backlog.size(); ++i) backlog[i] -= backlog_twin[i];
    const auto all = everybody(frame);
    const auto failures = excess_failures(pool_windows(run, all), pool_windows(twin, all));
    const bool comes_back = is_on_its_way(backlog, grid, from, until, longest_s) ||
                            is_on_its_way(failures, grid, from, until, longest_s);
    if (!comes_back) look.stability = Stability::metastable;
    return look;
}

}  // namespace models
