#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/map/map_study.hpp"
#include "models/scenario/load.hpp"
#include "sim/cli/options.hpp"
#include "sim/core/source_map.hpp"
#include "sim/experiment/runner.hpp"
#include "sim/experiment/store.hpp"

namespace sim::cli {

/// What it takes to run any cell of a map; shared by all workers, which change nothing in it.
struct MapRunner {
    const models::MapStudy& study;
    const models::ScenarioTree& tree;
    const SourceMap& sources;   ///< of the tree
    models::LoadRequest base;   ///< without the cell's own overrides
    Limits limits;              ///< of a run
    std::string limit_options;  ///< as they were given
    Store& store;               ///< what is there is not run again
    const StopFlag& stop;       ///< between two runs
};

/// What came of a cell under one strategy.
struct MapCellOutcome {
    StoredPoint point;
    std::vector<StoredRun> runs;  ///< those that were not in the store
    bool whole = true;            ///< false: stopped before it was done
    bool bug = false;             ///< the failure is one of ours
};

/// Runs what is missing of the cell `index` (from 0) under the strategy. A replication that is
/// still coming back when its window ends gets one twice as long, on the same draws. Never throws
/// for what goes wrong in a run: that is the cell's failure.
MapCellOutcome run_map_cell(const MapRunner& runner, std::size_t index, std::uint32_t strategy,
                            const std::vector<std::string>& overrides);

}  // namespace sim::cli
