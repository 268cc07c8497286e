#pragma once

#include <cstdint>
#include <vector>

#include "models/action/action.hpp"
#include "models/engine/routing.hpp"
#include "models/metrics/live_gauge.hpp"
#include "models/topology/topology.hpp"
#include "models/traffic/traffic.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/simulator.hpp"
#include "sim/core/time.hpp"

namespace models {

/// Where an action is.
enum class ActionPhase : std::uint8_t {
    waiting,  ///< for its time, or for its condition
    noticed,  ///< the condition is met; somebody is about to act
    blocked,  ///< there is nobody who could do it: the control plane is away
    active,
    over,
};

struct ActionState {
    ActionPhase phase = ActionPhase::waiting;
    sim::EventHandle next;  ///< its beginning or its end
    LiveGauge when;
    LiveGauge until;
    sim::RngStream draws{};
    sim::SimTime blocked_since{};
    std::vector<InstanceId> left;     ///< restart: still to come
    InstanceId restarting;            ///< ... the one that the next waits for
    std::vector<InstanceId> added;    ///< scaleOut
    std::vector<ObserverId> shifted;  ///< evacuate: who has heard of it
};

/// What the operators of one run are doing. Everything is empty without actions.
struct ActionBoard {
    std::vector<ActionState> states;  ///< by action
    /// By site as the model numbers them: the one whose settings new calls follow.
    std::vector<const CallSite*> sites;
    std::uint32_t sheds_customers = 0;  ///< actions that are active
    std::uint32_t sheds_tries = 0;
    std::uint32_t stops_calls = 0;
    std::uint32_t restarts = 0;  ///< that wait for a process
};

}  // namespace models
