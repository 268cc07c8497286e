#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
struct Misfit;
}  // namespace sim

namespace models {

/// Who answers reads.
enum class FailoverReads : std::uint8_t {
    replicas,  ///< the nearest live replica
    primary,   ///< a standby answers nobody: reads suffer what writes do
};

/// What keeps an old primary from writing that has not heard yet that it was replaced.
enum class Fencing : std::uint8_t {
    none,   ///< nothing: until it hears of the new one there are two primaries
    lease,  ///< it takes no new writes once its lease is over; what it has taken it finishes
    token,  ///< what it writes is refused by the storage once another is the primary
};

/// How a database replaces a lost primary: the loss is noticed, a replica promoted, callers learn.
struct TimedFailover {
    static constexpr std::string_view name = "timed";
    static constexpr std::string_view summary =
        "the loss is detected, a replica promoted, and callers learn its address, each in its time";
    static constexpr std::string_view formula =
        "writes come back max(detect + U[0, spread), lease) + promote + dns after the primary's "
        "loss; a primary that was only away for a time t is one of two for t + notice - "
        "max(detect, lease) - promote, with `fencing: lease` for none of it";
    static constexpr std::string_view source =
        "FAULTS D1; RDS Multi-AZ, MongoDB elections, Redis Sentinel, Patroni";
    static constexpr std::string_view example = "{detect: 10s, promote: 20s, dns: 30s}";

    sim::Duration detect{};  ///< kForever: nobody ever looks
    sim::Duration promote{};
    sim::Duration spread{};  ///< detection takes up to so much longer, uniformly
    sim::Duration dns{};
    FailoverReads reads = FailoverReads::replicas;
    sim::Duration lease{};
    sim::Duration notice = sim::whole_seconds(1);
    Fencing fencing = Fencing::none;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    [[nodiscard]] bool ever() const { return detect != sim::kForever; }
    /// From the loss to the decision, drawn for each loss; not before the lease is over.
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
