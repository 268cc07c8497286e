#include "models/analysis/warm_up.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "sim/core/assert.hpp"
#include "sim/stats/instability.hpp"
#include "sim/stats/mser.hpp"
#include "sim/stats/summary.hpp"

namespace models {

namespace {

/// More points say nothing new about a curve, and take memory.
constexpr double kMostSteps = 1200;
/// Twelve batches of five: with fewer the last tenth of the first half, where MSER-5 sees that
/// nothing settles, is less than one of them.
constexpr std::size_t kFewestPoints = 60;

std::size_t steps_of(sim::Duration duration, std::size_t step_s) {
    return static_cast<std::size_t>(std::floor(duration.seconds() / static_cast<double>(step_s)));
}

std::size_t step_of(sim::Duration duration) {
    return std::max<std::size_t>(
        1, static_cast<std::size_t>(std::ceil(duration.seconds() / kMostSteps)));
}

/// `values` in groups of `width` together; what is left at the end is not looked at.
std::vector<double> grouped(const std::vector<double>& values, std::size_t width) {
    std::vector<double> sums(values.size() / width, 0);
    for (std::size_t i = 0; i < sums.size() * width; ++i) sums[i / width] += values[i];
    return sums;
}

}  // namespace

/// Where one curve ends its warm-up, in steps; nothing when there is too little to look at.
struct WarmUpSearch::Found {
    std::optional<std::size_t> cut;
    bool steady = true;
};

WarmUpSearch::WarmUpSearch(std::vector<std::string> strategies, sim::Duration duration,
                           double matters)
    : names_(std::move(strategies)),
      duration_(duration),
      matters_(matters),
      step_s_(step_of(duration)),
      curves_(names_.size()) {}

WarmUpSearch::Row& WarmUpSearch::row(std::size_t strategy, std::size_t curve, std::string what) {
    auto& curves = curves_[strategy];
    if (curve >= curves.size()) curves.resize(curve + 1);
    curves[curve].what = std::move(what);
    auto& added = curves[curve].runs.emplace_back();
    added.sum.assign(steps_of(duration_, step_s_), 0);
    added.count.assign(added.sum.size(), 0);
    return added;
}

void WarmUpSearch::add(std::size_t strategy, const StudyFrame& frame, const RunResult& run) {
    std::size_t curve = 0;
    const auto grid = frame.windows();
    const auto step_at = [&](std::size_t window) { return window * grid.step_s() / step_s_; };
    for (std::size_t f = 0; f < run.flows.size(); ++f) {
        const auto& flow = frame.flows[f];
        auto& into =
            row(strategy, curve++, fmt::format("latency of {} {}", flow.group, flow.journey));
        const auto& windows = run.flows[f].windows;
        for (std::size_t i = 0; i < windows.size(); ++i) {
            const auto step = step_at(i);
            if (step >= into.sum.size()) break;
            into.sum[step] += windows[i].latency_sum_s;
            into.count[step] += windows[i].success;
        }
    }
    for (std::size_t s = 0; s < run.services.size(); ++s) {
        auto& into = row(strategy, curve++, "requests at " + frame.services[s].name);
        const auto& windows = run.services[s].windows;
        for (std::size_t i = 0; i < windows.size(); ++i) {
            const auto step = step_at(i);
            if (step >= into.sum.size()) break;
            const auto requests_s =
                static_cast<double>(windows[i].busy_s) + static_cast<double>(windows[i].queued_s);
            into.sum[step] += requests_s / grid.length_s(i);
            into.count[step] += 1;
        }
    }
}

WarmUpSearch::Found WarmUpSearch::search(const Curve& curve) const {
    std::vector<double> sum(curve.runs.front().sum.size(), 0);
    std::vector<double> count = sum;
    for (const Row& run : curve.runs) {
        for (std::size_t i = 0; i < sum.size(); ++i) {
            sum[i] += run.sum[i];
            count[i] += run.count[i];
        }
    }
    // Wide enough for every point to have something in it.
    std::size_t width = 1;
    const auto has_gap = [&] {
        const auto all = grouped(count, width);
        return std::find(all.begin(), all.end(), 0.0) != all.end();
    };
    while (sum.size() / width >= kFewestPoints && has_gap()) ++width;
    if (sum.size() / width < kFewestPoints) return {};
    const auto sums = grouped(sum, width);
    const auto counts = grouped(count, width);
    std::vector<double> average(sums.size());
    for (std::size_t i = 0; i < sums.size(); ++i) average[i] = sums[i] / counts[i];
    const auto mser = sim::mser5(average);
    Found found{mser.truncation * width, mser.steady};
    const double whole = sim::summarise(average).mean;
    const double moved = std::abs(whole - mser.truncated_mean);
    if (mser.steady && moved <= matters_ * std::abs(mser.truncated_mean)) found.cut = 0;
    if (mser.steady) return found;
    // Only what goes on rising or falling has no steady state.
    std::vector<std::vector<double>> halves;
    for (const Row& run : curve.runs) {
        const auto run_sums = grouped(run.sum, width);
        const auto run_counts = grouped(run.count, width);
        auto& half = halves.emplace_back();
        for (std::size_t i = average.size() / 2; i < average.size(); ++i) {
            half.push_back(run_counts[i] > 0 ? run_sums[i] / run_counts[i] : average[i]);
        }
    }
    found.steady = sim::queue_slope(halves).p > sim::kUnstableLevel;
    return found;
}

StudyWarmUp WarmUpSearch::finish(sim::Duration otherwise) const {
    StudyWarmUp warm_up;
    warm_up.found = true;
    warm_up.looked_at_s = duration_.seconds();
    std::size_t longest = 0;
    for (std::size_t s = 0; s < curves_.size(); ++s) {
        for (const Curve& curve : curves_[s]) {
            warm_up.runs = curve.runs.size();
            const auto found = search(curve);
            if (!found.cut) continue;
            ++warm_up.series;
            auto name = names_.size() == 1 ? curve.what : curve.what + ", under " + names_[s];
            if (!found.steady) {
                warm_up.unsteady.push_back(std::move(name));
            } else if (*found.cut > longest) {
                longest = *found.cut;
                warm_up.slowest = std::move(name);
            }
        }
    }
    warm_up.length = sim::whole_seconds(static_cast<std::int64_t>(longest * step_s_));
    const bool nothing_known = warm_up.series == 0 || !warm_up.steady();
    if (nothing_known && warm_up.length < otherwise) {
        warm_up.length = otherwise;
        warm_up.slowest.clear();
    }
    return warm_up;
}

std::string warm_up_note(const StudyWarmUp& warm_up) {
    if (!warm_up.found) return "";
    const auto length = seconds_text(warm_up.length.seconds());
    if (warm_up.load_varies) {
        return fmt::format("warm-up {}: none was looked for, the load follows the time of day",
                           length);
    }
    const auto looked = fmt::format("{} looked at ({} runs without faults)",
                                    seconds_text(warm_up.looked_at_s), warm_up.runs);
    if (warm_up.series == 0) {
        return fmt::format("warm-up {}: too little happens in {} to look for one", length, looked);
    }
    if (!warm_up.steady()) {
        return fmt::format("warm-up {}: MSER-5 found no steady state in {} of {} curves of {}",
                           length, warm_up.unsteady.size(), warm_up.series, looked);
    }
    auto text = fmt::format("warm-up found by MSER-5: {} of {}", length, looked);
    if (!warm_up.slowest.empty()) text += "; the last to settle: " + warm_up.slowest;
    return text;
}

}  // namespace models
