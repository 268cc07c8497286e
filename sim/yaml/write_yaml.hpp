#pragma once

#include <string>

#include "sim/yaml/node.hpp"

namespace sim {

/// The tree as block YAML that reads back as the same tree: guesses keep their `~`, text is quoted
/// where YAML would read it otherwise.
std::string write_yaml(const Node& root);

/// A value on one line: `100ms`, `~1%`, `[eu, us]`, `{interval: 2s}`.
std::string write_flow(const Node& node);

}  // namespace sim
