#include "models/policy/limit_common.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "sim/yaml/parameters.hpp"

namespace models {

void LimitQueue::parameters(sim::Parameters& p) {
    p.count("queue", queue, "calls that may wait for a place; 0 rejects at once", {0});
    p.timeout("maxWait", max_wait, "longest wait for a place", {sim::Duration{}, sim::kForever});
    p.choice<WaitOrder>("waitOrder", wait_order, "which waiting call gets the next place",
                        {{"fifo", WaitOrder::fifo}, {"lifo", WaitOrder::lifo}});
}

void LimitPartitions::parameters(sim::Parameters& p) {
    for (std::size_t i = 0; i < kCriticalities; ++i) {
        p.percent(to_string(static_cast<Criticality>(i)), share[i],
                  "of the limit, for this priority");
    }
}

std::int64_t LimitPartitions::places(std::int64_t limit, Criticality priority) const {
    const double part = share[static_cast<std::size_t>(priority)] * static_cast<double>(limit);
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(part)));
}

bool LimitPartitions::fit() const {
    double sum = 0;
    for (const double part : share) sum += part;
    return sum <= 1.0 + 1e-9;  // a percentage is seldom exact in binary
}

std::optional<sim::Misfit> misfit_of(const std::optional<LimitPartitions>& partitions) {
    if (!partitions || partitions->fit()) return std::nullopt;
    return sim::Misfit{"partitions", "the shares of the limit add up to more than 100%",
                       "a priority that is not given has 25%"};
}

void partitions_parameter(sim::Parameters& p, std::optional<LimitPartitions>& partitions) {
    p.optional_group("partitions", partitions,
                     "shares of the limit by priority, which hold once it is reached");
}

void SampleWindow::parameters(sim::Parameters& p) {
    p.duration("length", length, "samples of so long count as one", {sim::Duration{1}});
    p.count("minSamples", min_samples, "a window with fewer counts for nothing", {1, 1'000'000});
    p.duration("minRtt", min_rtt, "quicker calls are ignored");
}

std::optional<LimitSample> SampleWindow::add(State& state, const LimitSample& sample) const {
    if (sample.rtt < min_rtt) return std::nullopt;
    ++state.samples;
    state.sum_ns += sample.rtt.ns;
    state.max_in_flight = std::max(state.max_in_flight, sample.in_flight_at_start);
    state.dropped = state.dropped || sample.dropped;
    if (state.started && sample.now <= state.next_end) return std::nullopt;
    const State ended = state;
    state = {};
    state.started = true;
    state.next_end = saturated_add(sample.now, length);
    if (ended.samples < min_samples) return std::nullopt;
    LimitSample whole = sample;
    whole.rtt = {ended.sum_ns / ended.samples};
    whole.in_flight_at_start = ended.max_in_flight;
    whole.dropped = ended.dropped;
    return whole;
}

void window_parameter(sim::Parameters& p, std::optional<SampleWindow>& window) {
    p.optional_group("window", window, "the samples of a window count as one");
}

std::optional<sim::Misfit> misfit_of(const LimitRange& range) {
    if (range.min <= range.initial && range.initial <= range.max) return std::nullopt;
    return sim::Misfit{"initialLimit",
                       fmt::format("a limit that starts at {} cannot stay between {} and {}",
                                   range.initial, range.min, range.max),
                       "the start, the least and the greatest limit go together"};
}

std::int64_t digits_step(std::int64_t limit) {
    std::int64_t step = 1;
    for (std::int64_t power = 100; power <= limit; power *= 10) ++step;
    return step;
}

double WarmAverage::add(double sample, Span span) {
    if (count < span.warmup) {
        ++count;
        sum += sample;
        value = sum / static_cast<double>(count);
    } else {
        const double weight = 2.0 / (static_cast<double>(span.window) + 1.0);
        value = value * (1.0 - weight) + sample * weight;
    }
    return value;
}

}  // namespace models
