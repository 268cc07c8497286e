#pragma once

#include <optional>
#include <string>

#include "models/scenario/reading.hpp"
#include "sim/core/distribution.hpp"
#include "sim/yaml/node.hpp"

namespace models {

/// A distribution in any of its forms. `context` is singular and names it in messages: "latency".
/// The path of `{empirical: file.csv}` is as seen from the file that holds the value.
std::optional<sim::Distribution> read_distribution_of(const sim::Node& node, Reading& reading,
                                                      std::string context);

}  // namespace models
