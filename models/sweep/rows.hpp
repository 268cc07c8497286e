#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/sweep/columns.hpp"
#include "sim/experiment/store.hpp"
#include "sim/stats/estimate.hpp"

namespace models {

/// What a sweep is about, as its store remembers it: enough to report it without the scenario.
struct SweepStudy {
    std::string name;                              ///< of the scenario
    std::string file;                              ///< as a reader may be told, without folders
    std::string question;                          ///< may be empty
    std::string resolved;                          ///< hash of the scenario that the points vary
    std::vector<std::string> inputs;               ///< paths
    std::vector<std::vector<std::string>> points;  ///< values with their units, parallel to inputs
    std::vector<std::string> strategies;
    std::uint64_t seed = 0;
    std::uint32_t runs = 0;  ///< of each point and strategy; with `auto` the most
    bool automatic = false;  ///< as many as it takes
    double confidence = 0.95;
    std::string command;  ///< that goes on with it
    std::string engine;   ///< version of the results, see Store

    friend bool operator==(const SweepStudy&, const SweepStudy&) = default;
};

/// As text, and back; equal studies are equal text. Nothing: it is damaged.
std::string sweep_text(const SweepStudy& study);
std::optional<SweepStudy> read_sweep_text(const std::string& text);

/// One point, strategy and measure.
struct SweepRow {
    SweepColumn column;
    /// +infinity: beyond what the runs could see. Empty: no value.
    std::optional<sim::Estimate> estimate;
    sim::Verdict verdict = sim::Verdict::none;
    std::size_t runs = 0;
    /// Of a percentile with a limit: the share of requests within it, which is what is judged.
    std::optional<sim::Estimate> within{};
};

/// A point under one strategy, with everything that is known of it.
struct SweepResult {
    std::uint64_t number = 0;    ///< from 1, into SweepStudy::points
    std::uint32_t strategy = 0;  ///< into SweepStudy::strategies
    std::string failure;         ///< then there are no rows
    std::string command;         ///< that repeats exactly this point
    std::vector<SweepRow> rows;

    /// The worst of its SLOs; none without any.
    [[nodiscard]] sim::Verdict verdict() const;
};

/// Reduces the replications of one point.
std::vector<SweepRow> reduce_runs(const std::vector<SweepColumn>& columns,
                                  const std::vector<std::vector<double>>& runs, double confidence);

/// Of two accounts of one point: whether `a` failed, and sooner than `b`. Replications fail in
/// their order, so the first failure is the same whoever ran which of them.
bool fails_before(const sim::StoredPoint& a, const sim::StoredPoint& b);

/// A store that is read: its newest plan, point by point, never all of them at once.
class SweepReader {
  public:
    /// Throws StoreError when it holds no sweep, or a damaged one.
    explicit SweepReader(sim::Store& store);

    [[nodiscard]] const SweepStudy& study() const { return study_; }
    /// Finished points in order of number and strategy.
    void for_each(const std::function<void(const SweepResult&)>& visit);

  private:
    SweepResult read(const sim::StoredPoint& point);

    sim::Store& store_;
    std::int64_t plan_ = 0;
    SweepStudy study_;
    /// Of the last point: most have the same.
    std::int64_t layout_ = -1;
    std::vector<SweepColumn> columns_;
};

}  // namespace models
