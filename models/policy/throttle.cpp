#include "models/policy/throttle.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

std::int64_t floor_division(std::int64_t a, std::int64_t b) {
    const std::int64_t quotient = a / b;
    return a % b < 0 ? quotient - 1 : quotient;
}

std::size_t slot_of(std::int64_t slice, std::size_t size) {
    const auto count = static_cast<std::int64_t>(size);
    return static_cast<std::size_t>(slice - floor_division(slice, count) * count);
}

}  // namespace

void SlicedCounts::advance(sim::SimTime now, sim::Duration window) {
    const auto count = static_cast<std::int64_t>(slices.size());
    const std::int64_t slice = floor_division(now.ns, std::max<std::int64_t>(1, window.ns / count));
    if (slice <= newest) return;
    if (newest == INT64_MIN || slice - newest >= count) {
        std::fill(slices.begin(), slices.end(), Slice{});
        total = {};
    } else {
        for (std::int64_t begun = newest + 1; begun <= slice; ++begun) {
            Slice& slot = slices[slot_of(begun, slices.size())];
            total.requests -= slot.requests;
            total.accepted -= slot.accepted;
            slot = {};
        }
    }
    newest = slice;
}

void SlicedCounts::add(bool accepted) {
    Slice& slot = slices[slot_of(newest, slices.size())];
    ++slot.requests;
    ++total.requests;
    if (!accepted) return;
    ++slot.accepted;
    ++total.accepted;
}

namespace {

constexpr std::int64_t kMaxSlices = 1000;
constexpr sim::DurationLimits kWindows{sim::milliseconds(1), sim::whole_seconds(86'400)};

}  // namespace

void SreThrottle::parameters(sim::Parameters& p) {
    p.factor("k", k, "requests per accepted one that it lets through", {1, 1000, false});
    p.duration("window", window, "how far back it counts", kWindows);
    p.count("slices", slices, "parts in which the window moves on", {1, kMaxSlices});
    p.count("minRequests", min_requests, "turns nothing away below", {0, 1'000'000'000});
    p.percent("maxRejection", max_rejection, "highest share that it turns away");
    scope_parameter(p, scope);
}

double SreThrottle::probability(State& state, sim::SimTime now) const {
    state.advance(now, window);
    if (state.total.requests < min_requests) return 0;
    const auto requests = static_cast<double>(state.total.requests);
    const auto accepted = static_cast<double>(state.total.accepted);
    return std::min(max_rejection, std::max(0.0, (requests - k * accepted) / (requests + 1)));
}

void SreThrottle::on_reject(State& state, sim::SimTime now) const { record(state, now, false); }

void SreThrottle::record(State& state, sim::SimTime now, bool accepted) const {
    state.advance(now, window);
    state.add(accepted);
}

bool SreThrottle::is_accepted(Outcome outcome, bool as_503) {
    return is_success(outcome) || (outcome == Outcome::error && !as_503);
}

void AdmissionThrottle::parameters(sim::Parameters& p) {
    p.percent("successRateThreshold", success_rate_threshold,
              "turns nothing away while more succeed", {0, 1, true});
    p.number("aggression", aggression, "1: in proportion; more: earlier and harder",
             {1, 1000, false});
    p.duration("window", window, "how far back it counts", kWindows);
    p.count("slices", slices, "parts in which the window moves on", {1, kMaxSlices});
    p.number("rpsThreshold", rps_threshold, "requests per second below which it turns nothing away",
             {0, 1e9, false});
    p.percent("maxRejection", max_rejection, "highest share that it turns away");
    scope_parameter(p, scope);
}

double AdmissionThrottle::probability(State& state, sim::SimTime now) const {
    state.advance(now, window);
    const auto sent = static_cast<double>(state.total.requests);
    if (sent * 1e9 < rps_threshold * static_cast<double>(window.ns)) return 0;
    const auto good = static_cast<double>(state.total.accepted);
    const double excess = std::max(0.0, (sent - good / success_rate_threshold) / (sent + 1));
    return std::min(max_rejection, aggression == 1 ? excess : std::pow(excess, 1 / aggression));
}

void AdmissionThrottle::record(State& state, sim::SimTime now, bool accepted) const {
    state.advance(now, window);
    state.add(accepted);
}

bool AdmissionThrottle::is_accepted(Outcome outcome, bool /*as_503*/) {
    return is_success(outcome) || outcome == Outcome::throttled;
}

void EmaThrottle::parameters(sim::Parameters& p) {
    p.duration("window", window, "time constant of the moving average", kWindows);
    p.percent("nackRateThreshold", nack_rate_threshold, "share of nacks that it tolerates",
              {0, 0.999, true});
    p.percent("maxDrop", max_drop, "highest share that it turns away");
    p.count("minRps", min_rps, "requests per second below which nacks do not count",
            {0, 1'000'000'000});
    scope_parameter(p, scope);
}

double EmaThrottle::probability(State& state, sim::SimTime /*now*/) const {
    const double tolerated = 1 - nack_rate_threshold;
    if (state.ema >= tolerated) return 0;
    return std::min(max_drop, 1 - state.ema / tolerated);
}

void EmaThrottle::on_request(State& state, sim::SimTime now) const {
    state.asked.advance(now, sim::whole_seconds(1));
    state.asked.add(true);
}

void EmaThrottle::record(State& state, sim::SimTime now, bool accepted) const {
    state.asked.advance(now, sim::whole_seconds(1));
    const bool counts = state.asked.total.requests >= min_rps;
    const double value = accepted || !counts ? 1.0 : 0.0;
    if (state.begun) {
        const double weight = std::exp(-(now - state.at).seconds() / window.seconds());
        state.ema = value * (1 - weight) + state.ema * weight;
    }
    state.begun = true;
    state.at = now;
}

bool EmaThrottle::is_accepted(Outcome outcome, bool as_503) {
    const bool nack =
        is_503(outcome) || outcome == Outcome::throttled || (outcome == Outcome::error && as_503);
    return !nack;
}

}  // namespace models
