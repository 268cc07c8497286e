#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "sim/yaml/node.hpp"

namespace scenario_test {

/// What YAML's core schema makes of a tree: unquoted numbers and booleans are such.
nlohmann::json to_json(const sim::Node& node);

/// The first place where a value breaks a schema, as "services.web.queue: no alternative fits";
/// empty: it is valid. Knows the keywords that `scenario_schema` uses, and fails on any other.
std::string first_violation(const nlohmann::json& value, const nlohmann::json& schema,
                            const nlohmann::json& root, const std::string& path);

}  // namespace scenario_test
