#pragma once

#include <cstddef>
#include <optional>

#include <nlohmann/json.hpp>

#include "models/analysis/study.hpp"

// Inside of study_json: the parts that have a file of their own.
namespace models {

using Json = nlohmann::ordered_json;

/// The number, or null when it is missing or not finite: JSON has no infinity.
Json finite(double value);
Json finite(const std::optional<double>& value);

/// An empty object with room for so many keys: one that grows copies all that it has.
Json object_of(std::size_t keys);

/// One entry of `strategies`.
Json strategy_json(const StrategyRuns& strategy, const StrategyResult& result, double confidence);
/// Who was hit, how often and for how long (BLAST_RADIUS.md); null without a twin.
Json blast_json(const StrategyRuns& strategy, double confidence);
/// What the operators' actions did, and whether it helped.
Json actions_json(const StrategyRuns& strategy);
/// In how many runs the system recovered from each fault; null without a twin.
Json recovery_ratio_json(const StrategyRuns& strategy);

}  // namespace models
