#include "models/metrics/live_gauge.hpp"

#include <limits>
#include <utility>

#include "sim/core/assert.hpp"

namespace models {
namespace {

double sum_of(const OutcomeCounts& outcomes) {
    double sum = 0;
    for (const auto count : outcomes) sum += static_cast<double>(count);
    return sum;
}

double count_of(const OutcomeCounts& outcomes, Outcome which) {
    return static_cast<double>(outcomes[static_cast<std::size_t>(which)]);
}

double successes_of(const OutcomeCounts& outcomes) {
    return count_of(outcomes, Outcome::ok) + count_of(outcomes, Outcome::degraded);
}

double seconds_of(const sim::Histogram& histogram) {
    return sim::seconds_of(static_cast<double>(histogram.sum_ns()));
}

}  // namespace

LiveGauge::LiveGauge(const LiveCondition& condition, std::vector<std::uint32_t> edges)
    : condition_(condition),
      edges_(std::move(edges)),
      readings_(static_cast<std::size_t>(condition.over.ns / 1'000'000'000) + 1) {
    if (facts_of(condition.metric).percentile > 0) latencies_.resize(readings_.size());
}

void LiveGauge::look(sim::SimTime now, const Dashboard& dashboard, double healthy) {
    const std::size_t place = seen_ % readings_.size();
    readings_[place] = read(now, dashboard, healthy);
    if (!latencies_.empty()) keep_latencies(place, dashboard);
    ++seen_;
    value_.reset();
    if (seen_ >= readings_.size()) value_ = measure(seen_ % readings_.size(), place);
    if (!value_ || !condition_.is_met_by(*value_)) {
        since_.reset();
    } else if (!since_) {
        since_ = now;
    }
}

bool LiveGauge::is_met(sim::SimTime now) const {
    return since_ && now >= sim::saturated_add(*since_, condition_.holds);
}

LiveGauge::Reading LiveGauge::read(sim::SimTime now, const Dashboard& dashboard, double healthy) {
    const double now_s = now.seconds();
    switch (condition_.metric) {
        case LiveMetric::success:
        case LiveMetric::ok:
        case LiveMetric::degraded:
        case LiveMetric::goodput:
            return read_customers(now_s, dashboard);
        case LiveMetric::mean:
        case LiveMetric::p50:
        case LiveMetric::p90:
        case LiveMetric::p95:
        case LiveMetric::p99:
        case LiveMetric::p999:
            return read_latency(dashboard);
        case LiveMetric::utilisation:
        case LiveMetric::queue:
        case LiveMetric::wasted:
            return read_service(now_s, dashboard);
        case LiveMetric::errors:
        case LiveMetric::tries:
        case LiveMetric::retries:
            return read_calls(now_s, dashboard);
        case LiveMetric::healthy:
            healthy_sum_ += healthy;
            return {healthy_sum_, static_cast<double>(seen_)};
    }
    SIM_ASSERT(false);
}

LiveGauge::Reading LiveGauge::read_customers(double now_s, const Dashboard& dashboard) const {
    Reading reading;
    for (const auto edge : edges_) {
        const auto& outcomes = dashboard.edges.edge(edge).outcomes;
        reading.whole += sum_of(outcomes);
        if (condition_.metric == LiveMetric::ok) {
            reading.part += count_of(outcomes, Outcome::ok);
        } else if (condition_.metric == LiveMetric::degraded) {
            reading.part += count_of(outcomes, Outcome::degraded);
        } else {
            reading.part += successes_of(outcomes);
        }
    }
    if (condition_.metric == LiveMetric::goodput) reading.whole = now_s;
    return reading;
}

LiveGauge::Reading LiveGauge::read_service(double now_s, const Dashboard& dashboard) const {
    const auto& service = dashboard.services.service(condition_.service->value);
    if (condition_.metric == LiveMetric::utilisation) return {service.busy_s, service.capacity_s};
    if (condition_.metric == LiveMetric::wasted) return {service.wasted_s, service.work_done_s};
    return {service.queued_s, now_s};
}

LiveGauge::Reading LiveGauge::read_calls(double now_s, const Dashboard& dashboard) const {
    double calls = 0;
    double tries = 0;
    double ended = 0;
    double good = 0;
    for (const auto index : edges_) {
        const auto& edge = dashboard.edges.edge(index);
        calls += static_cast<double>(edge.calls);
        tries += static_cast<double>(edge.tries);
        ended += sum_of(edge.try_outcomes);
        good += successes_of(edge.try_outcomes);
    }
    if (condition_.metric == LiveMetric::errors) return {ended - good, ended};
    if (condition_.metric == LiveMetric::tries) return {tries, calls};
    return {tries - calls, now_s};
}

/// Of a mean: seconds and their number. Of a percentile: failures, beside the histogram.
LiveGauge::Reading LiveGauge::read_latency(const Dashboard& dashboard) const {
    Reading reading;
    const bool mean = condition_.metric == LiveMetric::mean;
    if (condition_.service) {
        const auto& sojourn = dashboard.services.service(condition_.service->value).sojourn;
        if (!mean) return reading;
        return {seconds_of(sojourn), static_cast<double>(sojourn.count())};
    }
    if (!mean) {
        for (const auto edge : edges_) {
            const auto& outcomes = dashboard.edges.edge(edge).outcomes;
            reading.part += sum_of(outcomes) - successes_of(outcomes);
        }
        return reading;
    }
    for (const auto flow : condition_.flows) {
        const auto& latency = dashboard.flows.flow(flow).slices.front().latency;
        reading.part += seconds_of(latency);
        reading.whole += static_cast<double>(latency.count());
    }
    return reading;
}

void LiveGauge::keep_latencies(std::size_t place, const Dashboard& dashboard) {
    auto& kept = latencies_[place];
    kept.clear();
    if (condition_.service) {
        kept.merge(dashboard.services.service(condition_.service->value).sojourn);
        return;
    }
    for (const auto flow : condition_.flows) {
        kept.merge(dashboard.flows.flow(flow).slices.front().latency);
    }
}

std::optional<double> LiveGauge::measure(std::size_t from, std::size_t to) const {
    const double part = readings_[to].part - readings_[from].part;
    const double percentile = facts_of(condition_.metric).percentile;
    if (percentile > 0) {
        auto window = latencies_[to];
        window.subtract(latencies_[from]);
        const auto failed = static_cast<std::uint64_t>(part);
        if (window.count() + failed == 0) return std::nullopt;
        const auto ns = window.quantile_with_infinite(percentile, failed);
        return ns ? sim::seconds_of(*ns) : std::numeric_limits<double>::infinity();
    }
    const double whole = readings_[to].whole - readings_[from].whole;
    if (whole <= 0) return std::nullopt;
    return part / whole;
}

}  // namespace models
