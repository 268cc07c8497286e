#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "models/policy/outlier_state.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
struct Misfit;
}  // namespace sim

// Outlier detection: a balancer stops sending to replicas that do worse than the others. Results
// come in one by one; a sweep every `interval` (aligned to time zero) brings ejected replicas back
// and compares rates. Sweep n ends the interval n - 1.
namespace models {

/// Ejection by success rate: below mean - factor / 1000 * standard deviation.
struct SuccessRateRule {
    double stdev_factor = 1900;
    double enforcing = 1.0;  ///< probability that an outlier is ejected
    std::uint32_t minimum_hosts = 5;
    std::uint32_t request_volume = 100;
    void parameters(sim::Parameters& p);
    bool operator==(const SuccessRateRule&) const = default;
};

/// Ejection by share of failures.
struct FailurePercentageRule {
    double threshold = 0.85;
    double enforcing = 0.0;
    std::uint32_t minimum_hosts = 5;
    std::uint32_t request_volume = 50;
    void parameters(sim::Parameters& p);
    bool operator==(const FailurePercentageRule&) const = default;
};

/// How long an ejection lasts and how many hosts may be out.
struct EjectionRule {
    sim::Duration interval = sim::whole_seconds(10);
    sim::Duration base_ejection_time = sim::whole_seconds(30);
    sim::Duration max_ejection_time = sim::whole_seconds(300);
    double max_ejection_percent = 0.1;  ///< as a share
    bool active_check_unejects = true;  ///< a passed health check ends an ejection
    double min_health_percent =
        0;  ///< with a smaller share of healthy hosts nobody counts as ejected
    void parameters(sim::Parameters& p);
    bool operator==(const EjectionRule&) const = default;
};

/// Envoy's (and Istio's). With its defaults 10 % of less than ten hosts is nobody at all.
struct EnvoyOutliers {
    static constexpr std::string_view name = "envoy";
    static constexpr std::string_view summary =
        "ejects after failures in a row or by success rate (Envoy, Istio)";
    static constexpr std::string_view formula =
        "at consecutive5xx failures in a row at once; at a sweep success rate < mean - "
        "successRateStdevFactor/1000 * sigma, or failures >= threshold; only while 100 * (ejected "
        "+ 1) / hosts <= "
        "maxEjectionPercent; out for min(base * times, max)";
    static constexpr std::string_view source = "ENV-OD, ENV-OD-IMPL, ISTIO";
    static constexpr std::string_view example =
        "outlierDetection: {kind: envoy, consecutive5xx: 5, alwaysEjectOneHost: true}";
    EjectionRule ejection;
    bool always_eject_one_host = false;
    sim::Duration max_ejection_time_jitter{};
    std::uint32_t consecutive_5xx = 5;
    double enforcing_consecutive_5xx = 1.0;
    std::uint32_t consecutive_gateway_failure = 5;
    double enforcing_consecutive_gateway_failure = 0.0;
    SuccessRateRule success_rate;
    FailurePercentageRule failure_percentage;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    bool operator==(const EnvoyOutliers&) const = default;

    void on_result(OutlierState& state, std::uint32_t host, HostResult result, sim::SimTime now,
                   sim::RngStream stream) const;
    void sweep(OutlierState& state, sim::SimTime now, sim::RngStream stream) const;

  private:
    void try_to_eject(OutlierState& state, std::uint32_t host, double enforcing, sim::SimTime now,
                      sim::RngStream stream) const;
    void sweep_rates(OutlierState& state, sim::SimTime now, sim::RngStream stream) const;
};

/// gRPC's (A50): only by rates, once per interval; at least one host may be ejected.
struct GrpcOutliers {
    static constexpr std::string_view name = "grpc";
    static constexpr std::string_view summary = "ejects by success rate or failures (gRPC A50)";
    static constexpr std::string_view formula =
        "at a sweep success rate < mean - stdevFactor/1000 * sigma, or failures > threshold; stops "
        "once "
        "maxEjectionPercent are out; out for min(base * times, max(base, max))";
    static constexpr std::string_view source = "A50";
    static constexpr std::string_view example =
        "outlierDetection: {kind: grpc, successRate: {minimumHosts: 3}}";
    EjectionRule ejection{.active_check_unejects = false};
    SuccessRateRule success_rate;
    FailurePercentageRule failure_percentage{.enforcing = 1.0};
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    bool operator==(const GrpcOutliers&) const = default;

    void on_result(OutlierState& state, std::uint32_t host, HostResult result, sim::SimTime now,
                   sim::RngStream stream) const;
    void sweep(OutlierState& state, sim::SimTime now, sim::RngStream stream) const;

  private:
    [[nodiscard]] bool may_eject(const OutlierState& state) const;
    void eject_by_success(OutlierState& state, sim::SimTime now, sim::RngStream stream) const;
    void eject_by_failures(OutlierState& state, sim::SimTime now, sim::RngStream stream) const;
};

/// The registry: the key `outlierDetection` of a policy. Draws are keyed by the stream and a count
/// of the state's.
using OutlierDetection = std::variant<EnvoyOutliers, GrpcOutliers>;

inline const EjectionRule& ejection_rule(const OutlierDetection& rule) {
    return std::visit([](const auto& kind) -> const EjectionRule& { return kind.ejection; }, rule);
}
/// A state for so many hosts.
OutlierState outlier_state(std::uint32_t hosts);
/// A try at `host` has ended; it may be ejected at once.
inline void outliers_on_result(const OutlierDetection& rule, OutlierState& state,
                               std::uint32_t host, HostResult result, sim::SimTime now,
                               sim::RngStream stream) {
    if (result == HostResult::ignored) return;
    std::visit([&](const auto& kind) { kind.on_result(state, host, result, now, stream); }, rule);
}
/// At a whole multiple of the interval.
inline void outliers_sweep(const OutlierDetection& rule, OutlierState& state, sim::SimTime now,
                           sim::RngStream stream) {
    std::visit([&](const auto& kind) { kind.sweep(state, now, stream); }, rule);
}

}  // namespace models
