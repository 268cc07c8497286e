#pragma once

#include "models/analysis/measure.hpp"
#include "models/metrics/run_result.hpp"
#include "models/metrics/study_frame.hpp"

namespace models {

/// One action of the operators in one replication.
struct ActionDigest {
    ActionResult did;
    /// Whether customers were worse off than in the twin in the 10 s before it first began; empty
    /// when it never did, or nothing is known of the twin.
    std::optional<bool> found_down;
    /// Seconds from its first beginning until they were as well off again, by the rule of recovery
    /// (SEMANTICS 9), and not before it stopped turning people away; empty when that was not seen,
    /// or it had not found the system down.
    Measure out_after_s;

    friend bool operator==(const ActionDigest&, const ActionDigest&) = default;
};

/// `twin` may be null.
ActionDigest digest_action(const StudyFrame& frame, const ActionResult& action,
                           const RunResult& run, const RunResult* twin);

/// One fault over the replications: in a run the system has recovered when all its groups have.
struct RecoveryRatio {
    std::size_t recovered = 0;  ///< runs
    std::size_t runs = 0;
    double median_s = 0;  ///< of all runs; +infinity when it was mostly not seen
    double seen_s = 0;    ///< what a time that was not seen is longer than
    double relative = 0;  ///< the median over the fault's length: well above 1 is metastable
};

}  // namespace models
