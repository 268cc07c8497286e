#include "tests/mechanism/system.hpp"

TestSystem::TestSystem(std::uint32_t zones, sim::Duration delay) {
    auto& topology = model.topology;
    topology.regions.push_back({"r", {}});
    for (std::uint32_t z = 0; z < zones; ++z) {
        topology.zones.push_back({"z" + std::to_string(z), models::RegionId{0}});
        topology.regions[0].zones.push_back(models::ZoneId{z});
    }
    topology.delays = {sim::constant_distribution(delay)};
    topology.delay_between.assign(static_cast<std::size_t>(zones) * zones, 0);
    model.duration = sim::whole_seconds(10);
    model.policies.push_back({});  // customers: no timeout, no retries
    model.policies[0].retries = 0;
}

TestSystem::TestSystem(const TestSystem&) = default;
TestSystem::TestSystem(TestSystem&&) noexcept = default;
TestSystem& TestSystem::operator=(const TestSystem&) = default;
TestSystem& TestSystem::operator=(TestSystem&&) noexcept = default;
TestSystem::~TestSystem() = default;

models::EndpointId TestSystem::add_service(const std::string& name, sim::Duration work,
                                           std::uint32_t concurrency,
                                           std::vector<std::uint32_t> zones) {
    auto& topology = model.topology;
    const models::ServiceId id{static_cast<std::uint32_t>(topology.services.size())};
    topology.services.push_back({name, models::ServiceKind::service, {}});
    for (const auto zone : zones) {
        const models::InstanceId instance{static_cast<std::uint32_t>(topology.instances.size())};
        topology.instances.push_back(
            {name + "/z" + std::to_string(zone) + "/0", id, models::ZoneId{zone}});
        topology.services.back().instances.push_back(instance);
    }
    models::ServiceConfig config;
    config.concurrency = concurrency;
    model.services.push_back(config);
    models::Endpoint endpoint;
    endpoint.name = "call";
    endpoint.service = id;
    endpoint.latency = sim::constant_distribution(work);
    model.endpoints.push_back(endpoint);
    return models::EndpointId{static_cast<std::uint32_t>(model.endpoints.size() - 1)};
}

models::EndpointId TestSystem::add_endpoint(models::EndpointId beside) {
    auto endpoint = model.endpoints[beside.value];
    endpoint.name += "-too";
    endpoint.steps.clear();
    model.endpoints.push_back(std::move(endpoint));
    return models::EndpointId{static_cast<std::uint32_t>(model.endpoints.size() - 1)};
}

models::CallSpec TestSystem::call(models::EndpointId caller, models::EndpointId callee,
                                  models::CallPolicy policy) {
    models::CallSpec spec;
    spec.callee = model.endpoints[callee.value].service;
    spec.endpoint = callee;
    spec.policy = static_cast<std::uint32_t>(model.policies.size());
    add_policy(std::move(policy));
    spec.edge = static_cast<std::uint32_t>(model.edges.size());
    spec.position = spec.edge;
    const auto service = model.endpoints[caller.value].service;
    model.edges.push_back({model.topology[service].name, service, callee});
    return spec;
}

void TestSystem::add_step(models::EndpointId caller, std::vector<models::CallSpec> calls) {
    model.endpoints[caller.value].steps.push_back({std::move(calls)});
}

std::uint32_t TestSystem::add_users(const std::string& name, models::EndpointId entry,
                                    std::uint32_t users, sim::Duration think,
                                    models::CallPolicy policy) {
    models::Group group;
    group.name = name;
    group.region = models::RegionId{0};
    group.zones = {models::ZoneId{0}};
    group.users = users;
    group.think_time = sim::constant_distribution(think);
    group.entry = model.endpoints[entry.value].service;
    group.policy = static_cast<std::uint32_t>(model.policies.size());
    add_policy(std::move(policy));
    const auto edge = static_cast<std::uint32_t>(model.edges.size());
    model.edges.push_back({name, models::ServiceId{}, entry});
    group.journeys = {{"visit", entry, 1.0, model.flows++, edge}};
    model.groups.push_back(group);
    return edge;
}

void TestSystem::add_fault(models::FaultEffect effect, models::FaultTarget target, sim::Duration at,
                           sim::Duration length) {
    const auto name = "fault-" + std::to_string(model.faults.size());
    model.faults.push_back({name, sim::SimTime{} + at, length, std::move(target), effect});
}

models::FaultTarget TestSystem::instances_of(models::EndpointId endpoint) const {
    models::FaultTarget target;
    target.instances = model.topology[model.endpoints[endpoint.value].service].instances;
    return target;
}

models::RunResult TestSystem::run(std::uint32_t replication) {
    model.slices = {{models::SliceKind::all, "", {}, sim::SimTime{} + model.duration, {}, {}, {}}};
    models::finish_model(model);
    return models::run_replication(model, {42, replication}, {});
}

void TestSystem::add_policy(models::CallPolicy policy) {
    policy.rule_settings.fill(static_cast<std::uint32_t>(model.policies.size()));
    model.policies.push_back(std::move(policy));
}

models::CallPolicy TestSystem::no_retries() {
    models::CallPolicy policy;
    policy.retries = 0;
    return policy;
}

models::CallPolicy TestSystem::retrying(int retries, sim::Duration per_try, sim::Duration backoff) {
    models::CallPolicy policy;
    policy.retries = retries;
    policy.per_try_timeout = per_try;
    policy.retry_on.add(models::RetryCondition::error);
    policy.retry_on.add(models::RetryCondition::connect_failure);
    policy.backoff = models::ConstantBackoff{backoff, models::Jitter::none};
    return policy;
}
