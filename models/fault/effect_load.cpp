#include "models/fault/effect_load.hpp"

#include <algorithm>

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

constexpr std::uint64_t kMostOfAHerd = 10'000'000;

LoadConditions& add_load(Conditions& conditions, const ActiveFault& fault) {
    LoadConditions load;
    load.fault = fault.number;
    load.groups = fault.target.groups;
    return conditions.load.emplace_back(std::move(load));
}

bool read_weights(const sim::Node& node, sim::Diagnostics& diagnostics,
                  std::vector<JourneyWeight>& weights) {
    weights.clear();
    const auto before = diagnostics.error_count();
    for (const sim::MapEntry& entry : sim::read_entries(node, diagnostics, "journeys")) {
        const auto weight = sim::read_percent(entry.value, diagnostics, {0, 1, false});
        weights.push_back({entry.key, weight.value_or(0)});
    }
    return diagnostics.error_count() == before;
}

}  // namespace

void LoadEffect::parameters(sim::Parameters& p) {
    p.factor("factor", factor, "customers per second times this; below 1 some stay away",
             {0, 10'000});
}

std::optional<sim::Misfit> LoadEffect::misfit() const {
    if (factor != 1) return std::nullopt;
    return sim::Misfit{"factor", "effect `load` needs a factor other than 1",
                       "write `effect: {load: 3x}`"};
}

LoadEffect LoadEffect::scaled(double strength) const { return {1 + (factor - 1) * strength}; }

void LoadEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                       const ActiveFault& fault) const {
    add_load(conditions, fault).factor = factor;
}

void HerdEffect::parameters(sim::Parameters& p) {
    p.count("requests", requests, "that come on top, of each group", {0, kMostOfAHerd});
    p.duration("within", within, "from the start of the fault; whoever is later stays away",
               {sim::Duration{1}, sim::whole_seconds(86'400)});
}

std::optional<sim::Misfit> HerdEffect::misfit() const {
    if (requests > 0) return std::nullopt;
    return sim::Misfit{"requests", "effect `herd` needs a number of requests",
                       "write `effect: {herd: 500}`"};
}

void HerdEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                       const ActiveFault& fault) const {
    auto& load = add_load(conditions, fault);
    load.herd = requests;
    load.within = within;
}

void MixEffect::parameters(sim::Parameters& p) {
    p.other("journeys", "{percent}", "", "what they ask for instead, by weight",
            [&](const sim::Node& node, sim::Diagnostics& diagnostics, bool /*partial*/) {
                return read_weights(node, diagnostics, journeys);
            });
}

std::optional<sim::Misfit> MixEffect::misfit() const {
    const bool any = std::any_of(journeys.begin(), journeys.end(),
                                 [](const JourneyWeight& one) { return one.weight > 0; });
    if (any) return std::nullopt;
    return sim::Misfit{"journeys", "effect `mix` needs journeys",
                       "write `effect: {mix: {checkout: 80%, browse: 20%}}`"};
}

void MixEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                      const ActiveFault& fault) const {
    add_load(conditions, fault).mix = journeys;
}

}  // namespace models
