#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/engine/model.hpp"
#include "models/scenario/load.hpp"
#include "models/sweep/columns.hpp"
#include "sim/core/simulator.hpp"
#include "sim/experiment/runner.hpp"

namespace sim::cli {

/// A scenario as one point of a study has it.
struct LoadedPoint {
    std::optional<models::Scenario> scenario;  ///< nothing: it has none, or it was stopped
    std::string failure;                       ///< why it has none; empty: it was stopped
};

/// The tree under the overrides of `base` and then those of the point. Its warm-up, where it is to
/// be found, is asked for by settle_point.
LoadedPoint load_point(const models::ScenarioTree& tree, const SourceMap& tree_sources,
                       const models::LoadRequest& base, const std::vector<std::string>& overrides);

/// Finds the warm-up of a point that says `warmup: auto`, on the calling thread alone: the others
/// are busy with other points. Without a scenario afterwards it was stopped, or failed.
void settle_point(LoadedPoint& point, const Limits& limits, const StopFlag& stop);

/// "firedrill run FILE --set … --strategy NAME --seed N --runs N": a point and nothing else.
/// `limits` are options as they were typed.
std::string point_command(const models::LoadRequest& base,
                          const std::vector<std::string>& overrides, const std::string& limits,
                          const std::string& strategy, std::uint64_t seed, const std::string& runs);

/// The strategy of that name, by its number.
std::size_t strategy_index(const models::Scenario& scenario, const std::string& name);

/// One strategy of a point: what its runs need, and what they leave. The scenario must outlive it;
/// threads may share it.
class StrategyRunner {
  public:
    StrategyRunner(const models::Scenario& scenario, std::size_t strategy, const Limits& limits);

    [[nodiscard]] std::string layout() const { return models::columns_text(columns_); }
    [[nodiscard]] const models::StudyFrame& frame() const { return frame_; }
    [[nodiscard]] const std::vector<models::SloCell>& cells() const { return cells_; }
    [[nodiscard]] const std::vector<models::SweepColumn>& columns() const { return columns_; }
    [[nodiscard]] const models::SystemModel& model() const { return model_; }

    /// What verdicts look at.
    [[nodiscard]] models::RunDigest look_at(const std::string& payload) const {
        return models::sweep_digest(columns_, frame_, models::read_values(payload));
    }

    /// The values of a replication, with its twin where there are faults. Empty when it reached a
    /// limit: then `failure` says which.
    [[nodiscard]] std::string run(std::uint32_t replication, std::string& failure) const;

  private:
    const models::Scenario& scenario_;
    Limits limits_;
    models::SystemModel model_;
    std::optional<models::SystemModel> twin_;
    models::StudyFrame frame_;
    std::vector<models::SloCell> cells_;
    std::vector<models::SweepColumn> columns_;
};

/// "replication 3 reached the limit of 10 events".
std::string limit_failure(std::uint32_t replication, const LimitExceeded& limit);

}  // namespace sim::cli
