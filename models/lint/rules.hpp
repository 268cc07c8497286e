#pragma once

#include <span>

#include "models/lint/rule.hpp"

// The rules, by what they look at. Each file has its own part of the registry.
namespace models {

std::span<const LintRule> timeout_rules();
std::span<const LintRule> retry_rules();
std::span<const LintRule> placement_rules();
std::span<const LintRule> capacity_rules();
std::span<const LintRule> queue_rules();
std::span<const LintRule> health_rules();
std::span<const LintRule> dependency_rules();
std::span<const LintRule> fallback_rules();
std::span<const LintRule> store_rules();
std::span<const LintRule> isolation_rules();
std::span<const LintRule> rollout_rules();
std::span<const LintRule> operations_rules();
std::span<const LintRule> message_rules();
std::span<const LintRule> guess_rules();
std::span<const LintRule> experiment_rules();

}  // namespace models
