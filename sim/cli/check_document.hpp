#pragma once

#include <string>
#include <vector>

#include "models/lint/lint.hpp"
#include "sim/cli/options.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/report/document.hpp"

namespace sim::cli {

/// A finding of `firedrill check` as CI systems list it: it fails from the level of `--fail-on` on
/// and is let through below. Those of rules that have names set `rule`, `title` and `help` then.
/// `file` is the one that was to be checked; the finding may be in another that it includes.
Check finding_check(const Diagnostic& finding, const SourceMap& sources, const std::string& file,
                    FailOn fail_on);

/// All of them, in the order of the text.
void add_checks(const Diagnostics& found, const SourceMap& sources, const std::string& file,
                FailOn fail_on, std::vector<Check>& checks);

/// Those of the design lint, each under its own rule.
void add_checks(const models::LintResult& found, const SourceMap& sources, const std::string& file,
                FailOn fail_on, std::vector<Check>& checks);

/// Nothing to complain of in `file`.
Check passed_check(const std::string& file);

/// The report of `firedrill check`: a table of the findings, the same as data, and the checks.
Document check_document(std::vector<Check> checks);

}  // namespace sim::cli
