#pragma once

#include <string>

#include "models/report/part.hpp"
#include "sim/report/document.hpp"

// Numbers of a result as people read them. An estimate is `{value, low, high}` or a bare number;
// each cell says where its number is.
namespace models {

/// NaN for what is neither.
double value_of(const Part& estimate);

/// "98.86 ±0.05 %".
std::string ratio_text(const Part& estimate);
/// "1.20 ±0.01 s", "45.1 ±0.2 ms", "2.5 ±0.1 min" from two minutes on; "never" without an end.
std::string duration_text(const Part& estimate);
/// "100 321 ±214"; below a hundred with decimals.
std::string count_text(const Part& estimate, const std::string& unit = "");

/// `heat`, if any, is the harm from 0 to 1 that a page shades the cell with.
sim::Cell ratio_cell(const Part& estimate, bool is_harm = false);
/// Of a share of successes: the rest is harm.
sim::Cell success_cell(const Part& estimate);
sim::Cell duration_cell(const Part& estimate);
sim::Cell count_cell(const Part& estimate, const std::string& unit = "");

/// Of a number of minutes; below one in seconds.
sim::Cell minutes_cell(const Part& estimate);

/// "6.49 ±0.01 M", "298 ±4 k": three digits of an amount are enough.
sim::Cell money_cell(const Part& estimate);

/// "eu-shoppers · checkout" of something with a group and a journey, or what it has of them.
std::string flow_name(const Part& flow);

/// Letters from a to z in capitals; for verdicts.
std::string upper(std::string text);

}  // namespace models
