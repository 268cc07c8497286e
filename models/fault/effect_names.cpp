#include "models/fault/effect_names.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

constexpr sim::DurationLimits kDay = {sim::Duration{0}, sim::whole_seconds(86'400)};

/// What the callers there ask for, whoever it is.
Traffic asked_from(const Traffic& from) {
    Traffic asked = from;
    asked.replicas.assign(from.replicas.size(), 1);
    return asked;
}

}  // namespace

void DnsEffect::parameters(sim::Parameters& p) {
    p.choice<NameAnswer>("answer", answer, "what the resolver says; `stale`: old answers stay",
                         {{"right", NameAnswer::right},
                          {"nxdomain", NameAnswer::nxdomain},
                          {"servfail", NameAnswer::servfail},
                          {"timeout", NameAnswer::timeout},
                          {"stranger", NameAnswer::stranger},
                          {"nowhere", NameAnswer::nowhere},
                          {"stale", NameAnswer::stale}});
    p.choice<NameSide>("side", side,
                       "lookups of the target's names, or those that the target makes; auto: of a "
                       "zone or region the latter",
                       {{"auto", NameSide::automatic},
                        {"name", NameSide::name},
                        {"resolver", NameSide::resolver}});
    p.duration("delay", delay, "added to each lookup", kDay);
    p.duration("jitter", jitter, "... give or take up to so much", kDay);
}

std::optional<sim::Misfit> DnsEffect::misfit() const {
    if (answer == NameAnswer::right && delay.ns == 0) {
        return sim::Misfit{"answer", "right answers without `delay` are no fault",
                           "write `effect: {dns: right, delay: 800ms}`"};
    }
    return std::nullopt;
}

void DnsEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                      const ActiveFault& fault) const {
    if (fault.target.traffic.empty()) return;
    const bool of_place = fault.target.of_place;
    const bool asks = side == NameSide::resolver || (side == NameSide::automatic && of_place);
    TrafficConditions one;
    one.fault = fault.number;
    one.share = fault.target.share;
    one.sticky = fault.target.sticky;
    one.names = {true, answer, delay, jitter};
    // Of a place or a service there are the calls to it, then those from it; of a call only itself.
    const auto& traffic = fault.target.traffic;
    one.where = asks && traffic.size() > 1 ? asked_from(traffic[1]) : traffic[0];
    conditions.traffic.push_back(one);
}

}  // namespace models
