#include "models/fault/effect_store.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {

void HotEffect::parameters(sim::Parameters& p) {
    p.percent("share", share, "of the calls", {0, 1, false});
}

std::optional<sim::Misfit> HotEffect::misfit() const {
    if (share > 0) return std::nullopt;
    return sim::Misfit{"share", "effect `hot` needs a share of the calls",
                       "write `effect: {hot: 60%}`"};
}

void HotEffect::apply(Conditions& conditions, const Topology& topology,
                      const ActiveFault& fault) const {
    auto hot = struck_by<HotConditions>(topology, fault);
    hot.share = share;
    conditions.hot.push_back(std::move(hot));
}

void LagEffect::parameters(sim::Parameters& p) {
    p.duration("behind", behind, "how far, on top of the configured lag",
               {sim::Duration{0}, sim::whole_seconds(30 * 86'400)});
}

std::optional<sim::Misfit> LagEffect::misfit() const {
    if (behind.ns > 0) return std::nullopt;
    return sim::Misfit{"behind", "effect `lag` needs a time", "write `effect: {lag: 30s}`"};
}

void LagEffect::apply(Conditions& conditions, const Topology& topology,
                      const ActiveFault& fault) const {
    auto lag = struck_by<LagConditions>(topology, fault);
    lag.behind = behind;
    conditions.lags.push_back(std::move(lag));
}

}  // namespace models
