#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "models/metrics/facts.hpp"
#include "models/policy/outcome.hpp"
#include "sim/core/large_memory.hpp"
#include "sim/core/time.hpp"

namespace models {

// The books of a run: every flow, edge and station is counted twice, by whoever changes it and by
// what is found there in the end, from the first instant of the warm-up to the last of the drain.
// Sums of times are kept modulo 2^64 ns: however long a run, what is equal stays equal, exactly.

/// The integral over time of a whole-numbered level, as levels times their ends less levels times
/// their beginnings.
struct LevelIntegral {
    std::uint64_t level = 0;
    std::uint64_t moments = 0;

    void change(std::int64_t by, sim::SimTime now) {
        const auto step = static_cast<std::uint64_t>(by);
        level += step;
        moments += step * static_cast<std::uint64_t>(now.ns);
    }
    /// Level-nanoseconds until `now`, modulo 2^64.
    [[nodiscard]] std::uint64_t until(sim::SimTime now) const {
        return level * static_cast<std::uint64_t>(now.ns) - moments;
    }
};

/// How a try leaves the instance that it had reached.
enum class Departure : std::uint8_t {
    served,     ///< its work ended, well or not
    refused,    ///< shed, throttled, or too late
    cancelled,  ///< its caller no longer waited
    vanished,   ///< with the process
};
inline constexpr std::size_t kDepartures = 4;

/// One instance. What every try changes comes first and fills two cache lines.
struct alignas(64) StationAccount {
    static constexpr std::size_t kHot = 128;  ///< bytes
    /// A level that must not exceed what there is; levels are those of `Level`.
    struct Bounded : LevelIntegral {
        std::uint64_t bound = std::numeric_limits<std::uint64_t>::max();
    };
    std::array<Bounded, 3> levels{};  ///< busy and working: slots, or cores at work; queued
    std::uint64_t arrived = 0;
    std::uint64_t moments = 0;   ///< of arrivals, less those of departures
    std::uint64_t sojourns = 0;  ///< of those that have left, from reaching the instance on
    std::uint64_t waits = 0;     ///< ... the queue
    std::uint64_t holds = 0;     ///< ... a slot
    std::uint64_t work = 0;      ///< own work done, also what was in vain
    std::array<std::uint64_t, kDepartures> left{};
    LevelIntegral hung;              ///< slots that nobody gives back
    std::uint64_t stood_still = 0;   ///< slots or cores at work while nothing moved
    std::uint64_t core_changes = 0;  ///< of who shares the cores, each of which may round
    bool shares_cores = false;
    bool hindered = false;      ///< jobs are in each other's way: cores do less than their time
    bool stands_still = false;  ///< it is paused

    void arrives(sim::SimTime now) {
        ++arrived;
        moments += static_cast<std::uint64_t>(now.ns);
    }
    void departs(Departure how, sim::SimTime since, sim::SimTime now) {
        ++left[static_cast<std::size_t>(how)];
        moments -= static_cast<std::uint64_t>(now.ns);
        sojourns += static_cast<std::uint64_t>(now.ns) - static_cast<std::uint64_t>(since.ns);
    }
    void change(Level which, std::int64_t by, sim::SimTime now) {
        auto& level = levels[static_cast<std::size_t>(which)];
        level.change(by, now);
        if (level.level > level.bound) [[unlikely]]
            fail_bound(which, level);
    }
    [[nodiscard]] const Bounded& at(Level which) const {
        return levels[static_cast<std::size_t>(which)];
    }
    [[nodiscard]] LevelIntegral present() const;

  private:
    [[noreturn]] static void fail_bound(Level which, const Bounded& level);
};

static_assert(sizeof(StationAccount) == 192);

/// What a look at every record finds at one instance.
struct StationCount {
    std::uint64_t present = 0;
    std::uint64_t queued = 0;
    std::uint64_t working = 0;  ///< slots; cores: jobs
    std::uint64_t holders = 0;  ///< of slots
    // Of those, until now:
    std::uint64_t sojourns = 0;
    std::uint64_t waits = 0;
    std::uint64_t holds = 0;
    std::uint64_t work = 0;  ///< with what stood still
    // What the station says of itself:
    std::uint64_t station_busy = 0;  ///< slots; cores: jobs that have begun, and what hangs
    std::uint64_t station_queued = 0;
    std::uint64_t cores = 0;  ///< at work
    std::uint64_t jobs = 0;   ///< that share them
};

/// Requests of one flow.
struct FlowAccount {
    std::uint64_t arrived = 0;
    std::uint64_t measured = 0;  ///< of them
    std::uint64_t ended = 0;
};

/// Calls of one edge and their tries.
struct EdgeAccount {
    std::uint64_t calls = 0;
    std::uint64_t calls_ended = 0;
    std::uint64_t calls_dropped = 0;  ///< with the caller, or because it wants no answer any more
    std::uint64_t tries = 0;
    std::uint64_t tries_ended = 0;
    std::uint64_t tries_dropped = 0;
};

/// Calls and tries that a look at every record finds.
struct EdgeCount {
    std::uint64_t calls = 0;
    std::uint64_t tries = 0;
};

/// Messages of one queue, by what happened to them.
using QueueAccount = std::array<std::uint64_t, kMessageEvents>;

struct Accounts {
    std::vector<FlowAccount> flows;
    std::vector<EdgeAccount> edges;
    sim::LargeVector<StationAccount> stations;  ///< by instance
    std::vector<QueueAccount> queues;           ///< by service; empty without queues
};

/// The first law that does not hold, with both of its sides; nothing when all do.
using BrokenLaw = std::optional<std::string>;

BrokenLaw check_flow(const FlowAccount& flow, std::uint64_t under_way);
/// The same of those that were measured, by what the metrics say became of them.
BrokenLaw check_outcomes(std::uint64_t arrived, const OutcomeCounts& outcomes,
                         std::uint64_t under_way);
BrokenLaw check_edge(const EdgeAccount& edge, const EdgeCount& found);
BrokenLaw check_queue(const QueueAccount& queue, std::uint64_t messages);
/// Conservation, Little's law for the station and its queue, the same for its slots, the
/// utilisation law, and whether the levels are what is there.
BrokenLaw check_station(const StationAccount& station, const StationCount& found, sim::SimTime now);

}  // namespace models
