#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/analysis/measure.hpp"
#include "models/metrics/run_result.hpp"
#include "models/metrics/study_frame.hpp"
#include "models/scenario/slo.hpp"
#include "sim/experiment/threshold.hpp"

namespace models {

/// The requests that a number is about. Both names empty: all requests.
struct Subject {
    std::string group;    ///< empty: all groups
    std::string journey;  ///< empty: all journeys
    std::vector<std::uint32_t> flows;
};

/// Every group with all its journeys, in the order of the file; for recovery.
std::vector<Subject> group_subjects(const StudyFrame& frame);

/// The requests of all flows of the subject in one slice.
SliceResult pooled(const RunResult& run, const Subject& subject, std::uint32_t slice);

/// One SLO for one group, or for one service. `judges` is false for the pool of all groups, which
/// is information only.
struct SloCell {
    std::uint32_t slo = 0;  ///< index into the SLOs
    Slo rule;               ///< a copy, so that a cell stands on its own
    Subject subject;
    std::optional<std::uint32_t> service;
    bool judges = true;
};

/// The cells of all SLOs: every group that the SLO is about, then the pool of them when there are
/// several.
std::vector<SloCell> slo_cells(const StudyFrame& frame, const std::vector<Slo>& slos);

/// What one replication says about a cell. `value` is in the SLO's own unit (seconds for a
/// percentile); `share` holds the counts behind a ratio, or behind "within the limit" for a
/// percentile.
struct SloValue {
    Measure value;
    sim::RatioCount share;
};

/// How a cell is judged.
enum class SloRule : std::uint8_t {
    ratio,      ///< success, ok, degraded: pooled counts
    within,     ///< pNN <= L: share of requests that succeed within L >= NN %
    values,     ///< Student t over the replications' values
    durations,  ///< recovery: median and censoring
};
SloRule rule_of(const Slo& slo);

/// The p of a percentile metric (0.99 for p99 and p99ok); 0 for others.
double quantile_of(SloMetric metric);

/// `twin` is null without faults.
SloValue measure(const StudyFrame& frame, const SloCell& cell, const RunResult& run,
                 const RunResult* twin);

}  // namespace models
