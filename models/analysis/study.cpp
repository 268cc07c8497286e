#include "models/analysis/study.hpp"

#include <algorithm>

#include "sim/core/assert.hpp"
#include "sim/core/hash.hpp"

namespace models {

namespace {

/// The best of two: met, then inconclusive, then missed, then none.
sim::Verdict best(sim::Verdict a, sim::Verdict b) {
    if (a == sim::Verdict::none) return b;
    if (b == sim::Verdict::none) return a;
    return sim::worst(a, b) == a ? b : a;
}

sim::Verdict required_verdict(const StudySettings& settings,
                              const std::vector<StrategyResult>& results) {
    sim::Verdict verdict = sim::Verdict::none;
    switch (settings.require.kind) {
        case Require::Kind::baseline:
            return results[settings.baseline].verdict;
        case Require::Kind::named:
            for (const auto& result : results) {
                if (result.name == settings.require.name) verdict = result.verdict;
            }
            return verdict;
        case Require::Kind::any:
            for (const auto& result : results) verdict = best(verdict, result.verdict);
            return verdict;
        case Require::Kind::all:
            for (const auto& result : results) verdict = sim::worst(verdict, result.verdict);
            return verdict;
    }
    SIM_ASSERT(false);
}

/// All runs in replication order, inside that strategy by strategy, the run before its twin.
std::uint64_t combined_fingerprint(const std::vector<StrategyRuns>& strategies) {
    std::uint64_t hash = 0;
    std::size_t most = 0;
    for (const auto& strategy : strategies) most = std::max(most, strategy.runs.size());
    for (std::size_t r = 0; r < most; ++r) {
        for (const auto& strategy : strategies) {
            if (r >= strategy.runs.size()) continue;
            hash = sim::hash_combine(hash, strategy.runs[r].fingerprint);
            hash = sim::hash_combine(hash, strategy.runs[r].twin_fingerprint);
        }
    }
    return hash;
}

}  // namespace

StudyResult analyse(const StudySettings& settings, const std::vector<StrategyRuns>& strategies) {
    SIM_ASSERT(!strategies.empty());
    StudyResult result;
    for (const auto& strategy : strategies) {
        result.replications = std::max(result.replications, strategy.runs.size());
    }
    for (const auto& strategy : strategies) {
        SIM_ASSERT(strategy.automatic || strategy.runs.size() == result.replications);
        result.strategies.push_back(judge_strategy(settings, strategy));
        for (const auto& run : strategy.runs) result.events += run.events;
    }
    result.comparison = compare_strategies(settings, strategies, result.strategies);
    result.verdict = required_verdict(settings, result.strategies);
    result.fingerprint = combined_fingerprint(strategies);
    return result;
}

}  // namespace models
