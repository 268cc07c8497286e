#pragma once

#include <array>
#include <string>
#include <vector>

#include "models/analysis/study.hpp"

// Hand-made frames and results: what an engine would leave, with numbers that one can check.
namespace fixture {

inline constexpr int kSeconds = 400;
inline constexpr int kFaultAt = 100;
inline constexpr int kFaultFor = 100;

/// What the SLOs of these tests ask about; every request takes 10 ms.
constexpr std::array<sim::Duration, 2> kLimits = {sim::milliseconds(20), sim::milliseconds(5)};

/// Two groups that check out, one of them also browses; one service; one fault of 100 s.
inline models::StudyFrame frame() {
    models::StudyFrame frame;
    frame.flows = {
        {"shoppers", "browse", 10}, {"shoppers", "checkout", 10}, {"partners", "checkout", 10}};
    frame.services = {{"shop", 8}};
    frame.edges = {{"shoppers", "shop", true, 1, false}};
    frame.faults = {{"outage",
                     sim::SimTime{} + sim::whole_seconds(kFaultAt),
                     sim::whole_seconds(kFaultFor),
                     {}}};
    frame.duration = sim::whole_seconds(kSeconds);
    models::Slice all;
    all.to = sim::SimTime{} + frame.duration;
    all.limits.assign(kLimits.begin(), kLimits.end());
    models::Slice during;
    during.kind = models::SliceKind::during;
    during.fault = "outage";
    during.from = frame.faults[0].at;
    during.to = frame.faults[0].end();
    during.limits = all.limits;
    frame.slices = {all, during};
    return frame;
}

inline void add(models::SliceResult& slice, models::Outcome outcome, std::uint64_t count,
                sim::Duration latency = sim::milliseconds(10)) {
    slice.outcomes[static_cast<std::size_t>(outcome)] += count;
    if (!models::is_success(outcome)) return;
    for (std::uint64_t i = 0; i < count; ++i) slice.latency.record(latency);
    slice.within.resize(kLimits.size());
    for (std::size_t i = 0; i < kLimits.size(); ++i) {
        if (latency <= kLimits[i]) slice.within[i] += count;
    }
}

/// A flow with `per_s` requests in every second, of which `bad` fail from second `from` to `to`.
inline models::FlowResult flow(std::uint32_t per_s, std::uint32_t bad = 0, int from = 0,
                               int to = 0) {
    models::FlowResult flow;
    flow.slices.resize(2);
    for (int second = 0; second < kSeconds; ++second) {
        const std::uint32_t lost = second >= from && second < to ? bad : 0;
        flow.windows.push_back({per_s, per_s - lost, 0.01 * (per_s - lost)});
        for (std::size_t slice = 0; slice < 2; ++slice) {
            const bool in = slice == 0 || (second >= kFaultAt && second < kFaultAt + kFaultFor);
            if (!in) continue;
            add(flow.slices[slice], models::Outcome::ok, per_s - lost);
            add(flow.slices[slice], models::Outcome::timeout, lost);
            flow.slices[slice].calls += per_s;
            flow.slices[slice].tries += per_s + lost;
        }
    }
    return flow;
}

/// `arrivals` per second and `busy` of 8 slots, both multiplied from second `from` to `to`.
inline models::ServiceResult service(std::uint32_t arrivals, float busy, int from = 0, int to = 0,
                                     std::uint32_t times = 1) {
    models::ServiceResult service;
    for (int second = 0; second < kSeconds; ++second) {
        const bool hot = second >= from && second < to;
        models::ServiceWindow window;
        window.arrivals = hot ? arrivals * times : arrivals;
        window.busy_s = hot ? 8.0F : busy;
        window.working_s = window.busy_s;
        window.wasted_s = hot ? 6.0F : 0.0F;
        window.capacity_s = 8.0F;
        service.windows.push_back(window);
        service.arrivals += window.arrivals;
        service.completions += window.arrivals;
        service.busy_s += static_cast<double>(window.busy_s);
        service.working_s += static_cast<double>(window.busy_s);
        service.capacity_s += 8;
        service.work_done_s += static_cast<double>(window.busy_s);
        service.wasted_s += static_cast<double>(window.wasted_s);
    }
    return service;
}

/// What the fault does: checkout fails for all from its start until second `until`.
inline models::RunResult run(int until, std::uint32_t jitter = 0) {
    models::RunResult result;
    result.flows = {flow(40), flow(20 + jitter, 20 + jitter, kFaultAt, until),
                    flow(10, 10, kFaultAt, until)};
    result.services = {service(100, 2, kFaultAt + 6, until, 4)};
    result.edges.resize(1);
    result.edges[0].calls = 100;
    result.edges[0].tries = 150;
    result.events = 1000;
    result.fingerprint = 7 + static_cast<std::uint64_t>(until) + jitter;
    return result;
}

inline models::RunResult twin(std::uint32_t jitter = 0) {
    models::RunResult result;
    result.flows = {flow(40), flow(20 + jitter), flow(10)};
    result.services = {service(100, 2)};
    result.edges.resize(1);
    result.edges[0].calls = 100;
    result.edges[0].tries = 100;
    result.events = 900;
    result.fingerprint = 3 + jitter;
    return result;
}

inline models::Slo slo(const std::string& name, models::SloMetric metric, models::SloOp op,
                       double limit, std::uint32_t slice = 0) {
    models::Slo slo;
    slo.name = name;
    slo.metric = metric;
    slo.op = op;
    slo.limit = limit;
    slo.slice_index = slice;
    if (metric != models::SloMetric::recovery) slo.journey = "checkout";
    return slo;
}

inline models::StrategyRuns strategy(const std::string& name, const std::vector<models::Slo>& slos,
                                     int until, int replications) {
    models::StrategyRuns runs;
    runs.name = name;
    runs.frame = frame();
    runs.cells = models::slo_cells(runs.frame, slos);
    for (int r = 0; r < replications; ++r) {
        const auto jitter = static_cast<std::uint32_t>(r % 3);
        const auto faulty = run(until, jitter);
        const auto calm = twin(jitter);
        runs.runs.push_back(models::digest(runs.frame, runs.cells, faulty, &calm));
        runs.series.add(faulty, &calm);
    }
    return runs;
}

inline models::StudySettings settings(const std::vector<models::Slo>& slos) {
    models::StudySettings settings;
    settings.slos = slos;
    settings.experiment.duration = sim::whole_seconds(kSeconds);
    return settings;
}

}  // namespace fixture
