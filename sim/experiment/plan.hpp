#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/time.hpp"

namespace sim {

/// One simulation: a strategy in a replication, with the faults or without them (the twin).
struct RunTask {
    std::size_t replication = 0;
    std::size_t strategy = 0;
    bool twin = false;

    friend bool operator==(const RunTask&, const RunTask&) = default;
};

/// What an experiment will run, and in which order. Tasks are numbered replication by replication,
/// inside it strategy by strategy, inside that the run before its twin: after two replications
/// every strategy has a provisional verdict, and stopping early leaves the strategies even.
struct RunPlan {
    std::uint64_t seed = 0;
    std::size_t replications = 10;
    /// Names in the order of the file.
    std::vector<std::string> strategies;
    /// Index into `strategies`.
    std::size_t baseline = 0;
    /// False when there is no fault to take away.
    bool twins = true;
    /// Worker threads; never changes a result.
    std::size_t jobs = 1;
    /// Wall-clock limit, kept by the caller of the runner.
    std::optional<Duration> time_limit;

    /// Simulations per strategy and replication: 2 with twins, else 1.
    [[nodiscard]] std::size_t runs_per_strategy() const { return twins ? 2 : 1; }
    [[nodiscard]] std::size_t tasks_per_replication() const;
    [[nodiscard]] std::size_t task_count() const;
    /// `index` < task_count().
    [[nodiscard]] RunTask task(std::size_t index) const;
    /// The inverse of `task`.
    [[nodiscard]] std::size_t index_of(const RunTask& task) const;
    /// Replications that are complete for all strategies once the first `tasks_done` are done.
    [[nodiscard]] std::size_t complete_replications(std::size_t tasks_done) const;
};

}  // namespace sim
