#include "models/policy/scaling_target.hpp"

#include <algorithm>
#include <cmath>

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

constexpr sim::DurationLimits kTime = {sim::Duration{0}, sim::whole_seconds(86'400)};
constexpr sim::DurationLimits kPeriod = {sim::whole_seconds(1), sim::whole_seconds(86'400)};

}  // namespace

void TargetScaling::parameters(sim::Parameters& p) {
    bounds.parameters(p);
    p.percent("target", target, "utilisation of the replicas to aim at", {0, 1, true});
    p.duration("period", period, "of one data point: the mean of so long", kPeriod);
    p.count("scaleOutDatapoints", out_points, "in a row above the target until it grows",
            {1, 1'000});
    p.count("scaleInDatapoints", in_points, "in a row below 90 % of it until it shrinks",
            {1, 1'000});
    p.duration("cooldown", cooldown, "after a change it does not shrink", kTime);
    p.duration("startUp", start_up, "from the decision to a replica that serves", kTime);
}

std::optional<sim::Misfit> TargetScaling::misfit() const { return bounds.misfit(); }

/// What is still starting counts as there already: it grows only by what that will not do, and
/// does not shrink meanwhile.
std::uint32_t TargetScaling::decide(State& state, const ScalingLook& look) const {
    const auto current = look.current();
    if (look.measured == 0) return bounds.clamp(current);
    const bool above = look.utilisation > target;
    const bool below = look.utilisation < kLow * target;
    state.above = above ? state.above + 1 : 0;
    state.below = below ? state.below + 1 : 0;
    const auto wanted =
        static_cast<std::uint32_t>(std::ceil(look.measured * look.utilisation / target - 1e-9));
    const bool cooling = state.acted && look.now - *state.acted < cooldown;
    std::uint32_t decided = current;
    if (state.above >= out_points) {
        decided = std::max(current, wanted);
    } else if (state.below >= in_points && !cooling && look.unready == 0) {
        decided = std::min(current, std::max(wanted, 1U));
    }
    decided = bounds.clamp(decided);
    if (decided != current) state.acted = look.now;
    return decided;
}

}  // namespace models
