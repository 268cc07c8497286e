#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "models/analysis/why.hpp"

namespace models {

/// A setting in which the strategy that would have helped differs from the baseline.
struct DifferingSetting {
    std::string name;      ///< `retryBudget`, `policyFor.payment.retries`
    std::string baseline;  ///< as it is effective there
    std::string value;     ///< ... and in the strategy that helps
};

/// What would have helped: of the strategies of the study that meet every SLO which the baseline
/// misses, and miss none that it meets (with too few runs to tell: that do not miss it), the one
/// with the fewest settings that differ from the baseline's (a rule such as `retryBudget` counts
/// once); of several the first that meets most.
struct HelpingStrategy {
    std::string strategy;
    bool sure = true;  ///< false: too few runs to say that it meets them
    std::vector<DifferingSetting> settings;
    std::vector<std::string> calls;  ///< whose policy the snippets have: `gateway → checkout-api`
    std::string envoy;
    std::string istio;
    std::string resilience4j;
};

/// Nothing when the baseline misses no SLO, or no strategy of the study helps.
std::optional<HelpingStrategy> find_remedy(const WhyInput& input, const Why& why,
                                           const StudyResult& result);

/// "What would have helped: budgeted (backoff, retryBudget 10%); to paste: -o report.html."
std::string remedy_line(const HelpingStrategy& remedy);

nlohmann::ordered_json remedy_json(const HelpingStrategy& remedy);

}  // namespace models
