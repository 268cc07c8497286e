#include "sim/cli/check_document.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/analysis/study_report.hpp"
#include "sim/core/assert.hpp"

namespace sim::cli {

namespace {

using Json = nlohmann::ordered_json;

const char* title_of(Severity level) {
    switch (level) {
        case Severity::error:
            return "the scenario cannot be what was meant";
        case Severity::warning:
            return "the scenario can be run, and may not be what was meant";
        case Severity::note:
            return "worth knowing";
    }
    SIM_ASSERT(false);
}

bool fails(Severity level, FailOn fail_on) {
    switch (fail_on) {
        case FailOn::error:
            return level == Severity::error;
        case FailOn::warning:
            return level != Severity::note;
        case FailOn::never:
            return false;
    }
    SIM_ASSERT(false);
}

Json json_of(const CheckPlace& place) {
    return {{"file", place.file},
            {"line", place.line},
            {"column", place.column},
            {"length", place.length}};
}

Json json_of(const Check& check) {
    Json json = {{"file", check.group},
                 {"rule", check.rule},
                 {"level", name_of(check.level)},
                 {"fails", check.result == CheckResult::fail},
                 {"message", check.message},
                 {"help", check.help.empty() ? Json() : Json(check.help)},
                 {"place", check.place ? json_of(*check.place) : Json()}};
    if (check.suppression) {
        const auto& why = check.suppression->justification;
        const auto& place = check.suppression->place;
        json["because"] = why.empty() ? Json() : Json(why);
        json["expectedAt"] = place ? json_of(*place) : Json();
    }
    return json;
}

Table empty_table(const char* last) {
    Table table;
    table.columns = {{"place"}, {"level"}, {"rule"}, {last}};
    return table;
}

Tone tone_of(CheckResult result) { return result == CheckResult::fail ? Tone::bad : Tone::plain; }

/// With why, where it is expected.
std::vector<Cell> row_of(const Check& check) {
    std::vector<Cell> row = {{check.place ? check.place->text() : check.group},
                             {std::string(name_of(check.level)), tone_of(check.result)},
                             {check.rule},
                             {check.message.substr(0, check.message.find('\n'))}};
    if (check.suppression) row.push_back({check.suppression->justification});
    return row;
}

}  // namespace

Check finding_check(const Diagnostic& finding, const SourceMap& sources, const std::string& file,
                    FailOn fail_on) {
    Check check;
    check.level = finding.severity;
    check.rule = fmt::format("scenario/{}", name_of(check.level));
    check.title = title_of(check.level);
    check.group = models::portable_name(file);
    check.name = finding.message;
    check.message = finding.message;
    if (!finding.hint.empty()) check.message += "\nhint: " + finding.hint;
    check.result = fails(check.level, fail_on) ? CheckResult::fail : CheckResult::tolerated;
    check.place = models::portable_place(sources, finding.range);
    return check;
}

void add_checks(const Diagnostics& found, const SourceMap& sources, const std::string& file,
                FailOn fail_on, std::vector<Check>& checks) {
    for (const auto& one : found.sorted()) {
        checks.push_back(finding_check(one, sources, file, fail_on));
    }
}

namespace {

/// A finding of the design lint, under its own rule.
Check lint_check(const models::LintFinding& finding, const SourceMap& sources,
                 const std::string& file, FailOn fail_on) {
    Diagnostic diagnostic;
    diagnostic.severity = finding.severity;
    diagnostic.range = finding.range;
    diagnostic.message = models::finding_text(finding);
    auto check = finding_check(diagnostic, sources, file, fail_on);
    const auto* rule = finding.rule;
    check.rule = rule == nullptr ? "expect" : std::string(rule->id);
    check.title = rule == nullptr ? "what is expected is there" : std::string(rule->title);
    if (rule != nullptr) {
        check.help = fmt::format("why: {}\nsource: {}\ndemo: firedrill run {}", rule->why,
                                 rule->source, rule->demo);
    }
    return check;
}

}  // namespace

void add_checks(const models::LintResult& found, const SourceMap& sources, const std::string& file,
                FailOn fail_on, std::vector<Check>& checks) {
    for (const auto& finding : found.findings) {
        checks.push_back(lint_check(finding, sources, file, fail_on));
    }
    for (const auto& one : found.as_expected) {
        auto check = lint_check(one.finding, sources, file, FailOn::never);
        check.suppression = {one.reason, models::portable_place(sources, one.expected)};
        checks.push_back(std::move(check));
    }
}

Check passed_check(const std::string& file) {
    Check check;
    check.rule = "scenario/error";
    check.title = title_of(Severity::error);
    check.group = models::portable_name(file);
    check.name = "is valid";
    return check;
}

Document check_document(std::vector<Check> checks) {
    Document document;
    document.title = "firedrill check";
    document.data = {{"formatVersion", "1.0"},
                     {"command", "check"},
                     {"findings", Json::array()},
                     {"expected", Json::array()}};
    auto table = empty_table("finding");
    auto expected = empty_table("expected, and there");
    for (const auto& check : checks) {
        if (check.result == CheckResult::pass) continue;
        document.data[check.suppression ? "expected" : "findings"].push_back(json_of(check));
        (check.suppression ? expected : table).rows.push_back(row_of(check));
    }
    expected.columns.push_back({"because"});
    if (table.rows.empty()) {
        document.blocks.emplace_back(Paragraph{"No findings."});
    } else {
        document.blocks.emplace_back(std::move(table));
    }
    if (!expected.rows.empty()) {
        document.blocks.emplace_back(Heading{"On purpose"});
        document.blocks.emplace_back(std::move(expected));
    }
    document.checks = std::move(checks);
    return document;
}

}  // namespace sim::cli
