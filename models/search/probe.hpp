#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/sweep/columns.hpp"
#include "sim/experiment/threshold.hpp"
#include "sim/stats/estimate.hpp"

namespace models {

/// What was found out about one SLO at one place: one line for each group that it judges.
struct ProbeSlo {
    std::string slo;
    std::string of;  ///< "shoppers/checkout", "service.payment"
    std::string metric;
    std::string unit;  ///< of `value` and `limit`
    std::string op;
    double limit = 0;
    std::optional<sim::Estimate> value;   ///< at the confidence of the scenario
    std::optional<sim::Estimate> within;  ///< of a percentile with a limit: the share within it
    sim::Verdict verdict = sim::Verdict::inconclusive;  ///< certain at the search's confidence
    /// It is missed because too few runs meet it (`in: 90%`), though the value does not miss it.
    bool by_runs = false;
    std::size_t runs_met = 0;
    std::size_t runs_judged = 0;
};

/// One place of a search under one strategy.
struct SearchProbe {
    double at = 0;     ///< the factor, or the value in its base unit
    std::string text;  ///< as it is written: `1.25x`, `300ms`
    sim::Verdict verdict = sim::Verdict::inconclusive;
    std::size_t runs = 0;
    std::vector<ProbeSlo> slos;
    std::string failure;  ///< why it is inconclusive, when a limit was reached; empty: it was not
    std::string command;  ///< that runs this place by itself
};

/// How sure a verdict has to be.
struct ProbeLevel {
    double alpha = 0.05;       ///< the chance that anything said of this place is wrong
    double confidence = 0.95;  ///< of the values that are shown
};

/// Columns that judge, of the SLOs that count (all, when none is named): indices into `columns`.
std::vector<std::size_t> judging_columns(const std::vector<SweepColumn>& columns,
                                         const std::vector<std::string>& slos);

/// Judges all runs so far. The place is met when every SLO is, and missed when any is. Only one of
/// the two can be wrong: met, when one SLO is truly missed and passes, each at `alpha`; missed,
/// when all are truly met and one of m fails, each at `alpha` / m. Every look spends its share of
/// `alpha`. The runs rule of an SLO (`in: 90%`) counts as it does in any verdict.
void judge_probe(const std::vector<SweepColumn>& columns, const std::vector<std::size_t>& judging,
                 const std::vector<std::vector<double>>& runs, const ProbeLevel& level,
                 SearchProbe& probe);

/// As text and back, for the store. Nothing: it is damaged.
std::string probe_text(const SearchProbe& probe);
std::optional<SearchProbe> read_probe_text(std::string_view text);

}  // namespace models
