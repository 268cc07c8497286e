#include "models/fault/effect_credentials.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

constexpr sim::DurationLimits kMonth = {sim::milliseconds(1), sim::whole_seconds(30 * 86'400)};

/// Calls to the target, or the calls that it is; not those that a target makes.
void strike_calls(Conditions& conditions, const ActiveFault& fault,
                  const CredentialConditions& credential) {
    if (fault.target.traffic.empty()) return;
    TrafficConditions one;
    one.fault = fault.number;
    one.where = fault.target.traffic[0];
    one.share = fault.target.share;
    one.sticky = fault.target.sticky;
    one.credential = credential;
    conditions.traffic.push_back(one);
}

}  // namespace

void CertEffect::parameters(sim::Parameters& p) {
    p.duration("lifetime", lifetime,
               "of callers' connections where they have no pool: none lives longer", kMonth);
}

void CertEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                       const ActiveFault& fault) const {
    strike_calls(conditions, fault, {Credential::certificate, lifetime, {}});
}

void TokenEffect::parameters(sim::Parameters& p) {
    p.duration("ttl", ttl, "of a token", kMonth);
    p.duration("ahead", ahead,
               "tokens are renewed, but the server's clock is so much ahead; 0: not renewed",
               {sim::Duration{0}, kMonth.max});
}

std::optional<sim::Misfit> TokenEffect::misfit() const {
    if (ahead <= ttl) return std::nullopt;
    return sim::Misfit{"ahead", "a clock that is ahead by more than a token's `ttl` refuses all",
                       "write at most the ttl"};
}

void TokenEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                        const ActiveFault& fault) const {
    strike_calls(conditions, fault, {Credential::token, ttl, ahead});
}

}  // namespace models
