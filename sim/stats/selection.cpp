#include "sim/stats/selection.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/core/assert.hpp"
#include "sim/stats/summary.hpp"

namespace sim {

namespace {

using Rows = std::span<const std::vector<double>>;

/// Variance of the paired differences of two systems over the first stage.
double paired_variance(const std::vector<double>& a, const std::vector<double>& b, std::size_t n) {
    std::vector<double> differences(n);
    for (std::size_t i = 0; i < n; ++i) differences[i] = a[i] - b[i];
    return summarise(differences).variance;
}

/// The screening of one set of rows. Sums are relative to the first system's values, so that a
/// large common level does not eat the differences.
class Screening {
  public:
    Screening(Rows values, const SelectionSettings& settings)
        : values_(values),
          settings_(settings),
          constants_(kim_nelson(values.size(), settings.first_stage, settings.alpha)),
          variances_(values.size() * values.size()),
          leads_(values.size(), 0),
          remaining_(values.size()),
          used_(values.size(), 0) {
        std::iota(remaining_.begin(), remaining_.end(), std::size_t{0});
        for (std::size_t i = 0; i < values.size(); ++i) {
            for (std::size_t j = 0; j < values.size(); ++j) {
                variances_[i * values.size() + j] =
                    paired_variance(values[i], values[j], settings.first_stage);
            }
        }
    }

    void run() {
        const std::size_t length = values_.front().size();
        for (std::size_t r = 1; r <= length && remaining_.size() > 1; ++r) {
            take(r - 1);
            if (r >= settings_.first_stage) drop(r);
        }
    }

    [[nodiscard]] const std::vector<std::size_t>& remaining() const { return remaining_; }
    [[nodiscard]] const std::vector<std::size_t>& used() const { return used_; }

  private:
    void take(std::size_t replication) {
        const double sign = settings_.larger_is_better ? 1 : -1;
        for (const std::size_t i : remaining_) {
            leads_[i] += sign * (values_[i][replication] - values_[0][replication]);
            ++used_[i];
        }
    }

    // All that fall behind are found before any is dropped, as in the original.
    void drop(std::size_t r) {
        std::vector<std::size_t> kept;
        for (const std::size_t i : remaining_) {
            if (!is_behind(i, r)) kept.push_back(i);
        }
        remaining_ = std::move(kept);
    }

    [[nodiscard]] bool is_behind(std::size_t i, std::size_t r) const {
        const auto n = static_cast<double>(r);
        return std::any_of(remaining_.begin(), remaining_.end(), [&](std::size_t other) {
            const double slack = kim_nelson_slack(
                constants_, variances_[i * values_.size() + other], settings_.indifference, r);
            return other != i && leads_[i] / n < leads_[other] / n - slack;
        });
    }

    Rows values_;
    const SelectionSettings& settings_;
    KimNelson constants_;
    std::vector<double> variances_;
    std::vector<double> leads_;
    std::vector<std::size_t> remaining_;
    std::vector<std::size_t> used_;
};

std::vector<double> means_of(Rows values, bool larger_is_better) {
    std::vector<double> means;
    for (const auto& row : values) {
        means.push_back((larger_is_better ? 1 : -1) * summarise(row).mean);
    }
    return means;
}

/// Who leads, who is near, and what may be said.
void conclude(Rows values, const SelectionSettings& settings, Selection& selection) {
    const auto means = means_of(values, settings.larger_is_better);
    selection.leader = selection.remaining.front();
    for (const std::size_t i : selection.remaining) {
        if (means[i] > means[selection.leader]) selection.leader = i;
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double behind = means[selection.leader] - means[i];
        if (i != selection.leader && behind < settings.indifference) selection.near.push_back(i);
    }
    const bool all_same =
        std::all_of(selection.remaining.begin(), selection.remaining.end(),
                    [&](std::size_t i) { return values[i] == values[selection.leader]; });
    if (selection.remaining.size() > 1 && !all_same) return;
    if (values.front().size() < settings.first_stage && values.size() > 1) return;
    selection.verdict =
        selection.near.empty() ? SelectionVerdict::best : SelectionVerdict::indistinguishable;
}

}  // namespace

std::string_view name_of(SelectionVerdict verdict) {
    switch (verdict) {
        case SelectionVerdict::best:
            return "best";
        case SelectionVerdict::indistinguishable:
            return "indistinguishable";
        case SelectionVerdict::exhausted:
            return "budget exhausted";
    }
    fail_assertion("a known verdict of a selection", __FILE__, __LINE__);
}

KimNelson kim_nelson(std::size_t systems, std::size_t first_stage, double alpha) {
    SIM_ASSERT(systems >= 2 && first_stage >= 2 && alpha > 0 && alpha < 1);
    const double share = 2 * alpha / static_cast<double>(systems - 1);
    SIM_ASSERT(share < 1);
    const auto df = static_cast<double>(first_stage - 1);
    const double eta = (std::pow(share, -2 / df) - 1) / 2;
    return {eta, 2 * eta * df};
}

double kim_nelson_slack(const KimNelson& constants, double variance, double indifference,
                        std::size_t r) {
    SIM_ASSERT(variance >= 0 && indifference > 0 && r > 0);
    const auto n = static_cast<double>(r);
    const double end = constants.h_squared * variance / (indifference * indifference);
    return std::max(0.0, indifference / (2 * n) * (end - n));
}

Selection select_best(std::span<const std::vector<double>> values,
                      const SelectionSettings& settings) {
    SIM_ASSERT(!values.empty() && !values.front().empty());
    SIM_ASSERT(settings.indifference > 0 && settings.first_stage >= 2);
    const std::size_t length = values.front().size();
    for (const auto& row : values) SIM_ASSERT(row.size() == length);
    Selection selection;
    selection.remaining.resize(values.size());
    std::iota(selection.remaining.begin(), selection.remaining.end(), std::size_t{0});
    selection.used.assign(values.size(), length);
    if (values.size() > 1 && length >= settings.first_stage) {
        Screening screening(values, settings);
        screening.run();
        selection.remaining = screening.remaining();
        selection.used = screening.used();
    }
    conclude(values, settings, selection);
    return selection;
}

std::vector<double> optimal_allocation(const AllocationInput& input) {
    const std::size_t n = input.means.size();
    SIM_ASSERT(n > 0 && input.deviations.size() == n && input.smallest_distance > 0);
    const auto& means = input.means;
    const auto extreme = input.larger_is_better ? std::max_element(means.begin(), means.end())
                                                : std::min_element(means.begin(), means.end());
    const auto best = static_cast<std::size_t>(extreme - means.begin());
    std::vector<double> shares(n, 0);
    double squares = 0;
    for (std::size_t i = 0; i < n; ++i) {
        if (i == best || input.deviations[i] <= 0) continue;
        const double distance = std::max(std::abs(means[i] - means[best]), input.smallest_distance);
        const double ratio = input.deviations[i] / distance;
        shares[i] = ratio * ratio;
        squares += ratio * ratio / (distance * distance);  // (N_i / s_i)^2
    }
    shares[best] = input.deviations[best] * std::sqrt(squares);
    const double total = std::accumulate(shares.begin(), shares.end(), 0.0);
    for (double& share : shares) share = total > 0 ? share / total : 1 / static_cast<double>(n);
    return shares;
}

std::size_t most_wanting(std::span<const double> shares, std::span<const std::size_t> used) {
    SIM_ASSERT(!shares.empty() && shares.size() == used.size());
    const auto total = std::accumulate(used.begin(), used.end(), std::size_t{1});
    std::size_t chosen = 0;
    double most = -1e300;
    for (std::size_t i = 0; i < shares.size(); ++i) {
        const double wanting =
            shares[i] * static_cast<double>(total) - static_cast<double>(used[i]);
        if (wanting > most) {
            most = wanting;
            chosen = i;
        }
    }
    return chosen;
}

}  // namespace sim
