#include "models/fault/effect_work.hpp"

#include <algorithm>

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

constexpr sim::DurationLimits kWorkDay = {sim::Duration{0}, sim::whole_seconds(86'400)};

}  // namespace

void SlowEffect::parameters(sim::Parameters& p) {
    p.factor("factor", factor, "own work times this; below 1 it is faster", {0, 1e6, true});
    p.percent("share", share, "of the requests that it meets", {0, 1, true});
}

std::optional<sim::Misfit> SlowEffect::misfit() const {
    if (factor != 1) return std::nullopt;
    return sim::Misfit{"factor", "effect `slow` needs a factor other than 1",
                       "write `effect: {slow: 5x}`"};
}

SlowEffect SlowEffect::scaled(double strength) const {
    SlowEffect part = *this;
    part.factor = 1 + (factor - 1) * strength;
    return part;
}

void SlowEffect::apply(Conditions& conditions, const Topology& topology,
                       const ActiveFault& fault) const {
    auto& work = add_work(conditions, topology, fault);
    work.slow_factor = factor;
    work.share = share;
}

void DelayEffect::parameters(sim::Parameters& p) {
    p.duration("delay", delay, "added to each message, or to own work", kWorkDay);
    p.duration("jitter", jitter, "give or take so much, uniformly; at most `delay`", kWorkDay);
    p.percent("share", share, "of the requests whose own work it meets", {0, 1, true});
    direction_parameter(p, direction);
}

std::optional<sim::Misfit> DelayEffect::misfit() const {
    if (delay.ns == 0) {
        return sim::Misfit{"delay", "effect `delay` needs a time",
                           "write `effect: {delay: 200ms}`"};
    }
    if (jitter <= delay) return std::nullopt;
    return sim::Misfit{"jitter", "`jitter` is above `delay`: nothing arrives before it is sent",
                       "write at most the delay"};
}

DelayEffect DelayEffect::scaled(double strength) const {
    DelayEffect part = *this;
    part.delay = sim::from_seconds(delay.seconds() * strength);
    part.jitter = std::min(part.delay, sim::from_seconds(jitter.seconds() * strength));
    return part;
}

void DelayEffect::apply(Conditions& conditions, const Topology& topology,
                        const ActiveFault& fault) const {
    if (!fault.target.instances.empty()) {
        auto& work = add_work(conditions, topology, fault);
        work.extra = delay;
        work.jitter = jitter;
        work.share = share;
    }
    add_traffic(conditions, fault, [&](TrafficConditions& one) {
        narrow(one.where, direction);
        one.delay = delay;
        one.jitter = jitter;
        one.share *= share;
    });
}

void ErrorsEffect::parameters(sim::Parameters& p) {
    p.percent("share", share, "of the requests that fail", {0, 1, true});
    p.choice<InjectedFailure>("as", as, "how the failure looks to the caller",
                              {{"error", InjectedFailure::error},
                               {"503", InjectedFailure::status_503},
                               {"429", InjectedFailure::status_429},
                               {"reset", InjectedFailure::reset}});
    p.choice<FailWhen>("when", when, "after own work, or before it: at once",
                       {{"after", FailWhen::after}, {"before", FailWhen::before}});
}

std::optional<sim::Misfit> ErrorsEffect::misfit() const {
    if (share > 0) return std::nullopt;
    return sim::Misfit{"share", "effect `errors` needs a share", "write `effect: {errors: 30%}`"};
}

ErrorsEffect ErrorsEffect::scaled(double strength) const {
    ErrorsEffect part = *this;
    part.share *= strength;
    return part;
}

void ErrorsEffect::apply(Conditions& conditions, const Topology& topology,
                         const ActiveFault& fault) const {
    if (!fault.target.instances.empty()) {
        auto& work = add_work(conditions, topology, fault);
        work.share = share;
        work.failure = as;
        work.before_work = when == FailWhen::before;
    }
    add_traffic(conditions, fault, [&](TrafficConditions& one) {
        one.share *= share;
        one.answer = as;
    });
}

}  // namespace models
