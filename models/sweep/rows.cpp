#include "models/sweep/rows.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "models/analysis/measure.hpp"
#include "sim/stats/interval.hpp"
#include "sim/stats/ratio.hpp"

namespace models {

namespace {

Measure measure_of(double value) { return std::isnan(value) ? Measure{} : Measure{value}; }

/// The numbers of one column, replication by replication.
struct Slots {
    const std::vector<std::vector<double>>& runs;
    std::size_t at = 0;

    [[nodiscard]] std::vector<Measure> measures(std::size_t offset = 0) const {
        std::vector<Measure> out;
        for (const auto& run : runs) out.push_back(measure_of(run[at + offset]));
        return out;
    }
    [[nodiscard]] std::vector<sim::RatioCount> counts(std::size_t offset) const {
        std::vector<sim::RatioCount> out;
        for (const auto& run : runs) {
            out.push_back({static_cast<std::uint64_t>(run[at + offset]),
                           static_cast<std::uint64_t>(run[at + offset + 1])});
        }
        return out;
    }
};

std::optional<sim::Estimate> ratio_of(const std::vector<sim::RatioCount>& counts,
                                      double confidence) {
    const bool any = std::any_of(counts.begin(), counts.end(),
                                 [](const sim::RatioCount& one) { return one.all > 0; });
    if (!any) return std::nullopt;
    return sim::ratio_interval(counts, confidence);
}

std::optional<sim::Estimate> median_of_durations(const std::vector<Measure>& values,
                                                 double confidence) {
    std::vector<double> seconds;
    for (const auto& value : values) {
        seconds.push_back(value.value_or(std::numeric_limits<double>::infinity()));
    }
    return sim::median_interval(seconds, confidence);
}

/// A difference may be negative, everything else that is measured may not.
std::optional<sim::Estimate> mean_of(const SweepColumn& column, const std::vector<Measure>& values,
                                     double confidence) {
    return (column.metric == "lost" ? estimate_differences(values, confidence)
                                    : estimate_over_runs(values, confidence))
        .estimate;
}

void judge(const Slots& slots, double confidence, SweepRow& row) {
    auto threshold = row.column.threshold;
    threshold.confidence = confidence;
    const auto values = slots.measures();
    const auto judgement = judge_by(row.column.rule, threshold, values, slots.counts(1));
    row.estimate = judgement.value;
    if (row.column.rule == SloRule::within) {
        row.estimate = estimate_percentile(values, confidence).estimate;
        row.within = judgement.value;
    }
    if (row.column.judges) row.verdict = judgement.verdict;
}

SweepRow reduce_column(const SweepColumn& column, const Slots& slots, double confidence) {
    SweepRow row;
    row.column = column;
    row.runs = slots.runs.size();
    switch (column.reduce) {
        case Reduce::ratio:
            row.estimate = ratio_of(slots.counts(0), confidence);
            break;
        case Reduce::mean:
            row.estimate = mean_of(column, slots.measures(), confidence);
            break;
        case Reduce::percentile:
            row.estimate = estimate_percentile(slots.measures(), confidence).estimate;
            break;
        case Reduce::duration:
            row.estimate = median_of_durations(slots.measures(), confidence);
            break;
        case Reduce::slo:
            judge(slots, confidence, row);
            break;
    }
    return row;
}

}  // namespace

sim::Verdict SweepResult::verdict() const {
    auto verdict = sim::Verdict::none;
    for (const auto& row : rows) verdict = sim::worst(verdict, row.verdict);
    return verdict;
}

std::vector<SweepRow> reduce_runs(const std::vector<SweepColumn>& columns,
                                  const std::vector<std::vector<double>>& runs, double confidence) {
    std::vector<SweepRow> rows;
    if (runs.empty()) return rows;
    std::size_t at = 0;
    for (const auto& column : columns) {
        rows.push_back(reduce_column(column, {runs, at}, confidence));
        at += width_of(column.reduce);
    }
    return rows;
}

namespace {

/// What `auto` was not sure of is inconclusive, however clear it looks.
void hold_back(const std::string& verdicts, std::vector<SweepRow>& rows) {
    std::size_t next = 0;
    for (auto& row : rows) {
        if (!row.column.judges || next == verdicts.size()) continue;
        const auto verdict = read_verdict(verdicts[next++]);
        if (row.verdict != sim::Verdict::none) row.verdict = verdict;
    }
}

}  // namespace

bool fails_before(const sim::StoredPoint& a, const sim::StoredPoint& b) {
    if (a.failure.empty()) return false;
    return b.failure.empty() || a.replications < b.replications;
}

SweepReader::SweepReader(sim::Store& store) : store_(store) {
    const auto plan = store.newest_plan();
    if (!plan) throw sim::StoreError("it holds no sweep");
    plan_ = *plan;
    auto study = read_sweep_text(store.plan(plan_));
    if (!study) throw sim::StoreError("its newest plan is damaged");
    study_ = std::move(*study);
}

void SweepReader::for_each(const std::function<void(const SweepResult&)>& visit) {
    constexpr std::uint64_t kAtOnce = 256;
    for (std::uint64_t first = 1; first <= study_.points.size(); first += kAtOnce) {
        for (const auto& point : store_.points(plan_, first, first + kAtOnce - 1)) {
            if (point.strategy < study_.strategies.size() && point.number <= study_.points.size()) {
                visit(read(point));
            }
        }
    }
}

SweepResult SweepReader::read(const sim::StoredPoint& point) {
    SweepResult result{point.number, point.strategy, point.failure, point.command, {}};
    if (!point.failure.empty()) return result;
    if (point.layout != layout_) {
        const auto columns = read_columns(store_.text(point.layout));
        if (!columns) throw sim::StoreError("what its columns mean is damaged");
        columns_ = *columns;
        layout_ = point.layout;
    }
    std::size_t width = 0;
    for (const auto& column : columns_) width += width_of(column.reduce);
    std::vector<std::vector<double>> runs;
    for (const auto& run : store_.runs(point.scenario, point.seed, point.replications)) {
        runs.push_back(read_values(run.payload));
        if (runs.back().size() != width) throw sim::StoreError("a result in it is damaged");
    }
    if (runs.size() != point.replications) throw sim::StoreError("a result in it is missing");
    result.rows = reduce_runs(columns_, runs, study_.confidence);
    hold_back(point.verdicts, result.rows);
    return result;
}

}  // namespace models
