#include "sim/experiment/plan.hpp"

#include "sim/core/assert.hpp"

namespace sim {

std::size_t RunPlan::tasks_per_replication() const {
    return strategies.size() * runs_per_strategy();
}

std::size_t RunPlan::task_count() const { return replications * tasks_per_replication(); }

RunTask RunPlan::task(std::size_t index) const {
    SIM_ASSERT(index < task_count());
    const std::size_t in_replication = index % tasks_per_replication();
    return {index / tasks_per_replication(), in_replication / runs_per_strategy(),
            in_replication % runs_per_strategy() == 1};
}

std::size_t RunPlan::index_of(const RunTask& task) const {
    SIM_ASSERT(task.replication < replications && task.strategy < strategies.size());
    SIM_ASSERT(twins || !task.twin);
    return task.replication * tasks_per_replication() + task.strategy * runs_per_strategy() +
           (task.twin ? 1 : 0);
}

std::size_t RunPlan::complete_replications(std::size_t tasks_done) const {
    SIM_ASSERT(tasks_done <= task_count());
    return strategies.empty() ? 0 : tasks_done / tasks_per_replication();
}

}  // namespace sim
