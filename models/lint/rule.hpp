#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "models/lint/finding.hpp"
#include "sim/core/diagnostics.hpp"

namespace models {

class LintContext;

/// How a design fails (the groups of AWS Resilience Hub).
enum class LintCategory : std::uint8_t {
    single_point,
    load,
    latency,
    misconfiguration,
    shared_fate,
    experiment,  ///< not of the design, but of what is asked of it
};
std::string_view to_string(LintCategory category);

/// What a rule has found in one strategy.
class LintHits {
  public:
    void add(LintHit hit) { hits_.push_back(std::move(hit)); }
    [[nodiscard]] const std::vector<LintHit>& all() const { return hits_; }

  private:
    std::vector<LintHit> hits_;
};

/// One rule of the design lint. F01 and up are numbered as in the list that they are from; F00 is
/// what must hold before any of them means anything.
struct LintRule {
    std::string_view id;
    sim::Severity severity;
    LintCategory category;
    std::string_view title;
    std::string_view condition;  ///< when exactly it speaks
    std::string_view why;        ///< one sentence
    std::string_view source;
    std::string_view demo;  ///< a shipped scenario in which it can be seen to happen
    std::string_view bad;   ///< a snippet of a scenario
    std::string_view good;
    void (*check)(const LintContext&, LintHits&);
};

/// The registry: every rule once, by its id.
std::span<const LintRule> lint_rules();
/// Null when there is none.
const LintRule* find_lint_rule(std::string_view id);

}  // namespace models
