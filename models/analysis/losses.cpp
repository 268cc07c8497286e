#include <algorithm>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/analysis/study_report.hpp"

namespace models {

namespace {

/// More strategies than this do not fit a line that anybody reads.
constexpr std::size_t kMostListed = 5;

}  // namespace

MeasureEstimate total_loss(const StrategyRuns& strategy, double confidence) {
    std::vector<Measure> totals;
    for (const auto& run : strategy.runs) {
        double sum = 0;
        for (const double lost : run.lost) sum += lost;
        totals.emplace_back(sum);
    }
    return estimate_differences(totals, confidence);
}

namespace {

struct Loss {
    std::size_t strategy = 0;
    sim::Estimate lost;
};

std::vector<Loss> losses_in(const StudyInput& input) {
    std::vector<Loss> losses;
    for (std::size_t s = 0; s < input.strategies.size(); ++s) {
        const auto& strategy = input.strategies[s];
        if (strategy.runs.front().lost.empty() || strategy.frame.faults.empty()) continue;
        const auto loss = total_loss(strategy, input.settings.experiment.confidence).estimate;
        if (loss) losses.push_back({s, *loss});
    }
    return losses;
}

/// "budgeted 2 950 ±120".
std::string named_loss(const StudyInput& input, const Loss& loss) {
    return input.strategies[loss.strategy].name + " " + rounded_count_text(loss.lost);
}

/// "fewest budgeted 0 ±0, most naive 9 300 ±200; the baseline (none) 4 000 ±100".
std::string extremes_text(const StudyInput& input, const std::vector<Loss>& losses) {
    const auto less = [](const Loss& a, const Loss& b) { return a.lost.value < b.lost.value; };
    const auto& fewest = *std::min_element(losses.begin(), losses.end(), less);
    const auto& most = *std::max_element(losses.begin(), losses.end(), less);
    std::string text =
        fmt::format("fewest {}, most {}", named_loss(input, fewest), named_loss(input, most));
    for (const auto& loss : losses) {
        if (loss.strategy != input.settings.baseline || loss.strategy == fewest.strategy ||
            loss.strategy == most.strategy) {
            continue;
        }
        text += fmt::format("; the baseline ({}) {}", input.strategies[loss.strategy].name,
                            rounded_count_text(loss.lost));
    }
    return text;
}

}  // namespace

std::vector<std::string> loss_lines(const StudyInput& input) {
    const auto losses = losses_in(input);
    if (losses.empty()) return {};
    std::string text;
    if (losses.size() > kMostListed) {
        text = extremes_text(input, losses);
    } else {
        for (const auto& loss : losses)
            text += (text.empty() ? "" : ", ") + named_loss(input, loss);
    }
    const auto& faults = input.strategies[losses.front().strategy].frame.faults;
    const bool others = std::any_of(faults.begin(), faults.end(),
                                    [](const FrameFault& one) { return one.changes_load; });
    return {fmt::format("Requests lost to the fault ({}): {}.",
                        others ? "failures beyond the twin's" : "twin minus run", text)};
}

}  // namespace models
