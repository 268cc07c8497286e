#include "sim/experiment/plan.hpp"

#include "sim/core/assert.hpp"
#include "tests/catch.hpp"

using sim::RunPlan;
using sim::RunTask;

namespace {

RunPlan plan(bool twins) {
    RunPlan result;
    result.replications = 3;
    result.strategies = {"none", "naive", "budgeted"};
    result.twins = twins;
    return result;
}

}  // namespace

TEST_CASE("tasks go replication by replication, strategy by strategy, run before twin") {
    const RunPlan with_twins = plan(true);
    CHECK(with_twins.task_count() == 18);
    CHECK(with_twins.task(0) == RunTask{0, 0, false});
    CHECK(with_twins.task(1) == RunTask{0, 0, true});
    CHECK(with_twins.task(2) == RunTask{0, 1, false});
    CHECK(with_twins.task(6) == RunTask{1, 0, false});
    CHECK(with_twins.task(17) == RunTask{2, 2, true});
}

TEST_CASE("without faults there are no twins") {
    const RunPlan plain = plan(false);
    CHECK(plain.task_count() == 9);
    CHECK(plain.task(1) == RunTask{0, 1, false});
    CHECK_THROWS_AS(plain.index_of({0, 0, true}), sim::InternalError);
}

TEST_CASE("a task and its index say the same") {
    for (const bool twins : {false, true}) {
        const RunPlan any = plan(twins);
        for (std::size_t i = 0; i < any.task_count(); ++i) CHECK(any.index_of(any.task(i)) == i);
    }
}

TEST_CASE("more replications do not renumber the earlier ones") {
    RunPlan longer = plan(true);
    longer.replications = 50;
    for (std::size_t i = 0; i < 18; ++i) CHECK(longer.task(i) == plan(true).task(i));
}

TEST_CASE("a replication is complete when every strategy has its run and its twin") {
    CHECK(plan(true).complete_replications(0) == 0);
    CHECK(plan(true).complete_replications(5) == 0);
    CHECK(plan(true).complete_replications(6) == 1);
    CHECK(plan(true).complete_replications(18) == 3);
    CHECK(plan(false).complete_replications(6) == 2);
    CHECK(RunPlan{}.complete_replications(0) == 0);
}

TEST_CASE("a task beyond the plan is a bug") {
    CHECK_THROWS_AS(plan(true).task(18), sim::InternalError);
    CHECK_THROWS_AS(plan(true).index_of({3, 0, false}), sim::InternalError);
}
