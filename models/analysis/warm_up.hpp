#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/metrics/run_result.hpp"
#include "models/metrics/study_frame.hpp"
#include "sim/core/time.hpp"

namespace models {

/// Replications of a pilot, of each strategy: what varies by chance must not look like a warm-up.
inline constexpr std::uint32_t kPilotRuns = 5;

/// The warm-up of a study, and what is known about it (`warmup: auto`).
struct StudyWarmUp {
    sim::Duration length{};
    bool found = false;      ///< false: it is as written, and nothing else is known
    double looked_at_s = 0;  ///< of each run of the pilot
    std::size_t runs = 0;    ///< of each strategy
    std::size_t series = 0;  ///< curves that were looked at, of all strategies
    /// The curve that settles last: "requests at payment, under naive". Empty when all are settled
    /// from the start.
    std::string slowest;
    /// Curves without a steady state, in the same words: no warm-up is long enough for them.
    std::vector<std::string> unsteady;
    /// The load follows the time of day, so that nothing has a steady state.
    bool load_varies = false;

    [[nodiscard]] bool steady() const { return !load_varies && unsteady.empty(); }
};

/// Looks for the end of the warm-up by MSER-5 (METHOD 1) in runs from empty, without faults and
/// with nothing cut: in the latency of every flow and in the number of requests at every service,
/// each averaged over the runs first. The longest cut counts, of those that move the mean of their
/// curve by more than `matters`: among many curves some are cut by chance, which is no reason to
/// run all of the study longer. A curve has no steady state when MSER-5 says so and its second half
/// goes on rising or falling (slopes of the runs, at 1e-3): by chance alone the former happens now
/// and then.
class WarmUpSearch {
  public:
    /// `strategies` are their names; frames of all have the same flows and services. `matters` is a
    /// share of a curve's mean.
    WarmUpSearch(std::vector<std::string> strategies, sim::Duration duration, double matters);

    /// One run of a strategy. The order of calls makes no difference to the bytes as long as the
    /// runs of one strategy come in the same order.
    void add(std::size_t strategy, const StudyFrame& frame, const RunResult& run);
    /// `otherwise` is the length when something has no steady state, unless what has one needs
    /// more.
    [[nodiscard]] StudyWarmUp finish(sim::Duration otherwise) const;

  private:
    /// Sum and count of what happened in each step.
    struct Row {
        std::vector<double> sum;
        std::vector<double> count;
    };
    struct Curve {
        std::string what;
        std::vector<Row> runs;
    };
    struct Found;

    [[nodiscard]] Found search(const Curve& curve) const;
    Row& row(std::size_t strategy, std::size_t curve, std::string what);

    std::vector<std::string> names_;
    sim::Duration duration_;
    double matters_;
    std::size_t step_s_;
    std::vector<std::vector<Curve>> curves_;  ///< by strategy
};

/// "warm-up found by MSER-5: 35 s of 300 s looked at"; empty for one that is as written.
std::string warm_up_note(const StudyWarmUp& warm_up);

}  // namespace models
