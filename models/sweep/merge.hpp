#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/sweep/rows.hpp"
#include "sim/experiment/shard.hpp"
#include "sim/experiment/store.hpp"
#include "sim/report/document.hpp"

namespace models {

/// Shards that do not belong together: of other sweeps, of other versions. `what()` is a sentence.
class MergeMismatch : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Two shards have other numbers for the same run, which the same program on the same input never
/// may. `what()` says which run and which shards.
class MergeContradiction : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// A shard that is there, whole.
struct MergeSource {
    std::string name;  ///< of its file
    sim::Store& store;
};

/// The study of a shard. Throws StoreError when it holds none.
SweepStudy study_in(sim::Store& store);

/// What came of a merge.
struct MergeCount {
    std::uint64_t runs = 0;            ///< of the plan, that are there now
    std::uint64_t missing = 0;         ///< of the plan; with `auto` of the points that are decided
    std::uint64_t open_points = 0;     ///< with `auto`: those that need another round
    std::uint64_t failed = 0;          ///< points under a strategy that have no results
    std::vector<std::uint64_t> found;  ///< runs of each source, parallel to the sources

    [[nodiscard]] bool complete() const { return missing == 0 && open_points == 0; }
};

/// Lays the runs of all sources into one store, point by point, so that the same runs make the same
/// store whoever had them. What is there already stays; a run that is there twice has to be the
/// same. A point is written when all of its runs are there. `on_point` hears how many points are
/// done. Throws MergeMismatch, MergeContradiction, and what stores throw.
MergeCount merge_shards(sim::Store& into, const std::vector<MergeSource>& sources,
                        const std::function<void(std::size_t)>& on_point);

/// A shard as the report of a merge names it.
struct MergedShard {
    sim::Shard shard;
    enum class State : std::uint8_t { merged, unfinished, missing };
    State state = State::merged;
    std::uint64_t runs = 0;
    std::string repeat;  ///< the command that runs it; of what was not merged
};

/// What `firedrill merge` says. The references must outlive it.
struct MergeReport {
    std::string store;
    const SweepStudy& study;
    const MergeCount& count;
    std::vector<MergedShard> shards;
};
sim::Document merge_document(const MergeReport& report);

}  // namespace models
