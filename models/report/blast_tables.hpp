#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "models/report/measure.hpp"
#include "sim/report/document.hpp"

// Tables with a column for each strategy.
namespace models {

/// Columns only: of what, and the strategies.
sim::Table by_strategy(const char* first, const std::vector<Part>& strategies,
                       sim::Align align = sim::Align::right);
/// Values of several strategies side by side, a row for each measure that one of them has.
void add_measures(const std::vector<Part>& strategies,
                  const std::function<Part(const Part& strategy)>& of,
                  std::span<const Measure> rows, sim::Table& table);
/// Nothing without rows.
void add_table(std::string title, sim::Table table, std::vector<sim::Block>& page);
/// The baseline and the winner. Of all strategies it would be a wall: the others are in the JSON
/// result and the CSV.
std::vector<Part> baseline_and_winner(const Part& result);

}  // namespace models
