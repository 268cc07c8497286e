#pragma once

#include <cstddef>
#include <string>

#include "models/scenario/scenario.hpp"

namespace models {

/// A hash (64 hexadecimal digits) of everything that decides the numbers of one strategy's runs,
/// beside seed and replication: the effective scenario without its name and questions, without the
/// other strategies, and without what only says how runs are counted and compared. Equal for two
/// files that say the same in other words; SLOs belong to it, because runs count what they ask for.
/// With `warmup: auto` the other strategies do too: all of them decide the warm-up.
std::string scenario_identity(const Scenario& scenario, std::size_t strategy);

}  // namespace models
