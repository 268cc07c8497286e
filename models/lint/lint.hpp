#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/lint/context.hpp"
#include "models/lint/finding.hpp"
#include "models/lint/rule.hpp"
#include "sim/core/source_map.hpp"

// The design lint: rules about a scenario that need no simulation.
namespace models {

/// Applies every rule to every strategy; `systems` are those of the strategies, in their order.
/// What a strategy or the file expects of itself is no finding; what it expects in vain is one.
LintResult lint(const Scenario& scenario, const std::vector<LintSystem>& systems);

/// What was found, and in which strategies where not in all: "… (in naive and jittered)".
std::string finding_text(const LintFinding& finding);
/// A finding as a terminal shows it: place, rule, numbers, source line, why, source, demo.
std::string render_finding(const LintFinding& finding, const sim::SourceMap& sources);
/// "  expected: F26; F07 and F08 in naive" and a line break; empty when nothing was expected.
std::string expected_line(const LintResult& result);
/// The same with a line for each, and the reason that the file gives.
std::string expected_lines(const LintResult& result);

}  // namespace models
