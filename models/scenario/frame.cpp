#include "models/scenario/frame.hpp"

#include <algorithm>
#include <limits>

namespace models {

namespace {

bool strikes_primary(const SystemModel& model, const ServiceConfig& config,
                     const ScheduledFault& fault, std::uint32_t service) {
    if (!config.database) return false;
    if (!std::holds_alternative<DownEffect>(fault.effect) &&
        !std::holds_alternative<CrashEffect>(fault.effect)) {
        return false;
    }
    return std::any_of(
        fault.target.instances.begin(), fault.target.instances.end(), [&](InstanceId id) {
            const auto& instance = model.topology[id];
            return instance.service.value == service && instance.zone == config.database->primary;
        });
}

/// Services that get messages of the traffic, with how many of their replicas.
void add_struck(const SystemModel& model, const std::vector<std::uint8_t>& struck,
                std::vector<FrameTarget::Part>& parts) {
    for (std::uint32_t s = 0; s < model.topology.services.size(); ++s) {
        const auto& instances = model.topology.services[s].instances;
        const auto count = std::count_if(instances.begin(), instances.end(), [&](InstanceId id) {
            return id.value < struck.size() && struck[id.value] != 0 && !model.topology[id].spare;
        });
        if (count > 0) parts.push_back({s, static_cast<std::uint32_t>(count)});
    }
}

/// The replicas and callers of a part of the target, as flags.
struct StruckFlags {
    std::vector<std::uint8_t> replicas;
    std::vector<std::uint8_t> callers;

    void add(const FaultTarget& target) {
        for (const InstanceId id : target.instances) replicas[id.value] = 1;
        for (const Traffic& traffic : target.traffic) {
            add(replicas, traffic.replicas);
            add(callers, traffic.callers);
        }
    }

  private:
    static void add(std::vector<std::uint8_t>& into, const std::vector<std::uint8_t>& flags) {
        for (std::size_t i = 0; i < std::min(into.size(), flags.size()); ++i) into[i] |= flags[i];
    }
};

FrameTarget frame_target(const SystemModel& model, const ScheduledFault& fault) {
    FrameTarget out;
    const auto instances = model.topology.instances.size();
    StruckFlags flags{std::vector<std::uint8_t>(instances, 0),
                      std::vector<std::uint8_t>(instances + model.groups.size(), 0)};
    flags.add(fault.target);
    for (const auto& one : fault.also) flags.add(one.target);
    add_struck(model, flags.replicas, out.services);
    std::vector<FrameTarget::Part> callers;
    add_struck(model, flags.callers, callers);
    for (const auto& caller : callers) out.callers.push_back(caller.service);
    for (const ZoneId zone : fault.target.zones) out.zones.push_back(zone.value);
    out.traffic = !fault.target.traffic.empty() && fault.target.instances.empty();
    for (std::uint32_t g = 0; g < model.groups.size(); ++g) {
        const bool listed = g < fault.target.groups.size() && fault.target.groups[g] != 0;
        if (listed || flags.callers[instances + g] != 0) out.groups.push_back(g);
    }
    return out;
}

FrameFault frame_fault(const SystemModel& model, const ScheduledFault& fault) {
    FrameFault out{fault.name, fault.at, fault.duration, {}, false};
    out.target = frame_target(model, fault);
    if (fault.recurrence) {
        out.recurs = true;
        out.duration = std::min(fault.duration, sim::SimTime{model.duration.ns} - fault.at);
        return out;
    }
    for (std::uint32_t s = 0; s < model.services.size(); ++s) {
        const auto& config = model.services[s];
        if (!strikes_primary(model, config, fault, s)) continue;
        // A primary that is back before its failover completes keeps the role.
        const auto until = std::min(config.database->failover.longest(), fault.duration);
        out.stops.push_back({s, until.seconds()});
    }
    out.deployed = is_deployed(fault);
    out.changes_load = !fault.target.groups.empty();
    return out;
}

double patience_of(const CallPolicy& policy) {
    return policy.timeout == sim::kForever ? std::numeric_limits<double>::infinity()
                                           : policy.timeout.seconds();
}

FrameEdge frame_edge(const SystemModel& model, const Edge& edge) {
    FrameEdge out;
    const auto& endpoint = model.endpoints[edge.endpoint.value];
    out.caller = edge.caller;
    out.callee = model.topology[endpoint.service].name;
    out.endpoint = endpoint.name;
    out.writes = endpoint.write && model.services[endpoint.service.value].database;
    out.weighed = endpoint.request_bytes > 0 || endpoint.reply_bytes > 0;
    out.from_customers = !edge.caller_service.valid();
    out.optional = !out.from_customers;  // until a call says that it is not
    return out;
}

void add_policy(const SystemModel& model, std::uint32_t index, const CallPolicy& policy,
                StudyFrame& frame) {
    auto& edge = frame.edges[index];
    edge.max_tries = static_cast<std::uint32_t>(1 + policy.retries);
    edge.budgeted = policy.retry_budget.has_value();
    if (const auto& breaker = policy.circuit_breaker) {
        const auto scope = breaker_scope(*breaker);
        frame.edges[counting_edge(model, index, scope)].breaker = true;
    }
    if (policy.outlier_detection) {
        const auto shared = counting_edge(model, index, BreakerScope::host);
        frame.edges[shared].ejects = true;
    }
}

/// The services behind an endpoint, itself included, in the order in which calls reach them.
/// `hard`: only those whose failure fails it.
void collect_services(const SystemModel& model, EndpointId endpoint, bool hard,
                      std::vector<std::uint8_t>& seen, std::vector<std::uint32_t>& services) {
    if (seen[endpoint.value] != 0) return;
    seen[endpoint.value] = 1;
    const auto service = model.endpoints[endpoint.value].service.value;
    if (std::find(services.begin(), services.end(), service) == services.end()) {
        services.push_back(service);
    }
    for (const auto& step : model.endpoints[endpoint.value].steps) {
        for (const auto& call : step.calls) {
            const bool does_without = call.optional || model.policies[call.policy].fallback;
            if (hard && does_without) continue;
            collect_services(model, call.endpoint, hard, seen, services);
        }
    }
}

std::vector<std::uint32_t> services_behind(const SystemModel& model, EndpointId endpoint,
                                           bool hard) {
    std::vector<std::uint8_t> seen(model.endpoints.size(), 0);
    std::vector<std::uint32_t> services;
    collect_services(model, endpoint, hard, seen, services);
    return services;
}

void add_flows(const SystemModel& model, StudyFrame& frame) {
    frame.flows.resize(model.flows);
    for (std::uint32_t g = 0; g < model.groups.size(); ++g) {
        const auto& group = model.groups[g];
        const auto& policy = model.policies[group.policy];
        for (const auto& journey : group.journeys) {
            auto& flow = frame.flows[journey.flow];
            flow = {group.name, journey.name, patience_of(policy), g};
            for (const ZoneId zone : group.zones) flow.zones.push_back(zone.value);
            flow.needs = services_behind(model, journey.endpoint, true);
            flow.touches = services_behind(model, journey.endpoint, false);
            add_policy(model, journey.edge, policy, frame);
        }
    }
}

std::vector<std::string> levels_of(const ServiceConfig& service) {
    std::vector<std::string> names;
    if (!service.levels.empty()) names.emplace_back(kFullService);
    for (const auto& level : service.levels) names.push_back(level.name);
    return names;
}

}  // namespace

double slots_of(const ServiceConfig& service) {
    const auto capacity = service.capacity();
    return capacity > 0 ? capacity : std::numeric_limits<double>::infinity();
}

namespace {

void add_regions(const SystemModel& model, StudyFrame& frame) {
    for (const auto& region : model.topology.regions) {
        FrameRegion out{region.name, {}};
        for (const auto zone : region.zones) out.zones.push_back(model.topology[zone].name);
        frame.regions.push_back(std::move(out));
    }
    for (const auto& zone : model.topology.zones) {
        frame.zones.push_back({zone.name, zone.region.value});
    }
}

std::vector<std::pair<std::string, std::uint32_t>> replicas_of(const SystemModel& model,
                                                               const Service& service) {
    std::vector<std::pair<std::string, std::uint32_t>> replicas;
    for (std::uint32_t zone = 0; zone < model.topology.zones.size(); ++zone) {
        const auto count =
            std::count_if(service.instances.begin(), service.instances.end(), [&](InstanceId id) {
                return model.topology[id].zone.value == zone && !model.topology[id].spare;
            });
        if (count == 0) continue;
        replicas.emplace_back(model.topology.zones[zone].name, static_cast<std::uint32_t>(count));
    }
    return replicas;
}

}  // namespace

StudyFrame frame_of(const SystemModel& model) {
    StudyFrame frame;
    add_regions(model, frame);
    for (std::size_t s = 0; s < model.services.size(); ++s) {
        const auto& service = model.topology.services[s];
        const auto replicas = static_cast<double>(
            std::count_if(service.instances.begin(), service.instances.end(),
                          [&](InstanceId id) { return !model.topology[id].spare; }));
        frame.services.push_back({service.name, replicas * slots_of(model.services[s]),
                                  levels_of(model.services[s]), replicas_of(model, service)});
        auto& out = frame.services.back();
        const auto& config = model.services[s];
        out.slots_each = slots_of(config);
        if (config.database) out.primary = config.database->primary.value;
        out.scales = config.autoscale || config.grows_by_hand;
    }
    for (const auto& edge : model.edges) frame.edges.push_back(frame_edge(model, edge));
    add_flows(model, frame);
    for (const auto& endpoint : model.endpoints) {
        for (const auto& step : endpoint.steps) {
            for (const auto& call : step.calls) {
                add_policy(model, call.edge, model.policies[call.policy], frame);
                frame.edges[call.edge].optional &= call.optional;
            }
        }
    }
    for (const auto& stand_in : model.stand_ins) {
        const auto& call = stand_in.call;
        add_policy(model, call.edge, model.policies[call.policy], frame);
    }
    for (const auto& fault : model.faults) frame.faults.push_back(frame_fault(model, fault));
    for (const auto& group : model.groups) frame.groups.push_back(group.name);
    for (const auto& action : model.actions) {
        frame.actions.push_back(action.name);
        frame.ends_faults.push_back(std::holds_alternative<EndFaultsAction>(action.kind) ? 1 : 0);
    }
    for (const auto& instance : model.topology.instances) {
        auto& zone = frame.instance_zones.emplace_back();
        if (instance.zone.valid()) zone = instance.zone.value;
    }
    frame.slices = model.slices;
    frame.duration = model.duration;
    frame.window = model.window;
    return frame;
}

}  // namespace models
