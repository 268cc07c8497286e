#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// Who answers reads.
enum class FailoverReads : std::uint8_t {
    replicas,  ///< the nearest live replica
    primary,   ///< a standby answers nobody: reads suffer what writes do
};

/// How a database replaces a lost primary: the loss is noticed, a replica promoted, callers learn.
struct TimedFailover {
    static constexpr std::string_view name = "timed";
    static constexpr std::string_view summary =
        "the loss is detected, a replica promoted, and callers learn its address, each in its time";
    static constexpr std::string_view formula =
        "writes come back detect + U[0, spread) + promote + dns after the primary's loss";
    static constexpr std::string_view source =
        "FAULTS D1; RDS Multi-AZ, MongoDB elections, Redis Sentinel, Patroni";
    static constexpr std::string_view example = "{detect: 10s, promote: 20s, dns: 30s}";

    sim::Duration detect{};  ///< kForever: nobody ever looks
    sim::Duration promote{};
    sim::Duration spread{};  ///< detection takes up to so much longer, uniformly
    sim::Duration dns{};
    FailoverReads reads = FailoverReads::replicas;
    void parameters(sim::Parameters& p);

    [[nodiscard]] bool ever() const { return detect != sim::kForever; }
    /// From the loss to the decision, drawn for each loss.
    [[nodiscard]] sim::Duration detection(sim::KeyedRng& rng) const;
    /// From the loss until callers reach the new primary, at most.
    [[nodiscard]] sim::Duration longest() const;
};

/// The registry of failovers.
using Failover = std::variant<TimedFailover>;

enum class ReplicationMode : std::uint8_t {
    async,  ///< the primary answers at once, replicas have the write `lag` later
    sync,   ///< the primary answers when the nearest live replica has the write, too
};

/// How many replicas have to take part, the one that is asked included.
struct Quorum {
    std::uint32_t write = 2;
    std::uint32_t read = 1;

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::uint32_t of(bool is_write) const { return is_write ? write : read; }
};

/// How writes reach the replicas.
struct ReplicationPolicy {
    static constexpr std::string_view name = "replication";

    ReplicationMode mode = ReplicationMode::async;
    sim::Duration lag{};
    std::optional<Quorum> quorum{};
    void parameters(sim::Parameters& p);

    /// Whether replicas do not have a write yet that was acknowledged at `acknowledged`.
    [[nodiscard]] bool behind(sim::SimTime acknowledged, sim::SimTime now) const {
        return mode == ReplicationMode::async && now - acknowledged < lag;
    }
    /// Whether it dies with the primary: not when another replica had to have it first.
    [[nodiscard]] bool loses(sim::SimTime acknowledged, sim::SimTime lost) const {
        return behind(acknowledged, lost) && !(quorum && quorum->write > 1);
    }
};

}  // namespace models
