#pragma once

#include <string>
#include <utility>
#include <vector>

#include "models/engine/replication.hpp"

/// A small system built by hand: one region with the given zones, services with one replica a zone,
/// and customers who come at exact instants (closed users with a constant think time), so that a
/// test can say to the nanosecond what must happen.
class TestSystem {
  public:
    explicit TestSystem(std::uint32_t zones = 1, sim::Duration delay = {});
    // A model is many types: copying it is compiled once, not in every test.
    TestSystem(const TestSystem&);
    TestSystem(TestSystem&&) noexcept;
    TestSystem& operator=(const TestSystem&);
    TestSystem& operator=(TestSystem&&) noexcept;
    ~TestSystem();

    /// A service with one replica in each of the zones, and one endpoint with constant own work.
    models::EndpointId add_service(const std::string& name, sim::Duration work,
                                   std::uint32_t concurrency = 1,
                                   std::vector<std::uint32_t> zones = {0});

    /// Another endpoint of the same service, with the same own work and no calls.
    models::EndpointId add_endpoint(models::EndpointId beside);

    models::CallSpec call(models::EndpointId caller, models::EndpointId callee,
                          models::CallPolicy policy = no_retries());
    void add_step(models::EndpointId caller, std::vector<models::CallSpec> calls);

    /// Each user asks `think` after the start and again `think` after every answer.
    std::uint32_t add_users(const std::string& name, models::EndpointId entry, std::uint32_t users,
                            sim::Duration think, models::CallPolicy policy = no_retries());

    void add_fault(models::FaultEffect effect, models::FaultTarget target, sim::Duration at,
                   sim::Duration length);
    [[nodiscard]] models::FaultTarget instances_of(models::EndpointId endpoint) const;

    models::RunResult run(std::uint32_t replication = 0);

    /// Rules of different calls are different rules.
    void add_policy(models::CallPolicy policy);

    static models::CallPolicy no_retries();
    static models::CallPolicy retrying(int retries, sim::Duration per_try, sim::Duration backoff);

    models::SystemModel model;
};

inline std::uint64_t count(const models::RunResult& result, models::Outcome outcome,
                           std::uint32_t flow = 0) {
    return result.flows[flow].slices[0].outcomes[static_cast<std::size_t>(outcome)];
}
inline std::uint64_t tries_ended(const models::RunResult& result, std::uint32_t edge,
                                 models::Outcome outcome) {
    return result.edges[edge].try_outcomes[static_cast<std::size_t>(outcome)];
}
