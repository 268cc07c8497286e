#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "models/policy/latency_histogram.hpp"
#include "models/topology/topology.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
struct Misfit;
}  // namespace sim

namespace models {

/// What the replicas of one version have answered in one period.
struct VersionCounts {
    std::uint64_t answers = 0;
    std::uint64_t failures = 0;  ///< of them
    std::uint64_t crashes = 0;   ///< processes that have ended by themselves
    LatencyHistogram latency;    ///< of the others: from reaching the replica to the answer

    void add(bool success, sim::Duration took);
    void clear();
    [[nodiscard]] double error_share() const;
};

/// Why a version is taken back.
enum class RolloutVerdict : std::uint8_t { good, unknown, crashes, errors, worse, slower };

/// When the pipeline takes a new version back by itself. It looks at every period as a whole and
/// compares the answers of the new version with those of the old one in the same period, or in the
/// last one that had enough of them.
struct RolloutAlarm {
    sim::Duration period = sim::whole_seconds(60);
    std::uint32_t periods = 1;                     ///< bad ones in a row
    sim::Duration delay = sim::whole_seconds(30);  ///< from the end of the last to the decision
    double errors = 0.05;                          ///< share of failures; more is bad
    double worse = 0.01;                           ///< ... by so much more than the old version's
    double slower = 2;  ///< percentile more than so many times that of the old one
    double percentile = 0.99;
    std::uint64_t fewest = 20;  ///< answers: fewer say nothing
    std::uint64_t crashes = 1;  ///< so many processes that end in a period are bad; 0: none is

    void parameters(sim::Parameters& p);
    /// One period: `fresh` of the new version, `old` of the other.
    [[nodiscard]] RolloutVerdict judge(const VersionCounts& fresh, const VersionCounts& old) const;

    friend bool operator==(const RolloutAlarm&, const RolloutAlarm&) = default;
};

/// A few replicas that get a new version first.
struct Canary {
    double share = 0.05;  ///< of the replicas, rounded up
    sim::Duration bake = sim::whole_seconds(300);

    void parameters(sim::Parameters& p);

    friend bool operator==(const Canary&, const Canary&) = default;
};

enum class RolloutOrder : std::uint8_t {
    spread,        ///< a replica of each zone in turn
    zone_by_zone,  ///< each zone is a step of its own
};

/// What the pipeline knows when it decides how many more replicas may be taken.
struct RolloutLook {
    std::uint32_t replicas = 0;     ///< of the service
    std::uint32_t unavailable = 0;  ///< of them, for whatever reason
    std::uint32_t beside = 0;  ///< replacements that start beside the replicas that they replace
};

/// How many replicas may be taken now.
struct RolloutRoom {
    std::uint32_t in_place = 0;
    std::uint32_t beside = 0;
};

/// How a service gets a new version: replica by replica, in steps, watched.
struct Rollout {
    double max_unavailable = 0.25;  ///< of the replicas, rounded down
    double max_surge = 0;           ///< of the replicas, rounded up
    RolloutOrder order = RolloutOrder::spread;
    std::optional<Canary> canary;
    std::uint32_t steps = 1;  ///< equal ones, of what the canary leaves
    sim::Duration pause{};    ///< after each step but the last
    sim::Duration deregister = sim::whole_seconds(5);
    sim::Duration pre_stop = sim::whole_seconds(10);
    sim::Duration drain = sim::whole_seconds(30);
    std::optional<RolloutAlarm> rollback;
    sim::Duration watch = sim::whole_seconds(300);

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    /// In which order replicas of these zones are taken: positions in `zones`.
    [[nodiscard]] std::vector<std::uint32_t> sequence(const std::vector<ZoneId>& zones) const;
    /// How many have the new version at the end of each step; the last is all of them. `zones` are
    /// those of the replicas in their sequence.
    [[nodiscard]] std::vector<std::uint32_t> bounds(const std::vector<ZoneId>& zones) const;
    /// What follows step number `step`, from 0, of `count`.
    [[nodiscard]] sim::Duration pause_after(std::size_t step, std::size_t count) const;
    /// Kubernetes: never more than maxUnavailable away, nor more than maxSurge too many. A rollout
    /// that may do neither takes one at a time.
    [[nodiscard]] RolloutRoom room(const RolloutLook& look) const;

    friend bool operator==(const Rollout&, const Rollout&) = default;
};

}  // namespace models
