#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/action/action.hpp"
#include "models/action/service_level.hpp"
#include "models/engine/model.hpp"
#include "models/fault/fault.hpp"
#include "models/scenario/experiment.hpp"
#include "models/scenario/journey_value.hpp"
#include "models/scenario/slo.hpp"
#include "models/topology/topology.hpp"
#include "sim/core/distribution.hpp"
#include "sim/core/source_map.hpp"
#include "sim/core/time.hpp"
#include "sim/yaml/node.hpp"

// What a scenario file says, as plain data with the place of every name. Names are checked and
// defaults filled in once `load_scenario` returns it; `build.hpp` turns it into the engine's input.
namespace models {

/// A word of the user's with its place.
struct Name {
    std::string text;
    sim::SourceRange range;
};

/// A rule of the design lint that is broken on purpose.
struct ExpectedRule {
    Name rule;
    std::string reason{};  ///< why; empty: nobody says
};

struct RegionSpec {
    Name name;
    std::vector<Name> zones;
};

/// One-way delays between two services, by distance.
struct NetworkSpec {
    struct Between {
        std::string first;  ///< region names; the delay holds in both directions
        std::string second;
        sim::Distribution delay;
    };
    sim::Distribution same_zone;
    sim::Distribution cross_zone;
    sim::Distribution cross_region;
    std::vector<Between> between;
};

/// One entry of a call list.
struct CallEntry {
    Name service;
    std::optional<Name> endpoint;  ///< nothing: the callee's only endpoint
    bool optional = false;
    double probability = 1.0;
    std::uint32_t times = 1;
    sim::Node policy;  ///< the call's own policy keys, a map or null
};

/// The implicit endpoint of a service without `endpoints` has this name.
inline constexpr std::string_view kImplicitEndpoint = "call";

struct EndpointSpec {
    Name name;
    std::vector<std::vector<CallEntry>> steps;  ///< an inner list starts at one instant
    sim::Distribution latency;
    double same_on_retry = 0;
    Scalability scalability;
    double errors = 0;
    ErrorReply error_as = ErrorReply::error;
    bool write = false;
    bool idempotent = false;
    std::uint64_t request_bytes = 0;      ///< 0: not written
    std::uint64_t reply_bytes = 0;        ///< 0: not written
    std::optional<Criticality> priority;  ///< nothing: the caller's
};

struct PlacementSpec {
    Name zone;
    std::uint32_t replicas = 0;
};

/// A call that a level does without.
struct LeftOutSpec {
    Name target;  ///< `service` or `service.endpoint`; resolved into:
    std::string service{};
    std::optional<std::string> endpoint{};
};

/// One of a service's levels; see ServiceLevel, whose `without` is found by the names here.
struct LevelSpec {
    Name name;
    ServiceLevel level;
    std::string when{};  ///< as written
    std::string until{};
    sim::SourceRange when_place{};
    sim::SourceRange until_place{};
    std::vector<LeftOutSpec> without{};
};

struct ServiceSpec {
    Name name;
    ServiceKind kind = ServiceKind::service;
    std::vector<Name> labels;  ///< what it has in common with others, for faults to strike
    /// Zones in the file's order, each once, replicas > 0; none of an external service.
    std::vector<PlacementSpec> placement;
    std::uint32_t concurrency = 1;       ///< per replica, or kUnlimited
    std::optional<std::uint32_t> queue;  ///< per replica; nothing: unlimited
    ServerConfig server;
    Holds holds = Holds::while_calling;
    Routing routing = SameZoneFirst{};
    SpillWhen spill_when = SpillWhen::never;
    std::optional<HealthCheckConfig> health_check;
    Restart restart;
    Rollout rollout;
    std::optional<Scaling> autoscale;
    std::optional<Name> primary;  ///< the zone of a database's primary
    TimedFailover failover{sim::kForever};
    std::optional<ReplicationPolicy> replication;
    std::optional<CachePolicy> cache;        ///< of a cache, unless it is a service like any other
    std::optional<DeliveryPolicy> delivery;  ///< of a queue
    std::optional<DnsPolicy> dns;            ///< how callers find it; nothing: they know
    std::vector<LevelSpec> levels;           ///< below full service, from best to worst
    std::vector<EndpointSpec> endpoints;     ///< at least one

    [[nodiscard]] bool has_label(std::string_view label) const {
        return std::any_of(labels.begin(), labels.end(),
                           [&](const Name& one) { return one.text == label; });
    }
};

struct MixEntry {
    Name journey;
    double share = 0;  ///< the shares of a group sum to 1
};

/// `steering` of customers.
struct SteeringSpec {
    Steering rule;
    std::vector<std::vector<Name>> regions;  ///< in order; those of an inner list share customers
    sim::SourceRange range;
};

struct GroupSpec {
    enum class Client : std::uint8_t {
        plain,     ///< no retries, leaves after its patience
        own,       ///< its own `policy` map
        strategy,  ///< `policy: strategy`: like calls between services
    };
    Name name;
    Name from;                         ///< a region or a zone
    std::optional<double> rate_per_s;  ///< open
    std::optional<DayShape> day;       ///< `shape`; nothing: steady
    bool regular = false;              ///< open: one every 1 / rate
    std::uint32_t users = 0;           ///< closed
    sim::Distribution think_time{};
    std::vector<MixEntry> mix;
    std::uint64_t customers = 0;  ///< population behind the rate, 0 when not given
    sim::Duration patience = sim::whole_seconds(10);
    std::optional<Reclick> reclick;
    std::optional<SteeringSpec> steering;
    sim::Duration access{};
    Criticality priority = Criticality::critical;
    Name entry;  ///< written or found
    Client client = Client::plain;
    sim::Node policy;  ///< for Client::own
};

/// `policyFor.<callee>` or `policyFor.<caller>-><callee>`: a layer of call settings.
struct PolicyFor {
    std::optional<std::string> caller;  ///< a service or a group
    std::string callee;
    sim::SourceRange place;
    sim::Node settings;
};

/// A condition of an action, by names.
struct LiveConditionSpec {
    std::string text;  ///< as written
    sim::SourceRange range;
    LiveMetric metric = LiveMetric::success;
    LiveOp op = LiveOp::below;
    double limit = 0;
    std::optional<std::string> group;  ///< without a service or zone: nothing is every group
    std::optional<std::string> journey;
    std::optional<std::string> service;
    std::optional<std::string> zone;
    sim::Duration over = sim::whole_seconds(10);
    sim::Duration holds{};
};

/// What operators do, and when; see PlannedAction.
struct ActionSpec {
    Name name;
    std::optional<sim::SimTime> at;
    std::optional<LiveConditionSpec> when;
    sim::Duration after{};
    sim::Duration duration = sim::kForever;
    std::optional<LiveConditionSpec> until;
    bool repeats = false;
    ActionKind kind;
};

/// Everything that a strategy's `set:` may change.
struct SystemSpec {
    // Compiled once (scenario.cpp), not in every file that has one.
    SystemSpec();
    SystemSpec(const SystemSpec&);
    SystemSpec(SystemSpec&&) noexcept;
    SystemSpec& operator=(const SystemSpec&);
    SystemSpec& operator=(SystemSpec&&) noexcept;
    ~SystemSpec();

    std::vector<RegionSpec> regions;
    NetworkSpec network;
    std::vector<ServiceSpec> services;
    std::vector<GroupSpec> groups;
    sim::Node policy;  ///< what is written; PolicyLayers lays it over the built-in settings
    std::vector<PolicyFor> policy_for;
    std::vector<ActionSpec> actions;  ///< in the file's order
};

struct StrategySpec {
    Name name;
    sim::Node policy;  ///< a map, laid over SystemSpec::policy
    std::vector<PolicyFor> policy_for;
    sim::Node set;           ///< other paths of the file that the strategy changes, or null
    std::size_t system = 0;  ///< index into Scenario::systems; not 0 when the strategy has a `set:`
    std::vector<ExpectedRule> expect{};  ///< what it breaks on purpose
};

/// The calls of a service, or of a group of customers, to a service.
struct CallTargetSpec {
    Name from;
    Name to;
    std::optional<Name> endpoint;  ///< of `to`; nothing: all
};

/// Messages between two places: zones, regions, services or groups of customers.
struct LinkTargetSpec {
    Name from;
    Name to;
    bool both = true;  ///< also those from `to` to `from`
};

/// Where a fault strikes, by names. One of: a zone or region, a service (perhaps narrowed to a zone
/// or region), some replicas of a service, one replica, a call, a link.
struct FaultTargetSpec {
    std::optional<Name> zone;
    std::optional<Name> region;
    std::optional<Name> service;
    std::optional<Name> replica;         ///< `payment/eu-1/0`
    std::optional<std::uint32_t> count;  ///< of the service's replicas, in their order
    std::optional<double> share;         ///< of the service's replicas, rounded up
    std::optional<CallTargetSpec> call;
    std::optional<LinkTargetSpec> link;
    std::optional<Name> group;  ///< of customers, or `all` of them
    std::optional<Name> label;  ///< of services: the replicas of all that have it
    bool border = false;        ///< of a place, only the messages that cross its border
    double traffic_share = 1;   ///< of the tries on the call or link
    bool sticky = false;        ///< ... chosen by connection
    std::optional<sim::SourceRange> share_place;  ///< where one of the two is written

    [[nodiscard]] bool is_traffic() const { return call || link; }
    [[nodiscard]] bool is_everything() const {
        return !is_traffic() && !zone && !region && !service && !replica && !group && !label;
    }
};

/// How a target is divided.
enum class FaultPart : std::uint8_t { target, replica, zone, region, service };

/// Failures with one cause.
struct CorrelationSpec {
    double beta = 0;          ///< share of the failures that strike the whole group at once
    std::vector<Name> group;  ///< parts or other faults; empty: all parts
    sim::SourceRange range;
};

/// How a fault comes again; `at` of the fault is when its processes begin.
struct RecurrenceSpec {
    FaultSchedule schedule;
    bool begins_written = false;
    sim::SimTime until = sim::kNever;
    FaultPart per = FaultPart::target;  ///< each has a process of its own
    Pick pick = Pick::all;              ///< of the parts `among`
    double pick_share = 1;
    std::optional<FaultPart> among;
    std::optional<CorrelationSpec> correlation;
    sim::SourceRange parts_place;  ///< of `per`, `pick` or `among`
};

/// `group: all`, unless a group has that name.
inline constexpr std::string_view kAllGroups = "all";

/// What ends a fault.
enum class FaultRecovery : std::uint8_t {
    by_itself,  ///< its time
    restart,    ///< at each replica, the restart of its process
    never,      ///< the end of the run
};

struct FaultSpec {
    Name name;
    sim::SimTime at;
    sim::Duration duration;
    FaultTargetSpec target;
    /// One, or several of a named fault or a list, all at the same time and place. Empty: what was
    /// written is none, and has been reported.
    std::vector<FaultEffect> effects;
    std::optional<sim::SourceRange> takes_control;  ///< where `affects` says so
    bool seen_by_checks = true;                     ///< `visibleTo: {healthCheck: false}`
    FaultRecovery recovery = FaultRecovery::by_itself;
    sim::SourceRange recovery_place;
    Ramp ramp;
    sim::SourceRange ramp_place;
    std::optional<RecurrenceSpec> recurrence;
    bool flaps = false;  ///< comes and goes from `at` on, for `duration`: one fault to look at

    /// There is no one time before it, and none after.
    [[nodiscard]] bool comes_again() const { return recurrence.has_value() && !flaps; }
};

/// A value that was written with `~`: simulated as given, reported as a guess.
struct Guess {
    std::string path;  ///< `services.payment.latency.p50`
    std::string text;  ///< `100ms`
    sim::SourceRange range;
};

/// A preset that the file names: its settings are a source of their own, `preset NAME`.
struct PresetText {
    std::uint32_t file = 0;  ///< of sim::SourceMap
    std::string name;
    /// A value that is dangerous as it is, and why; see PresetFlag.
    struct Flag {
        sim::SourceRange place;
        std::string reason;
        std::vector<std::string> unless;
    };
    std::vector<Flag> flags;
};

struct Scenario {
    // Compiled once (scenario.cpp), not in every file that has one.
    Scenario();
    Scenario(const Scenario&);
    Scenario(Scenario&&) noexcept;
    Scenario& operator=(const Scenario&);
    Scenario& operator=(Scenario&&) noexcept;
    ~Scenario();

    std::string name;                      ///< of the file when the key is missing
    std::string question;                  ///< may be empty
    std::string file;                      ///< as the user typed it; `<stdin>`
    std::string sha256;                    ///< of the file's bytes, 64 hexadecimal digits
    std::vector<SystemSpec> systems;       ///< [0] is the file's own
    std::vector<StrategySpec> strategies;  ///< at least one
    std::vector<FaultSpec> faults;         ///< in the file's order
    std::vector<Slo> slos;                 ///< with slice_index filled in
    std::vector<JourneyValue> values;      ///< in the file's order
    std::vector<Slice> slices;             ///< what every strategy measures; [0] is `all`
    Experiment experiment;
    std::size_t baseline = 0;          ///< index into `strategies`
    std::vector<ExpectedRule> expect;  ///< what all strategies break on purpose
    std::vector<Guess> guesses;
    std::vector<PresetText> presets;  ///< in the order of their first use
    sim::Node resolved;               ///< the effective scenario as a tree, see resolved.hpp

    [[nodiscard]] const SystemSpec& system(std::size_t strategy) const {
        return systems[strategies[strategy].system];
    }
};

/// A strategy's name when the file has no `strategies`: its `policy` as it stands.
inline constexpr std::string_view kOnlyStrategy = "baseline";

}  // namespace models
