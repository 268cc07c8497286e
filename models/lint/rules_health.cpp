#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/lint/context.hpp"
#include "models/lint/rules.hpp"

namespace models {

namespace {

void check_f23(const LintContext& c, LintHits& hits) {
    for (const ServiceId id : c.services()) {
        const auto& check = c.service(id).health_check;
        if (!check || check->kind != CheckDepth::deep) continue;
        if (check->fail_open || check->fail_open_below > 0) continue;
        std::vector<std::string> shared;
        for (const LintCall& call : c.calls()) {
            if (call.of_customers || call.caller_service != id || call.optional) continue;
            const auto& callee = c.name(call.callee);
            if (std::find(shared.begin(), shared.end(), callee) == shared.end()) {
                shared.push_back(callee);
            }
        }
        if (shared.empty()) continue;
        hits.add({c.place_of(id, "healthCheck"),
                  fmt::format("the health check of {} fails with {}, which all {} replicas share: "
                              "they fail together, and it does not fail open",
                              c.name(id), listed(shared), c.replicas(id)),
                  c.name(id), static_cast<double>(c.replicas(id))});
    }
}

bool ejects_by_itself(const CallPolicy& policy) {
    return policy.circuit_breaker && breaker_scope(*policy.circuit_breaker) == BreakerScope::host;
}

void check_f24(const LintContext& c, LintHits& hits) {
    for (const LintCall& call : c.calls()) {
        const double replicas = c.replicas(call.callee);
        const CallPolicy& policy = *call.policy;
        if (replicas < 2) continue;
        const bool attracts = std::holds_alternative<LeastRequest>(policy.load_balancing) &&
                              c.is_written(call, "loadBalancing");
        if (attracts && !policy.outlier_detection && !ejects_by_itself(policy)) {
            hits.add(
                {c.place_of(call, "loadBalancing"),
                 fmt::format("{} sends to the one of {} replicas with the fewest requests: one "
                             "that fails at once has none and gets them all, and nothing "
                             "ejects it",
                             call.text(), number_text(replicas)),
                 call.text(), replicas});
        }
        if (!policy.outlier_detection) continue;
        const auto* envoy = std::get_if<EnvoyOutliers>(&*policy.outlier_detection);
        if (envoy == nullptr || envoy->always_eject_one_host) continue;
        const double share = envoy->ejection.max_ejection_percent;
        if (share * replicas >= 1) continue;
        hits.add({c.place_of(call, "outlierDetection"),
                  fmt::format("of the {} replicas of {} at most {} may be ejected: {}, so none is",
                              number_text(replicas), call.callee_name, percent_text(share),
                              number_text(share * replicas)),
                  call.text(), 1 / (share * replicas + 1e-9)});
    }
}

/// The strictest objective on the success of what needs the service, over all of the run or a
/// fault.
const Slo* strictest(const LintContext& c, ServiceId id) {
    const Slo* found = nullptr;
    for (const Slo& slo : c.scenario().slos) {
        if (!promises_success(slo)) continue;
        for (const LintCall& call : c.calls()) {
            if (!call.of_customers) continue;
            const bool meant = (!slo.group || *slo.group == call.caller_name) &&
                               (!slo.journey || *slo.journey == c.endpoint(call.to).name);
            if (!meant) continue;
            const auto& needed = c.needs(call.to);
            if (std::find(needed.begin(), needed.end(), id) == needed.end()) continue;
            if (found == nullptr || tolerated_outage(c, slo) < tolerated_outage(c, *found))
                found = &slo;
        }
    }
    return found;
}

/// The largest share of its replicas that one zone, or one of them without zones, has.
double share_at_once(const LintContext& c, ServiceId id) {
    const double all = c.replicas(id);
    double most = 1;
    if (c.has_zones()) {
        for (const PlacementSpec& place : c.service(id).placement) {
            most = std::max<double>(most, place.replicas);
        }
    }
    return all > 0 ? most / all : 1;
}

bool repeats_elsewhere(const LintContext& c, ServiceId id) {
    const auto calls = c.calls_to(id);
    return std::all_of(calls.begin(), calls.end(), [](const LintCall* call) {
        return call->policy->retries > 0 && call->policy->retry_on.has(RetryCondition::timeout);
    });
}

void check_f25(const LintContext& c, LintHits& hits) {
    for (const ServiceId id : c.services()) {
        const auto& check = c.service(id).health_check;
        const Slo* slo = strictest(c, id);
        if (!check || slo == nullptr || repeats_elsewhere(c, id)) continue;
        if (c.zones_of(id) < 2 && c.has_zones()) continue;  // F15
        const double noticed =
            check->interval.seconds() * check->fail_after + bounded_seconds(check->timeout);
        const double share = share_at_once(c, id);
        const double allowed = tolerated_outage(c, *slo);
        if (share >= 1 || noticed * share <= allowed) continue;
        hits.add({c.place_of(id, "healthCheck"),
                  fmt::format("{} x {} + {} = {} until callers leave a dead part of {}, {} of its "
                              "replicas: {} of outage, and `{}` allows {}",
                              seconds_text(check->interval.seconds()), check->fail_after,
                              seconds_text(bounded_seconds(check->timeout)), seconds_text(noticed),
                              c.name(id), percent_text(share, 0), seconds_text(noticed * share),
                              slo->name, seconds_text(allowed)),
                  c.name(id), noticed * share / std::max(allowed, 1e-9)});
    }
}

constexpr auto kHealthRules = std::to_array<LintRule>({
    {"F23", sim::Severity::error, LintCategory::misconfiguration,
     "a deep health check that kills the fleet",
     "a `healthCheck` of `kind: deep` asks for a dependency that all replicas share, and neither "
     "`failOpen` nor `failOpenBelow` is set",
     "when the dependency stumbles all replicas are taken out at once, those included that could "
     "have served something",
     "Amazon Builders' Library, Implementing health checks: fail open",
     "scenarios/faults/deep-health-check.yaml", "services: {web: {healthCheck: {kind: deep}}}",
     "services: {web: {healthCheck: {kind: deep, failOpen: true}}}", check_f23},
    {"F24", sim::Severity::warning, LintCategory::misconfiguration, "the bad replica gets most",
     "`loadBalancing: leastRequest` is written and nothing ejects replicas (`outlierDetection`, or "
     "a breaker per host); or Envoy's ejection may take less than one replica of the callee "
     "(`maxEjectionPercent` x replicas below 1 without `alwaysEjectOneHost`)",
     "a replica that answers errors at once looks idle, and draws all the traffic that it spoils",
     "Amazon Builders' Library, Implementing health checks: black hole servers; Istio: "
     "maxEjectionPercent is 10 %",
     "scenarios/policies/outlier.yaml",
     "policy: {outlierDetection: istio-default}   # 6 replicas: 10 % are none",
     "policy: {outlierDetection: {preset: istio-default, alwaysEjectOneHost: true}}", check_f24},
    {"F25", sim::Severity::warning, LintCategory::latency, "noticed too late",
     "interval x failAfter + timeout of a `healthCheck`, times the share of the replicas in one "
     "zone (without zones: one of them), is more outage than an objective on success allows, and "
     "callers do not try elsewhere",
     "until the check has failed often enough every request to the dead part fails",
     "Kubernetes: readiness probes take 10 s x 3", "scenarios/faults/instance-kill.yaml",
     "services: {web: {healthCheck: {interval: 10s, failAfter: 3}}}",
     "services: {web: {healthCheck: {interval: 1s, failAfter: 2, timeout: 500ms}}}", check_f25},
});

}  // namespace

std::span<const LintRule> health_rules() { return kHealthRules; }

}  // namespace models
