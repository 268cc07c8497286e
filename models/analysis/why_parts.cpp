// The parts of what strikes beside the whole: which of them suffices, and how that is said.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/analysis/why.hpp"
#include "sim/core/assert.hpp"

namespace models {

namespace {

/// Loss of the first runs, of all flows or of those that are hit.
MeasureEstimate loss_of(const std::vector<RunDigest>& runs, std::size_t count,
                        const std::vector<FlowLoss>* only_hit, double confidence) {
    std::vector<Measure> totals;
    for (std::size_t r = 0; r < count; ++r) {
        double sum = 0;
        for (std::size_t flow = 0; flow < runs[r].lost.size(); ++flow) {
            if (only_hit == nullptr || (*only_hit)[flow].hit) sum += runs[r].lost[flow];
        }
        totals.emplace_back(sum);
    }
    return estimate_differences(totals, confidence);
}

std::vector<std::size_t> missed_slos(const StrategyResult& result) {
    std::vector<std::size_t> missed;
    for (std::size_t slo = 0; slo < result.slos.size(); ++slo) {
        if (result.slos[slo].verdict == sim::Verdict::missed) missed.push_back(slo);
    }
    return missed;
}

double value_of(const MeasureEstimate& estimate) {
    return estimate.estimate ? estimate.estimate->value : 0;
}

/// The whole on as many replications as the parts have.
StrategyRuns first_runs(const StrategyRuns& whole, std::size_t count) {
    StrategyRuns first;
    first.name = whole.name;
    first.frame = whole.frame;
    first.cells = whole.cells;
    first.runs.assign(whole.runs.begin(), whole.runs.begin() + static_cast<std::ptrdiff_t>(count));
    first.series = whole.series;
    return first;
}

bool includes_all(const std::vector<std::size_t>& all, const std::vector<std::size_t>& wanted) {
    return std::includes(all.begin(), all.end(), wanted.begin(), wanted.end());
}

std::optional<std::size_t> smallest_of(const std::vector<PartFinding>& parts) {
    std::optional<std::size_t> best;
    const auto size = [&](std::size_t i) {
        return std::tuple(parts[i].part.replicas, parts[i].part.length, i);
    };
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (parts[i].suffices && (!best || size(i) < size(*best))) best = i;
    }
    return best;
}

}  // namespace

Why find_why(const StudySettings& settings, const StrategyRuns& whole, const StrategyResult& result,
             const std::vector<StruckPart>& parts, const std::vector<StrategyRuns>& runs) {
    Why why;
    why.strategy = whole.name;
    if (runs.empty()) return why;
    SIM_ASSERT(runs.size() == parts.size());
    const double confidence = settings.experiment.confidence;
    why.replications = runs.front().runs.size();
    why.lost = loss_of(whole.runs, why.replications, nullptr, confidence);
    why.lost_where_hit = loss_of(whole.runs, why.replications, &result.losses, confidence);
    why.missed = missed_slos(judge_strategy(settings, first_runs(whole, why.replications)));
    for (std::size_t i = 0; i < parts.size(); ++i) {
        PartFinding found;
        found.part = parts[i];
        found.part.faults.clear();  // what is reported needs no plan
        found.lost = loss_of(runs[i].runs, why.replications, nullptr, confidence);
        found.lost_where_hit = loss_of(runs[i].runs, why.replications, &result.losses, confidence);
        found.share = ratio(value_of(found.lost), value_of(why.lost));
        found.missed = missed_slos(judge_strategy(settings, runs[i]));
        const bool loses = value_of(why.lost) > 0 && *found.share >= kSufficientShare;
        found.suffices = loses && includes_all(found.missed, why.missed);
        why.parts.push_back(std::move(found));
    }
    why.smallest = smallest_of(why.parts);
    return why;
}

namespace {

/// As the subject of a sentence.
std::string subject_of(const StruckPart& part) {
    switch (part.kind) {
        case PartKind::fault:
        case PartKind::effect:
            return "`" + part.subject + "`";
        case PartKind::capacity:
            return "the lost capacity";
        case PartKind::database:
            return "the " + part.subject + " failover";
        case PartKind::detection:
            return "the time until checks notice";
        case PartKind::service:
            return part.subject;
        case PartKind::calls:
            return "what strikes the " + part.name;
        case PartKind::group:
            return "what " + part.subject + " do";
    }
    SIM_ASSERT(false);
}

/// What it is that costs: "20 s without orders".
std::string cause_of(const StruckPart& part) {
    const auto length = seconds_text(part.length.seconds());
    switch (part.kind) {
        case PartKind::database:
            return length + " without " + part.subject;
        case PartKind::detection:
            return length + " of silence";
        case PartKind::capacity:
            return fmt::format("{} {} fewer for {}", part.replicas,
                               part.replicas == 1 ? "replica" : "replicas", length);
        case PartKind::fault:
        case PartKind::effect:
        case PartKind::service:
        case PartKind::calls:
        case PartKind::group:
            return length + " of it";
    }
    SIM_ASSERT(false);
}

std::string share_text(const PartFinding& part) {
    return part.share ? percent_text(std::max(0.0, *part.share), 0) : std::string("nothing");
}

/// So little that nobody asks which part it is.
constexpr double kNothing = 0.01;

bool all_cost_nothing(const Why& why, std::optional<std::size_t> without) {
    for (std::size_t i = 0; i < why.parts.size(); ++i) {
        if (i != without && why.parts[i].share.value_or(0) >= kNothing) return false;
    }
    return true;
}

/// "the lost capacity alone costs 2 %, the time until checks notice 1 %", the most first.
std::string others_text(const Why& why, std::optional<std::size_t> without) {
    if (without && why.parts.size() > 2 && all_cost_nothing(why, without)) {
        return "the other parts alone less than 1 %";
    }
    std::vector<std::size_t> order(why.parts.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return why.parts[a].share > why.parts[b].share;
    });
    std::string text;
    for (const auto i : order) {
        if (i == without) continue;
        const auto& part = why.parts[i];
        text += text.empty()
                    ? fmt::format("{} alone costs {}", subject_of(part.part), share_text(part))
                    : fmt::format(", {} {}", subject_of(part.part), share_text(part));
    }
    return text;
}

/// "and the missed SLO", so far as there are any.
std::string missed_text(const Why& why) {
    if (why.missed.empty()) return "";
    if (why.missed.size() == 1) return " and the missed SLO";
    return why.missed.size() == 2 ? " and both missed SLOs" : " and all missed SLOs";
}

std::string count_of(const MeasureEstimate& estimate) {
    return estimate.estimate ? rounded_count_text(*estimate.estimate) : "0";
}

std::string total_of(const MeasureEstimate& estimate) {
    return estimate.estimate ? number_text(std::round(estimate.estimate->value)) : "0";
}

std::string sum_text(const Why& why) {
    double sum = 0;
    for (const auto& part : why.parts) sum += part.share.value_or(0);
    const auto total = percent_text(sum, 0);
    if (sum < kSufficientShare) return fmt::format("they need each other: alone {} in all", total);
    if (sum <= 2 - kSufficientShare) return fmt::format("they add up to {}", total);
    return fmt::format("they overlap: alone {} in all", total);
}

/// Some part loses enough, and yet its SLOs are met.
bool loses_enough(const Why& why) {
    return std::any_of(why.parts.begin(), why.parts.end(), [](const PartFinding& part) {
        return part.share && *part.share >= kSufficientShare;
    });
}

}  // namespace

std::string parts_sentence(const Why& why) {
    if (why.parts.empty()) return "";
    if (!why.smallest) {
        const auto rest =
            loses_enough(why) ? "but none misses every SLO that the whole misses" : sum_text(why);
        return fmt::format("no part of what strikes is enough alone: {}; {}",
                           others_text(why, std::nullopt), rest);
    }
    const auto& part = why.parts[*why.smallest];
    auto text = fmt::format("{} alone is enough, {} cost {} of the {} lost requests{}",
                            subject_of(part.part), cause_of(part.part), count_of(part.lost),
                            total_of(why.lost), missed_text(why));
    const auto others = others_text(why, why.smallest);
    if (!others.empty()) text += "; " + others;
    return text;
}

}  // namespace models
