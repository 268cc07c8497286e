#include "models/scenario/identity.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "models/scenario/sha256.hpp"
#include "sim/yaml/write_yaml.hpp"

namespace models {

namespace {

constexpr std::array<std::string_view, 6> kWords = {"version",     "name",  "question",
                                                    "predictions", "sweep", "expect"};
constexpr std::array<std::string_view, 6> kCounting = {
    "baseline", "seed", "replications", "confidence", "decideBy", "differenceThatMatters"};

template <class Predicate>
void drop_entries(sim::Node& map, const Predicate& drops) {
    std::erase_if(map.entries, [&](const sim::MapEntry& entry) { return drops(entry.key); });
}

template <class Names>
bool contains(const Names& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::string scenario_identity(const Scenario& scenario, std::size_t strategy) {
    auto tree = scenario.resolved;
    const bool alone = !scenario.experiment.warmup_auto;
    drop_entries(tree, [](std::string_view key) { return contains(kWords, key); });
    const auto& name = scenario.strategies[strategy].name.text;
    for (auto& entry : tree.entries) {
        if (entry.key == "strategies" && alone) {
            drop_entries(entry.value, [&](std::string_view key) { return key != name; });
        } else if (entry.key == "experiment") {
            drop_entries(entry.value,
                         [](std::string_view key) { return contains(kCounting, key); });
        }
    }
    const auto text = sim::write_yaml(tree);
    return sha256(alone ? text : name + "\n" + text);
}

}  // namespace models
