#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/yaml/parameters.hpp"
#include "tests/swarm/dice.hpp"

namespace swarm {

/// What the scenario at hand has, for values that name something.
struct Names {
    std::vector<std::string> regions;
    std::vector<std::string> zones;
    std::vector<std::string> services;
    std::vector<std::string> groups;
    std::vector<std::string> journeys;   ///< endpoints of the entry
    std::vector<std::string> endpoints;  ///< `payment.charge`, without those of the entry
    std::vector<std::string> levels;
    std::vector<std::string> strategies;
    std::vector<std::string> faults;
    std::vector<std::string> calls;  ///< `from: web, to: payment`
    std::vector<std::string> queues;
    std::vector<std::string> databases;
    std::vector<std::string> caches;
};

/// Values of a scenario file by their declarations, so that whatever is declared is drawn.
class Values {
  public:
    Values(Dice& dice, const Names& names) : dice_(dice), names_(names) {}

    std::string duration();
    std::string percent();
    std::string distribution();
    /// By the notation of the schema: `duration|'none'`.
    std::string of_type(std::string_view types);
    /// Of a declared parameter; `presets` are names that may stand for it.
    std::string of(const sim::ParameterDoc& doc, const std::vector<std::string_view>& presets = {});
    /// `{kind: x, …}`; `featured`: that kind, when it is not empty.
    std::string kind_of(const std::vector<sim::KindDoc>& kinds, std::string_view featured = {});
    /// Some of these keys, as `a: 1, b: 2`.
    std::string some_of(const std::vector<sim::ParameterDoc>& docs, unsigned chance);

  private:
    std::string number(const sim::ParameterDoc& doc, bool whole);
    std::string near(const sim::ParameterDoc& doc);
    std::string by_word(std::string_view type);
    std::string by_key(std::string_view key);
    std::string conditions();

    Dice& dice_;
    const Names& names_;
};

}  // namespace swarm
