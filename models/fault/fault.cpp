#include "models/fault/fault.hpp"

#include <algorithm>

#include "sim/core/assert.hpp"
#include "sim/yaml/map_reader.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

namespace {

EdgeConditions& edge_of(Conditions& conditions, const Topology& topology,
                        const std::pair<ServiceId, ServiceId>& call) {
    const auto services = topology.services.size();
    if (conditions.edges.empty()) conditions.edges.resize(services * services);
    return conditions.edges[call.first.value * services + call.second.value];
}

/// Share of what at least one of two independent causes hits.
double either(double a, double b) { return 1.0 - (1.0 - a) * (1.0 - b); }

}  // namespace

std::optional<DownEffect> DownEffect::read(sim::MapReader& /*reader*/) { return DownEffect{}; }

void DownEffect::apply(Conditions& conditions, const Topology& topology,
                       const FaultTarget& target) const {
    for (const InstanceId id : target.instances) conditions.instances[id.value].power = Power::lost;
    for (const ZoneId id : target.zones) conditions.zone_cut[id.value] = 1;
    for (const auto& call : target.calls) edge_of(conditions, topology, call).lost = true;
}

std::optional<CrashEffect> CrashEffect::read(sim::MapReader& /*reader*/) { return CrashEffect{}; }

void CrashEffect::apply(Conditions& conditions, const Topology& topology,
                        const FaultTarget& target) const {
    for (const InstanceId id : target.instances) {
        Power& power = conditions.instances[id.value].power;
        // A machine without power cannot send the reset, whichever fault came first.
        if (power == Power::on) power = Power::crashed;
    }
    for (const auto& call : target.calls) edge_of(conditions, topology, call).refused = true;
}

std::optional<SlowEffect> SlowEffect::read(sim::MapReader& reader) {
    const sim::Node* node = reader.require("factor");
    if (node == nullptr) return std::nullopt;
    const auto factor = sim::read_factor(*node, reader.diagnostics(), {0, 1e6, true});
    if (!factor) return std::nullopt;
    return SlowEffect{*factor};
}

void SlowEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                       const FaultTarget& target) const {
    constexpr double kStandstill = 1e18;  // many faults at once; infinitely slow no work is no time
    for (const InstanceId id : target.instances) {
        double& slow = conditions.instances[id.value].slow_factor;
        slow = std::min(slow * factor, kStandstill);
    }
    SIM_ASSERT(target.calls.empty());  // messages have no own work; the scenario refuses it
}

std::optional<DelayEffect> DelayEffect::read(sim::MapReader& reader) {
    const sim::Node* node = reader.require("delay");
    if (node == nullptr) return std::nullopt;
    const auto delay = sim::read_duration(*node, reader.diagnostics(),
                                          {sim::Duration{1}, sim::whole_seconds(86'400)});
    if (!delay) return std::nullopt;
    return DelayEffect{*delay};
}

void DelayEffect::apply(Conditions& conditions, const Topology& topology,
                        const FaultTarget& target) const {
    for (const InstanceId id : target.instances) {
        sim::Duration& extra = conditions.instances[id.value].extra_work;
        extra = extra + delay;
    }
    for (const auto& call : target.calls) {
        sim::Duration& extra = edge_of(conditions, topology, call).extra_delay;
        extra = extra + delay;
    }
}

std::optional<ErrorsEffect> ErrorsEffect::read(sim::MapReader& reader) {
    const sim::Node* node = reader.require("share");
    if (node == nullptr) return std::nullopt;
    const auto share = sim::read_percent(*node, reader.diagnostics(), {0, 1, true});
    if (!share) return std::nullopt;
    return ErrorsEffect{*share};
}

void ErrorsEffect::apply(Conditions& conditions, const Topology& topology,
                         const FaultTarget& target) const {
    for (const InstanceId id : target.instances) {
        double& errors = conditions.instances[id.value].error_share;
        errors = either(errors, share);
    }
    for (const auto& call : target.calls) {
        double& errors = edge_of(conditions, topology, call).error_share;
        errors = either(errors, share);
    }
}

Conditions conditions_under(const Topology& topology, const std::vector<ScheduledFault>& plan,
                            const std::vector<bool>& active) {
    SIM_ASSERT(plan.size() == active.size());
    Conditions conditions = Conditions::nominal(topology);
    for (std::size_t i = 0; i < plan.size(); ++i) {
        if (!active[i]) continue;
        std::visit([&](const auto& effect) { effect.apply(conditions, topology, plan[i].target); },
                   plan[i].effect);
    }
    return conditions;
}

}  // namespace models
