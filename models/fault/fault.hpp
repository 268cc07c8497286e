#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "models/fault/effect.hpp"
#include "models/fault/ramp.hpp"
#include "models/fault/recurrence.hpp"
#include "sim/core/time.hpp"

namespace models {

/// What a named fault does besides its effect, at the same times. It draws for itself.
struct BesideEffect {
    FaultTarget target;
    FaultEffect effect;
};

/// One fault of the plan: what, where, when. One that recurs has a schedule; its `at` and
/// `duration` are then the span in which it may come.
struct ScheduledFault {
    std::string name;
    sim::SimTime at;
    sim::Duration duration;
    FaultTarget target;
    FaultEffect effect;
    bool seen_by_checks = true;     ///< false: health checks pass whatever it does
    std::vector<ZoneId> control{};  ///< zones whose control plane it takes as well
    std::vector<BesideEffect> also = {};
    Ramp ramp = {};
    std::optional<Recurrence> recurrence = {};
    bool cured_by_restart = false;  ///< at each instance, before it is over

    [[nodiscard]] sim::SimTime end() const { return sim::saturated_add(at, duration); }
};

/// Names of the draws: those of every fault, then those of what they do besides, in plan order.
std::vector<std::string> fault_draw_names(const std::vector<ScheduledFault>& plan);

/// Conditions while the faults with `active[i]` hold, applied in plan order.
Conditions conditions_under(const Topology& topology, const std::vector<ScheduledFault>& plan,
                            const std::vector<bool>& active);

/// One fault at work at some strength, on all of its target or on a part.
struct FaultStrike {
    std::uint32_t fault = 0;            ///< in the plan
    double strength = 1;                ///< in (0, 1]
    std::optional<FaultTarget> part{};  ///< nothing: the target of the plan
    /// Of a fault that is deployed: its time is over, and only what has its version is struck.
    bool over = false;
};

/// Whether an effect of that kind is among what it does.
template <class Effect>
bool has_effect(const ScheduledFault& fault) {
    const auto is = [](const FaultEffect& effect) {
        return std::holds_alternative<Effect>(effect);
    };
    return is(fault.effect) || std::any_of(fault.also.begin(), fault.also.end(),
                                           [&](const BesideEffect& one) { return is(one.effect); });
}
/// Whether its effects come with a version, to one replica after the other.
inline bool is_deployed(const ScheduledFault& fault) { return has_effect<DeployEffect>(fault); }

/// Conditions under these strikes, applied in their order.
Conditions conditions_under(const Topology& topology, const std::vector<ScheduledFault>& plan,
                            std::span<const FaultStrike> strikes);

}  // namespace models
