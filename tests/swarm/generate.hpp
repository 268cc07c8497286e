#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/swarm/draft.hpp"

namespace swarm {

/// Something that a scenario may use, from the registries of the program: a kind of a policy, a
/// preset, an effect, a fault by its name, a schedule, an action.
struct Feature {
    std::string family;  ///< `backoff`, `backoff preset`, `effect`, `fault`, …
    std::string name;

    [[nodiscard]] std::string text() const { return family + " " + name; }
};
/// All of them, in the order of the registries.
const std::vector<Feature>& all_features();

/// A random scenario, as a user would write it. Not every value fits what stands around it: such
/// lines are left out when the reader has named them.
struct Scenario {
    Draft draft;
    /// Where something was made for its feature's sake.
    std::vector<std::pair<Feature, Draft::Place>> uses;
    std::string strategies;  ///< names, in a row
};

/// The scenario of a seed. Every feature has its turn among consecutive seeds.
Scenario generate(std::uint64_t seed);

}  // namespace swarm
