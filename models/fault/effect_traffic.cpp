#include "models/fault/effect_traffic.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

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

}  // namespace

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
}

void LossEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                       const ActiveFault& fault) const {
    add_traffic(conditions, fault, [&](TrafficConditions& one) {
        one.packet_loss = probability;
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

}  // namespace models
