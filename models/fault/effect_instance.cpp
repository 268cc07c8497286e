#include "models/fault/effect_instance.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

void shorten(std::optional<sim::Duration>& time, sim::Duration other) {
    if (!time || other < *time) time = other;
}

}  // namespace

void DownEffect::parameters(sim::Parameters& /*p*/) {}

void DownEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                       const ActiveFault& fault) const {
    for (const InstanceId id : fault.target.instances) {
        conditions.instances[id.value].power = Power::lost;
    }
    for (const ZoneId id : fault.target.zones) conditions.zone_cut[id.value] = 1;
    add_traffic(conditions, fault, [](TrafficConditions& one) { one.lost = true; });
}

void CrashEffect::parameters(sim::Parameters& /*p*/) {}

void CrashEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                        const ActiveFault& fault) const {
    for (const InstanceId id : fault.target.instances) {
        Power& power = conditions.instances[id.value].power;
        // A machine without power cannot send the reset, whichever fault came first.
        if (power == Power::on) power = Power::crashed;
    }
    add_traffic(conditions, fault, [](TrafficConditions& one) { one.refused = true; });
}

void StopEffect::parameters(sim::Parameters& p) {
    constexpr sim::DurationLimits kAny = {sim::Duration{0}, sim::kForever};
    p.timeout("drain", drain, "then what is left is reset and the process ends; none: it stays",
              kAny);
    p.timeout("deregister", deregister, "until callers know; none: as their checks find out", kAny);
}

void StopEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                       const ActiveFault& fault) const {
    for (const InstanceId id : fault.target.instances) {
        auto& instance = conditions.instances[id.value];
        instance.closed = true;
        if (drain != sim::kForever) shorten(instance.drain, drain);
        if (deregister != sim::kForever) shorten(instance.deregister, deregister);
    }
}

}  // namespace models
