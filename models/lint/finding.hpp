#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/scenario/scenario.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/source_map.hpp"

namespace models {

struct LintRule;

/// What a rule has seen in one strategy at one place.
struct LintHit {
    sim::SourceRange range;  ///< the setting, or the call or service that lacks it
    std::string message;     ///< with the computed numbers
    std::string subject;     ///< `web -> stock`, `stock`: named when several share a finding
    double weight = 0;       ///< of hits that share a finding the heaviest is told
    /// Hits of a rule with the same text are one finding; empty: those at the same place are.
    std::string lump{};
    std::optional<sim::Severity> severity{};  ///< nothing: the rule's
};

/// One weakness of the design, however many strategies and calls have it.
struct LintFinding {
    const LintRule* rule = nullptr;
    sim::Severity severity = sim::Severity::warning;
    sim::SourceRange range;
    std::string message;                  ///< without the rule's id
    std::vector<std::string> strategies;  ///< that have it, in the file's order
    bool everywhere = false;              ///< all strategies of the file have it
};

/// One that a strategy or the file is there to have.
struct ExpectedFinding {
    LintFinding finding;
    std::string reason;         ///< as the file gives it; empty: it gives none
    sim::SourceRange expected;  ///< where it says so
};

/// `F07` that a strategy is there to have; no strategy: what the whole file says of itself.
struct LintExpectation {
    ExpectedRule what;
    std::string strategy{};
    std::size_t met = 0;  ///< findings
};

/// What the lint has to say of a scenario.
struct LintResult {
    std::vector<LintFinding> findings;  ///< in the order of the text, then of the rules
    std::vector<LintExpectation> expected;
    std::vector<ExpectedFinding> as_expected;  ///< in the same order as `findings`
};

}  // namespace models
