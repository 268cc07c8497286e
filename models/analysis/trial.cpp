#include "models/analysis/trial.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/assert.hpp"

namespace models {

namespace {

/// What one core of a common machine simulates.
constexpr double kEventsPerCoreSecond = 7e6;

Work pointwise_min(const Work& a, const Work& b) {
    return {std::min(a.events, b.events), std::min(a.cpu_s, b.cpu_s)};
}
Work pointwise_max(const Work& a, const Work& b) {
    return {std::max(a.events, b.events), std::max(a.cpu_s, b.cpu_s)};
}

/// Work per simulated second, at the load of the trial.
Work rate_of(const TriedPart& part) { return part.work * (1 / part.length_s); }

/// As the stretch was at last; nothing of it was tried: as it was before.
Work last_rate(const TrialSpan& span, const Work& before) {
    if (span.last.length_s > 0) return rate_of(span.last);
    return span.first.length_s > 0 ? rate_of(span.first) : before;
}

/// Of a replication: as the calm was at last; without any, as it was when there was least to do.
Work calm_rate(const std::vector<TrialSpan>& spans) {
    Work calm;
    double tried_s = 0;
    for (const auto& span : spans) {
        if (!span.calm || span.tried_s() == 0) continue;
        // The start from empty is in the first part.
        const auto& part = span.last.length_s > 0 ? span.last : span.first;
        calm += part.work;
        tried_s += part.length_s;
    }
    if (tried_s > 0) return calm * (1 / tried_s);
    Work least = last_rate(spans.front(), {});
    for (const auto& span : spans) least = pointwise_min(least, last_rate(span, least));
    return least;
}

/// What was tried of the stretch, and the rest of it.
WorkRange span_work(const TrialSpan& span, const Work& before, const Work& calm) {
    const auto tried = span.first.work + span.last.work;
    const auto rest_s = std::max(0.0, span.length_s - span.tried_s());
    const auto likely = last_rate(span, before);
    const auto early = span.first.length_s > 0 ? rate_of(span.first) : likely;
    const WorkRange work{tried + likely * rest_s, tried + pointwise_min(likely, calm) * rest_s,
                         tried + pointwise_max(likely, early) * rest_s};
    return work * span.load;
}

WorkRange replication_work(const std::vector<TrialSpan>& spans) {
    const auto calm = calm_rate(spans);
    auto before = calm;
    WorkRange all;
    for (const auto& span : spans) {
        all += span_work(span, before, calm);
        before = last_rate(span, before);
    }
    return all;
}

/// Of what several replications take.
WorkRange together(const std::vector<WorkRange>& ranges) {
    SIM_ASSERT(!ranges.empty());
    WorkRange all{{}, ranges.front().least, ranges.front().most};
    for (const auto& one : ranges) {
        all.likely += one.likely;
        all.least = pointwise_min(all.least, one.least);
        all.most = pointwise_max(all.most, one.most);
    }
    all.likely = all.likely * (1 / static_cast<double>(ranges.size()));
    return all;
}

WorkRange with_setup(WorkRange range, double setup_s) {
    for (auto* work : {&range.likely, &range.least, &range.most}) work->cpu_s += setup_s;
    return range;
}

/// Over the whole run.
double mean_load(const std::vector<TrialSpan>& spans) {
    double sum = 0;
    double length_s = 0;
    for (const auto& span : spans) {
        sum += span.load * span.length_s;
        length_s += span.length_s;
    }
    return length_s > 0 ? sum / length_s : 1;
}

}  // namespace

Work& Work::operator+=(const Work& other) {
    events += other.events;
    cpu_s += other.cpu_s;
    return *this;
}

WorkRange& WorkRange::operator+=(const WorkRange& other) {
    likely += other.likely;
    least += other.least;
    most += other.most;
    return *this;
}

WorkRange run_work(const StrategyTrial& trial) {
    std::vector<WorkRange> each;
    for (const auto& spans : trial.runs) each.push_back(replication_work(spans));
    return with_setup(together(each), trial.setup_s);
}

WorkRange calm_work(const StrategyTrial& trial, double seconds) {
    std::vector<WorkRange> each;
    for (const auto& spans : trial.runs) {
        const auto work = calm_rate(spans) * (seconds * mean_load(spans));
        each.push_back({work, work, work});
    }
    return with_setup(together(each), trial.setup_s);
}

double run_length_s(const StrategyTrial& trial) {
    double length_s = 0;
    for (const auto& span : trial.runs.front()) length_s += span.length_s;
    return length_s;
}

double tried_share(const StrategyTrial& trial) {
    double tried_s = 0;
    double length_s = 0;
    for (const auto& spans : trial.runs) {
        for (const auto& span : spans) {
            tried_s += span.tried_s();
            length_s += span.length_s;
        }
    }
    return length_s > 0 ? tried_s / length_s : 0;
}

StrategyTrial untried(std::string name, double events_per_s, double length_s) {
    TrialSpan whole;
    whole.length_s = length_s;
    whole.calm = true;
    whole.first.length_s = length_s;
    whole.first.work.events = events_per_s * length_s;
    whole.first.work.cpu_s = whole.first.work.events / kEventsPerCoreSecond;
    return {std::move(name), {{whole}}, 0};
}

}  // namespace models
