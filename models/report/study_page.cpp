#include "models/report/study_page.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "models/report/cells.hpp"
#include "models/report/explained_section.hpp"
#include "models/report/strategies_section.hpp"
#include "models/report/study_charts.hpp"
#include "models/report/system_section.hpp"
#include "models/report/why_section.hpp"

namespace models {

namespace {

using sim::Tone;

void add_verdict(const Part& result, std::vector<sim::Block>& page) {
    const auto verdict = result.text("verdict");
    const auto runs = result["provenance"]["runs"];
    const auto words = verdict == "none" ? std::string("NO SLOS") : upper(verdict);
    const auto question = result["scenario"].text("question");
    if (!question.empty()) page.emplace_back(sim::Paragraph{question});
    page.emplace_back(sim::Banner{
        verdict_cell(verdict, {words}),
        {result.text("sentence")},
        {fmt::format("{} run{} of each strategy", count_text(runs), runs.number() == 1 ? "" : "s"),
         Tone::quiet}});
    add_cost(result, page);
}

/// "Why naive fails: ..." as a name and what is said of it.
std::pair<std::string, std::string> named(std::string finding) {
    // The text of a terminal says where the page is; this is the page.
    static constexpr std::string_view kElsewhere = "; to paste: -o report.html";
    if (const auto at = finding.find(kElsewhere); at != std::string::npos) {
        finding.replace(at, kElsewhere.size(), "; to paste: below");
    }
    const auto end = finding.find(": ");
    if (end == std::string::npos) return {"", finding};
    return {finding.substr(0, end), finding.substr(end + 2)};
}

void add_findings(const Part& result, std::vector<sim::Block>& page) {
    sim::KeyValues values;
    for (const auto& finding : result["findings"].items()) {
        values.entries.push_back(named(finding.text()));
    }
    if (values.entries.empty()) return;
    page.emplace_back(sim::Heading{"What happened"});
    if (result["faults"].size() > 0) {
        page.emplace_back(sim::Paragraph{
            "The twin of a run is the same run, with the same customers and luck, without faults.",
            Tone::quiet});
    }
    page.emplace_back(std::move(values));
}

/// What may make the numbers mean something else.
void add_warnings(const Part& result, std::vector<sim::Block>& page) {
    sim::KeyValues values;
    for (const auto& warning : result["warnings"].items()) {
        const auto where = warning.text("where");
        values.entries.emplace_back(where.empty() ? "all of it" : where,
                                    warning.text("text") + " → " + warning.text("remedy"));
    }
    if (values.entries.empty()) return;
    page.emplace_back(sim::Heading{"What to be careful with"});
    page.emplace_back(std::move(values));
}

void add_basis(const Part& result, std::vector<sim::Block>& page) {
    page.emplace_back(sim::Heading{"What this rests on"});
    sim::Notes notes;
    for (const auto& note : result["notes"].items()) notes.entries.push_back(note.text());
    if (!notes.entries.empty()) page.emplace_back(std::move(notes));
    const auto provenance = result["provenance"];
    page.emplace_back(sim::KeyValues{{{"scenario", result["scenario"].text("file")},
                                      {"sha256", result["scenario"].text("sha256")},
                                      {"seed", provenance["seed"].digits()},
                                      {"runs", count_text(provenance["runs"])},
                                      {"baseline", provenance.text("baseline")},
                                      {"fingerprint", result.text("fingerprint")},
                                      {"engine", provenance.text("engine")}}});
    page.emplace_back(sim::Paragraph{"The same again:", Tone::quiet});
    page.emplace_back(sim::Paragraph{result.text("repeat"), Tone::plain, 0, 0, false});
    page.emplace_back(sim::Fold{"every setting that was effective", provenance.text("resolved")});
    page.emplace_back(sim::Heading{"How this was computed"});
    const auto by = result["computedBy"];
    page.emplace_back(sim::Paragraph{
        "Every strategy met the same customers with the same luck, in independent runs with the "
        "faults and in twins without them; what the faults cost is the run minus its twin. ± is "
        "the half width of the interval over the runs at the confidence of the scenario, given "
        "its inputs: it covers luck, not guesses. `" +
        by.text("method") + "` says how each number is made, `" + by.text("validation") +
        "` compares the program with exact theory and published figures."});
}

}  // namespace

std::vector<sim::Block> study_page(const Json& json) {
    std::vector<sim::Block> page;
    const Part result(json);
    if (result["strategies"].size() == 0) return page;
    add_verdict(result, page);
    add_strategies(result, page);
    add_trial(result, page);
    add_findings(result, page);
    add_warnings(result, page);
    add_why(result, page);
    add_explained(result, page);
    add_charts(result, page);
    add_latency(result, page);
    add_maps(result, page);
    add_system(result, page);
    add_blast(result, page);
    add_basis(result, page);
    return page;
}

}  // namespace models
