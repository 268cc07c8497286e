#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "models/scenario/sweep.hpp"
#include "models/sweep/rows.hpp"
#include "sim/cli/io.hpp"
#include "sim/cli/options.hpp"
#include "sim/cli/sweep_point.hpp"
#include "sim/experiment/shard.hpp"
#include "sim/experiment/store.hpp"

namespace sim::cli {

struct Session;

/// A sweep that is being run.
struct Sweep {
    const Options& options;
    Io& io;
    const models::SweepPlan& plan;
    models::SweepStudy study;
    Store& store;
    std::int64_t plan_id = 0;
    std::string store_path{};                       ///< empty: none
    std::vector<std::size_t> points{};              ///< to be run, from 0
    PointPart parts{};                              ///< how many tasks a point is
    std::map<std::string, std::int64_t> layouts{};  ///< by their text
    std::vector<PointStrategy> failures{};
    std::vector<PointStrategy> open{};  ///< of the point whose parts are arriving
    bool stopped = false;
    PlanShare share{};            ///< everything, unless it is a shard
    Store* merged = nullptr;      ///< of a shard: what was merged before
    std::size_t open_points = 0;  ///< of a shard with `auto`: those that need another round
};

/// The plan's number in the store. The same plan goes on; another one is a new one, which finds the
/// results that it shares.
std::int64_t plan_in(Store& store, const models::SweepStudy& study);

/// How many strategies of each point are done, if the store's newest plan is this one. What failed
/// is not done and tried again; `of_shard` it is: shards may be started more than once.
std::vector<std::size_t> strategies_done(const models::SweepStudy& study, Store& store,
                                         bool of_shard);
/// Points of the share that lack a strategy.
std::vector<std::size_t> points_to_run(const models::SweepStudy& study, const PlanShare& share,
                                       const std::vector<std::size_t>& done);

/// Runs `Sweep::points` into the store, until they are done or somebody stops it.
void run_points(Sweep& sweep, const Session& session);

/// The first failures, on stderr.
void tell_failures(const Sweep& sweep);
/// 4 a bug of ours, 2 a point that is no valid scenario, 3 a limit was reached.
int failure_code(const Sweep& sweep);

}  // namespace sim::cli
