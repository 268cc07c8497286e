#include "models/policy/limit_bbr.hpp"

#include <algorithm>
#include <cmath>

#include "models/policy/time_slices.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

namespace {

constexpr sim::Duration kTick = sim::milliseconds(500);
constexpr double kDecay = 0.95;

}  // namespace

void BbrLimit::parameters(sim::Parameters& p) {
    p.duration("window", window, "what counts as recent",
               {sim::milliseconds(100), sim::whole_seconds(3600)});
    p.count("buckets", buckets, "parts of the window", {2, 10'000});
    p.percent("cpuThreshold", cpu_threshold, "a processor that is busier is overloaded",
              {0, 1, true});
    p.duration("coolOff", cool_off, "how long it goes on after rejecting began");
    waiting.parameters(p);
    scope_parameter(p, scope);
}

std::optional<sim::Misfit> BbrLimit::misfit() const {
    if (bucket_length() >= sim::milliseconds(1) && bucket_length() <= sim::whole_seconds(1)) {
        return std::nullopt;
    }
    return sim::Misfit{"buckets", "a bucket is window / buckets long: 1 ms to 1 s",
                       "Kratos has 100 buckets in 10 s"};
}

BbrLimit::State BbrLimit::initial() const {
    State state;
    state.buckets.resize(static_cast<std::size_t>(buckets));
    return state;
}

bool BbrLimit::admit(State& state, const LimitAsk& ask) const {
    if (!state.started) {
        state.started = true;
        state.tick = slice_number(ask.now, kTick);
        state.limit_of_bucket = slice_number(ask.now, bucket_length()) - 1;
    }
    see_processor(state, ask);
    find_limit(state, ask.now);
    const bool busy = state.cpu >= cpu_threshold;
    if (!busy && !state.rejecting) return true;
    if (!busy && ask.now - state.rejecting_since > cool_off) {
        state.rejecting = false;
        return true;
    }
    if (ask.in_flight <= 1 || ask.in_flight <= state.limit) return true;
    if (!state.rejecting) state.rejecting_since = ask.now;
    state.rejecting = true;
    return false;
}

void BbrLimit::sample(State& state, const LimitSample& sample, sim::KeyedRng& /*rng*/) const {
    const std::int64_t number = slice_number(sample.now, bucket_length());
    Bucket& bucket = state.buckets[ring_slot(number, buckets)];
    if (bucket.number != number) bucket = {number, 0, 0};
    ++bucket.passes;
    bucket.sum_ms += sample.rtt.ns / 1'000'000;
}

/// The mean of what the asks of each 500 ms have seen moves the average; nothing seen counts as
/// idle.
void BbrLimit::see_processor(State& state, const LimitAsk& ask) const {
    const std::int64_t tick = slice_number(ask.now, kTick);
    if (tick != state.tick) {
        const double mean =
            state.tick_count == 0 ? 0 : state.tick_sum / static_cast<double>(state.tick_count);
        state.cpu = state.cpu * kDecay + mean * (1.0 - kDecay);
        const std::int64_t idle = std::min<std::int64_t>(tick - state.tick - 1, 1000);
        for (std::int64_t i = 0; i < idle; ++i) state.cpu *= kDecay;
        state.tick = tick;
        state.tick_sum = 0;
        state.tick_count = 0;
    }
    state.tick_sum += std::clamp(ask.utilisation, 0.0, 1.0);
    ++state.tick_count;
}

/// Once per bucket, from the whole buckets before it.
void BbrLimit::find_limit(State& state, sim::SimTime now) const {
    const std::int64_t current = slice_number(now, bucket_length());
    if (state.limit_of_bucket == current) return;
    state.limit_of_bucket = current;
    std::int64_t most_passes = 1;
    double least_ms = INFINITY;
    for (const Bucket& bucket : state.buckets) {
        if (bucket.number <= current - buckets || bucket.number >= current) continue;
        most_passes = std::max(most_passes, bucket.passes);
        least_ms = std::min(
            least_ms, static_cast<double>(bucket.sum_ms) / static_cast<double>(bucket.passes));
    }
    const double rtt_ms = std::isinf(least_ms) ? 1.0 : std::max(1.0, std::ceil(least_ms));
    const auto per_s = static_cast<double>(1'000'000'000 / bucket_length().ns);
    state.limit = static_cast<std::int64_t>(
        std::floor(static_cast<double>(most_passes) * rtt_ms * per_s / 1000.0));
}

}  // namespace models
