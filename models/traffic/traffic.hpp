#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/topology/topology.hpp"
#include "models/traffic/load_shape.hpp"
#include "models/traffic/reclick.hpp"
#include "models/traffic/scalability.hpp"
#include "models/traffic/steering.hpp"
#include "sim/core/distribution.hpp"

namespace models {

/// Of a call whose fallback makes no call.
inline constexpr std::uint32_t kNoStandIn = 0xFFFFFFFFU;

/// One entry of an endpoint's call list: whom to call, how often, and under which policy.
struct CallSpec {
    ServiceId callee;
    EndpointId endpoint;
    bool optional = false;     ///< may fail: the reply is then degraded
    double probability = 1.0;  ///< share of requests that make the call, (0, 1]
    std::uint32_t times = 1;   ///< n in sequence
    std::uint32_t policy = 0;  ///< index into SystemModel::policies
    std::uint32_t site = 0;    ///< index into SystemModel::sites
    std::uint32_t edge = 0;    ///< index into SystemModel::edges
    /// Index into SystemModel::stand_ins: the call that its fallback makes; kNoStandIn: none.
    std::uint32_t stand_in = kNoStandIn;
    std::uint32_t position =
        0;  ///< place in the endpoint's flattened list, part of the draws' path
};

/// Calls that start at one instant, in written order; the step ends when the last of them ends.
struct CallStep {
    std::vector<CallSpec> calls;
};

/// How a server says that its work ended in an error.
enum class ErrorReply : std::uint8_t {
    error,
    status_503,
    reset,  ///< the connection breaks
};

/// What a service offers: own work first (one draw), then the steps in order.
struct Endpoint {
    std::string name;
    ServiceId service;
    sim::Distribution latency;  ///< own work of one request on an idle replica
    double error_share = 0;     ///< share of own work that ends in an error reply, [0, 1]
    ErrorReply error_as = ErrorReply::error;
    /// Share of the calls whose tries all take the same own work, [0, 1]: slow requests are often
    /// slow again.
    double same_on_retry = 0;
    /// What requests at one replica cost each other: with n of them there (at work or waiting for
    /// their calls, the new one included) own work that begins takes so many times as long.
    Scalability scalability;
    std::optional<std::uint8_t> priority;  ///< rank of its class, 0 first; nothing: the caller's
    bool write = false;                    ///< goes to a database's primary
    bool idempotent = false;
    std::uint64_t request_bytes = 0;  ///< 0: nobody knows
    std::uint64_t reply_bytes = 0;    ///< of a success; 0: nobody knows
    std::vector<CallStep> steps;
};

/// What a customer may ask for: one endpoint of the group's entry service.
struct Journey {
    std::string name;
    EndpointId endpoint;
    double share = 1.0;      ///< of the group's requests; the shares of a group sum to 1
    std::uint32_t flow = 0;  ///< number of this group x journey over all groups
    std::uint32_t edge = 0;  ///< the customers' edge to the entry service
    std::uint32_t site = 0;  ///< index into SystemModel::sites
    std::uint32_t stand_in = kNoStandIn;  ///< of the customers' fallback
};

/// Customers that behave alike.
struct Group {
    std::string name;
    std::vector<ZoneId> zones;  ///< where they are, for distance only; picked uniformly per request
    RegionId region;            ///< whose entry replicas they prefer
    std::optional<double> rate_per_s;  ///< open
    bool regular = false;              ///< open: one every 1 / rate, not a Poisson process
    std::optional<DayShape> day;       ///< how the rate swings; nothing: it does not
    std::uint32_t users = 0;           ///< closed: that many users, each thinking between requests
    sim::Distribution think_time{};
    std::uint64_t customers = 0;  ///< population behind the rate, 0 when not given
    std::uint8_t priority = 1;    ///< rank of their class, 0 first
    sim::Duration access{};       ///< last mile, added to each message of the customers
    ServiceId entry;
    sim::Duration patience = sim::kForever;  ///< then they leave: the request is `abandoned`
    std::uint32_t policy = 0;                ///< their own client; built in: no timeout, no retries
    std::vector<Journey> journeys;
    std::optional<Reclick> reclick;    ///< what they do when a request has failed; nothing: leave
    std::optional<Steering> steering;  ///< nothing: they go where somebody is well, at once
    /// Where they are sent: to one of the first of these that has a region that is well.
    std::vector<std::vector<RegionId>> steered_to;
};

/// Picks by share with a draw in (0, 1); the last journey takes what rounding leaves.
inline const Journey& pick_journey(const Group& group, double unit) {
    for (const auto& journey : group.journeys) {
        if (unit < journey.share) return journey;
        unit -= journey.share;
    }
    return group.journeys.back();
}

}  // namespace models
