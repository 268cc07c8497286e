#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "sim/cli/io.hpp"

namespace sim::cli {

/// Reads a saved result that a report can be made from. False when there is none: then `io.err`
/// says why.
bool read_result(const std::string& path, Io& io, nlohmann::ordered_json& result);

}  // namespace sim::cli
