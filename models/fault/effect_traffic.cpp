#include "models/fault/effect_traffic.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {

void narrow(Traffic& where, MessageDirection direction) {
    where.requests = where.requests && direction != MessageDirection::reply;
    where.replies = where.replies && direction != MessageDirection::request;
}

void direction_parameter(sim::Parameters& p, MessageDirection& direction) {
    p.choice<MessageDirection>("direction", direction, "which messages of a call",
                               {{"both", MessageDirection::both},
                                {"request", MessageDirection::request},
                                {"reply", MessageDirection::reply}});
}

void RefuseEffect::parameters(sim::Parameters& /*p*/) {}

void RefuseEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                         const ActiveFault& fault) const {
    add_traffic(conditions, fault, [](TrafficConditions& one) { one.refused = true; });
}

void LoseEffect::parameters(sim::Parameters& p) { direction_parameter(p, direction); }

void LoseEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                       const ActiveFault& fault) const {
    add_traffic(conditions, fault, [&](TrafficConditions& one) {
        narrow(one.where, direction);
        one.lost = true;
    });
}

void ResetEffect::parameters(sim::Parameters& p) {
    direction_parameter(p, direction);
    p.duration("after", after, "so long after the first byte",
               {sim::Duration{0}, sim::whole_seconds(86'400)});
}

void ResetEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                        const ActiveFault& fault) const {
    add_traffic(conditions, fault, [&](TrafficConditions& one) {
        narrow(one.where, direction);
        one.reset = after;
    });
}

void LossEffect::parameters(sim::Parameters& p) {
    p.percent("probability", probability, "of a packet to be lost", {0, 0.99, true});
    p.count("packets", packets, "of one message", {1, 10'000});
    p.number("burst", burst, "mean packets lost in a row; 0: each for itself", {0, 10'000});
    p.choice<LossCompat>("compat", compat, "`netem`: lose as that tool does, `correlation` and all",
                         {{"none", LossCompat::none}, {"netem", LossCompat::netem}});
    p.percent("correlation", correlation, "of netem: not what it says, see the formula", {0, 0.99});
}

std::optional<sim::Misfit> LossEffect::misfit() const {
    if (correlation > 0 && compat != LossCompat::netem) {
        return sim::Misfit{"correlation",
                           "`correlation` is netem's, and loses far less than `probability`",
                           "write `burst: 3` for losses in a row, or add `compat: netem`"};
    }
    if (correlation > 0 && burst > 0) {
        return sim::Misfit{"burst", "`burst` and `correlation` are two answers to one question",
                           "leave one of them out"};
    }
    if (burst > 0 && (burst < 1 || probability > burst / (1 + burst))) {
        return sim::Misfit{"burst", "no link loses so much in bursts so short",
                           "a burst is at least 1, and of a share p at least p / (1 - p)"};
    }
    return std::nullopt;
}

LossEffect LossEffect::scaled(double strength) const {
    LossEffect part = *this;
    part.probability *= strength;
    return part;
}

void LossEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                       const ActiveFault& fault) const {
    add_traffic(conditions, fault, [&](TrafficConditions& one) {
        one.packet_loss = {probability, burst, correlation};
        one.packets = packets;
    });
}

void LeakEffect::parameters(sim::Parameters& p) {
    p.percent("probability", probability, "of a try to leak its connection", {0, 1, true});
}

void LeakEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                       const ActiveFault& fault) const {
    add_traffic(conditions, fault, [&](TrafficConditions& one) { one.leak = probability; });
}

void SlowCloseEffect::parameters(sim::Parameters& p) {
    p.duration("delay", delay, "that a connection is held after its call",
               {sim::Duration{0}, sim::whole_seconds(86'400)});
}

std::optional<sim::Misfit> SlowCloseEffect::misfit() const {
    if (delay.ns > 0) return std::nullopt;
    return sim::Misfit{"delay", "effect `slowClose` needs a delay",
                       "write `effect: {slowClose: 500ms}`"};
}

void SlowCloseEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                            const ActiveFault& fault) const {
    add_traffic(conditions, fault, [&](TrafficConditions& one) { one.slow_close = delay; });
}

}  // namespace models
