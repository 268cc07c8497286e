#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/scenario/scenario.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/source_map.hpp"
#include "sim/core/time.hpp"
#include "sim/yaml/load.hpp"
#include "sim/yaml/map_reader.hpp"
#include "sim/yaml/node.hpp"

// What the readers of the scenario's sections share. They read a completed tree, so a value that
// may be left out is always there.
namespace models {

/// No time in a file is longer: a century.
inline constexpr sim::Duration kMaxTime = sim::whole_seconds(std::int64_t{100} * 365 * 86'400);

struct Reading {
    sim::SourceMap& sources;
    sim::Diagnostics& diagnostics;
    const sim::FileLoader& loader;  ///< for `empirical:` files
};

/// The hint for keys and values of later versions.
inline constexpr std::string_view kPlanned = "planned, not in this version";

std::vector<RegionSpec> read_regions(const sim::Node& node, Reading& reading);
NetworkSpec read_network(const sim::Node& node, const std::vector<RegionSpec>& regions,
                         Reading& reading);
std::vector<ServiceSpec> read_services(const sim::Node& node,
                                       const std::vector<RegionSpec>& regions, Reading& reading);
/// `cache` of a cache, `delivery` of a queue.
void read_stores(sim::MapReader& reader, const sim::MapEntry& entry, ServiceSpec& service);
/// Whether their endpoints have an origin, or a consumer.
void check_stores(const sim::MapEntry& entry, const ServiceSpec& service,
                  sim::Diagnostics& diagnostics);
std::vector<std::vector<CallEntry>> read_calls(const sim::Node& node, Reading& reading);
std::vector<GroupSpec> read_workload(const sim::Node& node, Reading& reading);
std::vector<PolicyFor> read_policy_for(const sim::Node& node, Reading& reading);
std::vector<StrategySpec> read_strategies(const sim::Node& node, Reading& reading);
std::vector<FaultSpec> read_faults(const sim::Node& node, Reading& reading);
std::vector<Slo> read_slos(const sim::Node& node, Reading& reading);
std::vector<JourneyValue> read_values(const sim::Node& node, const SystemSpec& system,
                                      sim::Diagnostics& diagnostics);
Experiment read_experiment(const sim::Node& node, Reading& reading);

/// `expect`: ids of rules of the design lint, as a list or with the reason of each.
std::vector<ExpectedRule> read_expected_rules(const sim::Node& node, sim::Diagnostics& diagnostics);

/// Keys of later versions, for MapReader::finish.
std::span<const sim::KeyHint> service_key_hints();
std::span<const sim::KeyHint> policy_key_hints();

/// A name with its place; nothing (and an error) when it is none.
std::optional<Name> read_placed_name(const sim::Node& node, sim::Diagnostics& diagnostics,
                                     std::string_view what);

/// An error at a name that is none of `known`, with a suggestion among them or the list of them.
void report_missing(sim::Diagnostics& diagnostics, const Name& name, std::string message,
                    std::span<const std::string_view> known);
/// "unknown service `x`"
void report_unknown(sim::Diagnostics& diagnostics, const Name& name, std::string_view what,
                    std::span<const std::string_view> known);

}  // namespace models
