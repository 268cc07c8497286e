#include "models/report/why_section.hpp"

#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "models/report/cells.hpp"

namespace models {

namespace {

sim::Table parts_table(const Part& why) {
    sim::Table table;
    table.columns = {{"part by itself"},
                     {"replicas", sim::Align::right},
                     {"lasts", sim::Align::right},
                     {"requests lost", sim::Align::right},
                     {"share", sim::Align::right},
                     {"SLOs missed"},
                     {"enough?"}};
    for (const auto& part : why["parts"].items()) {
        std::string slos;
        for (const auto& slo : part["slosMissed"].items()) {
            slos += (slos.empty() ? "" : ", ") + slo.text();
        }
        const bool enough = part.flag("suffices");
        table.rows.push_back({{part.text("name")},
                              count_cell(part["replicas"]),
                              duration_cell(part["lasts"]),
                              count_cell(part["lost"]),
                              ratio_cell(part["share"], true),
                              {slos.empty() ? "none" : slos},
                              {enough ? "yes" : "no", enough ? sim::Tone::bad : sim::Tone::quiet}});
    }
    return table;
}

/// What the parts of an outage are (models/scenario/fault_parts.hpp).
std::string meanings_of(const Part& parts) {
    std::string text;
    for (const auto& part : parts.items()) {
        const auto name = part.text("name");
        if (name == "capacity") {
            text += " Capacity: the replicas are gone, and everybody knows at once.";
        } else if (name == "detection") {
            text += " Detection: they do not answer until health checks notice, and are then well.";
        } else if (name.starts_with("database ")) {
            text += " Database: only its primary is struck, until the failover.";
        }
    }
    return text;
}

void add_sentences(const Part& list, const char* title, std::vector<sim::Block>& page) {
    if (list.size() == 0) return;
    page.emplace_back(sim::Paragraph{title, sim::Tone::quiet});
    for (const auto& one : list.items()) page.emplace_back(sim::Paragraph{one.text("sentence")});
}

/// A setting as the scenario has it.
sim::Cell as_written(const Part& text) {
    sim::Cell cell{text.text()};
    cell.source = text.source();
    return cell;
}

void add_help(const Part& help, std::vector<sim::Block>& page) {
    const auto strategy = help.text("strategy");
    page.emplace_back(sim::Heading{
        (help.flag("sure") ? "What would have helped: " : "What may have helped: ") + strategy});
    sim::Table table;
    table.columns = {{"setting"}, {"baseline"}, {strategy}};
    for (const auto& one : help["settings"].items()) {
        table.rows.push_back(
            {{one.text("name")}, as_written(one["baseline"]), as_written(one["value"])});
    }
    page.emplace_back(std::move(table));
    static constexpr std::array<std::pair<const char*, const char*>, 3> kProducts = {
        {{"envoy", "for Envoy"}, {"istio", "for Istio"}, {"resilience4j", "for resilience4j"}}};
    for (const auto& [key, title] : kProducts) {
        const auto text = help["snippets"].text(key);
        if (!text.empty()) page.emplace_back(sim::Fold{title, text});
    }
}

}  // namespace

void add_why(const Part& result, std::vector<sim::Block>& page) {
    const auto why = result["why"];
    if (why["parts"].size() + why["limits"].size() + why["amplifiers"].size() > 0) {
        page.emplace_back(sim::Heading{"Why, under " + why.text("strategy")});
    }
    if (why["parts"].size() > 0) {
        page.emplace_back(sim::Paragraph{
            fmt::format("What strikes was run again in parts, each by itself, for the same "
                        "customers with the same luck (the first {} runs). Enough is a part that "
                        "alone misses the SLOs that the whole misses.{}",
                        why["runs"].digits(), meanings_of(why["parts"])),
            sim::Tone::quiet});
        page.emplace_back(parts_table(why));
    }
    add_sentences(why["limits"], "Limits that were reached, per run:", page);
    add_sentences(why["amplifiers"], "Calls that were tried again and again:", page);
    if (result["help"].is_object()) add_help(result["help"], page);
}

}  // namespace models
