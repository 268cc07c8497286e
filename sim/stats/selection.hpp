#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace sim {

/// The constants of Kim and Nelson's procedure (KN; ACM TOMACS 11, 2001) with c = 1.
struct KimNelson {
    double eta = 0;
    double h_squared = 0;
};

/// eta = ((2 alpha / (k-1))^(-2/(n0-1)) - 1) / 2 and h^2 = 2 eta (n0-1), for k `systems` and n0
/// `first_stage` replications. Two systems and two replications at least; `alpha` in (0, 1), and
/// below (k-1)/2, where nothing would be left to decide.
KimNelson kim_nelson(std::size_t systems, std::size_t first_stage, double alpha);

/// W_il(r) = max(0, delta / (2r) * (h^2 S_il^2 / delta^2 - r)): by how much a mean over r
/// replications may fall behind another before the system is dropped. `variance` is S_il^2, that of
/// the paired difference over the first stage; `indifference` is delta > 0; r > 0.
double kim_nelson_slack(const KimNelson& constants, double variance, double indifference,
                        std::size_t r);

struct SelectionSettings {
    /// Differences below it do not matter: whoever is that near to the best may be chosen. > 0.
    double indifference = 0;
    /// The chance of choosing a system that is worse than the best by `indifference` and more.
    double alpha = 0.05;
    /// Replications before the first screening (n0): a variance from fewer is not worth much. >= 2.
    std::size_t first_stage = 10;
    bool larger_is_better = true;
};

/// `best`: one system is ahead of every other by the indifference at least. `indistinguishable`:
/// the chosen system and those of `near` differ by less than that. `exhausted`: more replications
/// are needed to choose.
enum class SelectionVerdict { best, indistinguishable, exhausted };
/// "best", "indistinguishable", "budget exhausted".
std::string_view name_of(SelectionVerdict verdict);

struct Selection {
    SelectionVerdict verdict = SelectionVerdict::exhausted;
    /// Systems that were not dropped, ascending. One when a system has been chosen.
    std::vector<std::size_t> remaining;
    /// Of one of them: the best mean. It may be said to be chosen when it is the only one.
    std::size_t leader = 0;
    /// Others whose mean is less than the indifference away from the leader's, ascending.
    std::vector<std::size_t> near;
    /// Replications of each system that the screening looked at before it dropped it or ended:
    /// what the procedure costs.
    std::vector<std::size_t> used;
};

/// Screens as KN does, from the first stage on after each replication, and drops for good. Rows are
/// systems, `values[system][replication]`, all of one length; replications may share their draws,
/// which makes the paired variances smaller and the procedure faster. Systems equal in every
/// replication are never dropped by each other. A single system is the best. Values are finite.
Selection select_best(std::span<const std::vector<double>> values,
                      const SelectionSettings& settings);

/// Optimal computing budget allocation (Chen, Lin, Yucesan and Chick 2000): the share of the
/// replications that each system should have had, for the best chance that the best mean belongs
/// to the best system. N_i / N_j = (s_i / d_i)^2 / (s_j / d_j)^2 with d the distance to the best
/// mean, and N_best = s_best sqrt(sum N_i^2 / s_i^2).
struct AllocationInput {
    std::span<const double> means;
    std::span<const double> deviations;  ///< standard deviations, >= 0
    bool larger_is_better = true;
    /// Distances count as at least this much: two equal means would otherwise get everything. > 0.
    double smallest_distance = 1e-12;
};
/// Sums to 1. Equal shares when only the best varies, or none. At least one system.
std::vector<double> optimal_allocation(const AllocationInput& input);

/// The system that has had least of its share: where the next replication goes. `used` are the
/// replications so far; the first of equals.
std::size_t most_wanting(std::span<const double> shares, std::span<const std::size_t> used);

}  // namespace sim
