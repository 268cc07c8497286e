#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "models/fault/effect.hpp"
#include "models/scenario/fault_catalog.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/yaml/node.hpp"

namespace models {

inline constexpr std::string_view kEffectExamples =
    "write `effect: down`, `effect: {slow: 5x}`, `effect: {delay: 200ms}`, `effect: {errors: 30%}` "
    "or "
    "another: `firedrill help effect`";

/// How one kind of effect is written.
struct EffectForm {
    std::string_view kind;
    EffectSpelling spelling;
    std::string_view example;
    std::string_view summary;
};
/// All of them, in the order of the registry.
const std::vector<EffectForm>& effect_forms();

/// What a fault does, and what its name says of the messages that it strikes.
struct ReadEffects {
    std::vector<FaultEffect> effects;  ///< at least one
    std::optional<double> share;       ///< of the messages
    bool sticky = false;
    bool border = false;
    std::optional<Flapping> flapping;
};

/// The value of `effect`: a kind's name, `{slow: 5x}` with its main parameter under its name, or
/// `{kind: slow, factor: 5x}`; a fault of the catalogue by its name, or with parameters:
/// `{preset: toxiproxy.latency, latency: 100ms}`; or a list of these, which strike together.
/// Nothing after an error.
std::optional<ReadEffects> read_effects(const sim::Node& node, sim::Diagnostics& diagnostics);

}  // namespace models
