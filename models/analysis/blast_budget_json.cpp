#include <algorithm>
#include <vector>

#include "models/analysis/blast_system_json.hpp"

namespace models {

namespace {

/// The slice of all requests of these flows, and no others.
const SliceStory* slice_of_flows(const StudyFrame& frame, const BlastStory& story,
                                 const std::vector<std::uint32_t>& flows) {
    std::size_t size = 0;
    for (const auto flow : flows) size += frame.flows[flow].zones.size();
    const auto found =
        std::find_if(story.slices.begin(), story.slices.end(), [&](const SliceStory& one) {
            const auto& parts = one.slice.parts;
            return parts.size() == size &&
                   std::all_of(parts.begin(), parts.end(), [&](const BlastSlice::Part& part) {
                       return std::find(flows.begin(), flows.end(), part.flow) != flows.end();
                   });
        });
    return found == story.slices.end() ? nullptr : &*found;
}

/// How fast a budget burned in the worst minute, in times of what it allows.
Json burn_peak_json(const std::vector<BlastRun>& runs, const BlastStory& story,
                    const SliceStory* slice, double budget, double confidence) {
    std::vector<Measure> peaks;
    for (const auto& run : runs) {
        if (slice == nullptr) break;
        const auto index = static_cast<std::size_t>(slice - story.slices.data());
        peaks.push_back(ratio(run.digest->cells[index].worst_minute, budget));
    }
    return estimate_json(estimate_over_runs(peaks, confidence));
}

}  // namespace

Json blast_budget_json(const StrategyRuns& strategy, const std::vector<BlastRun>& runs,
                       const BlastStory& story, double confidence) {
    constexpr double kMonth = 30.0 * 86400;
    Json list = Json::array();
    for (const auto& cell : strategy.cells) {
        const auto& rule = cell.rule;
        const bool is_budget = rule.metric == SloMetric::success && rule.op == SloOp::at_least &&
                               rule.limit < 1 && cell.judges && !cell.subject.flows.empty();
        if (!is_budget) continue;
        const double budget = 1 - rule.limit;
        std::vector<Measure> burned;
        std::vector<Measure> rate;
        for (const auto& run : runs) {
            double bad = 0;
            double offered = 0;
            double incident_s = 0;
            for (std::size_t i = 0; i < story.slices.size(); ++i) {
                const auto flow = whole_flow(strategy.frame, story.slices[i].slice);
                const auto& flows = cell.subject.flows;
                if (!flow || std::find(flows.begin(), flows.end(), *flow) == flows.end()) continue;
                const auto& one = run.digest->cells[i];
                bad += one.incident.bad;
                offered += one.incident.offered;
                incident_s = std::max(incident_s, one.incident_s);
            }
            const double per_month = incident_s > 0 ? offered / incident_s * kMonth : 0;
            burned.push_back(ratio(bad, budget * per_month));
            rate.push_back(ratio(bad / std::max(offered, 1.0), budget));
        }
        list.push_back(
            {{"slo", rule.name},
             {"group", name_or_null(cell.subject.group)},
             {"budget", budget},
             {"burned30d", estimate_json(estimate_over_runs(burned, confidence))},
             {"burnRate", estimate_json(estimate_over_runs(rate, confidence))},
             {"burnRatePeak",
              burn_peak_json(runs, story, slice_of_flows(strategy.frame, story, cell.subject.flows),
                             budget, confidence)}});
    }
    return list;
}

}  // namespace models
