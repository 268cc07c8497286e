#include "models/policy/outlier_detection.hpp"

#include <algorithm>
#include <limits>

#include "sim/yaml/parameters.hpp"

namespace models {

namespace {

constexpr std::uint32_t kMost = 1'000'000;

bool draw(double probability, OutlierState& state, sim::RngStream stream, std::uint32_t host) {
    if (probability >= 1) return true;
    if (probability <= 0) return false;
    return sim::KeyedRng(stream, state.draws++, host).bernoulli(probability);
}

/// Success rates of the hosts that had enough requests in the interval.
std::vector<double> rates_of(const OutlierState& state, std::int64_t interval,
                             std::uint32_t request_volume, bool ejected_too) {
    std::vector<double> rates;
    for (const OutlierHost& one : state.hosts) {
        if (one.ejected && !ejected_too) continue;
        const auto counts = one.counts(interval);
        if (counts.all() >= request_volume) rates.push_back(counts.success_percent());
    }
    return rates;
}

/// Below this rate a host is an outlier; nothing when too few hosts can be compared.
std::optional<double> least_rate(const SuccessRateRule& rule, const std::vector<double>& rates) {
    if (rates.empty() || rates.size() < rule.minimum_hosts) return std::nullopt;
    const RateSpread spread = spread_of(rates);
    return spread.mean - rule.stdev_factor / 1000 * spread.deviation;
}

sim::Duration times(sim::Duration base, std::uint32_t factor, sim::Duration most) {
    if (factor > 0 && base.ns > most.ns / factor) return most;
    return {std::min(base.ns * factor, most.ns)};
}

std::optional<sim::Misfit> misfit_in(const EjectionRule& rule) {
    if (rule.max_ejection_time >= rule.base_ejection_time) return std::nullopt;
    return sim::Misfit{"maxEjectionTime", "the longest ejection is shorter than the first",
                       "`baseEjectionTime` is 30s when not written"};
}

}  // namespace

OutlierState outlier_state(std::uint32_t hosts) {
    OutlierState state;
    state.hosts.resize(hosts);
    return state;
}

void SuccessRateRule::parameters(sim::Parameters& p) {
    p.number("stdevFactor", stdev_factor, "standard deviations below the mean, times 1000",
             {0, 100'000, false});
    p.percent("enforcementPercentage", enforcing, "probability that an outlier is ejected");
    p.count("minimumHosts", minimum_hosts, "hosts with enough requests to compare", {1, kMost});
    p.count("requestVolume", request_volume, "requests of a host in an interval", {1, kMost});
}

void FailurePercentageRule::parameters(sim::Parameters& p) {
    p.percent("threshold", threshold, "share of failures", {0, 1, true});
    p.percent("enforcementPercentage", enforcing, "probability that an outlier is ejected");
    p.count("minimumHosts", minimum_hosts, "hosts with enough requests to compare", {1, kMost});
    p.count("requestVolume", request_volume, "requests of a host in an interval", {1, kMost});
}

void EjectionRule::parameters(sim::Parameters& p) {
    constexpr sim::DurationLimits kTimes{sim::milliseconds(1), sim::whole_seconds(86'400)};
    p.duration("interval", interval, "between sweeps, aligned to time zero", kTimes);
    p.duration("baseEjectionTime", base_ejection_time, "length of the first ejection", kTimes);
    p.duration("maxEjectionTime", max_ejection_time, "longest ejection", kTimes);
    p.percent("maxEjectionPercent", max_ejection_percent, "share of the hosts that may be out");
}

void EnvoyOutliers::parameters(sim::Parameters& p) {
    ejection.parameters(p);
    p.flag("alwaysEjectOneHost", always_eject_one_host,
           "one host may be ejected whatever maxEjectionPercent says");
    p.duration("maxEjectionTimeJitter", max_ejection_time_jitter,
               "an ejection is up to so much longer, in whole milliseconds");
    p.count("consecutive5xx", consecutive_5xx, "failures in a row until a host is ejected",
            {1, kMost});
    p.percent("enforcingConsecutive5xx", enforcing_consecutive_5xx,
              "probability that it is ejected then");
    p.count("consecutiveGatewayFailure", consecutive_gateway_failure,
            "the same for 502, 503, 504, timeouts and resets", {1, kMost});
    p.percent("enforcingConsecutiveGatewayFailure", enforcing_consecutive_gateway_failure,
              "probability that it is ejected then");
    p.number("successRateStdevFactor", success_rate.stdev_factor,
             "an outlier's success rate is so many deviations below the mean, times 1000",
             {0, 100'000, false});
    p.percent("enforcingSuccessRate", success_rate.enforcing, "probability that it is ejected");
    p.count("successRateMinimumHosts", success_rate.minimum_hosts,
            "hosts with enough requests to compare success rates", {1, kMost});
    p.count("successRateRequestVolume", success_rate.request_volume,
            "enough requests of a host in an interval", {1, kMost});
    p.percent("failurePercentageThreshold", failure_percentage.threshold,
              "share of failures that makes an outlier", {0, 1, true});
    p.percent("enforcingFailurePercentage", failure_percentage.enforcing,
              "probability that it is ejected");
    p.count("failurePercentageMinimumHosts", failure_percentage.minimum_hosts,
            "hosts with enough requests", {1, kMost});
    p.count("failurePercentageRequestVolume", failure_percentage.request_volume,
            "enough requests of a host in an interval", {1, kMost});
    p.flag("activeCheckUnejects", ejection.active_check_unejects,
           "a passed health check ends an ejection");
    p.percent("minHealthPercent", ejection.min_health_percent,
              "with a smaller share of healthy hosts ejections are ignored (Istio)");
}

std::optional<sim::Misfit> EnvoyOutliers::misfit() const { return misfit_in(ejection); }

/// The number of failures must be met exactly: the counter starts again from there.
void EnvoyOutliers::on_result(OutlierState& state, std::uint32_t host, HostResult result,
                              sim::SimTime now, sim::RngStream stream) const {
    auto& one = state.hosts[host];
    one.count(result, interval_number(now, ejection.interval));
    if (one.gateway_failures_in_a_row == consecutive_gateway_failure) {
        try_to_eject(state, host, enforcing_consecutive_gateway_failure, now, stream);
        one.gateway_failures_in_a_row = 0;
    }
    if (one.failures_in_a_row == consecutive_5xx) {
        try_to_eject(state, host, enforcing_consecutive_5xx, now, stream);
        one.failures_in_a_row = 0;
    }
}

void EnvoyOutliers::try_to_eject(OutlierState& state, std::uint32_t host, double enforcing,
                                 sim::SimTime now, sim::RngStream stream) const {
    auto& one = state.hosts[host];
    if (one.ejected) return;
    const double share = (state.ejected + 1.0) / static_cast<double>(state.hosts.size());
    const bool room =
        share <= ejection.max_ejection_percent || (always_eject_one_host && state.ejected == 0);
    if (!room || !draw(enforcing, state, stream, host)) return;
    state.eject(host, now);
    const std::int64_t base = ejection.base_ejection_time.ns;
    if (base * one.backoff < ejection.max_ejection_time.ns + base) ++one.backoff;
    const std::int64_t steps = max_ejection_time_jitter.ns / sim::milliseconds(1).ns;
    if (steps > 0) {
        sim::KeyedRng rng(stream, state.draws++, host);
        one.jitter = sim::milliseconds(rng.below(static_cast<std::uint32_t>(steps + 1)));
    }
}

void EnvoyOutliers::sweep(OutlierState& state, sim::SimTime now, sim::RngStream stream) const {
    for (std::uint32_t host = 0; host < state.hosts.size(); ++host) {
        auto& one = state.hosts[host];
        if (!one.ejected) {
            const auto good_for = sim::saturated_add(one.back_at, ejection.interval);
            if (one.backoff > 0 && good_for <= now) --one.backoff;
            continue;
        }
        const auto length =
            times(ejection.base_ejection_time, one.backoff, ejection.max_ejection_time) +
            one.jitter;
        if (now - one.ejected_at >= length) state.bring_back(host, now);
    }
    sweep_rates(state, now, stream);
}

void EnvoyOutliers::sweep_rates(OutlierState& state, sim::SimTime now,
                                sim::RngStream stream) const {
    const auto interval = interval_number(now, ejection.interval) - 1;
    const auto rates = rates_of(state, interval, success_rate.request_volume, false);
    const auto least = least_rate(success_rate, rates);
    const auto& failures = failure_percentage;
    const bool compare =
        rates_of(state, interval, failures.request_volume, false).size() >= failures.minimum_hosts;
    for (std::uint32_t host = 0; host < state.hosts.size(); ++host) {
        const auto counts = state.hosts[host].counts(interval);
        if (state.hosts[host].ejected || counts.all() < success_rate.request_volume) continue;
        if (least && counts.success_percent() < *least) {
            try_to_eject(state, host, success_rate.enforcing, now, stream);
        }
    }
    for (std::uint32_t host = 0; compare && host < state.hosts.size(); ++host) {
        const auto counts = state.hosts[host].counts(interval);
        if (state.hosts[host].ejected || counts.all() < failures.request_volume) continue;
        if (counts.bad >= failures.threshold * counts.all()) {
            try_to_eject(state, host, failures.enforcing, now, stream);
        }
    }
}

void GrpcOutliers::parameters(sim::Parameters& p) {
    ejection.parameters(p);
    p.group("successRate", success_rate, "ejection by success rate");
    p.group("failurePercentage", failure_percentage, "ejection by share of failures");
}

std::optional<sim::Misfit> GrpcOutliers::misfit() const { return misfit_in(ejection); }

void GrpcOutliers::on_result(OutlierState& state, std::uint32_t host, HostResult result,
                             sim::SimTime now, sim::RngStream /*stream*/) const {
    state.hosts[host].count(result, interval_number(now, ejection.interval));
}

bool GrpcOutliers::may_eject(const OutlierState& state) const {
    return state.ejected < ejection.max_ejection_percent * static_cast<double>(state.hosts.size());
}

void GrpcOutliers::eject_by_success(OutlierState& state, sim::SimTime now,
                                    sim::RngStream stream) const {
    const auto interval = interval_number(now, ejection.interval) - 1;
    const auto least =
        least_rate(success_rate, rates_of(state, interval, success_rate.request_volume, true));
    if (!least) return;
    for (std::uint32_t host = 0; host < state.hosts.size(); ++host) {
        if (!may_eject(state)) return;
        auto& one = state.hosts[host];
        const auto counts = one.counts(interval);
        if (one.ejected || counts.all() < success_rate.request_volume) continue;
        if (counts.success_percent() >= *least) continue;
        if (!draw(success_rate.enforcing, state, stream, host)) continue;
        state.eject(host, now);
        ++one.backoff;
    }
}

void GrpcOutliers::eject_by_failures(OutlierState& state, sim::SimTime now,
                                     sim::RngStream stream) const {
    const auto interval = interval_number(now, ejection.interval) - 1;
    const auto& rule = failure_percentage;
    const auto comparable = rates_of(state, interval, rule.request_volume, true).size();
    if (comparable < rule.minimum_hosts) return;
    for (std::uint32_t host = 0; host < state.hosts.size(); ++host) {
        if (!may_eject(state)) return;
        auto& one = state.hosts[host];
        const auto counts = one.counts(interval);
        if (one.ejected || counts.all() < rule.request_volume) continue;
        if (counts.bad <= rule.threshold * counts.all()) continue;
        if (!draw(rule.enforcing, state, stream, host)) continue;
        state.eject(host, now);
        ++one.backoff;
    }
}

/// An ejection of 30 s ends at the third sweep after it: upstream's timers are never early.
void GrpcOutliers::sweep(OutlierState& state, sim::SimTime now, sim::RngStream stream) const {
    eject_by_success(state, now, stream);
    eject_by_failures(state, now, stream);
    const auto most = std::max(ejection.base_ejection_time, ejection.max_ejection_time);
    for (std::uint32_t host = 0; host < state.hosts.size(); ++host) {
        auto& one = state.hosts[host];
        if (!one.ejected) {
            if (one.backoff > 0) --one.backoff;
        } else if (now - one.ejected_at >= times(ejection.base_ejection_time, one.backoff, most)) {
            state.bring_back(host, now);
        }
    }
}

}  // namespace models
