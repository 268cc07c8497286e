#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "models/metrics/facts.hpp"
#include "models/metrics/run_result.hpp"
#include "models/metrics/slice.hpp"
#include "models/metrics/window_grid.hpp"
#include "sim/core/prefetch.hpp"
#include "sim/core/time.hpp"
#include "sim/stats/time_weighted.hpp"

namespace models {

/// Of the customers of one group.
struct CustomerPlan {
    std::uint64_t customers = 0;   ///< 0: nobody knows who comes
    double expected_requests = 0;  ///< in the measured time, about
    std::uint32_t first_flow = 0;  ///< of its journeys, which follow one another
    bool kept = true;              ///< false: nothing is
};

/// What the metrics must know before a run.
struct MeasurementPlan {
    std::vector<Slice> slices;
    std::uint32_t flows = 0;
    std::uint32_t services = 0;
    std::uint32_t edges = 0;
    bool caches = false;  ///< whether some service is one
    bool queues = false;
    bool databases = false;
    bool scalers = false;
    std::uint32_t deployments = 0;
    std::uint32_t actions = 0;
    std::vector<std::uint32_t> levels;  ///< by service, below full; empty when none has any
    bool names = false;
    std::vector<CustomerPlan> customers;  ///< by group; empty when nobody compares them
    /// Zones by which requests are counted as well, the customers' own; 0 when nobody compares.
    std::uint32_t zones = 0;
    std::uint32_t instances = 0;
    sim::Duration duration{};
    sim::Duration window{};  ///< as in WindowGrid

    [[nodiscard]] bool measures(sim::SimTime t) const { return sim::is_within(t, duration); }
    [[nodiscard]] std::size_t seconds() const {
        return static_cast<std::size_t>((duration.ns + 999'999'999) / 1'000'000'000);
    }
    [[nodiscard]] WindowGrid windows() const { return WindowGrid(duration, window); }
};

/// A success, unless a fallback has answered with next to nothing (SEMANTICS 9).
inline bool is_good(const RequestDone& fact) {
    return is_success(fact.outcome) && fact.quality >= 0.5F;
}

/// Requests by flow, slice and window of arrival.
class FlowRecorder {
  public:
    explicit FlowRecorder(const MeasurementPlan& plan);
    void on(const RequestDone& fact);
    void finish(RunResult& result) { result.flows = std::move(flows_); }
    [[nodiscard]] const FlowResult& flow(std::uint32_t index) const { return flows_[index]; }

  private:
    void add(SliceResult& into, const Slice& slice, const RequestDone& fact) const;
    void count_place(FlowResult& flow, std::size_t window, std::uint32_t zone, bool good) const;

    MeasurementPlan plan_;
    WindowGrid grid_;
    std::vector<FlowResult> flows_;
};

/// What put things right, and what those who check replicas saw, where runs are compared.
class RemedyRecorder {
  public:
    explicit RemedyRecorder(const MeasurementPlan& plan);
    void on(const PrimaryReplaced& fact) { add(RemedyKind::failover, fact.service, fact.now); }
    void on(const FleetScaled& fact) {
        if (fact.change > 0) add(RemedyKind::scaled_out, fact.service, fact.now);
    }
    void on(const ReplicaBack& fact) { add(RemedyKind::restarted, fact.service, fact.now); }
    void on(const ReplicaSeen& fact);
    void finish(RunResult& result) {
        result.remedies = std::move(remedies_);
        result.seen_down = std::move(seen_down_);
    }

  private:
    void add(RemedyKind kind, ServiceId service, sim::SimTime now);

    /// More of them say nothing new.
    static constexpr std::size_t kMost = 100'000;
    sim::Duration duration_;
    bool wanted_;
    std::vector<Remedy> remedies_;
    std::vector<sim::SimTime> seen_down_;
};

/// Calls and tries by edge, counted when they happen in [0, duration).
class EdgeRecorder {
  public:
    explicit EdgeRecorder(const MeasurementPlan& plan);
    void on(const CallStarted& fact) { edges_[fact.edge].calls += counts(fact.now); }
    void on(const TryStarted& fact) { edges_[fact.edge].tries += counts(fact.now); }
    void on(const CallEnded& fact) {
        edges_[fact.edge].outcomes[static_cast<std::size_t>(fact.outcome)] += counts(fact.now);
    }
    void on(const TryEnded& fact) {
        edges_[fact.edge].try_outcomes[static_cast<std::size_t>(fact.outcome)] += counts(fact.now);
    }
    void on(const MessageCrossed& fact) {
        const auto bytes = counts(fact.now) * fact.bytes;
        edges_[fact.edge].crossed_bytes += bytes;
        if (fact.leaves_region) edges_[fact.edge].region_bytes += bytes;
    }
    void on(const SecondBegins& fact);
    void on(const RetryDenied& fact) { edges_[fact.edge].retries_denied += counts(fact.now); }
    void on(const FallbackUsed& fact) {
        auto& edge = edges_[fact.edge];
        (fact.answered ? edge.fallbacks : edge.fallbacks_failed) += counts(fact.now);
    }
    void on(const HedgeStarted& fact) { edges_[fact.edge].hedges += counts(fact.now); }
    void on(const TryCancelled& fact) { edges_[fact.edge].cancelled += counts(fact.now); }
    void on(const DuplicateStarted& fact) { edges_[fact.edge].duplicates += counts(fact.now); }
    void on(const BreakerRefused& fact) {
        auto& edge = edges_[fact.edge];
        edge.breaker_open = edge.breaker_open + measured(fact.from, fact.until);
        if (fact.opens) edge.breaker_openings += counts(fact.from);
    }
    void on(const ReplicaEjected& fact) { edges_[fact.edge].ejections += counts(fact.now); }
    void on(const ReplicasOut& fact) {
        edges_[fact.edge].ejected_s +=
            measured(fact.from, fact.until).seconds() * static_cast<double>(fact.replicas);
    }
    void finish(RunResult& result) { result.edges = std::move(edges_); }
    void prefetch(std::uint32_t edge) const { sim::prefetch(edges_[edge]); }
    [[nodiscard]] const EdgeResult& edge(std::uint32_t index) const { return edges_[index]; }

  private:
    [[nodiscard]] std::uint64_t counts(sim::SimTime now) const {
        return sim::is_within(now, duration_) ? 1 : 0;
    }

    /// The part of [from, until) that is measured.
    [[nodiscard]] sim::Duration measured(sim::SimTime from, sim::SimTime until) const {
        const std::int64_t first = std::max<std::int64_t>(0, from.ns);
        return {std::max<std::int64_t>(0, std::min(until.ns, duration_.ns) - first)};
    }

    sim::Duration duration_;
    WindowGrid grid_;
    std::vector<EdgeResult> edges_;
    /// Calls and tries before this window, by edge; empty when nobody compares.
    std::vector<std::pair<std::uint64_t, std::uint64_t>> before_;
};

/// Slots, queues and work by service and window.
class ServiceRecorder {
  public:
    explicit ServiceRecorder(const MeasurementPlan& plan);

    void on(const TryArrived& fact);
    void on(const TryRefused& fact);
    void on(const SlotTaken& fact);
    void on(const WorkDone& fact);
    void on(const TryServed& fact);
    void on(const CapacityChanged& fact) {
        records_[fact.service.value].capacity.add(fact.now, fact.change);
    }
    /// Of the second that is about to be closed.
    void on(const LevelsMeasured& fact) { records_[fact.service.value].level_ns = fact.level_ns; }
    void on(const SecondBegins& fact);
    void finish(RunResult& result);
    /// Asks for where a try that has been there for so long will be counted.
    void prefetch(ServiceId service, sim::Duration so_far) const {
        sim::prefetch(records_[service.value]);
        records_[service.value].result.sojourn.prefetch(so_far.ns);
    }
    /// Of the seconds that are closed.
    [[nodiscard]] const ServiceResult& service(std::uint32_t index) const {
        return records_[index].result;
    }

  private:
    /// What a window has in its seconds that are over; floats would lose what is small.
    struct Sums {
        double busy_s = 0;
        double working_s = 0;
        double queued_s = 0;
        double capacity_s = 0;
        double wasted_s = 0;
    };
    struct Record {
        std::array<std::uint64_t, 3> level_ns{};
        sim::TimeWeighted capacity{sim::SimTime{INT64_MIN / 4}};
        std::uint32_t arrivals = 0;  ///< of this window
        float wasted_s = 0;          ///< of this second
        Sums window;
        ServiceResult result;
    };

    [[nodiscard]] bool measures(sim::SimTime now) const { return sim::is_within(now, duration_); }
    [[nodiscard]] std::uint64_t counts(sim::SimTime now) const { return measures(now) ? 1 : 0; }
    static void close_second(Record& record, sim::SimTime now);
    static void close_window(Record& record);

    sim::Duration duration_;
    WindowGrid grid_;
    std::vector<Record> records_;
};

/// Caches, queues, databases and what scales.
class StoreRecorder {
  public:
    explicit StoreRecorder(const MeasurementPlan& plan);

    void on(const CacheAsked& fact);
    void on(const MessageHappened& fact);
    void on(const QueueSampled& fact);
    void on(const PrimaryReplaced& fact);
    void on(const FleetScaled& fact);
    void on(const NameLookedUp& fact) {
        names_[fact.service.value].lookups += counts(fact.now);
        names_[fact.service.value].failed += fact.failed ? counts(fact.now) : 0;
    }
    void on(const RegionLeftOut& fact) { names_[fact.entry.value].left_out += counts(fact.now); }
    void on(const ReplicaRan& fact);
    void on(const WriteMisdirected& fact) {
        databases_[fact.service.value].misdirected += counts(fact.now);
    }
    void on(const StaleRead& fact) {
        databases_[fact.service.value].stale_reads += counts(fact.now);
    }
    void on(const QuorumMissed& fact) {
        databases_[fact.service.value].without_quorum += counts(fact.now);
    }
    void on(const WriteConflicted& fact) {
        databases_[fact.service.value].conflicting += counts(fact.now);
    }
    void on(const TwoPrimaries& fact) {
        databases_[fact.service.value].two_primaries_s += measured_s(fact.from, fact.until);
    }
    void finish(RunResult& result);

  private:
    [[nodiscard]] std::uint64_t counts(sim::SimTime now) const {
        return sim::is_within(now, duration_) ? 1 : 0;
    }
    /// The part of [from, until) that is measured.
    [[nodiscard]] double measured_s(sim::SimTime from, sim::SimTime until) const;

    sim::Duration duration_;
    WindowGrid grid_;
    std::vector<CacheResult> caches_;
    std::vector<QueueResult> queues_;
    std::vector<DatabaseResult> databases_;
    std::vector<ScalingResult> scaling_;
    std::vector<NameResult> names_;
};

/// Versions that are deployed.
class DeploymentRecorder {
  public:
    explicit DeploymentRecorder(const MeasurementPlan& plan)
        : duration_(plan.duration), deployments_(plan.deployments) {}
    void on(const DeploymentHappened& fact);
    void on(const VersionAnswered& fact) {
        if (!sim::is_within(fact.now, duration_)) return;
        auto& one = deployments_[fact.deployment];
        ++one.answers;
        one.failures += fact.success ? 0 : 1;
    }
    void finish(RunResult& result) { result.deployments = std::move(deployments_); }

  private:
    sim::Duration duration_;
    std::vector<DeploymentResult> deployments_;
};

/// What operators did.
class ActionRecorder {
  public:
    explicit ActionRecorder(const MeasurementPlan& plan)
        : duration_(plan.duration), actions_(plan.actions), began_(plan.actions) {}

    void on(const ActionBegan& fact);
    void on(const ActionEnded& fact);
    void on(const ActionDid& fact);
    void on(const ActionWaited& fact);
    void finish(RunResult& result);

  private:
    [[nodiscard]] double measured_s(sim::SimTime from, sim::SimTime until) const;

    sim::Duration duration_;
    std::vector<ActionResult> actions_;
    std::vector<std::optional<sim::SimTime>> began_;  ///< of those that are under way
};

/// How much of their service replicas have given.
class LevelRecorder {
  public:
    explicit LevelRecorder(const MeasurementPlan& plan);
    void on(const LevelHeld& fact);
    void on(const LevelEntered& fact);
    void finish(RunResult& result) { result.levels = std::move(levels_); }

  private:
    sim::Duration duration_;
    std::vector<std::vector<LevelResult>> levels_;
};

/// What every customer met, to be compared with the twin.
class CustomerRecorder {
  public:
    explicit CustomerRecorder(const MeasurementPlan& plan);
    /// (A copy, so that the fact itself need not be in memory where nobody compares.)
    void on(const RequestDone& fact) {
        if (!logs_.empty()) log(RequestDone(fact));
    }
    void finish(RunResult& result) { result.customers = std::move(logs_); }

  private:
    [[gnu::noinline]] void log(const RequestDone& fact);

    sim::Duration duration_;
    std::vector<std::uint32_t> first_flows_;
    std::vector<CustomerLog> logs_;
};

// What every request and every try tells: here, so that it becomes part of whoever says so.

inline void FlowRecorder::on(const RequestDone& fact) {
    if (!plan_.measures(fact.arrival)) return;
    auto& flow = flows_[fact.flow];
    auto* into = flow.slices.data();
    for (const auto& slice : plan_.slices) {
        if (slice.contains(fact.arrival, fact.end)) add(*into, slice, fact);
        ++into;
    }
    const auto second = static_cast<std::size_t>(fact.arrival.ns / sim::whole_seconds(1).ns);
    const auto index = grid_.window_of(second);
    auto& window = flow.windows[index];
    ++window.offered;
    window.calls += fact.calls;
    window.tries += fact.tries;
    if (is_good(fact)) {
        ++window.success;
        window.latency_sum_s += (fact.end - fact.arrival).seconds();
        flow.latency.record(second, fact.end - fact.arrival);
    }
    if (!flow.places.empty()) count_place(flow, index, fact.zone, is_good(fact));
}

inline void FlowRecorder::add(SliceResult& into, const Slice& slice,
                              const RequestDone& fact) const {
    ++into.outcomes[static_cast<std::size_t>(fact.outcome)];
    into.calls += fact.calls;
    into.tries += fact.tries;
    into.duplicates += fact.duplicates;
    if (fact.outcome == Outcome::degraded) into.quality_sum += static_cast<double>(fact.quality);
    if (is_success(fact.outcome) && !is_good(fact)) ++into.poor;
    if (!is_good(fact)) return;
    const auto latency = fact.end - fact.arrival;
    into.latency.record(latency);
    auto* within = into.within.data();
    for (const auto limit : slice.limits) *within++ += latency <= limit ? 1 : 0;
}

inline void ServiceRecorder::on(const TryArrived& fact) {
    if (!measures(fact.now)) return;
    auto& record = records_[fact.service.value];
    ++record.result.arrivals;
    ++record.arrivals;
}

inline void ServiceRecorder::on(const SlotTaken& fact) {
    if (!measures(fact.arrived)) return;
    auto& result = records_[fact.service.value].result;
    const auto wait = fact.now - fact.arrived;
    result.wait.record(wait);
    if (wait.ns > 0) ++result.positive_waits;
}

inline void ServiceRecorder::on(const WorkDone& fact) {
    if (!measures(fact.now)) return;
    auto& record = records_[fact.service.value];
    record.result.work_done_s += fact.work.seconds();
    if (!fact.wasted) return;
    record.result.wasted_s += fact.work.seconds();
    record.wasted_s += static_cast<float>(fact.work.seconds());
}

inline void ServiceRecorder::on(const TryServed& fact) {
    auto& result = records_[fact.service.value].result;
    result.completions += counts(fact.now);
    if (measures(fact.arrived)) result.sojourn.record(fact.now - fact.arrived);
}

/// The registry of metrics: each listens to the facts that it has an `on` for.
using Metrics =
    std::tuple<FlowRecorder, EdgeRecorder, ServiceRecorder, StoreRecorder, DeploymentRecorder,
               ActionRecorder, LevelRecorder, CustomerRecorder, RemedyRecorder>;

/// One of each.
inline Metrics metrics_for(const MeasurementPlan& plan) {
    return [&]<class... Recorders>(std::type_identity<std::tuple<Recorders...>>) {
        return Metrics(Recorders(plan)...);
    }(std::type_identity<Metrics>{});
}

template <class Fact>
void notify(Metrics& metrics, const Fact& fact) {
    std::apply(
        [&](auto&... metric) {
            (
                [&] {
                    if constexpr (requires { metric.on(fact); }) metric.on(fact);
                }(),
                ...);
        },
        metrics);
}

}  // namespace models
