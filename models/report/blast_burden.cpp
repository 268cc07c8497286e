#include "models/report/blast_burden.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "models/report/blast_tables.hpp"

namespace models {

namespace {

sim::Cell times(const Part& part) { return count_cell(part, "x"); }
sim::Cell gigabytes(const Part& part) { return count_cell(part, "GB"); }

constexpr std::array<Measure, 2> kServices = {
    {{"amplificationMean", "tries, in times of those without the faults", times},
     {"amplificationPeak", "… in the worst 10 s", times}}};
constexpr std::array<Measure, 2> kEdges = {
    {{"tries", "tries per call", count}, {"triesTwin", "… without the faults", count}}};
constexpr std::array<Measure, 4> kCrossZone = {
    {{"gigabytes", "gigabytes between zones", gigabytes},
     {"gigabytesMore", "… more than without the faults", gigabytes},
     {"betweenRegions", "of them between regions", gigabytes},
     {"betweenRegionsMore", "… more than without the faults", gigabytes}}};

/// Whether some strategy has a number there that is off by as much as one reads.
bool is_off(const std::vector<Part>& strategies, const std::function<Part(const Part&)>& of,
            std::span<const Measure> measures, double usual) {
    constexpr double kReadable = 0.01;
    return std::any_of(strategies.begin(), strategies.end(), [&](const Part& strategy) {
        return std::any_of(measures.begin(), measures.end(), [&](const Measure& one) {
            return std::abs(value_of(of(strategy)[one.key]) - usual) >= kReadable;
        });
    });
}

/// A name, then its measures, of those that are not as usual.
void add_rows(const std::vector<Part>& strategies, const char* list,
              std::span<const Measure> measures,
              const std::function<std::string(const Part&)>& name, sim::Table& table) {
    const auto things = strategies.front()["blast"][list].items();
    for (std::size_t i = 0; i < things.size(); ++i) {
        const auto of = [&](const Part& strategy) { return strategy["blast"][list].at(i); };
        if (!is_off(strategies, of, measures, 1)) continue;
        table.rows.push_back({{name(things[i])}});
        add_measures(strategies, of, measures, table);
    }
}

/// "web → orders.place".
std::string edge_name(const Part& edge) {
    const auto endpoint = edge.text("endpoint");
    return edge.text("caller") + " → " + edge.text("callee") +
           (endpoint.empty() || endpoint == "call" ? "" : "." + endpoint);
}

}  // namespace

void add_burden(const std::vector<Part>& strategies, std::vector<sim::Block>& page) {
    if (strategies.empty()) return;
    auto services = by_strategy("service", strategies);
    add_rows(
        strategies, "services", kServices, [](const Part& one) { return one.text("service"); },
        services);
    auto edges = by_strategy("call", strategies);
    add_rows(strategies, "edges", kEdges, edge_name, edges);
    auto traffic = by_strategy("per run", strategies);
    add_measures(
        strategies, [](const Part& one) { return one["blast"]["cost"]["crossZone"]; }, kCrossZone,
        traffic);
    if (services.rows.empty() && edges.rows.empty() && traffic.rows.empty()) return;
    page.emplace_back(sim::FoldStart{"what services, calls and links had to bear"});
    add_table(
        "Services that got more tries or fewer than without the faults, from the start of the "
        "fault until its impact is over:",
        std::move(services), page);
    add_table("Calls that were tried more than once, in the same time:", std::move(edges), page);
    add_table("Requests and replies whose size is known, between zones:", std::move(traffic), page);
    page.emplace_back(sim::FoldEnd{});
}

}  // namespace models
