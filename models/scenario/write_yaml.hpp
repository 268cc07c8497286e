#pragma once

#include <string>

#include "sim/yaml/node.hpp"

namespace models {

/// The tree as block YAML that reads back as the same tree: guesses keep their `~`, text is quoted
/// where YAML would read it otherwise.
std::string write_yaml(const sim::Node& root);

/// A value on one line: `100ms`, `~1%`, `[eu, us]`, `{interval: 2s}`.
std::string write_flow(const sim::Node& node);

}  // namespace models
