#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "models/scenario/slo.hpp"
#include "sim/experiment/comparison.hpp"
#include "sim/report/document.hpp"
#include "sim/stats/estimate.hpp"

namespace models {

/// One SLO of one strategy for one group (or service), as a saved result has it.
struct DiffCell {
    std::string strategy;
    std::string slo;
    std::string subject;                  ///< group or service
    std::string verdict;                  ///< "met", "missed", "inconclusive", "none"
    MetricUnit unit = MetricUnit::ratio;  ///< of the values per run
    bool median = false;                  ///< compared by medians: they may be infinite
    bool higher_is_better = true;
    sim::Matters matters;
    bool in_time = false;  ///< the values are shares within the limit
    std::string shown;     ///< the value: of means that of the runs that are compared
    std::vector<std::optional<double>> per_run;

    [[nodiscard]] bool same_as(const DiffCell& other) const {
        return strategy == other.strategy && slo == other.slo && subject == other.subject;
    }
};

/// What is compared: one result.
struct DiffSide {
    std::string name;  ///< as the user calls it
    std::string scenario;
    std::uint64_t seed = 0;
    std::string engine;
    double confidence = 0.95;
    std::vector<DiffCell> cells;
    std::string fingerprint;
    std::string resolved;  ///< the effective scenario
};

/// Reads a result of `run`; nothing: `problem` says why it cannot be compared.
std::optional<DiffSide> read_diff_side(std::string name, const nlohmann::ordered_json& result,
                                       std::string& problem);

/// A setting of the file that differs. The places are `shop.yaml:66`; empty where it is not.
struct DiffChange {
    std::string path;    ///< `policy.perTryTimeout`
    std::string before;  ///< as written; empty: not there
    std::string after;
    std::string place_before;
    std::string place_after;
};

enum class DiffStatus : std::uint8_t {
    identical,  ///< in every run, to the last bit: the change cannot have touched it
    same,       ///< no difference beyond noise
    better,
    worse,
    unclear,  ///< not estimable in some run
    gone,     ///< only in the first
    fresh,    ///< only in the second
};

/// One SLO of one strategy, before and after.
struct DiffRow {
    DiffCell before;
    DiffCell after;
    DiffStatus status = DiffStatus::identical;
    sim::Estimate difference;  ///< after - before, over paired runs

    /// Met before, missed now, beyond noise.
    [[nodiscard]] bool newly_missed() const {
        return status == DiffStatus::worse && before.verdict != "missed" &&
               after.verdict == "missed";
    }
};

struct DiffResult {
    std::vector<DiffRow> rows;  ///< in the order of the second side, what is gone last
    std::vector<DiffChange> changes;
    std::size_t runs = 0;  ///< that both have

    [[nodiscard]] std::size_t count(DiffStatus status) const;
};

/// Both are of the same seed. Runs are paired by their numbers: the same customers with the same
/// luck. Better and worse are beyond the difference that matters, with Holm's adjustment over all
/// rows, so that the chance of naming any wrongly is at most 1 - confidence.
DiffResult compare_sides(const DiffSide& before, const DiffSide& after,
                         std::vector<DiffChange> changes);

/// What makes `diff` end with exit code 1.
enum class DiffRule : std::uint8_t { worse, newly_missed, changed, never };
bool fails(const DiffResult& result, DiffRule rule);

/// The report: what is better or worse, what is the same, and which lines did it.
sim::Document diff_document(const DiffSide& before, const DiffSide& after, const DiffResult& result,
                            DiffRule rule);

}  // namespace models
