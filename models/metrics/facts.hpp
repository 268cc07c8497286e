#pragma once

#include <array>
#include <cstdint>

#include "models/policy/outcome.hpp"
#include "models/topology/topology.hpp"
#include "sim/core/time.hpp"

namespace models {

// What happened: the only thing that the engine tells the metrics. Plain data, built on the stack.

/// A customer of whom nobody knows which one it is.
inline constexpr std::uint64_t kStranger = ~std::uint64_t{0};

/// A customer's request ended (or the run did).
struct RequestDone {
    std::uint32_t flow;
    sim::SimTime arrival;  ///< intended
    sim::SimTime end;
    Outcome outcome;
    std::uint32_t calls;
    std::uint32_t tries;
    std::uint32_t duplicates;
    float quality = 1;                   ///< of the reply
    std::uint32_t group = 0;             ///< of customers
    std::uint64_t customer = kStranger;  ///< number within the group, where it is wanted
    std::uint32_t zone = 0;              ///< where the customer is
    bool touched = false;                ///< some try of it reached what is watched
};

struct CallStarted {
    std::uint32_t edge;
    sim::SimTime now;
};
struct CallEnded {
    std::uint32_t edge;
    sim::SimTime now;
    Outcome outcome;
};
struct TryStarted {
    std::uint32_t edge;
    sim::SimTime now;
};
struct TryEnded {
    std::uint32_t edge;
    sim::SimTime now;
    Outcome outcome;
};
/// A message of a known size is on its way from one zone to another.
struct MessageCrossed {
    std::uint32_t edge;
    std::uint64_t bytes;
    bool leaves_region;
    sim::SimTime now;
};
/// The retry budget said no.
struct RetryDenied {
    std::uint32_t edge;
    sim::SimTime now;
};
/// A hedged call sent another try.
struct HedgeStarted {
    std::uint32_t edge;
    sim::SimTime now;
};
/// A try was dropped or stopped at its instance because its caller no longer waited.
struct TryCancelled {
    std::uint32_t edge;
    sim::SimTime now;
};
/// A call that is not idempotent is executed again after an execution was done.
struct DuplicateStarted {
    std::uint32_t edge;
    sim::SimTime now;
};

/// A breaker refused tries in [from, until), which has just been found out.
struct BreakerRefused {
    std::uint32_t edge;
    sim::SimTime from;
    sim::SimTime until;
    bool opens;  ///< it opened at `from`
};
/// Outlier detection has ejected a replica.
struct ReplicaEjected {
    std::uint32_t edge;
    sim::SimTime now;
};
/// So many replicas were ejected in [from, until).
struct ReplicasOut {
    std::uint32_t edge;
    sim::SimTime from;
    sim::SimTime until;
    std::uint32_t replicas;
};

/// A try reached an instance that is up.
struct TryArrived {
    ServiceId service;
    sim::SimTime now;
};
/// The instance refused it: shed, throttled, or past its deadline.
struct TryRefused {
    ServiceId service;
    Outcome outcome;
    sim::SimTime now;
};
/// A try took a slot.
struct SlotTaken {
    ServiceId service;
    sim::SimTime arrived;
    sim::SimTime now;
};
/// Own work ended; `wasted`: the caller, or a caller above it, had given up by then.
struct WorkDone {
    ServiceId service;
    sim::SimTime now;
    sim::Duration work;
    bool wasted;
};
/// The reply left.
struct TryServed {
    ServiceId service;
    sim::SimTime arrived;
    sim::SimTime now;
};

/// How many slots (or cores) are held and at work, and how many requests wait.
enum class Level : std::uint8_t { busy, working, queued };
/// Slots or cores that a service has, all replicas together.
struct CapacityChanged {
    ServiceId service;
    std::int32_t change;
    sim::SimTime now;
};
/// The integrals of a service's levels, summed over its instances, since the second before began.
struct LevelsMeasured {
    ServiceId service;
    std::array<std::uint64_t, 3> level_ns;  ///< by Level
};

/// A call that had failed is answered by its fallback; `answered`: false when the fallback could
/// not (too many at once, nothing stale to serve) or has failed itself.
struct FallbackUsed {
    std::uint32_t edge;
    bool answered;
    sim::SimTime now;
};

/// What a cache did about a request.
enum class CacheEvent : std::uint8_t {
    hit,
    stale,      ///< served although expired, while it is fetched anew
    miss,       ///< fetched
    joined,     ///< waits for a fetch that is under way
    early,      ///< fetched although still good
    fetch,      ///< the calls of the origin begin, for whatever reason
    kept_going  ///< the fetch failed; served with what was stored
};
inline constexpr std::size_t kCacheEvents = 7;
struct CacheAsked {
    ServiceId service;
    CacheEvent event;
    sim::SimTime now;
};

/// What happened to a message of a queue.
enum class MessageEvent : std::uint8_t {
    stored,
    delivered,     ///< to a consumer, for the first time
    redelivered,   ///< again
    acknowledged,  ///< processed and removed
    duplicate,     ///< processed after it had been processed before
    dead,          ///< received too often
    expired,       ///< older than the queue keeps them
    lost           ///< with the power
};
inline constexpr std::size_t kMessageEvents = 8;
struct MessageHappened {
    ServiceId service;
    MessageEvent event;
    sim::SimTime now;
    sim::Duration age{};  ///< since it was stored
};
/// The queue at the start of a second, all replicas together.
struct QueueSampled {
    ServiceId service;
    std::uint64_t messages;  ///< stored, also those being delivered
    sim::Duration oldest;    ///< age of the oldest; 0 without messages
    sim::SimTime now;
};

/// A replica has taken the role of a lost primary.
struct PrimaryReplaced {
    ServiceId service;
    sim::SimTime now;
    std::uint64_t lost_writes;  ///< acknowledged by the old one, and unknown to the new one
};
/// A scaler has added (or, negative, taken away) replicas; `refused`: it wanted more.
struct FleetScaled {
    ServiceId service;
    sim::SimTime now;
    std::int32_t change;
    std::uint32_t refused;
};
/// Somebody paid for a replica of a service that scales in [from, until).
struct ReplicaRan {
    ServiceId service;
    sim::SimTime from;
    sim::SimTime until;
};
/// A replica has answered a read without the customer's own last write.
struct StaleRead {
    ServiceId service;
    sim::SimTime now;
};
/// A request found too few live replicas.
struct QuorumMissed {
    ServiceId service;
    sim::SimTime now;
};
/// What happens to a version that is deployed.
enum class DeploymentEvent : std::uint8_t {
    began,
    finished,     ///< the last replica has it
    rolled_back,  ///< the pipeline takes it back
    withdrawn,    ///< its time is over
    restored,     ///< no replica has it any more
};
struct DeploymentHappened {
    std::uint32_t deployment;  ///< in the order of the faults that come with a version
    DeploymentEvent event;
    sim::SimTime now;
};
/// A replica with the new version has answered.
struct VersionAnswered {
    std::uint32_t deployment;
    bool success;
    sim::SimTime now;
};
/// A caller has asked where a service is.
struct NameLookedUp {
    ServiceId service;
    sim::SimTime now;
    bool failed;
};
/// Customers are no longer sent to a region, as far as its entry's name is asked for.
struct RegionLeftOut {
    ServiceId entry;
    sim::SimTime now;
};
/// A write came to a replica, because its caller did not know the new primary yet.
struct WriteMisdirected {
    ServiceId service;
    sim::SimTime now;
};

/// An old primary has stored a write while another was the primary.
struct WriteConflicted {
    ServiceId service;
    sim::SimTime now;
};
/// Two instances took themselves for the primary in [from, until).
struct TwoPrimaries {
    ServiceId service;
    sim::SimTime from;
    sim::SimTime until;
};
/// An action of the operators has begun, or has ended.
struct ActionBegan {
    std::uint32_t action;
    sim::SimTime now;
};
struct ActionEnded {
    std::uint32_t action;
    sim::SimTime now;
};
/// What an action did, one at a time.
enum class ActionDeed : std::uint8_t {
    turned_away,  ///< a customer's request, or a try at a service's door
    left_out,     ///< a call
    restarted,    ///< a process
    added,        ///< a replica
    refused,      ///< a replica that was wanted, or a process that could not be restarted
};
inline constexpr std::size_t kActionDeeds = 5;
struct ActionDid {
    std::uint32_t action;
    ActionDeed deed;
    sim::SimTime now;
};
/// It could not be done in [from, until): the control plane that it needs was away.
struct ActionWaited {
    std::uint32_t action;
    sim::SimTime from;
    sim::SimTime until;
};

/// A replica that serves has been at a level of its service in [from, until); level 0 is full.
struct LevelHeld {
    ServiceId service;
    std::uint32_t level;
    sim::SimTime from;
    sim::SimTime until;
};
struct LevelEntered {
    ServiceId service;
    std::uint32_t level;
    sim::SimTime now;
};

/// The process of a replica serves again.
struct ReplicaBack {
    ServiceId service;
    sim::SimTime now;
};
/// Somebody who checks the health of a replica has changed his mind about it.
struct ReplicaSeen {
    InstanceId instance;
    ServiceId service;
    bool healthy;
    sim::SimTime now;
};

/// A whole second of the measured time (from 0 on) begins.
struct SecondBegins {
    std::int64_t second;
    sim::SimTime now;
};

}  // namespace models
