#include "models/report/blast_words.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace models {

namespace {

using sim::Cell;

/// What each of the verdicts says (BLAST_RADIUS.md).
constexpr std::array<std::pair<const char*, const char*>, 6> kVerdicts = {
    {{"PASS", "no customer notices"},
     {"DEVIATED", "customers notice, and the run ends before it can tell how it goes on"},
     {"DEVIATED_TRANSIENT", "customers notice, and are then served as before"},
     {"RECOVERED_WITH_RESIDUE", "customers are served as before, the system is not as before"},
     {"NO_RECOVERY", "customers are not served as before while the run looks"},
     {"ABORTED", "the drill was stopped"}}};

/// "eu-1, eu-2 and 3 more".
std::string listed(const Part& names) {
    constexpr std::size_t kMostNames = 6;
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i) {
        text += (i == 0 ? "" : ", ") + names.at(i).text();
    }
    if (names.size() > kMostNames) text += fmt::format(" and {} more", names.size() - kMostNames);
    return text.empty() ? "nobody" : text;
}

/// "replicas of orders, payment in eu-1": what the faults strike, whatever comes of it.
std::string target_of(const Part& target) {
    std::string services;
    for (const auto& one : target["services"].items()) {
        services += (services.empty() ? "" : ", ") + one.text("service") +
                    fmt::format(" ({:.4g} of {:.4g})", one.number("replicas"), one.number("of"));
    }
    if (target["zones"].size() > 0) return "all of " + listed(target["zones"]);
    if (!services.empty()) return (target.flag("traffic") ? "calls of " : "") + services;
    return listed(target["groups"]);
}

/// "eu-1 (2 of 2), eu-2 (1 of 2)": replicas that their health checks saw as down.
std::string observed_in(const Part& zones) {
    std::string text;
    for (const auto& one : zones.items()) {
        text += (text.empty() ? "" : ", ") + one.text("zone") +
                fmt::format(" ({:.4g} of {:.4g})", one.number("replicas"), one.number("of"));
    }
    return text.empty() ? "none" : text;
}

}  // namespace

void add_verdicts(const std::vector<Part>& strategies, std::vector<sim::Block>& page) {
    sim::KeyValues values;
    std::set<std::string> words;
    for (const auto& strategy : strategies) {
        const auto blast = strategy["blast"];
        if (!blast["verdict"].is_text()) continue;
        words.insert(blast.text("verdict"));
        auto sentence = blast.text("sentence");
        if (sentence.empty()) sentence = blast.text("verdict");
        auto& entries = values.entries;
        const auto known = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) {
            return entry.second == sentence;
        });
        if (known == entries.end()) {
            entries.emplace_back(strategy.text("name"), sentence);
        } else {
            known->first += ", " + strategy.text("name");
        }
    }
    if (values.entries.empty()) return;
    page.emplace_back(std::move(values));
    std::string legend;
    for (const auto& [word, meaning] : kVerdicts) {
        if (!words.contains(word)) continue;
        legend += fmt::format("{}{}: {}", legend.empty() ? "" : "; ", word, meaning);
    }
    page.emplace_back(sim::Paragraph{legend + ".", sim::Tone::quiet});
}

sim::Table radii_table(const std::vector<Part>& strategies) {
    const auto shown = strategies.front()["blast"]["radii"];
    sim::Table table;
    if (!shown.is_object()) return table;
    table.columns = {{"radius"}, {"of what"}};
    for (const auto& one : strategies) table.columns.push_back({one.text("name")});
    const auto add = [&](const char* name, const char* what, const auto& find) {
        std::vector<Cell> row{{name}, {what}};
        for (const auto& one : strategies) row.push_back({find(one["blast"]["radii"])});
        table.rows.push_back(std::move(row));
    };
    add("target", "what is struck", [](const Part& of) { return target_of(of["target"]); });
    add("potential", "journeys that need it",
        [](const Part& of) { return listed(of["potential"]["journeys"]); });
    add("realised", "journeys that were hit",
        [](const Part& of) { return listed(of["realised"]["journeys"]); });
    add("realised", "zones whose customers were hit",
        [](const Part& of) { return listed(of["realised"]["zones"]); });
    add("observed", "replicas that health checks saw down",
        [](const Part& of) { return observed_in(of["observed"]["byHealthChecks"]); });
    return table;
}

}  // namespace models
