#include "models/report/system_section.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <span>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "models/report/measure.hpp"

namespace models {

namespace {

using sim::Align;
using sim::Cell;

constexpr std::array<Measure, 5> kCache = {{{"hitRatio", "hits", share},
                                            {"fetches", "fetches per s", count},
                                            {"coalesced", "waited for another's fetch", share},
                                            {"stale", "served stale", share},
                                            {"keptGoing", "served while it was down", share}}};
constexpr std::array<Measure, 10> kQueue = {{{"stored", "messages", count},
                                             {"acknowledged", "done", count},
                                             {"redelivered", "delivered again", count},
                                             {"duplicates", "done twice", count},
                                             {"dead", "given up", count},
                                             {"expired", "expired", count},
                                             {"lost", "lost", count},
                                             {"left", "left at the end", count},
                                             {"messagesMax", "most that waited", count},
                                             {"oldestMax", "oldest", duration}}};
constexpr std::array<Measure, 7> kDatabase = {{{"failovers", "failovers", count},
                                               {"lostWrites", "writes lost", count},
                                               {"misdirectedWrites", "writes to a replica", count},
                                               {"staleReads", "stale reads", count},
                                               {"withoutQuorum", "without quorum", count},
                                               {"conflictingWrites", "conflicting writes", count},
                                               {"twoPrimaries", "two primaries for", duration}}};
constexpr std::array<Measure, 4> kScaling = {{{"replicaSeconds", "replica time", duration},
                                              {"added", "replicas added", count},
                                              {"removed", "removed", count},
                                              {"refused", "refused", count}}};
constexpr std::array<Measure, 3> kNames = {{{"lookups", "lookups", count},
                                            {"failed", "failed", count},
                                            {"regionsLeftOut", "regions left out", count}}};
constexpr std::array<Measure, 9> kActions = {{{"fired", "runs in which it began", count},
                                              {"at", "began at", duration},
                                              {"lasts", "lasted", duration},
                                              {"turnedAway", "turned away", count},
                                              {"leftOut", "left out", count},
                                              {"restarted", "restarted", count},
                                              {"added", "added", count},
                                              {"foundDown", "runs that were down", count},
                                              {"outOfIt", "runs that got out of it", count}}};

/// Of one kind: what it is called, where it is, and what is told of it.
struct Kind {
    const char* title;
    const char* key;
    std::span<const Measure> measures;
};
const std::array<Kind, 5> kStores = {{{"caches", "cache", kCache},
                                      {"queues", "queue", kQueue},
                                      {"databases", "database", kDatabase},
                                      {"autoscaling", "autoscale", kScaling},
                                      {"names", "dns", kNames}}};

/// Something of a strategy that a row is about, or nothing.
using Find = std::function<Part(const Part& strategy)>;

/// Whether any strategy has a number for it that is not 0.
bool matters(const std::vector<Part>& strategies, const std::vector<Find>& things,
             const Measure& measure) {
    return std::any_of(strategies.begin(), strategies.end(), [&](const Part& strategy) {
        return std::any_of(things.begin(), things.end(), [&](const Find& find) {
            const double value = value_of(find(strategy)[measure.key]);
            return std::isfinite(value) && value != 0;
        });
    });
}

/// Rows for every strategy under the name of each thing; columns that are 0 everywhere are left
/// out.
void add_table(const char* title, const std::vector<Part>& strategies,
               const std::vector<std::string>& names, const std::vector<Find>& things,
               std::span<const Measure> measures, std::vector<sim::Block>& page) {
    sim::Table table;
    table.columns = {{title}};
    std::vector<Measure> shown;
    for (const auto& measure : measures) {
        if (!matters(strategies, things, measure)) continue;
        shown.push_back(measure);
        table.columns.push_back({measure.title, Align::right});
    }
    if (shown.empty()) return;
    for (std::size_t i = 0; i < things.size(); ++i) {
        table.rows.push_back({{names[i]}});
        for (const auto& strategy : strategies) {
            const auto thing = things[i](strategy);
            if (!thing.is_object()) continue;
            std::vector<Cell> row{{strategy.text("name")}};
            for (const auto& measure : shown) row.push_back(measure.cell(thing[measure.key]));
            table.rows.push_back(std::move(row));
        }
        if (table.rows.back().size() == 1) table.rows.pop_back();
    }
    if (!table.rows.empty()) page.emplace_back(std::move(table));
}

void add_stores(const std::vector<Part>& strategies, std::vector<sim::Block>& page) {
    const auto services = strategies.front()["services"].items();
    for (const auto& kind : kStores) {
        std::vector<std::string> names;
        std::vector<Find> things;
        for (std::size_t s = 0; s < services.size(); ++s) {
            const Find find = [s, &kind](const Part& of) { return of["services"].at(s)[kind.key]; };
            const bool there = std::any_of(strategies.begin(), strategies.end(),
                                           [&](const Part& of) { return find(of).is_object(); });
            if (!there) continue;
            names.push_back(services[s].text("name"));
            things.push_back(find);
        }
        add_table(kind.title, strategies, names, things, kind.measures, page);
    }
}

/// How long the replicas of a service were in each of its levels.
void add_levels(const std::vector<Part>& strategies, std::vector<sim::Block>& page) {
    const auto services = strategies.front()["services"].items();
    for (std::size_t s = 0; s < services.size(); ++s) {
        sim::Table table;
        for (const auto& strategy : strategies) {
            const auto levels = strategy["services"].at(s)["levels"].items();
            if (levels.empty()) continue;
            std::vector<Cell> row{{strategy.text("name")}};
            std::string text;
            for (const auto& level : levels) {
                text += fmt::format("{}{} {}", text.empty() ? "" : " · ", level.text("name"),
                                    ratio_text(level["share"]));
            }
            row.push_back({text});
            table.rows.push_back(std::move(row));
        }
        if (table.rows.empty()) continue;
        table.columns = {{services[s].text("name")}, {"time in each of its levels"}};
        page.emplace_back(std::move(table));
    }
}

/// What operators did; strategies may have other actions than the first.
void add_actions(const std::vector<Part>& strategies, std::vector<sim::Block>& page) {
    std::vector<std::string> names;
    for (const auto& strategy : strategies) {
        for (const auto& action : strategy["actions"].items()) {
            const auto name = action.text("name");
            if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
        }
    }
    std::vector<Find> things;
    for (const auto& name : names) {
        things.emplace_back([name](const Part& strategy) {
            for (const auto& action : strategy["actions"].items()) {
                if (action.text("name") == name) return action;
            }
            return Part();
        });
    }
    add_table("what operators did", strategies, names, things, kActions, page);
}

}  // namespace

void add_system(const Part& result, std::vector<sim::Block>& page) {
    const auto strategies = result["strategies"].items();
    page.emplace_back(sim::Heading{"What the system and its operators did"});
    const auto before = page.size();
    page.emplace_back(sim::Paragraph{"Per run, over the whole run.", sim::Tone::quiet});
    add_stores(strategies, page);
    add_levels(strategies, page);
    add_actions(strategies, page);
    if (page.size() == before + 1) page.resize(before - 1);
}

}  // namespace models
