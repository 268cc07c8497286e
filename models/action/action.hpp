#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/action/action_kind.hpp"
#include "models/action/live_condition.hpp"
#include "models/topology/topology.hpp"
#include "sim/core/time.hpp"

namespace models {

/// What the names of an action have resolved to.
struct ActionTarget {
    std::vector<std::uint8_t> flows = {};       ///< shed: by flow; empty: no customers
    std::optional<ServiceId> service{};         ///< shed, restart, scaleOut, setLevel
    std::optional<ZoneId> zone{};               ///< evacuate, restart
    std::vector<InstanceId> instances = {};     ///< restart: in their order
    std::vector<std::uint8_t> edges = {};       ///< stopCalls: by edge
    std::uint32_t level = 0;                    ///< setLevel: 0 is full
    std::vector<std::uint32_t> policies = {};   ///< by site: its policy meanwhile, or kSamePolicy
    std::vector<std::uint32_t> stand_ins = {};  ///< ... and what its fallback calls
    std::vector<std::uint32_t> sites = {};      ///< by site: the one meanwhile; by finish_model
};
inline constexpr std::uint32_t kSamePolicy = 0xFFFFFFFFU;

/// One action of the plan: when, what, where, until when.
struct PlannedAction {
    std::string name;
    ActionKind kind;
    ActionTarget target;
    std::optional<sim::SimTime> at{};     ///< one of the two
    std::optional<LiveCondition> when{};  ///< ... is there
    sim::Duration after{};                ///< from noticing that `when` is met to doing it
    sim::Duration duration = sim::kForever;
    std::optional<LiveCondition> until{};
    bool repeats = false;  ///< `when` may start it again once it is over
};

}  // namespace models
