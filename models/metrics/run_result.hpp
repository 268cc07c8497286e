#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/metrics/customer_log.hpp"
#include "models/metrics/facts.hpp"
#include "models/metrics/latency_windows.hpp"
#include "models/metrics/slice.hpp"
#include "models/policy/outcome.hpp"
#include "sim/core/simulator.hpp"
#include "sim/core/time.hpp"
#include "sim/stats/histogram.hpp"

namespace models {

/// Requests of one flow (group x journey) in one slice. Latency is counted from the intended
/// arrival, in nanoseconds, and holds successes only; failures count as infinitely late.
struct SliceResult {
    OutcomeCounts outcomes{};
    std::uint64_t calls = 0;            ///< made for these requests, the customers' own included
    std::uint64_t tries = 0;            ///< their tries
    std::uint64_t duplicates = 0;       ///< second executions of a call that is not idempotent
    std::uint64_t poor = 0;             ///< degraded replies whose quality makes them failures
    double quality_sum = 0;             ///< over the degraded replies
    std::vector<std::uint64_t> within;  ///< successes within each of the slice's `limits`
    sim::Histogram latency;

    [[nodiscard]] std::uint64_t offered() const;
    [[nodiscard]] std::uint64_t success() const;
    void merge(const SliceResult& other);

    friend bool operator==(const SliceResult&, const SliceResult&) = default;
};

/// One window of one flow, by intended arrival (WindowGrid: a second, in a long run more).
struct FlowWindow {
    std::uint32_t offered = 0;
    std::uint32_t success = 0;
    double latency_sum_s = 0;  ///< over successes
    std::uint32_t calls = 0;   ///< made for these requests, the customers' own included
    std::uint32_t tries = 0;   ///< their tries

    friend bool operator==(const FlowWindow&, const FlowWindow&) = default;
};

/// One window of one flow in one zone of its customers, by intended arrival.
struct PlaceWindow {
    std::uint32_t offered = 0;
    std::uint32_t success = 0;

    friend bool operator==(const PlaceWindow&, const PlaceWindow&) = default;
};

/// How a system helps itself.
enum class RemedyKind : std::uint8_t {
    failover,    ///< a replica became the primary of a database
    restarted,   ///< a replica serves again
    readmitted,  ///< somebody sees a replica as healthy again
    avoided,     ///< somebody has found out that a replica is not
    scaled_out,
};
struct Remedy {
    RemedyKind kind;
    std::uint32_t service = 0;
    sim::SimTime at{};

    friend bool operator==(const Remedy&, const Remedy&) = default;
};

/// One group x journey. `slices` and the windows are parallel to the model's.
struct FlowResult {
    std::vector<SliceResult> slices;
    std::vector<FlowWindow> windows;
    LatencyWindows latency;
    /// By zone of the customers, like `windows`; empty without a twin, and where nobody came from.
    std::vector<std::vector<PlaceWindow>> places;

    friend bool operator==(const FlowResult&, const FlowResult&) = default;
};

/// One window of one service. Integrals are seconds of slots or of requests.
struct ServiceWindow {
    std::uint32_t arrivals = 0;  ///< tries that reached an instance
    float busy_s = 0;            ///< held slots
    float working_s = 0;         ///< held slots in own work
    float queued_s = 0;          ///< waiting requests
    float capacity_s = 0;        ///< slots of instances that are up
    float wasted_s = 0;          ///< own work finished for callers that had given up

    friend bool operator==(const ServiceWindow&, const ServiceWindow&) = default;
};

/// One service over [0, duration), all its instances merged.
struct ServiceResult {
    std::uint64_t arrivals = 0;     ///< tries that reached an instance
    std::uint64_t completions = 0;  ///< own work finished and answered, in any way
    std::uint64_t positive_waits = 0;
    std::uint64_t shed = 0;       ///< tries refused with 503
    std::uint64_t throttled = 0;  ///< ... with 429
    std::uint64_t expired = 0;    ///< ... because their deadline had passed
    double busy_s = 0;            ///< integral of held slots
    double working_s = 0;         ///< integral of slots in own work
    double queued_s = 0;          ///< integral of waiting requests
    double capacity_s = 0;        ///< integral of slots of instances that are up
    double work_done_s = 0;       ///< own work finished
    double wasted_s = 0;          ///< the part of it for callers that had given up
    sim::Histogram wait;          ///< from reaching the instance to taking a slot
    sim::Histogram sojourn;       ///< from reaching the instance to the reply leaving
    std::vector<ServiceWindow> windows;

    friend bool operator==(const ServiceResult&, const ServiceResult&) = default;
};

/// One window of one cache.
struct CacheWindow {
    std::uint32_t asked = 0;
    std::uint32_t hits = 0;

    friend bool operator==(const CacheWindow&, const CacheWindow&) = default;
};

/// One cache over [0, duration), all its replicas merged: counts of CacheEvent.
struct CacheResult {
    std::vector<CacheWindow> windows;
    std::array<std::uint64_t, kCacheEvents> counts{};

    [[nodiscard]] std::uint64_t count(CacheEvent event) const {
        return counts[static_cast<std::size_t>(event)];
    }
    [[nodiscard]] std::uint64_t asked() const {
        return count(CacheEvent::hit) + count(CacheEvent::stale) + count(CacheEvent::miss) +
               count(CacheEvent::joined) + count(CacheEvent::early);
    }
    [[nodiscard]] std::uint64_t hits() const {
        return count(CacheEvent::hit) + count(CacheEvent::stale);
    }

    friend bool operator==(const CacheResult&, const CacheResult&) = default;
};

/// One window of one queue.
struct QueueWindow {
    std::uint64_t messages = 0;  ///< at its start, also those being delivered
    float oldest_s = 0;          ///< age of the oldest message then

    friend bool operator==(const QueueWindow&, const QueueWindow&) = default;
};

/// One queue second by second, however long the windows are.
struct QueueLooks {
    std::uint64_t seconds = 0;
    double messages_sum = 0;
    std::uint64_t messages_most = 0;
    double oldest_sum_s = 0;
    float oldest_most_s = 0;

    void add(const QueueWindow& now) {
        ++seconds;
        messages_sum += static_cast<double>(now.messages);
        messages_most = std::max(messages_most, now.messages);
        oldest_sum_s += static_cast<double>(now.oldest_s);
        oldest_most_s = std::max(oldest_most_s, now.oldest_s);
    }
    friend bool operator==(const QueueLooks&, const QueueLooks&) = default;
};

/// One queue over [0, duration), all its replicas merged: counts of MessageEvent.
struct QueueResult {
    std::array<std::uint64_t, kMessageEvents> counts{};
    sim::Histogram age;  ///< of messages when they are acknowledged
    std::vector<QueueWindow> windows;
    QueueLooks looks;
    std::uint64_t left = 0;  ///< messages at the end

    [[nodiscard]] std::uint64_t count(MessageEvent event) const {
        return counts[static_cast<std::size_t>(event)];
    }

    friend bool operator==(const QueueResult&, const QueueResult&) = default;
};

/// One database over [0, duration).
struct DatabaseResult {
    std::uint64_t failovers = 0;    ///< a replica became the primary
    std::uint64_t lost_writes = 0;  ///< acknowledged, and gone with the old primary
    std::uint64_t misdirected = 0;  ///< writes refused by a replica that is no longer the primary
    std::uint64_t stale_reads = 0;  ///< answered without the customer's own last write
    std::uint64_t without_quorum = 0;  ///< requests that found too few live replicas
    std::uint64_t conflicting = 0;     ///< writes stored by an old primary beside the new one
    double two_primaries_s = 0;        ///< while an old one still took itself for it

    friend bool operator==(const DatabaseResult&, const DatabaseResult&) = default;
};

/// What the scalers of one service did in [0, duration), all regions together.
struct ScalingResult {
    double replica_s = 0;       ///< replica seconds, from the decision to start one
    std::uint64_t added = 0;    ///< replicas
    std::uint64_t removed = 0;  ///< replicas
    std::uint64_t refused = 0;  ///< replicas that were wanted, and not to be had

    friend bool operator==(const ScalingResult&, const ScalingResult&) = default;
};

/// One deployment in [0, duration): when it first began, and what came of that.
struct DeploymentResult {
    std::optional<sim::SimTime> began;
    std::optional<sim::SimTime> finished;     ///< the last replica has it
    std::optional<sim::SimTime> rolled_back;  ///< decided by its pipeline
    std::optional<sim::SimTime> restored;     ///< no replica has it any more
    std::uint64_t answers = 0;                ///< of replicas that have it
    std::uint64_t failures = 0;               ///< of them

    friend bool operator==(const DeploymentResult&, const DeploymentResult&) = default;
};

/// One action of the operators in [0, duration).
struct ActionResult {
    std::uint64_t fired = 0;        ///< times
    std::optional<double> first_s;  ///< when it began for the first time
    std::optional<double> over_s;   ///< when that was over
    double active_s = 0;
    double waited_s = 0;  ///< for a control plane
    std::array<std::uint64_t, kActionDeeds> deeds{};

    [[nodiscard]] std::uint64_t did(ActionDeed deed) const {
        return deeds[static_cast<std::size_t>(deed)];
    }
    friend bool operator==(const ActionResult&, const ActionResult&) = default;
};

/// What callers asked of one service's name in [0, duration).
struct NameResult {
    std::uint64_t lookups = 0;
    std::uint64_t failed = 0;    ///< lookups
    std::uint64_t left_out = 0;  ///< regions that customers were no longer sent to

    friend bool operator==(const NameResult&, const NameResult&) = default;
};

/// One level of a service in [0, duration), all its replicas together.
struct LevelResult {
    double held_s = 0;          ///< replica seconds
    std::uint64_t entered = 0;  ///< times

    friend bool operator==(const LevelResult&, const LevelResult&) = default;
};

/// One window of one edge.
struct EdgeWindow {
    std::uint32_t calls = 0;  ///< that began
    std::uint32_t tries = 0;

    friend bool operator==(const EdgeWindow&, const EdgeWindow&) = default;
};

/// Calls from one caller (a service or a group of customers) to one endpoint.
struct EdgeResult {
    std::uint64_t calls = 0;
    std::uint64_t tries = 0;
    std::vector<EdgeWindow> windows;   ///< empty without a twin
    std::uint64_t crossed_bytes = 0;   ///< between zones, where sizes of messages are known
    std::uint64_t region_bytes = 0;    ///< the part of them between regions
    std::uint64_t retries_denied = 0;  ///< by the retry budget
    std::uint64_t duplicates = 0;
    std::uint64_t hedges = 0;            ///< tries sent while others were under way
    std::uint64_t fallbacks = 0;         ///< calls that a fallback has answered
    std::uint64_t fallbacks_failed = 0;  ///< that it could not answer
    std::uint64_t cancelled = 0;         ///< tries dropped or stopped at the server
    /// Of the breakers whose first edge this is, all scopes together.
    sim::Duration breaker_open{};  ///< in which they refused tries
    std::uint64_t breaker_openings = 0;
    std::uint64_t ejections = 0;   ///< of replicas, by outlier detection
    double ejected_s = 0;          ///< replica seconds
    OutcomeCounts outcomes{};      ///< of calls
    OutcomeCounts try_outcomes{};  ///< of tries

    friend bool operator==(const EdgeResult&, const EdgeResult&) = default;
};

/// What one replication of one strategy (or of its twin) leaves behind. Vectors are parallel to
/// the model's flows, services and edges.
struct RunResult {
    std::vector<FlowResult> flows;
    std::vector<ServiceResult> services;
    std::vector<EdgeResult> edges;
    std::vector<CacheResult> caches;        ///< parallel to services; empty when none is a cache
    std::vector<QueueResult> queues;        ///< parallel to services; empty when none is a queue
    std::vector<DatabaseResult> databases;  ///< parallel to services; empty when none is one
    std::vector<ScalingResult> scaling;     ///< parallel to services; empty when none scales
    std::vector<DeploymentResult> deployments;  ///< of the faults that come with a version
    std::vector<ActionResult> actions;          ///< in the order of the plan
    std::vector<NameResult> names;              ///< parallel to services; empty when nobody asks
    /// By service, then by level, full service first; empty without levels.
    std::vector<std::vector<LevelResult>> levels;
    std::vector<CustomerLog> customers;  ///< by group; empty without a twin
    std::vector<Remedy> remedies;        ///< in [0, duration), in order; empty without a twin
    /// By instance: when somebody first saw it as down in [0, duration), or kNever; empty without a
    /// twin.
    std::vector<sim::SimTime> seen_down;
    std::uint64_t events = 0;
    std::uint64_t fingerprint = 0;
    std::uint32_t peak_in_flight = 0;
    std::optional<sim::LimitExceeded> stopped;  ///< a limit ended the run early

    friend bool operator==(const RunResult&, const RunResult&) = default;
};

}  // namespace models
