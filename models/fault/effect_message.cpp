#include "models/fault/effect_message.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {

void PoisonEffect::parameters(sim::Parameters& p) {
    p.percent("share", share, "of the messages that are stored while it lasts", {0, 1, false});
    p.flag("kills", kills, "the consumer's process crashes; else the work fails at its end");
}

std::optional<sim::Misfit> PoisonEffect::misfit() const {
    if (share > 0) return std::nullopt;
    return sim::Misfit{"share", "effect `poison` needs a share of the messages",
                       "write `effect: {poison: 1%}`"};
}

void PoisonEffect::apply(Conditions& conditions, const Topology& topology,
                         const ActiveFault& fault) const {
    auto poison = struck_by<PoisonConditions>(topology, fault);
    poison.share = share;
    poison.kills = kills;
    conditions.poison.push_back(std::move(poison));
}

void DuplicateEffect::parameters(sim::Parameters& p) {
    p.percent("share", share, "of the messages", {0, 1, false});
}

std::optional<sim::Misfit> DuplicateEffect::misfit() const {
    if (share > 0) return std::nullopt;
    return sim::Misfit{"share", "effect `duplicate` needs a share of the messages",
                       "write `effect: {duplicate: 5%}`"};
}

void DuplicateEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                            const ActiveFault& fault) const {
    add_traffic(conditions, fault, [&](TrafficConditions& one) { one.duplicate = share; });
}

void HalfOpenEffect::parameters(sim::Parameters& p) {
    p.percent("share", share, "of the connections that are open when it begins", {0, 1, true});
}

void HalfOpenEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                           const ActiveFault& fault) const {
    add_traffic(conditions, fault, [&](TrafficConditions& one) { one.half_open = share; });
}

}  // namespace models
