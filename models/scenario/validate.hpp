#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "models/policy/fallback.hpp"
#include "models/scenario/names.hpp"
#include "models/scenario/scenario.hpp"
#include "sim/core/diagnostics.hpp"

// Checks across sections. Each reports everything that it finds.
namespace models {

/// What a scenario may be at most; the messages name the limit.
struct ScenarioLimits {
    std::size_t services = 10'000;
    std::size_t endpoints = 100'000;
    std::size_t instances = 200'000;
    std::size_t zones = 1'000;
    std::size_t groups = 1'000;
    std::size_t faults = 100;
    std::size_t actions = 100;
    std::size_t strategies = 100;
    std::size_t slos = 1'000;
    int call_depth = 64;
    double calls_per_request = 100'000;
};

/// "the scenario has 12 zones, the limit is 10"
void check_limit(std::size_t count, std::size_t limit, std::string_view what,
                 sim::Diagnostics& diagnostics);

/// Names of regions, zones, services and groups; primaries; sizes.
void validate_system(const SystemSpec& system, sim::Diagnostics& diagnostics);
/// Splits every call's target into service and endpoint.
void resolve_calls(SystemSpec& system, sim::Diagnostics& diagnostics);
/// What the levels of services need, and the calls that they leave out. Calls must be resolved.
void resolve_levels(SystemSpec& system, sim::Diagnostics& diagnostics);
/// `full` and the names of its levels.
std::vector<std::string_view> level_names(const ServiceSpec& service);
/// Finds each group's entry service and checks its journeys there.
void resolve_entries(SystemSpec& system, sim::Diagnostics& diagnostics);
/// Cycles, depth and number of calls; services that nothing reaches. Calls must be resolved; `tree`
/// is the whole file's, for the calls of fallbacks.
void validate_call_graph(const SystemSpec& system, const sim::Node& tree,
                         sim::Diagnostics& diagnostics);
/// `policyFor` of the file and of a strategy: names.
void validate_policy_for(const SystemSpec& system, const std::vector<PolicyFor>& layers,
                         sim::Diagnostics& diagnostics);
/// A call whose fallback makes another.
struct FallbackUse {
    std::optional<EndpointRef> caller;  ///< nothing for customers
    EndpointRef callee;
    FallbackTarget target;
    bool queue = false;  ///< it must be a queue
};
/// What the fallbacks of one strategy call: names, and that it does not need what has failed.
void validate_fallbacks(const SystemSpec& system, const std::vector<FallbackUse>& uses,
                        sim::Diagnostics& diagnostics);
/// Targets of the faults and effects on them.
void validate_faults(const SystemSpec& system, const std::vector<FaultSpec>& faults,
                     sim::Diagnostics& diagnostics);
/// Faults of messages in queues.
void validate_messages(const SystemSpec& system, const std::vector<FaultSpec>& faults,
                       sim::Diagnostics& diagnostics);
/// Whose connections to whom are kept, under some strategy. Customers have their group's name.
struct PooledCall {
    std::string caller;
    std::string callee;
};
/// Faults of connections that are kept.
void validate_pools(const std::vector<FaultSpec>& faults, const std::vector<PooledCall>& pooled,
                    sim::Diagnostics& diagnostics);
/// Parts, monkeys, ramps and common causes of faults.
void validate_schedules(const SystemSpec& system, const std::vector<FaultSpec>& faults,
                        sim::Diagnostics& diagnostics);
/// Names and times of the actions of one of the scenario's systems.
void validate_actions(const Scenario& scenario, const SystemSpec& system,
                      sim::Diagnostics& diagnostics);
/// Subjects, metrics and phases of the SLOs. `recovery after F` becomes a recovery without phase.
void validate_slos(Scenario& scenario, sim::Diagnostics& diagnostics);
/// Faults against the length of the run; phases of SLOs that hold no time.
void validate_times(const Scenario& scenario, sim::Diagnostics& diagnostics);
/// Names of strategies and SLOs in `experiment`; sets the baseline's index.
void validate_experiment(Scenario& scenario, const sim::Node& tree, sim::Diagnostics& diagnostics);

/// Every combination of layers of call settings that a call meets: what only the layers together,
/// all calls together, or the callee can show.
void validate_policies(const Scenario& scenario, sim::Diagnostics& diagnostics);

}  // namespace models
