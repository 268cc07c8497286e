#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sim {

/// One of `count` parts of a list of tasks. Which tasks are in it depends on their numbers alone,
/// so that any machine may run any part, in any order, more than once.
struct Shard {
    std::size_t index = 0;  ///< from 0
    std::size_t count = 1;

    [[nodiscard]] bool has(std::size_t task) const { return task % count == index; }
    friend bool operator==(const Shard&, const Shard&) = default;
};

inline constexpr std::size_t kMostShards = 1'000'000;

/// "3/16" is the third of sixteen; nothing: it is no such text.
std::optional<Shard> parse_shard(std::string_view text);
/// "3 of 16".
std::string to_text(const Shard& shard);

/// The runs of a plan of points that belong to one shard.
struct PlanShare {
    Shard shard{};
    bool whole_points = true;      ///< a task is a point with all of its runs; else a single run
    std::size_t strategies = 1;    ///< of each point
    std::size_t replications = 1;  ///< of each strategy

    /// All three count from 0.
    [[nodiscard]] bool has(std::size_t point, std::size_t strategy, std::size_t replication) const {
        if (whole_points) return shard.has(point);
        return shard.has((point * strategies + strategy) * replications + replication);
    }
    /// Whether any run of the point is in it.
    [[nodiscard]] bool has_some(std::size_t point) const;
};

/// The value of an environment variable; nothing: it is not set.
using EnvironmentLookup = std::function<std::optional<std::string>(const char* name)>;

/// What the scheduler of an array job has told this process.
struct ShardSource {
    std::optional<Shard> shard;
    std::string scheduler;  ///< "Slurm"
    std::string problem;    ///< why there is no shard
};

/// The shard of this process by the variables that schedulers give the tasks of an array job:
/// Slurm, Kubernetes (Indexed Jobs), AWS Batch, Google Batch, Grid Engine, PBS, LSF, Open MPI and
/// PMI (MPICH, Intel MPI). `count` is how many shards there are; without it the scheduler has to
/// say, and some do not. Two schedulers that contradict each other are a problem, not a guess.
ShardSource shard_from_environment(const EnvironmentLookup& lookup,
                                   std::optional<std::size_t> count);

}  // namespace sim
