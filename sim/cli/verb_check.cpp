#include <algorithm>
#include <deque>
#include <numeric>

#include "models/lint/lint.hpp"
#include "models/scenario/build.hpp"
#include "models/scenario/resolved.hpp"
#include "models/scenario/sweep.hpp"
#include "sim/cli/check_document.hpp"
#include "sim/cli/rules_document.hpp"
#include "sim/cli/session.hpp"
#include "sim/cli/verbs.hpp"
#include "sim/core/did_you_mean.hpp"

namespace sim::cli {

namespace {

std::string counted(std::size_t count, const std::string& noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

/// How many errors and warnings the reader and the lint have found.
std::string summary_text(const Diagnostics& diagnostics, const models::LintResult& lint) {
    auto errors = diagnostics.error_count();
    auto warnings = diagnostics.warning_count();
    for (const auto& finding : lint.findings) {
        if (finding.severity == Severity::error) ++errors;
        if (finding.severity == Severity::warning) ++warnings;
    }
    const auto summary = summary_of(errors, warnings);
    return summary.empty() ? summary : summary + "\n";
}

models::LintResult lint_of(const models::Scenario& scenario) {
    std::deque<models::SystemModel> built;
    std::vector<models::LintSystem> systems;
    for (std::size_t i = 0; i < scenario.strategies.size(); ++i) {
        const auto& model = built.emplace_back(models::build_model(scenario, i));
        systems.push_back({model, capacity_input(model)});
    }
    return models::lint(scenario, systems);
}

/// The findings that fit a screen; with -v all of them.
std::string findings_text(const models::LintResult& lint, const SourceMap& sources, bool all) {
    const auto count = lint.findings.size();
    const auto printed = all ? count : std::min(count, Diagnostics::kMaxPrinted);
    std::string text;
    for (std::size_t i = 0; i < printed; ++i) {
        text += models::render_finding(lint.findings[i], sources);
    }
    if (printed < count) text += "… and " + std::to_string(count - printed) + " more (-v)\n";
    return text;
}

void add_notes(const models::Scenario& scenario, Session& session) {
    std::vector<std::size_t> all(scenario.strategies.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    const auto settings = models::effective_settings(scenario, session.sources);
    for (auto& one : models::dangerous_presets(scenario, settings, all)) {
        session.diagnostics.note(one.range, std::move(one.message));
    }
}

/// The points of the file's `sweep`; 0: it has none. Nothing when there is a mistake in it.
std::optional<std::size_t> points_of(Session& session, const std::string& path,
                                     const Options& options, const Io& io) {
    const auto& sweep = session.tree->sweep;
    if (!sweep || sweep->value.is_null()) return 0;
    const auto plan =
        models::plan_sweep(*session.tree, load_request(path, options, io), *session.scenario, {},
                           session.sources, session.diagnostics);
    if (!plan) return std::nullopt;
    return plan->points.size();
}

std::string valid_line(const models::Scenario& scenario, std::size_t points) {
    return scenario.file + ": " + scenario.name +
           " is valid: " + counted(scenario.system(scenario.baseline).services.size(), "service") +
           ", " +
           (scenario.strategies.size() == 1
                ? "1 strategy"
                : std::to_string(scenario.strategies.size()) + " strategies") +
           ", " + counted(scenario.faults.size(), "fault") + ", " +
           counted(scenario.slos.size(), "SLO") +
           (points > 0 ? ", a sweep of " + counted(points, "point") : "") + "\n";
}

/// One file: 2 invalid, 1 a finding at or above the level, else 0. `checks` gets its findings.
int check_file(const std::string& path, const Options& options, Io& io,
               std::vector<Check>& checks) {
    Session session;
    if (!session.load(path, options, io)) {
        add_checks(session.diagnostics, session.sources, path, FailOn::error, checks);
        return kUsage;
    }
    const auto points = points_of(session, path, options, io);
    if (!points) {
        io.err << session.diagnostics.render(session.sources) << session.diagnostics.summary()
               << "\n";
        add_checks(session.diagnostics, session.sources, path, FailOn::error, checks);
        return kUsage;
    }
    const auto& scenario = *session.scenario;
    add_notes(scenario, session);
    const auto lint = lint_of(scenario);
    io.err << session.diagnostics.render(session.sources)
           << findings_text(lint, session.sources, options.verbose)
           << summary_text(session.diagnostics, lint);
    const auto before = static_cast<std::ptrdiff_t>(checks.size());
    add_checks(session.diagnostics, session.sources, path, options.fail_on, checks);
    add_checks(lint, session.sources, path, options.fail_on, checks);
    const bool fails = std::any_of(checks.begin() + before, checks.end(), [](const Check& check) {
        return check.result == CheckResult::fail;
    });
    if (std::ssize(checks) == before) checks.push_back(passed_check(path));
    if (!options.quiet && options.format->name == "text") {
        if (session.diagnostics.error_count() == 0) io.out << valid_line(scenario, *points);
        io.out << (options.verbose ? models::expected_lines(lint) : models::expected_line(lint));
    }
    return fails ? kMissed : kOk;
}

/// The rules that are named; nothing: one of them is none, and `io.err` says so.
std::optional<std::vector<const models::LintRule*>> rules_named(
    const std::vector<std::string>& words, Io& io) {
    std::vector<std::string_view> known;
    for (const auto& rule : models::lint_rules()) known.push_back(rule.id);
    std::vector<const models::LintRule*> rules;
    for (const auto& word : words) {
        rules.push_back(models::find_lint_rule(word));
        if (rules.back() != nullptr) continue;
        const auto hint = did_you_mean_hint(word, known);
        io.err << "error: there is no rule " << quote(word)
               << "\n  hint: " << (hint.empty() ? "" : hint + " ")
               << "`firedrill check --explain` lists them\n";
        return std::nullopt;
    }
    return rules;
}

/// `check --explain F07`; without a rule the list of all.
int explain_rules(const Options& options, Io& io) {
    if (const auto output = output_showing(Shows::checks, options); !output.empty()) {
        return wrong_usage(io, output + ": `--explain` checks nothing",
                           "text, json, jsonl, csv, md and html show rules");
    }
    const auto rules = rules_named(options.files, io);
    if (!rules) return kUsage;
    return emit(rules->empty() ? rules_document() : rules_document(*rules), options, io);
}

}  // namespace

int run_check(const Options& options, Io& io) {
    if (!outputs_have_formats(options, io)) return kUsage;
    if (options.explain_rule) return explain_rules(options, io);
    if (options.files.empty()) {
        io.err << "error: `firedrill check` needs FILE...\n"
                  "  hint: `firedrill check --help` shows how it is used\n";
        return kUsage;
    }
    int worst = kOk;
    std::vector<Check> checks;
    for (const auto& path : options.files) {
        worst = std::max(worst, check_file(path, options, io, checks));
    }
    const auto document = check_document(std::move(checks));
    if (options.format->name != "text") io.out << options.format->render(document, options.style);
    return std::max(worst, write_outputs(document, options, io));
}

}  // namespace sim::cli
