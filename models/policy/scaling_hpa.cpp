#include "models/policy/scaling_hpa.hpp"

#include <algorithm>
#include <cmath>

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

constexpr sim::DurationLimits kTime = {sim::Duration{0}, sim::whole_seconds(86'400)};
constexpr sim::DurationLimits kPeriod = {sim::whole_seconds(1), sim::whole_seconds(86'400)};

/// The epsilon keeps 4 * 0.9 / 0.6 at 6 whatever the last bit of the quotient is.
std::uint32_t round_up(double replicas) {
    return static_cast<std::uint32_t>(std::ceil(std::clamp(replicas, 0.0, 1e9) - 1e-9));
}

void forget(std::vector<HpaScaling::State::Entry>& entries, sim::SimTime before) {
    std::erase_if(entries, [&](const auto& entry) { return entry.at < before; });
}

}  // namespace

void ScalingSteps::parameters(sim::Parameters& p) {
    p.duration("stabilisation", stabilisation, "the mildest wish of so long back counts", kTime);
    p.percent("percent", percent, "in one period by this share at most; 0%: not so", {0, 100});
    p.count("replicas", replicas, "or by so many; 0: not so", {0, 10'000});
    p.duration("period", period, "in which that much may happen", kPeriod);
}

std::uint32_t ScalingSteps::highest(std::uint32_t at_start) const {
    const double by_share = percent > 0 ? at_start * (1 + percent) : 0;
    const std::uint32_t by_number = replicas > 0 ? at_start + replicas : 0;
    return std::max({round_up(by_share), by_number, at_start});
}

std::uint32_t ScalingSteps::lowest(std::uint32_t at_start) const {
    const auto by_share =
        static_cast<std::uint32_t>(std::max(0.0, at_start * (1 - percent)) + 1e-9);
    const std::uint32_t by_number = at_start > replicas ? at_start - replicas : 0;
    return std::min({percent > 0 ? by_share : at_start, replicas > 0 ? by_number : at_start});
}

void HpaScaling::parameters(sim::Parameters& p) {
    bounds.parameters(p);
    p.percent("target", target, "utilisation of the replicas to aim at", {0, 1, true});
    p.duration("period", period, "how often it looks; utilisation is the mean of so long", kPeriod);
    p.duration("metricDelay", delay, "how old the newest utilisation is that it sees", kTime);
    p.percent("tolerance", tolerance, "as near to the target it leaves things as they are");
    p.duration("startUp", start_up, "from the decision to a replica that serves", kTime);
    p.group("scaleUp", scale_up, "how fast it may grow");
    p.group("scaleDown", scale_down, "how fast it may shrink");
}

std::optional<sim::Misfit> HpaScaling::misfit() const { return bounds.misfit(); }

std::uint32_t HpaScaling::wish(const ScalingLook& look) const {
    const auto current = look.current();
    if (look.measured == 0) return current;
    double ratio = look.utilisation / target;
    const auto near = [&](double r) { return std::abs(r - 1) <= tolerance + 1e-9; };
    if (look.unready + look.missing == 0 || (look.missing == 0 && ratio <= 1)) {
        return near(ratio) ? current : round_up(ratio * look.measured);
    }
    // Those without a value are taken to be as the direction that was found likes least.
    double sum = look.utilisation * look.measured;
    double counted = look.measured + look.missing;
    if (ratio > 1) counted += look.unready;
    if (ratio < 1) sum += look.missing * std::max(1.0, target);
    const double again = sum / counted / target;
    const bool turned = (ratio < 1 && again > 1) || (ratio > 1 && again < 1);
    if (near(again) || turned) return current;
    const auto wanted = round_up(again * counted);
    const bool contradicts = (again < 1 && wanted > current) || (again > 1 && wanted < current);
    return contradicts ? current : wanted;
}

std::uint32_t HpaScaling::decide(State& state, const ScalingLook& look) const {
    const auto longest = std::max(scale_up.stabilisation, scale_down.stabilisation);
    forget(state.wishes, look.now - longest);
    forget(state.changes, look.now - std::max(scale_up.period, scale_down.period));
    state.wishes.push_back({look.now, bounds.clamp(wish(look))});
    const auto wanted = bounds.clamp(limited(state, look, stabilised(state, look)));
    const auto change =
        static_cast<std::int64_t>(wanted) - static_cast<std::int64_t>(look.current());
    if (change != 0) state.changes.push_back({look.now, change});
    return wanted;
}

/// Grows to no more than the least that was wished within the window for growth, and shrinks to no
/// less than the most within the one for shrinking.
std::uint32_t HpaScaling::stabilised(const State& state, const ScalingLook& look) const {
    const auto newest = state.wishes.back().replicas;
    std::int64_t up = newest;
    std::int64_t down = newest;
    for (const auto& [at, replicas] : state.wishes) {
        if (look.now - at < scale_up.stabilisation) up = std::min(up, replicas);
        if (look.now - at < scale_down.stabilisation) down = std::max(down, replicas);
    }
    const auto current = static_cast<std::int64_t>(look.current());
    return static_cast<std::uint32_t>(std::min(std::max(current, up), std::max(down, up)));
}

std::uint32_t HpaScaling::limited(const State& state, const ScalingLook& look,
                                  std::uint32_t wanted) const {
    const auto current = look.current();
    const auto changed = [&](const ScalingSteps& steps) {
        std::int64_t sum = 0;
        for (const auto& [at, change] : state.changes) {
            if (look.now - at < steps.period) sum += change;
        }
        return sum;
    };
    const auto at_start = [&](const ScalingSteps& steps) {
        return static_cast<std::uint32_t>(
            std::max<std::int64_t>(0, static_cast<std::int64_t>(current) - changed(steps)));
    };
    if (wanted > current) {
        return std::min(wanted, std::max(current, scale_up.highest(at_start(scale_up))));
    }
    return std::max(wanted, std::min(current, scale_down.lowest(at_start(scale_down))));
}

}  // namespace models
