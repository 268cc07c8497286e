#include "models/policy/limit_failsafe.hpp"

#include <algorithm>
#include <cmath>

#include "sim/yaml/parameters.hpp"

namespace models {

namespace {

constexpr std::size_t kWarmup = 10;
constexpr std::int32_t kLevelsOfClass = 100;
constexpr std::int32_t kLevels = kLevelsOfClass * static_cast<std::int32_t>(kCriticalities);

/// 0 to 399, the most important the highest: a hundred levels for each priority, so that a part of
/// it can be turned away; the same user has always the same.
std::int32_t level_of(const LimitAsk& ask) {
    const std::int32_t within = user_cohort(ask.user_hash) * kLevelsOfClass / kUserCohorts;
    return kLevels - kLevelsOfClass * (rank(ask.priority) + 1) + within;
}

struct Spread {
    double mean = 0;
    double variance = 0;
};
Spread spread_of(const std::vector<double>& values, std::size_t size) {
    Spread spread;
    for (std::size_t i = 0; i < size; ++i) spread.mean += values[i];
    spread.mean /= static_cast<double>(size);
    for (std::size_t i = 0; i < size; ++i) {
        spread.variance += (values[i] - spread.mean) * (values[i] - spread.mean);
    }
    spread.variance /= static_cast<double>(size);
    return spread;
}

}  // namespace

CorrelationWindow::Result CorrelationWindow::add(double x, double y) {
    x_[next_] = x;
    y_[next_] = y;
    next_ = (next_ + 1) % x_.size();
    size_ = std::min(size_ + 1, x_.size());
    return size_ < kWarmup ? Result{} : result();
}

/// From the samples themselves, not from running sums, which would drift.
CorrelationWindow::Result CorrelationWindow::result() const {
    constexpr double kLeastVariation = 0.01;
    const Spread x = spread_of(x_, size_);
    const Spread y = spread_of(y_, size_);
    const double variation_x = std::sqrt(x.variance) / x.mean;
    const double variation_y = std::sqrt(y.variance) / y.mean;
    if (variation_x < kLeastVariation || variation_y < kLeastVariation) return {0, variation_y};
    double covariance = 0;
    for (std::size_t i = 0; i < size_; ++i) covariance += (x_[i] - x.mean) * (y_[i] - y.mean);
    covariance /= static_cast<double>(size_);
    return {covariance / std::sqrt(x.variance * y.variance), variation_y};
}

void FailsafeAdaptiveLimit::parameters(sim::Parameters& p) {
    p.count("initialLimit", initial_limit, "the first limit", {1, 1'000'000});
    p.count("minLimit", min_limit, "least limit", {1, 1'000'000});
    p.count("maxLimit", max_limit, "greatest limit", {1, 1'000'000});
    p.factor("maxLimitFactor", max_limit_factor, "the limit per call in flight, at most",
             {1, 1e6, false});
    p.duration("windowMin", window_min, "least time between two updates", {sim::milliseconds(1)});
    p.duration("windowMax", window_max, "the same for very slow calls", {sim::milliseconds(1)});
    p.count("windowSamples", window_samples, "samples of an update", {1, 1'000'000});
    p.percent("recentQuantile", recent_quantile, "percentile of a window that counts");
    p.count("baselineWindow", baseline_window, "windows of the long average", {1, 1'000'000});
    p.count("correlationWindow", correlation_window, "updates that are correlated", {10, 10'000});
    p.factor("initialRejectionFactor", rejection.initial_factor,
             "queued calls per place from which on calls are turned away; 0: no queue",
             {0, 1e6, false});
    p.factor("maxRejectionFactor", rejection.max_factor, "queued calls per place, at most",
             {0, 1e6, false});
    p.timeout("maxWait", rejection.max_wait, "longest wait for a place",
              {sim::Duration{}, sim::kForever});
    p.duration("calibrationInterval", rejection.calibration, "how often the level is found anew",
               {sim::milliseconds(1)});
    p.count("levelWindow", rejection.level_window, "calls whose priorities it is found from",
            {1, 1'000'000});
    scope_parameter(p, scope);
}

std::optional<sim::Misfit> FailsafeAdaptiveLimit::misfit() const {
    if (rejection.initial_factor > rejection.max_factor) {
        return sim::Misfit{"maxRejectionFactor", "it is below initialRejectionFactor",
                           "failsafe-go has 2 and 3"};
    }
    if (window_min > window_max) {
        return sim::Misfit{"windowMax", "it is below windowMin", "failsafe-go has 1s and 30s"};
    }
    return misfit_of(LimitRange{initial_limit, min_limit, max_limit});
}

FailsafeAdaptiveLimit::State FailsafeAdaptiveLimit::initial() const {
    State state;
    state.limit = static_cast<double>(initial_limit);
    state.throughput = CorrelationWindow(static_cast<std::size_t>(correlation_window));
    state.rtt = CorrelationWindow(static_cast<std::size_t>(correlation_window));
    if (rejection.max_factor > 0) {
        state.levels.resize(static_cast<std::size_t>(rejection.level_window));
        state.level_counts.resize(static_cast<std::size_t>(kLevels));
    }
    return state;
}

LimitQueue FailsafeAdaptiveLimit::pool_queue() const {
    return {rejection.max_factor > 0 ? INT64_MAX : 0, rejection.max_wait, WaitOrder::fifo};
}

LimitVerdict FailsafeAdaptiveLimit::arrive(State& state, const LimitAsk& ask) const {
    const bool queues = rejection.max_factor > 0;
    if (queues) calibrate(state, ask);
    const bool start = ask.waiting == 0 && ask.in_flight < limit(state);
    if (!start) {
        if (!queues || rejection.max_wait.ns <= 0) return LimitVerdict::reject;
        const auto bound = static_cast<std::int64_t>(state.limit * rejection.max_factor);
        if (ask.waiting >= bound) return LimitVerdict::reject;
        if (level_of(ask) < state.threshold) return LimitVerdict::reject;
    }
    if (queues) record_level(state, level_of(ask));
    return start ? LimitVerdict::start : LimitVerdict::wait;
}

/// The share to turn away grows with the queue; the level is the quantile of the last calls' ones.
void FailsafeAdaptiveLimit::calibrate(State& state, const LimitAsk& ask) const {
    if (state.calibrated && ask.now < state.next_calibration) return;
    state.calibrated = true;
    state.next_calibration = saturated_add(ask.now, rejection.calibration);
    state.threshold = 0;
    const auto first = static_cast<std::int64_t>(state.limit * rejection.initial_factor);
    const auto last = static_cast<std::int64_t>(state.limit * rejection.max_factor);
    const std::int64_t known = std::min(state.level_total, rejection.level_window);
    if (ask.waiting <= first || known == 0) return;
    const double share =
        std::min(1.0, static_cast<double>(ask.waiting - first) /
                          static_cast<double>(std::max(last - first, std::int64_t{1})));
    const auto wanted = static_cast<std::int64_t>(std::ceil(static_cast<double>(known) * share));
    std::int64_t counted = 0;
    for (std::int32_t level = 0; level < kLevels; ++level) {
        counted += state.level_counts[static_cast<std::size_t>(level)];
        state.threshold = level;
        if (counted >= wanted) return;
    }
}

void FailsafeAdaptiveLimit::record_level(State& state, std::int32_t level) const {
    auto& oldest =
        state.levels[static_cast<std::size_t>(state.level_total % rejection.level_window)];
    if (state.level_total >= rejection.level_window) {
        --state.level_counts[static_cast<std::size_t>(oldest)];
    }
    oldest = level;
    ++state.level_counts[static_cast<std::size_t>(level)];
    ++state.level_total;
}

void FailsafeAdaptiveLimit::sample(State& state, const LimitSample& sample,
                                   sim::KeyedRng& /*rng*/) const {
    if (!sample.dropped) {
        state.latencies.add(sample.rtt);
        state.least_rtt = std::min(state.least_rtt, sample.rtt);
        state.most_in_flight = std::max(state.most_in_flight, sample.in_flight_at_start);
    }
    if (state.latencies.count() < window_samples) return;
    if (state.updated && sample.now <= state.next_update) return;
    state.updated = true;
    const sim::Duration twice{state.least_rtt.ns > window_max.ns / 2 ? window_max.ns
                                                                     : state.least_rtt.ns * 2};
    update(state, sample);
    state.next_update =
        saturated_add(sample.now, std::min(std::max(twice, window_min), window_max));
    state.latencies.clear();
    state.least_rtt = sim::kForever;
    state.most_in_flight = 0;
}

void FailsafeAdaptiveLimit::update(State& state, const LimitSample& sample) const {
    double value = static_cast<double>(
        std::max<std::int64_t>(1, state.latencies.quantile(recent_quantile).ns));
    state.medians[state.median_count++ % kSmoothed] = value;
    if (state.median_count >= kSmoothed) {
        auto sorted = state.medians;
        std::sort(sorted.begin(), sorted.end());
        value = sorted[kSmoothed / 2];
    }
    const auto warmup = static_cast<std::int64_t>(kWarmup);
    const double recent = state.recent.add(value, {kSmoothed, warmup});
    const double baseline = state.baseline.add(recent, {baseline_window, warmup});

    const auto in_flight = static_cast<double>(state.most_in_flight);
    const auto throughput = state.throughput.add(in_flight, in_flight / (recent * 1e-9));
    const auto rtt = state.rtt.add(in_flight, recent);
    Signals signals;
    signals.queued = static_cast<std::int64_t>(std::ceil(state.limit * (1.0 - baseline / recent)));
    signals.full = sample.in_flight_at_end >= limit(state);
    signals.throughput_correlation = throughput.correlation;
    signals.throughput_variation = throughput.variation_y;
    signals.rtt_correlation = rtt.correlation;

    const auto step = static_cast<double>(digits_step(limit(state)));
    double wanted = state.limit + direction(state.limit, signals) * step;
    if (wanted > in_flight * max_limit_factor) wanted = state.limit - step;
    state.limit =
        std::clamp(wanted, static_cast<double>(min_limit), static_cast<double>(max_limit));
}

int FailsafeAdaptiveLimit::direction(double limit, const Signals& signals) const {
    const std::int64_t step = digits_step(static_cast<std::int64_t>(limit));
    if (signals.queued > 6 * step) return -1;
    const bool slower = signals.rtt_correlation > 0.5;
    const bool futile = signals.throughput_correlation < 0 ||
                        (signals.throughput_correlation < 0.3 && slower) ||
                        (signals.throughput_variation < 0.2 && slower);
    if (signals.full && futile) return -1;
    return signals.queued < 3 * step ? 1 : 0;
}

}  // namespace models
