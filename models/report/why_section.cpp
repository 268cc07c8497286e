#include "models/report/why_section.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "models/report/json_text.hpp"

namespace models {

namespace {

sim::Table parts_table(const Json& why) {
    sim::Table table;
    table.columns = {{"by itself"},
                     {"replicas", sim::Align::right},
                     {"lasts", sim::Align::right},
                     {"requests lost", sim::Align::right},
                     {"share", sim::Align::right},
                     {"SLOs missed"},
                     {"enough?"}};
    for (const auto& part : why["parts"]) {
        std::string slos;
        for (const auto& slo : part["slosMissed"]) {
            slos += (slos.empty() ? "" : ", ") + slo.get<std::string>();
        }
        const double share = number_of(part["share"]);
        sim::Cell lost{fmt::format("{:.0f} %", 100 * share)};
        lost.heat = std::clamp(share, 0.0, 1.0);
        const bool enough = part.value("suffices", false);
        table.rows.push_back({{part.value("name", "")},
                              {part["replicas"].dump()},
                              {fmt::format("{:g} s", number_of(part["lasts"]))},
                              {count_text(part["lost"])},
                              std::move(lost),
                              {slos.empty() ? "none" : slos},
                              {enough ? "yes" : "no", enough ? sim::Tone::bad : sim::Tone::quiet}});
    }
    return table;
}

void add_sentences(const Json& list, const char* title, std::vector<sim::Block>& page) {
    if (list.empty()) return;
    page.emplace_back(sim::Paragraph{title, sim::Tone::quiet});
    for (const auto& one : list) page.emplace_back(sim::Paragraph{one.value("sentence", "")});
}

void add_help(const Json& help, std::vector<sim::Block>& page) {
    page.emplace_back(sim::Heading{"What would have helped: " + help.value("strategy", "")});
    sim::Table table;
    table.columns = {{"setting"}, {"baseline"}, {help.value("strategy", "")}};
    for (const auto& one : help["settings"]) {
        table.rows.push_back(
            {{one.value("name", "")}, {one.value("baseline", "")}, {one.value("value", "")}});
    }
    page.emplace_back(std::move(table));
    for (const auto& [key, title] :
         {std::pair{"envoy", "for Envoy"}, std::pair{"istio", "for Istio"},
          std::pair{"resilience4j", "for resilience4j"}}) {
        const auto text = help["snippets"].value(key, "");
        if (!text.empty()) page.emplace_back(sim::Fold{title, text});
    }
}

}  // namespace

void add_why(const Json& result, std::vector<sim::Block>& page) {
    const Json why = result.value("why", Json());
    if (why.is_object() && !(why["parts"].empty() && why["limits"].empty())) {
        page.emplace_back(sim::Heading{"Why, under " + why.value("strategy", "")});
        if (!why["parts"].empty()) {
            page.emplace_back(sim::Paragraph{
                fmt::format("What strikes was run in parts, each by itself, on the draws of the "
                            "first {} runs.",
                            why["runs"].dump()),
                sim::Tone::quiet});
            page.emplace_back(parts_table(why));
        }
        add_sentences(why["limits"], "Limits that bound, per run:", page);
        add_sentences(why["amplifiers"], "Calls that were tried again and again:", page);
    }
    const Json help = result.value("help", Json());
    if (help.is_object()) add_help(help, page);
}

}  // namespace models
