#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace models {

using Json = nlohmann::ordered_json;

/// NaN when there is nothing, or something else than a number.
double number_of(const Json& json);
/// `value` of an estimate, NaN when it is not estimable.
double value_of(const Json& estimate);

/// "99.5 ±0.2 %" of an estimate of a ratio, "—" when there is none.
std::string ratio_text(const Json& estimate);
/// "120 ±4 ms" of an estimate in seconds; "never" when it is infinite.
std::string duration_text(const Json& estimate);
/// A plain number with four digits.
std::string count_text(const Json& estimate);

}  // namespace models
