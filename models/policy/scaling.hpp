#pragma once

#include <cstdint>
#include <variant>

#include "models/policy/rule_state.hpp"
#include "models/policy/scaling_hpa.hpp"
#include "models/policy/scaling_target.hpp"

namespace models {

/// The registry of what decides how many replicas there are. A kind has
///   bounds, start_up, period     how few and how many, how long one takes, how often it looks
///   metric_delay()               how old the newest utilisation is that it can see
///   decide(state, ScalingLook)   how many there should be
using Scaling = std::variant<HpaScaling, TargetScaling>;
using ScalingState = StateOf<Scaling>;

inline std::uint32_t decide_replicas(const Scaling& rule, ScalingState& state,
                                     const ScalingLook& look) {
    return with_state(rule, state,
                      [&](const auto& kind, auto& own) { return kind.decide(own, look); });
}
inline const ScalingBounds& bounds_of(const Scaling& rule) {
    return std::visit(
        [](const auto& kind) -> const auto& { return kind.bounds; }, rule);
}
inline sim::Duration start_up_of(const Scaling& rule) {
    return std::visit([](const auto& kind) { return kind.start_up; }, rule);
}
inline sim::Duration period_of(const Scaling& rule) {
    return std::visit([](const auto& kind) { return kind.period; }, rule);
}
inline sim::Duration metric_delay_of(const Scaling& rule) {
    return std::visit([](const auto& kind) { return kind.metric_delay(); }, rule);
}

}  // namespace models
