#include "models/report/blast_tables.hpp"

#include <cmath>
#include <utility>

namespace models {

using sim::Align;
using sim::Cell;

sim::Table by_strategy(const char* first, const std::vector<Part>& strategies, Align align) {
    sim::Table table;
    table.columns = {{first}};
    for (const auto& one : strategies) table.columns.push_back({one.text("name"), align});
    return table;
}

void add_measures(const std::vector<Part>& strategies,
                  const std::function<Part(const Part& strategy)>& of,
                  std::span<const Measure> rows, sim::Table& table) {
    for (const auto& measure : rows) {
        std::vector<Cell> row{{measure.title}};
        bool known = false;
        for (const auto& strategy : strategies) {
            const auto part = of(strategy)[measure.key];
            known = known || !std::isnan(value_of(part)) || part["infinite"].exists();
            row.push_back(measure.cell(part));
        }
        if (known) table.rows.push_back(std::move(row));
    }
}

void add_table(std::string title, sim::Table table, std::vector<sim::Block>& page) {
    if (table.rows.empty()) return;
    page.emplace_back(sim::Paragraph{std::move(title), sim::Tone::quiet});
    page.emplace_back(std::move(table));
}

std::vector<Part> baseline_and_winner(const Part& result) {
    std::vector<Part> some;
    for (const auto& strategy : result["strategies"].items()) {
        const auto name = strategy.text("name");
        if (name == result["provenance"].text("baseline") ||
            name == result["comparison"].text("winner")) {
            some.push_back(strategy);
        }
    }
    return some;
}

}  // namespace models
