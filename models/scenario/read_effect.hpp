#pragma once

#include <optional>
#include <string_view>

#include "models/fault/effect.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/yaml/node.hpp"

namespace models {

inline constexpr std::string_view kEffectExamples =
    "write `effect: down`, `effect: {slow: 5x}`, `effect: {delay: 200ms}`, `effect: {errors: 30%}` "
    "or "
    "another: `firedrill help effect`";

/// The value of `effect`: a kind's name, `{slow: 5x}` with its main parameter under its name, or
/// `{kind: slow, factor: 5x}`. Nothing after an error.
std::optional<FaultEffect> read_effect(const sim::Node& node, sim::Diagnostics& diagnostics);

}  // namespace models
