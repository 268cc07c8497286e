#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/fault/packet_loss.hpp"
#include "models/fault/traffic.hpp"
#include "models/topology/topology.hpp"
#include "sim/core/time.hpp"

namespace models {

/// Whether the machine under an instance runs, and how its absence shows.
enum class Power : std::uint8_t {
    on,
    lost,     ///< power loss: silence
    crashed,  ///< process gone: connections are reset, new ones refused
};

/// How a failure that a fault injects looks to the caller.
enum class InjectedFailure : std::uint8_t {
    error,       ///< an error reply
    status_503,  ///< an error reply that says 503
    status_429,  ///< throttled
    reset,       ///< the connection breaks
};

/// What faults may change about one instance as a whole.
struct InstanceConditions {
    Power power = Power::on;
    bool closed = false;        ///< refuses new requests, goes on with those that it has
    bool leaving = false;       ///< says that it is not ready, and takes requests all the same
    bool paused = false;        ///< nothing moves, nothing is lost
    std::uint32_t flushes = 0;  ///< its caches have been emptied so often
    bool fails_probes = false;  ///< health checks fail whatever it does
    bool frozen = false;        ///< its scaler does nothing
    /// While it is closed: the process ends after so long, ...
    std::optional<sim::Duration> drain{};
    std::optional<sim::Duration> deregister{};  ///< ... and callers know after so long

    friend bool operator==(const InstanceConditions&, const InstanceConditions&) = default;
};

/// What one fault changes about own work at some instances. It meets a share of the requests, each
/// decided by a draw of its own.
struct WorkConditions {
    std::uint32_t fault = 0;
    std::vector<std::uint8_t> instances;  ///< by instance
    double share = 1;                     ///< of the requests
    double slow_factor = 1;               ///< multiplies own work
    sim::Duration extra{};                ///< added to own work
    sim::Duration jitter{};               ///< ... give or take so much, uniformly
    std::optional<InjectedFailure> failure{};
    bool before_work = false;  ///< the failure comes instead of own work, not at its end

    [[nodiscard]] bool strikes(InstanceId id) const { return instances[id.value] != 0; }
    friend bool operator==(const WorkConditions&, const WorkConditions&) = default;
};

/// One fault at which workers of some instances deadlock.
struct HangConditions {
    std::uint32_t fault = 0;
    std::vector<std::uint8_t> instances;  ///< by instance
    double share = 0;                     ///< of the slots
    std::uint32_t slots = 0;              ///< ... or so many
    sim::Duration every = sim::kForever;  ///< ... again and again

    friend bool operator==(const HangConditions&, const HangConditions&) = default;
};

/// One fault that wears processes out: at the end of their memory, or of their life, they crash.
struct WearConditions {
    std::uint32_t fault = 0;
    std::vector<std::uint8_t> instances;  ///< by instance
    double limit = 0;                     ///< of the memory, bytes; 0: none is lost
    double taken = 0;                     ///< bytes that others have
    double per_request = 0;               ///< bytes
    double per_second = 0;                ///< bytes
    double watermark = 1;                 ///< share of the limit: own work is slower above it
    double slow = 1;                      ///< ... by this factor at the limit
    double jitter = 0;                    ///< of the limit
    sim::Duration runs = sim::kForever;   ///< from a start to the crash
    std::uint64_t requests = 0;           ///< from a start to the crash; 0: any number

    friend bool operator==(const WearConditions&, const WearConditions&) = default;
};

/// One fault that comes with a new version, which these instances are to get.
struct RolloutConditions {
    std::uint32_t fault = 0;
    std::vector<std::uint8_t> instances;  ///< by instance
    bool pushed = false;                  ///< to running processes
    sim::Duration within{};               ///< ... so soon

    friend bool operator==(const RolloutConditions&, const RolloutConditions&) = default;
};

/// One fault at which requests make more calls.
struct CallConditions {
    std::uint32_t fault = 0;
    std::vector<std::uint8_t> instances;  ///< by instance
    ServiceId callee;
    std::uint32_t more = 0;

    friend bool operator==(const CallConditions&, const CallConditions&) = default;
};

/// One fault at which a share of the calls is for one key, of the first of these instances.
struct HotConditions {
    std::uint32_t fault = 0;
    std::vector<std::uint8_t> instances;  ///< by instance
    double share = 0;

    friend bool operator==(const HotConditions&, const HotConditions&) = default;
};

/// One fault that keeps the replicas of a database behind.
struct LagConditions {
    std::uint32_t fault = 0;
    std::vector<std::uint8_t> instances;  ///< by instance
    sim::Duration behind{};

    friend bool operator==(const LagConditions&, const LagConditions&) = default;
};

/// What a resolver says of a name.
enum class NameAnswer : std::uint8_t {
    right,
    nxdomain,  ///< there is no such name, for certain
    servfail,  ///< it cannot say
    timeout,   ///< nobody answers
    stranger,  ///< the address of somebody who refuses
    nowhere,   ///< the address of nobody
    stale,     ///< callers who have an answer go on with it, however old it is
};

/// What one fault does to lookups of names.
struct NameConditions {
    bool struck = false;
    NameAnswer answer = NameAnswer::right;
    sim::Duration delay{};   ///< added to each lookup
    sim::Duration jitter{};  ///< ... give or take so much, uniformly

    friend bool operator==(const NameConditions&, const NameConditions&) = default;
};

/// What a caller has to show, or to see, to be served.
enum class Credential : std::uint8_t {
    none,
    certificate,  ///< the server's, seen when a connection is opened
    token,        ///< the caller's, shown with every request
};

/// What one fault does to certificates or tokens.
struct CredentialConditions {
    Credential kind = Credential::none;
    /// How long a connection (without a pool) or a token lasts; each is of another age.
    sim::Duration lifetime{};
    sim::Duration ahead{};  ///< of a token that is renewed: it is refused so long before its end

    friend bool operator==(const CredentialConditions&, const CredentialConditions&) = default;
};

/// One fault at which a queue stores messages that nobody can process.
struct PoisonConditions {
    std::uint32_t fault = 0;
    std::vector<std::uint8_t> instances;  ///< by instance
    double share = 0;
    bool kills = false;  ///< the process that tries

    friend bool operator==(const PoisonConditions&, const PoisonConditions&) = default;
};

/// What one fault does to messages.
struct TrafficConditions {
    std::uint32_t fault = 0;
    Traffic where;
    double share = 1;
    bool sticky = false;                      ///< the share is of connections, not of tries
    bool lost = false;                        ///< silence
    bool refused = false;                     ///< connections are refused
    std::optional<sim::Duration> reset{};     ///< the connection breaks, so long after its message
    sim::Duration delay{};                    ///< added to each message
    sim::Duration jitter{};                   ///< ... give or take so much, uniformly
    PacketLoss packet_loss{};                 ///< of a connection that sends again
    std::uint32_t packets = 1;                ///< of a message
    std::uint8_t part = 0;                    ///< of a link: `where` from its other side is 1
    double seconds_each = 0;                  ///< a message keeps the link busy for so long
    std::optional<InjectedFailure> answer{};  ///< instead of being sent
    std::optional<sim::Duration> per_try{};   ///< instead of the policy's perTryTimeout
    std::optional<sim::Duration> whole_call{};  ///< ... and timeout
    double leak = 0;  ///< of the tries: their connection is not given back
    CredentialConditions credential{};
    NameConditions names{};      ///< `where` is who asks, and for which services
    sim::Duration slow_close{};  ///< their connection is given back so much later
    double duplicate = 0;        ///< of what a queue stores: handed out twice
    double half_open = 0;        ///< of the callers' connections: dead since the fault began

    friend bool operator==(const TrafficConditions&, const TrafficConditions&) = default;
};

/// How often a journey is asked for, beside others.
struct JourneyWeight {
    std::string journey;
    double weight = 0;

    friend bool operator==(const JourneyWeight&, const JourneyWeight&) = default;
};

/// What one fault does to groups of customers who come at a rate.
struct LoadConditions {
    std::uint32_t fault = 0;
    std::vector<std::uint8_t> groups;  ///< by group
    double factor = 1;                 ///< of their rate
    std::uint64_t herd = 0;            ///< requests on top, of each group
    sim::Duration within{};            ///< ... so soon after the fault's start
    std::vector<JourneyWeight> mix;    ///< what they ask for instead; empty: as ever

    [[nodiscard]] bool strikes(std::uint32_t group) const {
        return group < groups.size() && groups[group] != 0;
    }
    friend bool operator==(const LoadConditions&, const LoadConditions&) = default;
};

/// One fault at which somebody has switched services to one of their levels.
struct LevelConditions {
    std::uint32_t fault = 0;
    std::vector<std::uint8_t> instances;  ///< by instance
    std::string level;                    ///< of those whose service has it

    [[nodiscard]] bool strikes(InstanceId id) const { return instances[id.value] != 0; }
    friend bool operator==(const LevelConditions&, const LevelConditions&) = default;
};

/// The whole of what a fault may touch. Rebuilt from nominal whenever the active set changes, so
/// overlaps compose and restoring is exact.
struct Conditions {
    std::vector<InstanceConditions> instances;
    std::vector<std::uint8_t> zone_cut;      ///< messages to and from the zone are lost
    std::vector<std::uint8_t> control_off;   ///< nobody acts in the zone
    std::vector<std::uint8_t> capacity_off;  ///< no machine is to be had in the zone
    std::vector<WorkConditions> work;
    std::vector<TrafficConditions> traffic;
    std::vector<LoadConditions> load;
    std::vector<HangConditions> hangs;
    std::vector<WearConditions> wear;
    std::vector<RolloutConditions> rollouts;
    std::vector<CallConditions> calls;
    std::vector<HotConditions> hot;
    std::vector<LagConditions> lags;
    std::vector<PoisonConditions> poison;
    std::vector<LevelConditions> levels;

    static Conditions nominal(const Topology& topology);
    friend bool operator==(const Conditions&, const Conditions&) = default;
};

/// What one fault changes, among the conditions of a kind; null when it changes nothing.
template <class Struck>
const Struck* of_fault(const std::vector<Struck>& all, std::uint32_t fault) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Struck& one) { return one.fault == fault; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace models
