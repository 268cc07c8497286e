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

Json json_of(const Check& check) {
    Json json = {{"file", check.group},
                 {"rule", check.rule},
                 {"level", name_of(check.level)},
                 {"fails", check.result == CheckResult::fail},
                 {"message", check.message},
                 {"help", check.help.empty() ? Json() : Json(check.help)},
                 {"place", nullptr}};
    if (check.place) {
        json["place"] = {{"file", check.place->file},
                         {"line", check.place->line},
                         {"column", check.place->column},
                         {"length", check.place->length}};
    }
    return json;
}

Tone tone_of(CheckResult result) { return result == CheckResult::fail ? Tone::bad : Tone::plain; }

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

void add_checks(const models::LintResult& found, const SourceMap& sources, const std::string& file,
                FailOn fail_on, std::vector<Check>& checks) {
    for (const auto& finding : found.findings) {
        Diagnostic diagnostic;
        diagnostic.severity = finding.severity;
        diagnostic.range = finding.range;
        diagnostic.message = models::finding_text(finding);
        auto check = finding_check(diagnostic, sources, file, fail_on);
        check.rule = finding.rule == nullptr ? "expect" : std::string(finding.rule->id);
        check.title = finding.rule == nullptr ? "what is expected is there"
                                              : std::string(finding.rule->title);
        if (finding.rule != nullptr) {
            check.help = fmt::format("why: {}\nsource: {}\ndemo: firedrill run {}",
                                     finding.rule->why, finding.rule->source, finding.rule->demo);
        }
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
    document.data = {{"formatVersion", "1.0"}, {"command", "check"}, {"findings", Json::array()}};
    Table table;
    table.columns = {{"place"}, {"level"}, {"rule"}, {"finding"}};
    for (const auto& check : checks) {
        if (check.result == CheckResult::pass) continue;
        document.data["findings"].push_back(json_of(check));
        const auto tone = tone_of(check.result);
        table.rows.push_back({{check.place ? check.place->text() : check.group},
                              {std::string(name_of(check.level)), tone},
                              {check.rule},
                              {check.message.substr(0, check.message.find('\n'))}});
    }
    if (table.rows.empty()) {
        document.blocks.emplace_back(Paragraph{"No findings."});
    } else {
        document.blocks.emplace_back(std::move(table));
    }
    document.checks = std::move(checks);
    return document;
}

}  // namespace sim::cli
