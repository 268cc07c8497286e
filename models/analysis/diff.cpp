#include "models/analysis/diff.hpp"

#include <algorithm>
#include <cmath>

#include "models/analysis/format.hpp"
#include "sim/stats/difference.hpp"

namespace models {

namespace {

/// The values of both in the runs that both have; nothing when one is not estimable.
std::optional<sim::DecisionRule> rule_of_row(const DiffRow& row, std::size_t runs) {
    sim::DecisionRule rule;
    rule.name = row.after.slo;
    rule.kind = row.after.median ? sim::RuleKind::median_value : sim::RuleKind::mean_value;
    rule.better = row.after.higher_is_better ? sim::Better::higher : sim::Better::lower;
    rule.matters = row.after.matters;
    for (const auto* cell : {&row.after, &row.before}) {
        auto& values = rule.values.emplace_back();
        for (std::size_t i = 0; i < runs; ++i) {
            if (!cell->per_run[i]) return std::nullopt;
            values.push_back(*cell->per_run[i]);
        }
    }
    return rule;
}

/// Where nothing was ever estimable nothing differs either.
bool is_same_everywhere(const DiffRow& row, std::size_t runs) {
    return std::equal(row.before.per_run.begin(),
                      row.before.per_run.begin() + static_cast<std::ptrdiff_t>(runs),
                      row.after.per_run.begin());
}

DiffStatus status_of(sim::PairVerdict verdict) {
    if (verdict == sim::PairVerdict::better) return DiffStatus::better;
    return verdict == sim::PairVerdict::worse ? DiffStatus::worse : DiffStatus::same;
}

/// Both sides of a row have been found.
void judge_rows(std::vector<DiffRow>& rows, std::size_t runs, double confidence) {
    struct Judged {
        std::size_t row;
        double ahead;  ///< of what is after, in its own direction
    };
    std::vector<Judged> judged;
    std::vector<double> p_values;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto& row = rows[i];
        if (row.status == DiffStatus::gone || row.status == DiffStatus::fresh) continue;
        if (is_same_everywhere(row, runs)) continue;
        row.status = DiffStatus::unclear;
        const auto rule = rule_of_row(row, runs);
        if (!rule) continue;
        const auto pair = sim::compare_pairs(*rule, confidence).front();
        row.difference = pair.difference;
        row.status = DiffStatus::same;
        if (!pair.p) continue;
        const double sign = row.after.higher_is_better ? 1 : -1;
        judged.push_back({i, sign * pair.difference.value});
        p_values.push_back(*pair.p);
    }
    const auto adjusted = sim::holm_adjust(p_values);
    for (std::size_t i = 0; i < judged.size(); ++i) {
        if (adjusted[i] > 1 - confidence || judged[i].ahead == 0) continue;
        rows[judged[i].row].status =
            status_of(judged[i].ahead > 0 ? sim::PairVerdict::better : sim::PairVerdict::worse);
    }
}

/// Over the runs that are compared, so that the values differ by what is said.
void show_mean(DiffCell& cell, std::size_t runs) {
    if (cell.median || runs == 0) return;
    double sum = 0;
    for (std::size_t i = 0; i < runs; ++i) {
        if (!cell.per_run[i]) return;
        sum += *cell.per_run[i];
    }
    const double mean = sum / static_cast<double>(runs);
    if (cell.unit != MetricUnit::ratio) {
        cell.shown = metric_text(cell.unit, mean);
        return;
    }
    cell.shown = percent_text(mean, 1) + (cell.in_time ? " in time" : "");
}

const DiffCell* find_cell(const DiffSide& side, const DiffCell& like) {
    const auto found = std::find_if(side.cells.begin(), side.cells.end(),
                                    [&](const DiffCell& one) { return one.same_as(like); });
    return found == side.cells.end() ? nullptr : &*found;
}

/// Runs that every cell of both sides has.
std::size_t common_runs(const DiffSide& before, const DiffSide& after) {
    std::optional<std::size_t> least;
    for (const auto* side : {&before, &after}) {
        for (const auto& cell : side->cells) {
            least = std::min(least.value_or(cell.per_run.size()), cell.per_run.size());
        }
    }
    return least.value_or(0);
}

}  // namespace

std::size_t DiffResult::count(DiffStatus status) const {
    return static_cast<std::size_t>(std::count_if(
        rows.begin(), rows.end(), [&](const DiffRow& row) { return row.status == status; }));
}

DiffResult compare_sides(const DiffSide& before, const DiffSide& after,
                         std::vector<DiffChange> changes) {
    DiffResult result;
    result.changes = std::move(changes);
    result.runs = common_runs(before, after);
    for (const auto& cell : after.cells) {
        DiffRow row;
        row.after = cell;
        const auto* old = find_cell(before, cell);
        if (old != nullptr) {
            row.before = *old;
            show_mean(row.before, result.runs);
            show_mean(row.after, result.runs);
        } else {
            row.status = DiffStatus::fresh;
        }
        result.rows.push_back(std::move(row));
    }
    for (const auto& cell : before.cells) {
        if (find_cell(after, cell) != nullptr) continue;
        DiffRow row;
        row.before = cell;
        row.status = DiffStatus::gone;
        result.rows.push_back(std::move(row));
    }
    judge_rows(result.rows, result.runs, after.confidence);
    return result;
}

bool fails(const DiffResult& result, DiffRule rule) {
    switch (rule) {
        case DiffRule::worse:
            return result.count(DiffStatus::worse) > 0;
        case DiffRule::newly_missed:
            return std::any_of(result.rows.begin(), result.rows.end(),
                               [](const DiffRow& row) { return row.newly_missed(); });
        case DiffRule::changed:
            return result.count(DiffStatus::identical) < result.rows.size();
        case DiffRule::never:
            return false;
    }
    return false;
}

}  // namespace models
