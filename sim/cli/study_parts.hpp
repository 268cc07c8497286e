#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "models/analysis/study.hpp"
#include "models/metrics/run_result.hpp"
#include "models/scenario/fault_parts.hpp"
#include "sim/core/simulator.hpp"
#include "sim/experiment/runner.hpp"

namespace sim::cli {

struct Study;

/// What strikes the baseline, in parts, each of which is run by itself against the twins that the
/// study has run anyway. Nothing in it counts for verdicts or the study's fingerprint.
struct StudyParts {
    std::vector<models::StruckPart> parts;  ///< empty: there are none, or nobody wants them
    std::vector<models::SystemModel> models;
    std::size_t replications = 0;            ///< of each part: the first ones of the study
    std::vector<models::RunResult> twins;    ///< of the baseline, in replication order
    std::vector<models::StrategyRuns> runs;  ///< parallel to `parts`; empty when they were not run
    std::optional<LimitExceeded> limit;      ///< that ended a run of a part

    [[nodiscard]] std::size_t task_count() const { return parts.size() * replications; }
    [[nodiscard]] bool wants_twin(std::size_t replication) const {
        return !parts.empty() && replication < replications;
    }
    /// Keeps what the parts are compared with.
    void keep_twin(models::RunResult twin);
    [[nodiscard]] bool complete() const { return !runs.empty(); }
};

/// More replications of a part tell little: the question is whether it does most of the harm.
inline constexpr std::size_t kPartReplications = 3;

/// Divides what strikes the baseline.
void prepare_parts(Study& study);

/// Runs the parts, when the baseline loses anything by the whole. `runner` says how: its count is
/// set here, and its progress is that of the whole study. The runs are kept only when all are done.
/// Throws TaskError with an index after those of the study when a run hits a bug.
void run_parts(Study& study, const RunnerOptions& runner, const Limits& limits);

}  // namespace sim::cli
