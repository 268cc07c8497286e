#include "models/fault/ramp.hpp"

#include <algorithm>

#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

constexpr std::int64_t kMostSteps = 20;
constexpr sim::Duration kShortestStep = sim::milliseconds(100);
constexpr sim::Duration kLongestRamp = sim::whole_seconds(std::int64_t{366} * 86'400);

std::int64_t steps_of(sim::Duration ramp) {
    return std::clamp<std::int64_t>(ramp.ns / kShortestStep.ns, 1, kMostSteps);
}

/// At which the step with that number begins.
sim::Duration step_at(sim::Duration ramp, std::int64_t step) {
    const auto steps = steps_of(ramp);
    return {ramp.ns / steps * step};
}

std::int64_t step_in(sim::Duration ramp, sim::Duration since) {
    const auto steps = steps_of(ramp);
    return std::min(steps - 1, since.ns / std::max<std::int64_t>(1, ramp.ns / steps));
}

/// Mean of the linear rise over its step.
double risen(sim::Duration ramp, sim::Duration since) {
    return (static_cast<double>(step_in(ramp, since)) + 0.5) / static_cast<double>(steps_of(ramp));
}

}  // namespace

void Ramp::parameters(sim::Parameters& p) {
    p.duration("in", in, "from the start of a visit to its full strength",
               {sim::Duration{0}, kLongestRamp});
    p.duration("out", out, "from full strength to the end of a visit",
               {sim::Duration{0}, kLongestRamp});
}

Ramp Ramp::fitted(sim::Duration length) const {
    const auto sum = in + out;
    if (sum <= length) return *this;
    const double share = length.seconds() / sum.seconds();
    Ramp shorter;
    shorter.in = std::min(length, sim::from_seconds(in.seconds() * share));
    shorter.out = length - shorter.in;
    return shorter;
}

double Ramp::strength(sim::Duration since, sim::Duration length) const {
    const Ramp ramp = fitted(length);
    if (since < ramp.in) return risen(ramp.in, since);
    const auto falls = length - ramp.out;
    if (since < falls || ramp.out.ns == 0) return 1;
    return 1 - risen(ramp.out, since - falls);
}

std::optional<sim::Duration> Ramp::next_change(sim::Duration since, sim::Duration length) const {
    const Ramp ramp = fitted(length);
    const auto falls = length - ramp.out;
    if (since < ramp.in) {
        const auto step = step_in(ramp.in, since) + 1;
        return step < steps_of(ramp.in) ? step_at(ramp.in, step) : ramp.in;
    }
    if (ramp.out.ns == 0) return std::nullopt;
    if (since < falls) return falls;
    const auto step = step_in(ramp.out, since - falls) + 1;
    if (step >= steps_of(ramp.out)) return std::nullopt;
    return falls + step_at(ramp.out, step);
}

bool has_strength(const FaultEffect& effect) {
    return std::visit(
        [](const auto& kind) {
            return requires { kind.scaled(1.0); };
        },
        effect);
}

FaultEffect at_strength(const FaultEffect& effect, double strength) {
    if (strength == 1) return effect;
    return std::visit(
        [&](const auto& kind) -> FaultEffect {
            if constexpr (requires { kind.scaled(strength); }) return kind.scaled(strength);
            SIM_ASSERT(false);
        },
        effect);
}

}  // namespace models
