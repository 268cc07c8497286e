#include <algorithm>
#include <vector>

#include "models/lint/rule.hpp"
#include "models/lint/rules.hpp"
#include "sim/core/assert.hpp"

namespace models {

std::string_view to_string(LintCategory category) {
    switch (category) {
        case LintCategory::single_point:
            return "single point of failure";
        case LintCategory::load:
            return "excessive load";
        case LintCategory::latency:
            return "excessive latency";
        case LintCategory::misconfiguration:
            return "misconfiguration";
        case LintCategory::shared_fate:
            return "shared fate";
        case LintCategory::experiment:
            return "experiment";
    }
    SIM_ASSERT(false);
}

std::span<const LintRule> lint_rules() {
    static const std::vector<LintRule> all = [] {
        std::vector<LintRule> rules;
        for (const auto part :
             {timeout_rules(), retry_rules(), placement_rules(), capacity_rules(), queue_rules(),
              health_rules(), dependency_rules(), fallback_rules(), store_rules(),
              isolation_rules(), rollout_rules(), operations_rules(), message_rules(),
              guess_rules(), experiment_rules()}) {
            rules.insert(rules.end(), part.begin(), part.end());
        }
        std::sort(rules.begin(), rules.end(),
                  [](const LintRule& a, const LintRule& b) { return a.id < b.id; });
        return rules;
    }();
    return all;
}

const LintRule* find_lint_rule(std::string_view id) {
    for (const LintRule& rule : lint_rules()) {
        if (rule.id == id) return &rule;
    }
    return nullptr;
}

}  // namespace models
