#pragma once

#include <optional>

#include "models/fault/effect.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}  // namespace sim

namespace models {

/// How a fault's strength rises and falls, linearly, inside its length. Re-evaluated in steps, each
/// with the mean strength of its part: 20 of them, or fewer so that none is below 100 ms.
struct Ramp {
    sim::Duration in{};   ///< from the start: nothing to full strength
    sim::Duration out{};  ///< until the end: full strength to nothing

    void parameters(sim::Parameters& p);
    [[nodiscard]] bool any() const { return in.ns > 0 || out.ns > 0; }

    /// In (0, 1], `since` the start of a visit of that length. One that is too short for both ramps
    /// has both shortened alike.
    [[nodiscard]] double strength(sim::Duration since, sim::Duration length) const;
    /// Since the start: when the strength changes next. Its end is no change of the ramp.
    [[nodiscard]] std::optional<sim::Duration> next_change(sim::Duration since,
                                                           sim::Duration length) const;

  private:
    [[nodiscard]] Ramp fitted(sim::Duration length) const;
};

/// Whether the effect knows more than on and off.
bool has_strength(const FaultEffect& effect);
/// The effect at that strength; at 1 exactly the effect itself. It must have one, or it is at 1.
FaultEffect at_strength(const FaultEffect& effect, double strength);

}  // namespace models
