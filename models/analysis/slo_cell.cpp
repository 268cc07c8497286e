#include "models/analysis/slo_cell.hpp"

#include <algorithm>

#include "models/analysis/recovery.hpp"
#include "sim/core/assert.hpp"

namespace models {

namespace {

Subject subject_of(const StudyFrame& frame, const std::string& group, const std::string& journey) {
    Subject subject{group, journey, {}};
    for (std::uint32_t i = 0; i < frame.flows.size(); ++i) {
        const auto& flow = frame.flows[i];
        if (!group.empty() && flow.group != group) continue;
        if (!journey.empty() && flow.journey != journey) continue;
        subject.flows.push_back(i);
    }
    return subject;
}

std::vector<std::string> groups_with(const StudyFrame& frame, const std::string& journey) {
    std::vector<std::string> groups;
    for (const auto& flow : frame.flows) {
        if (!journey.empty() && flow.journey != journey) continue;
        if (std::find(groups.begin(), groups.end(), flow.group) == groups.end()) {
            groups.push_back(flow.group);
        }
    }
    return groups;
}

std::optional<std::uint32_t> find_service(const StudyFrame& frame, const std::string& name) {
    for (std::uint32_t i = 0; i < frame.services.size(); ++i) {
        if (frame.services[i].name == name) return i;
    }
    return std::nullopt;
}

void add_customer_cells(const StudyFrame& frame, const SloCell& blank,
                        std::vector<SloCell>& cells) {
    const std::string journey = blank.rule.journey.value_or("");
    const auto groups = blank.rule.group ? std::vector<std::string>{*blank.rule.group}
                                         : groups_with(frame, journey);
    for (const auto& group : groups) {
        cells.push_back(blank);
        cells.back().subject = subject_of(frame, group, journey);
    }
    if (groups.size() < 2) return;
    cells.push_back(blank);
    cells.back().subject = subject_of(frame, "", journey);
    cells.back().judges = false;
}

/// Sums of a service over the windows of a slice; the whole run has exact ones.
struct ServiceSums {
    double arrivals = 0;
    double busy_s = 0;
    double capacity_s = 0;
    double worked_s = 0;
    double wasted_s = 0;
};

ServiceSums sums_of(const ServiceResult& service, const Slice& slice, const WindowGrid& grid) {
    if (slice.kind == SliceKind::all) {
        return {static_cast<double>(service.arrivals), service.busy_s, service.capacity_s,
                service.work_done_s, service.wasted_s};
    }
    ServiceSums sums;
    const auto from = static_cast<std::size_t>(std::max(0.0, slice.from.seconds()));
    const auto to = static_cast<std::size_t>(std::max(0.0, slice.to.seconds()));
    const auto stretch = grid.within(from, to);
    for (std::size_t i = stretch.from; i < std::min(stretch.to, service.windows.size()); ++i) {
        const auto& window = service.windows[i];
        sums.arrivals += window.arrivals;
        sums.busy_s += static_cast<double>(window.busy_s);
        sums.capacity_s += static_cast<double>(window.capacity_s);
        sums.worked_s += static_cast<double>(window.working_s);
        sums.wasted_s += static_cast<double>(window.wasted_s);
    }
    return sums;
}

Measure service_value(const StudyFrame& frame, const SloCell& cell, const RunResult& run,
                      const RunResult* twin) {
    const auto& service = run.services[*cell.service];
    const auto& slice = frame.slices[cell.rule.slice_index];
    const auto grid = frame.windows();
    const auto sums = sums_of(service, slice, grid);
    if (cell.rule.metric == SloMetric::utilisation) return ratio(sums.busy_s, sums.capacity_s);
    if (cell.rule.metric == SloMetric::wasted) return ratio(sums.wasted_s, sums.worked_s);
    if (cell.rule.metric == SloMetric::amplification) {
        if (twin == nullptr) return std::nullopt;
        return ratio(sums.arrivals, sums_of(twin->services[*cell.service], slice, grid).arrivals);
    }
    if (cell.rule.metric == SloMetric::mean) return in_seconds(service.sojourn.mean());
    const double p = quantile_of(cell.rule.metric);
    return p > 0 ? quantile_over_all(service.sojourn, 0, p) : std::nullopt;
}

/// The longest recovery from any fault; censored when one is.
Measure recovery_value(const StudyFrame& frame, const SloCell& cell, const RunResult& run,
                       const RunResult* twin) {
    if (twin == nullptr || frame.faults.empty()) return std::nullopt;
    double longest = 0;
    for (std::size_t i = 0; i < frame.faults.size(); ++i) {
        if (frame.faults[i].recurs) continue;
        if (!cell.rule.fault.empty() && frame.faults[i].name != cell.rule.fault) continue;
        const auto seconds = recovery_of(frame, i, cell.subject, run, *twin);
        if (!seconds) return std::nullopt;
        longest = std::max(longest, *seconds);
    }
    return longest;
}

/// Requests answered within the SLO's limit, as the run counted them.
std::uint64_t within_limit(const SloCell& cell, const Slice& slice, const SliceResult& result) {
    const auto wanted = sim::from_seconds(cell.rule.limit);
    const auto found = std::find(slice.limits.begin(), slice.limits.end(), wanted);
    SIM_ASSERT(found != slice.limits.end());
    return result.within[static_cast<std::size_t>(found - slice.limits.begin())];
}

sim::RatioCount share_of(const SloCell& cell, const Slice& rule, const SliceResult& slice) {
    const auto count = [&](Outcome outcome) {
        return slice.outcomes[static_cast<std::size_t>(outcome)];
    };
    const auto all = slice.offered();
    if (cell.rule.metric == SloMetric::ok) return {count(Outcome::ok), all};
    if (cell.rule.metric == SloMetric::degraded) return {count(Outcome::degraded), all};
    if (rule_of(cell.rule) == SloRule::within) {
        return {within_limit(cell, rule, slice), all};
    }
    return {slice.success(), all};
}

Measure customer_value(const SloCell& cell, const Slice& slice, const SliceResult& result) {
    const double p = quantile_of(cell.rule.metric);
    switch (cell.rule.metric) {
        case SloMetric::success:
        case SloMetric::ok:
        case SloMetric::degraded: {
            const auto share = share_of(cell, slice, result);
            return ratio(static_cast<double>(share.good), static_cast<double>(share.all));
        }
        case SloMetric::goodput:
            return ratio(static_cast<double>(result.success()), slice.length().seconds());
        case SloMetric::mean:
            return in_seconds(result.latency.mean());
        case SloMetric::p50:
        case SloMetric::p90:
        case SloMetric::p95:
        case SloMetric::p99:
        case SloMetric::p999:
            return quantile_over_all(result.latency, result.offered() - result.success(), p);
        case SloMetric::p50ok:
        case SloMetric::p90ok:
        case SloMetric::p95ok:
        case SloMetric::p99ok:
        case SloMetric::p999ok:
            return quantile_over_all(result.latency, 0, p);
        case SloMetric::tries:
            return ratio(static_cast<double>(result.tries), static_cast<double>(result.calls));
        case SloMetric::duplicates:
            return static_cast<double>(result.duplicates);
        case SloMetric::recovery:
        case SloMetric::utilisation:
        case SloMetric::amplification:
        case SloMetric::wasted:
            return std::nullopt;
    }
    SIM_ASSERT(false);
}

}  // namespace

std::vector<Subject> group_subjects(const StudyFrame& frame) {
    std::vector<Subject> subjects;
    for (const auto& group : groups_with(frame, "")) {
        subjects.push_back(subject_of(frame, group, ""));
    }
    return subjects;
}

SliceResult pooled(const RunResult& run, const Subject& subject, std::uint32_t slice) {
    SliceResult sum;
    for (const auto flow : subject.flows) sum.merge(run.flows[flow].slices[slice]);
    return sum;
}

std::vector<SloCell> slo_cells(const StudyFrame& frame, const std::vector<Slo>& slos) {
    std::vector<SloCell> cells;
    for (std::uint32_t i = 0; i < slos.size(); ++i) {
        SloCell blank;
        blank.slo = i;
        blank.rule = slos[i];
        if (!slos[i].service) {
            add_customer_cells(frame, blank, cells);
            continue;
        }
        blank.service = find_service(frame, *slos[i].service);
        SIM_ASSERT(blank.service);
        cells.push_back(blank);
    }
    return cells;
}

SloRule rule_of(const Slo& slo) {
    switch (slo.metric) {
        case SloMetric::success:
        case SloMetric::ok:
        case SloMetric::degraded:
            return SloRule::ratio;
        case SloMetric::p50:
        case SloMetric::p90:
        case SloMetric::p95:
        case SloMetric::p99:
        case SloMetric::p999:
            // "At least" on a percentile, or one of a service, has no requests to count.
            return !slo.service && (slo.op == SloOp::at_most || slo.op == SloOp::below)
                       ? SloRule::within
                       : SloRule::values;
        case SloMetric::recovery:
            return SloRule::durations;
        case SloMetric::goodput:
        case SloMetric::mean:
        case SloMetric::p50ok:
        case SloMetric::p90ok:
        case SloMetric::p95ok:
        case SloMetric::p99ok:
        case SloMetric::p999ok:
        case SloMetric::tries:
        case SloMetric::duplicates:
        case SloMetric::utilisation:
        case SloMetric::amplification:
        case SloMetric::wasted:
            return SloRule::values;
    }
    SIM_ASSERT(false);
}

double quantile_of(SloMetric metric) {
    switch (metric) {
        case SloMetric::p50:
        case SloMetric::p50ok:
            return 0.5;
        case SloMetric::p90:
        case SloMetric::p90ok:
            return 0.9;
        case SloMetric::p95:
        case SloMetric::p95ok:
            return 0.95;
        case SloMetric::p99:
        case SloMetric::p99ok:
            return 0.99;
        case SloMetric::p999:
        case SloMetric::p999ok:
            return 0.999;
        case SloMetric::success:
        case SloMetric::ok:
        case SloMetric::degraded:
        case SloMetric::goodput:
        case SloMetric::mean:
        case SloMetric::tries:
        case SloMetric::duplicates:
        case SloMetric::recovery:
        case SloMetric::utilisation:
        case SloMetric::amplification:
        case SloMetric::wasted:
            return 0;
    }
    SIM_ASSERT(false);
}

SloValue measure(const StudyFrame& frame, const SloCell& cell, const RunResult& run,
                 const RunResult* twin) {
    if (cell.service) return {service_value(frame, cell, run, twin), {}};
    if (cell.rule.metric == SloMetric::recovery) {
        return {recovery_value(frame, cell, run, twin), {}};
    }
    const auto& slice = frame.slices[cell.rule.slice_index];
    const auto result = pooled(run, cell.subject, cell.rule.slice_index);
    return {customer_value(cell, slice, result), share_of(cell, slice, result)};
}

}  // namespace models
