#include <algorithm>
#include <cmath>

#include "models/analysis/paired_counts.hpp"
#include "models/analysis/study.hpp"

namespace models {

namespace {

constexpr std::size_t kWindowS = 10;

/// Whether some windows lost more than noise against the twin. The sums run over all replications.
bool is_hit(const SeriesSum::Flow& flow, const WindowGrid::Stretch& stretch) {
    PairedCounts counts;
    for (std::size_t i = stretch.from; i < stretch.to; ++i) counts.add(flow.run[i], flow.twin[i]);
    return counts.is_worse();
}

void find_hit_time(const FrameFault& fault, const SeriesSum::Flow& series, const WindowGrid& grid,
                   FlowLoss& loss) {
    const auto first_s = static_cast<std::size_t>(std::max(0.0, fault.at.seconds()));
    const std::size_t windows = std::min(series.run.size(), series.twin.size());
    const auto width = grid.covering(kWindowS);
    for (std::size_t start = grid.window_of(first_s); start < windows; start += width) {
        const WindowGrid::Stretch stretch{start, std::min(start + width, windows)};
        if (!is_hit(series, stretch)) continue;
        loss.hit = true;
        loss.lasts_s = grid.start_s(stretch.to) - static_cast<double>(first_s);
        loss.until_end = start + 2 * width > windows;
    }
}

std::optional<ServiceStory> story_of(const StrategyRuns& runs, std::uint32_t service) {
    ServiceStory story;
    story.service = service;
    std::vector<double> starts;
    std::vector<double> lengths;
    FullSpell sum;
    for (const auto& run : runs.runs) {
        const auto& spell = run.full[service];
        if (!spell.seen) continue;
        ++story.runs;
        starts.push_back(spell.start_s);
        lengths.push_back(spell.length_s);
        story.until_end += spell.until_end ? 1 : 0;
        story.own_retries += spell.own_retries ? 1 : 0;
        sum.attempts += spell.attempts;
        sum.attempts_twin += spell.attempts_twin;
        sum.worked_s += spell.worked_s;
        sum.wasted_s += spell.wasted_s;
    }
    if (story.runs == 0) return std::nullopt;
    story.after_s = median_of(starts);
    story.length_s = median_of(lengths);
    story.amplification = ratio(sum.attempts, sum.attempts_twin);
    story.wasted = ratio(sum.wasted_s, sum.worked_s);
    return story;
}

}  // namespace

std::vector<FlowLoss> losses_of(const StudySettings& settings, const StrategyRuns& runs) {
    std::vector<FlowLoss> losses;
    if (runs.runs.front().lost.empty() || runs.frame.faults.empty()) return losses;
    for (std::uint32_t flow = 0; flow < runs.frame.flows.size(); ++flow) {
        FlowLoss loss;
        loss.flow = flow;
        std::vector<Measure> lost;
        for (const auto& run : runs.runs) lost.emplace_back(run.lost[flow]);
        loss.lost = estimate_differences(lost, settings.experiment.confidence);
        find_hit_time(runs.frame.faults.front(), runs.series.flows[flow], runs.frame.windows(),
                      loss);
        losses.push_back(loss);
    }
    return losses;
}

std::vector<ServiceStory> stories_of(const StrategyRuns& runs) {
    std::vector<ServiceStory> stories;
    if (runs.runs.front().full.empty()) return stories;
    for (std::uint32_t service = 0; service < runs.frame.services.size(); ++service) {
        if (auto story = story_of(runs, service)) stories.push_back(*story);
    }
    std::stable_sort(stories.begin(), stories.end(), [](const auto& a, const auto& b) {
        if (a.runs != b.runs) return a.runs > b.runs;
        return a.after_s < b.after_s;
    });
    return stories;
}

}  // namespace models
