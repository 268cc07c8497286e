#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/analysis/study.hpp"
#include "sim/experiment/threshold.hpp"

namespace models {

/// How the values of replications become one.
enum class Reduce : std::uint8_t {
    ratio,       ///< a sum over a sum: two numbers a replication, good and all
    mean,        ///< mean with Student t; one number
    percentile,  ///< the same, only when every replication has it; one number
    duration,    ///< median with its order statistics, missing is "not within the run"; one number
    slo,         ///< what an SLO is judged by: value, good and all
};

/// One measure of a point: what a row of the export is about.
struct SweepColumn {
    std::string subject;  ///< "shoppers/checkout", "service.payment"
    std::string metric;   ///< "success", "p99"
    std::string unit;     ///< "ratio", "s", "1/s", "count", "factor"
    Reduce reduce = Reduce::mean;
    std::string slo;                 ///< its name; empty: no SLO asks for it
    SloRule rule = SloRule::values;  ///< slo only: how it is judged
    sim::Threshold threshold;        ///< slo only: of what is judged
    std::string op;                  ///< slo only: as written, of the metric itself
    double limit = 0;                ///< slo only: as written, in `unit`
    bool judges = false;             ///< slo only: false for the pool of all groups
};

/// The unit of a column by its name; of what is damaged, a count.
MetricUnit unit_named(std::string_view name);

/// Numbers that a column takes of one replication.
std::size_t width_of(Reduce reduce);

/// The measures of every SLO cell, then of every flow over the whole run, then of every service.
std::vector<SweepColumn> sweep_columns(const StudySettings& settings, const StudyFrame& frame,
                                       const std::vector<SloCell>& cells);

/// What a replication has for them, one after the other; NaN: it has none.
std::vector<double> sweep_values(const std::vector<SweepColumn>& columns, const StudyFrame& frame,
                                 const RunDigest& run);

/// What `auto` looks at, from the values of a replication: SLOs, and success and mean of every
/// flow.
RunDigest sweep_digest(const std::vector<SweepColumn>& columns, const StudyFrame& frame,
                       const std::vector<double>& values);

/// What `auto` decided, a letter for each column that judges, and back: 'm' met, 'x' missed, 'o'
/// still open, 'c' too close to call. Empty without `auto`.
std::string verdicts_text(const StrategyRuns& runs);
/// Instead of those letters: the next look needs runs that other shards have.
inline constexpr std::string_view kOpenRound = "?";
sim::Verdict read_verdict(char letter);

/// Columns as text and back, for the store: equal columns are equal text. Nothing: it is damaged.
std::string columns_text(const std::vector<SweepColumn>& columns);
std::optional<std::vector<SweepColumn>> read_columns(const std::string& text);

/// Values as bytes and back: little-endian doubles, the same on every machine.
std::string values_bytes(std::span<const double> values);
std::vector<double> read_values(std::string_view bytes);

}  // namespace models
