#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/scenario/load.hpp"
#include "models/sweep/rows.hpp"
#include "sim/cli/options.hpp"
#include "sim/experiment/runner.hpp"
#include "sim/experiment/shard.hpp"
#include "sim/experiment/store.hpp"

namespace sim::cli {

/// What it takes to run any point of a sweep; shared by all workers, which change nothing in it.
struct PointRunner {
    const models::SweepStudy& study;
    const models::ScenarioTree& tree;  ///< every point sees the file as it was at the start
    const SourceMap& sources;          ///< of the tree
    models::LoadRequest base;          ///< without the point's own overrides
    Limits limits;                     ///< of a run
    std::string limit_options;         ///< " --max-events N", as they were given
    std::optional<double> precision;   ///< with `auto`, see StudySettings
    Store& store;                      ///< what is there is not run again
    Store* merged = nullptr;           ///< nor what is here; may be null
    PlanShare share{};                 ///< the runs of this process
    const StopFlag& stop;              ///< between two runs

    /// Results that are there, in the order of replications: those below `most`.
    [[nodiscard]] std::vector<StoredRun> known(const StoredPoint& point, std::uint32_t most) const;
};

/// Which part of a point: replications that are `index` modulo `count`. Few large points are
/// divided so that every core has something to do.
struct PointPart {
    std::size_t index = 0;
    std::size_t count = 1;
};

/// What came of a point under one strategy.
struct PointStrategy {
    StoredPoint point;            ///< its layout is still text
    std::string layout;           ///< see models::columns_text
    std::vector<StoredRun> runs;  ///< those that were not in the store
    bool bug = false;             ///< the failure is one of ours
};
struct PointOutcome {
    std::vector<PointStrategy> strategies;
    bool whole = true;  ///< false: stopped before all runs were done
};

/// Runs what is missing of the share of the point at `index` (from 0). With `auto`, where runs
/// of other shards are wanting for the next look, the point's verdicts are models::kOpenRound.
/// Never throws for what goes wrong in a run: that is the point's failure.
PointOutcome run_point(const PointRunner& runner, std::size_t index,
                       const std::vector<std::string>& overrides, PointPart part);

}  // namespace sim::cli
