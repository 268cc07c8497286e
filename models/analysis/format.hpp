#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/scenario/slo.hpp"
#include "sim/stats/estimate.hpp"

namespace models {

/// `99.5 %`, `12.34 %`: as many digits as tell it from its neighbours, at most `digits` decimals.
std::string percent_text(double ratio, int digits = 1);
/// `0 s`, `850 ms`, `2.5 s`, `90 s`, `6 min`.
std::string seconds_text(double seconds);
/// A number with up to three significant digits and thin groups: `74 200`, `0.4`, `1.37`.
std::string number_text(double value);
/// `1 run is`, `10 000 runs are`: a number with the words for one and for many.
std::string counted(std::size_t count, const char* one, const char* many);
/// `4 900 ±100` of a count: both in the leading digit of the half width; more digits look more
/// certain than they are.
std::string rounded_count_text(const sim::Estimate& count);
/// A value in the unit of its metric.
std::string metric_text(MetricUnit unit, double value);
/// `≥ 99.5 %`.
std::string limit_text(const Slo& slo);
/// `98.7 ±0.1` for ratios in percent, else with the unit; bounds only when there are any, and
/// `12 ms (≤40 ms)` when the lower one is no more than "not negative".
std::string estimate_text(MetricUnit unit, const sim::Estimate& estimate);
/// `4 900 ±100`: both in the leading digit of the half width; more digits look more certain than
/// they are.
std::string count_text(const sim::Estimate& count);
/// "a", "a and b", "a, b and c".
std::string listed(const std::vector<std::string>& words);

}  // namespace models
