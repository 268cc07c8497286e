#include "models/analysis/digest.hpp"

#include <algorithm>

#include "models/analysis/recovery.hpp"

namespace models {

namespace {

SliceDigest digest_slice(const SliceResult& result, const Slice& slice) {
    SliceDigest out;
    out.outcomes = result.outcomes;
    out.offered = result.offered();
    out.success = result.success();
    if (slice.kind != SliceKind::caught) {
        out.goodput = ratio(static_cast<double>(out.success), slice.length().seconds());
    }
    out.mean = in_seconds(result.latency.mean());
    out.sd = in_seconds(result.latency.standard_deviation());
    out.tries = ratio(static_cast<double>(result.tries), static_cast<double>(result.calls));
    out.duplicates = result.duplicates;
    const auto count = [&](Outcome outcome) {
        return static_cast<double>(result.outcomes[static_cast<std::size_t>(outcome)]);
    };
    if (const double degraded = count(Outcome::degraded); degraded > 0) {
        const double ok = count(Outcome::ok);
        out.quality = ratio(ok + result.quality_sum, ok + degraded);
    }
    for (std::size_t q = 0; q < kQuantiles; ++q) {
        const double p = kQuantileTable[q].p;
        out.latency[q] = quantile_over_all(result.latency, out.offered - out.success, p);
        out.latency_ok[q] = quantile_over_all(result.latency, 0, p);
    }
    if (const auto most = result.latency.max()) {
        out.slowest = sim::seconds_of(static_cast<double>(*most));
    }
    return out;
}

/// [flow][slice]
std::vector<std::vector<SliceDigest>> digest_flows(const StudyFrame& frame, const RunResult& run) {
    std::vector<std::vector<SliceDigest>> flows;
    for (const auto& flow : run.flows) {
        auto& row = flows.emplace_back();
        for (std::size_t i = 0; i < flow.slices.size(); ++i) {
            row.push_back(digest_slice(flow.slices[i], frame.slices[i]));
        }
    }
    return flows;
}

ServiceDigest digest_service(const ServiceResult& run, const ServiceResult* twin,
                             double duration_s) {
    ServiceDigest out;
    const auto set = [&](ServiceMeasure measure, Measure value) {
        out.values[static_cast<std::size_t>(measure)] = value;
    };
    const auto waits = static_cast<double>(run.wait.count());
    set(ServiceMeasure::utilisation, ratio(run.busy_s, run.capacity_s));
    set(ServiceMeasure::working, ratio(run.working_s, run.capacity_s));
    set(ServiceMeasure::wait_mean, in_seconds(run.wait.mean()));
    set(ServiceMeasure::wait_sd, in_seconds(run.wait.standard_deviation()));
    set(ServiceMeasure::wait_p50, quantile_over_all(run.wait, 0, 0.5));
    set(ServiceMeasure::wait_p99, quantile_over_all(run.wait, 0, 0.99));
    set(ServiceMeasure::wait_positive, ratio(static_cast<double>(run.positive_waits), waits));
    set(ServiceMeasure::sojourn_mean, in_seconds(run.sojourn.mean()));
    set(ServiceMeasure::sojourn_sd, in_seconds(run.sojourn.standard_deviation()));
    set(ServiceMeasure::sojourn_p50, quantile_over_all(run.sojourn, 0, 0.5));
    set(ServiceMeasure::sojourn_p99, quantile_over_all(run.sojourn, 0, 0.99));
    set(ServiceMeasure::queue_length, ratio(run.queued_s, duration_s));
    set(ServiceMeasure::throughput, ratio(static_cast<double>(run.completions), duration_s));
    set(ServiceMeasure::wasted, ratio(run.wasted_s, run.work_done_s));
    set(ServiceMeasure::shed, static_cast<double>(run.shed));
    set(ServiceMeasure::throttled, static_cast<double>(run.throttled));
    set(ServiceMeasure::expired, static_cast<double>(run.expired));
    if (twin != nullptr) {
        set(ServiceMeasure::amplification,
            ratio(static_cast<double>(run.arrivals), static_cast<double>(twin->arrivals)));
    }
    return out;
}

double successes(const FlowResult& flow) {
    return static_cast<double>(flow.slices.front().success());
}

double failures(const FlowResult& flow) {
    return static_cast<double>(flow.slices.front().offered()) - successes(flow);
}

/// When other customers come than in the twin, only failures can be compared.
double lost_of(const StudyFrame& frame, const FlowResult& run, const FlowResult& twin) {
    const bool others = std::any_of(frame.faults.begin(), frame.faults.end(),
                                    [](const FrameFault& one) { return one.changes_load; });
    if (others) return failures(run) - failures(twin);
    return successes(twin) - successes(run);
}

std::vector<LevelDigest> digest_levels(const std::vector<LevelResult>& levels) {
    double all_s = 0;
    for (const auto& level : levels) all_s += level.held_s;
    std::vector<LevelDigest> digests;
    for (const auto& level : levels) {
        digests.push_back({ratio(level.held_s, all_s), static_cast<double>(level.entered)});
    }
    return digests;
}

void digest_against_twin(const StudyFrame& frame, const RunResult& run, const RunResult& twin,
                         RunDigest& out) {
    for (const auto& subject : group_subjects(frame)) {
        auto& row = out.recovery.emplace_back();
        for (std::size_t fault = 0; fault < frame.faults.size(); ++fault) {
            row.push_back(recovery_of(frame, fault, subject, run, twin));
        }
    }
    for (std::size_t i = 0; i < run.flows.size(); ++i) {
        out.lost.push_back(lost_of(frame, run.flows[i], twin.flows[i]));
    }
    if (frame.faults.empty()) return;
    for (std::size_t i = 0; i < run.services.size(); ++i) {
        out.full.push_back(find_full_spell(run.services[i].windows, twin.services[i].windows,
                                           frame.faults.front(), frame.windows()));
    }
}

}  // namespace

namespace {

/// From the first fault to the end: what a fault leaves behind belongs to it.
std::vector<std::optional<CustomerReach>> digest_customers(const StudyFrame& frame,
                                                           const RunResult& run,
                                                           const RunResult& twin) {
    std::vector<std::optional<CustomerReach>> out;
    if (frame.faults.empty()) return out;
    auto first = frame.faults.front().at;
    for (const auto& fault : frame.faults) first = std::min(first, fault.at);
    const Incident incident{first.seconds(), frame.duration.seconds()};
    for (std::size_t i = 0; i < run.customers.size(); ++i) {
        out.push_back(customer_reach(run.customers[i], twin.customers[i], incident));
    }
    return out;
}

}  // namespace

RunDigest digest(const StudyFrame& frame, const std::vector<SloCell>& cells, const RunResult& run,
                 const RunResult* twin) {
    RunDigest out;
    out.flows = digest_flows(frame, run);
    if (twin != nullptr) out.twin_flows = digest_flows(frame, *twin);
    for (std::size_t i = 0; i < run.services.size(); ++i) {
        const auto* other = twin != nullptr ? &twin->services[i] : nullptr;
        out.services.push_back(digest_service(run.services[i], other, frame.duration.seconds()));
    }
    for (const auto& cell : cells) out.slos.push_back(measure(frame, cell, run, twin));
    for (const auto& edge : run.edges) out.edges.push_back(digest_edge(edge));
    for (const auto& cache : run.caches) {
        out.caches.push_back(digest_cache(cache, frame.duration.seconds()));
    }
    for (const auto& queue : run.queues) out.queues.push_back(digest_queue(queue));
    for (const auto& name : run.names) out.names.push_back(digest_name(name));
    for (const auto& scaling : run.scaling) out.scaling.push_back(digest_scaling(scaling));
    for (const auto& database : run.databases) out.databases.push_back(digest_database(database));
    for (const auto& one : run.deployments) out.deployments.push_back(digest_deployment(one));
    for (const auto& action : run.actions) {
        out.actions.push_back(digest_action(frame, action, run, twin));
    }
    for (const auto& levels : run.levels) out.levels.push_back(digest_levels(levels));
    out.events = run.events + (twin != nullptr ? twin->events : 0);
    out.fingerprint = run.fingerprint;
    out.twin_fingerprint = twin != nullptr ? twin->fingerprint : 0;
    if (twin != nullptr || frame.faults.empty()) {
        for (const auto& service : (twin != nullptr ? *twin : run).services) {
            out.trends.push_back(queue_trend(service.windows, frame.windows()));
        }
    }
    if (twin != nullptr) digest_against_twin(frame, run, *twin, out);
    if (twin != nullptr) out.customers = digest_customers(frame, run, *twin);
    if (twin != nullptr && !frame.faults.empty()) {
        const auto slices = blast_slices(frame);
        if (!slices.empty()) out.blast = blast_digest(frame, slices, run, *twin);
    }
    return out;
}

bool same_numbers(const RunDigest& a, const RunDigest& b) {
    return a.flows == b.flows && a.services == b.services && a.edges == b.edges &&
           a.caches == b.caches && a.queues == b.queues && a.databases == b.databases &&
           a.scaling == b.scaling && a.deployments == b.deployments && a.actions == b.actions &&
           a.levels == b.levels && a.names == b.names && a.recovery == b.recovery &&
           a.lost == b.lost;
}

namespace {

void add_windows(std::vector<FlowWindow>& sum, const std::vector<FlowWindow>& windows) {
    sum.resize(std::max(sum.size(), windows.size()));
    for (std::size_t i = 0; i < windows.size(); ++i) {
        sum[i].offered += windows[i].offered;
        sum[i].success += windows[i].success;
        sum[i].latency_sum_s += windows[i].latency_sum_s;
        sum[i].calls += windows[i].calls;
        sum[i].tries += windows[i].tries;
    }
}

}  // namespace

void SeriesSum::add(const RunResult& run, const RunResult* twin) {
    ++replications;
    flows.resize(run.flows.size());
    for (std::size_t i = 0; i < run.flows.size(); ++i) {
        add_windows(flows[i].run, run.flows[i].windows);
        flows[i].latency.merge(run.flows[i].latency);
        flows[i].whole.merge(run.flows[i].slices.front().latency);
        flows[i].offered += run.flows[i].slices.front().offered();
        if (twin == nullptr) continue;
        add_windows(flows[i].twin, twin->flows[i].windows);
        flows[i].latency_twin.merge(twin->flows[i].latency);
        flows[i].whole_twin.merge(twin->flows[i].slices.front().latency);
        flows[i].offered_twin += twin->flows[i].slices.front().offered();
    }
    services.resize(run.services.size());
    for (std::size_t i = 0; i < run.services.size(); ++i) {
        const auto& windows = run.services[i].windows;
        services[i].resize(std::max(services[i].size(), windows.size()));
        for (std::size_t w = 0; w < windows.size(); ++w) {
            services[i][w].arrivals += windows[w].arrivals;
            services[i][w].busy_s += static_cast<double>(windows[w].busy_s);
            services[i][w].queued_s += static_cast<double>(windows[w].queued_s);
            services[i][w].capacity_s += static_cast<double>(windows[w].capacity_s);
        }
    }
}

}  // namespace models
