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

FrameFault frame_fault(const SystemModel& model, const ScheduledFault& fault) {
    FrameFault out{fault.name, fault.at, fault.duration, {}, false};
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
    out.caller = edge.caller;
    out.callee = model.topology[model.endpoints[edge.endpoint.value].service].name;
    out.endpoint = model.endpoints[edge.endpoint.value].name;
    out.from_customers = !edge.caller_service.valid();
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

void add_flows(const SystemModel& model, StudyFrame& frame) {
    frame.flows.resize(model.flows);
    for (const auto& group : model.groups) {
        const auto& policy = model.policies[group.policy];
        for (const auto& journey : group.journeys) {
            frame.flows[journey.flow] = {group.name, journey.name, patience_of(policy)};
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

StudyFrame frame_of(const SystemModel& model) {
    StudyFrame frame;
    for (std::size_t s = 0; s < model.services.size(); ++s) {
        const auto& service = model.topology.services[s];
        const auto replicas = static_cast<double>(
            std::count_if(service.instances.begin(), service.instances.end(),
                          [&](InstanceId id) { return !model.topology[id].spare; }));
        frame.services.push_back(
            {service.name, replicas * slots_of(model.services[s]), levels_of(model.services[s])});
    }
    for (const auto& edge : model.edges) frame.edges.push_back(frame_edge(model, edge));
    add_flows(model, frame);
    for (const auto& endpoint : model.endpoints) {
        for (const auto& step : endpoint.steps) {
            for (const auto& call : step.calls) {
                add_policy(model, call.edge, model.policies[call.policy], frame);
            }
        }
    }
    for (const auto& stand_in : model.stand_ins) {
        const auto& call = stand_in.call;
        add_policy(model, call.edge, model.policies[call.policy], frame);
    }
    for (const auto& fault : model.faults) frame.faults.push_back(frame_fault(model, fault));
    for (const auto& action : model.actions) frame.actions.push_back(action.name);
    frame.slices = model.slices;
    frame.duration = model.duration;
    return frame;
}

}  // namespace models
