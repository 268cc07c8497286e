#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/lint/context.hpp"
#include "models/lint/rules.hpp"

namespace models {

namespace {

bool strikes(const LintContext& c, const FaultTarget& target, const std::vector<ServiceId>& parts) {
    const auto is_part = [&](InstanceId id) {
        const ServiceId of = c.model().topology[id].service;
        return std::find(parts.begin(), parts.end(), of) != parts.end();
    };
    if (std::any_of(target.instances.begin(), target.instances.end(), is_part)) return true;
    if (!target.groups.empty()) return true;  // other customers: it may be too much for the callee
    for (const Traffic& traffic : target.traffic) {
        for (std::uint32_t i = 0; i < traffic.replicas.size(); ++i) {
            if (traffic.replicas[i] != 0 && is_part(InstanceId{i})) return true;
        }
    }
    // Faults without replicas or messages (control planes, names): who knows what follows.
    return target.instances.empty() && target.traffic.empty();
}

/// Whether anything in the file makes the call fail.
bool may_fail(const LintContext& c, const LintCall& call) {
    const auto& parts = c.needs(call.to);
    for (const ScheduledFault& fault : c.model().faults) {
        if (strikes(c, fault.target, parts)) return true;
        for (const BesideEffect& also : fault.also) {
            if (strikes(c, also.target, parts)) return true;
        }
    }
    if (call.policy->per_try_timeout != sim::kForever || call.policy->timeout != sim::kForever) {
        // Its own tail may be longer than its timeout.
        if (c.own_quantile(call.to, 0.999) > c.try_limit(call)) return true;
    }
    return c.success(call.to) < 1;
}

std::string names_text(const LintContext& c, const std::vector<ServiceId>& ids) {
    std::vector<std::string> names;
    for (const ServiceId id : ids) names.push_back(c.name(id));
    return listed(names);
}

void check_f21(const LintContext& c, LintHits& hits) {
    for (const LintCall& call : c.calls()) {
        if (!call.policy->fallback || may_fail(c, call)) continue;
        hits.add({c.place_of(call, "fallback"),
                  fmt::format("the fallback of {} is never used: no fault strikes what it needs "
                              "({}), which has no errors of its own and answers in time",
                              call.text(), names_text(c, c.needs(call.to))),
                  call.text()});
    }
}

std::vector<std::string> shared_needs(const LintContext& c, EndpointId first, EndpointId second) {
    std::vector<std::string> shared;
    const auto& others = c.needs(second);
    for (const ServiceId id : c.needs(first)) {
        if (std::find(others.begin(), others.end(), id) != others.end()) {
            shared.push_back(c.name(id));
        }
    }
    return shared;
}

void check_f22(const LintContext& c, LintHits& hits) {
    for (const LintCall& call : c.calls()) {
        if (call.stand_in == kNoStandIn) continue;
        const CallSpec& other = c.model().stand_ins[call.stand_in].call;
        const std::string name = c.endpoint_name(other.endpoint);
        const auto shared = shared_needs(c, call.to, other.endpoint);
        if (!shared.empty()) {
            hits.add({c.place_of(call, "fallback"),
                      fmt::format("{} falls back to {}, and both need {}: one outage takes both",
                                  call.text(), name, listed(shared)),
                      call.text(), 1e9});
        }
        const double slots = c.slots(other.callee);
        const double busy =
            c.busy(other.callee) + call.per_s * c.hold(other.endpoint) / std::max(slots, 1e-9);
        if (std::isinf(slots) || busy <= 1) continue;
        hits.add({c.place_of(call, "fallback"),
                  fmt::format("{} falls back to {} with {}/s, which is {} of what {} can do ({} "
                              "today)",
                              call.text(), name, number_text(call.per_s), percent_text(busy, 0),
                              c.name(other.callee), percent_text(c.busy(other.callee), 0)),
                  call.text(), busy, "capacity of " + name});
    }
}

constexpr auto kFallbacksRules = std::to_array<LintRule>({
    {"F21", sim::Severity::warning, LintCategory::shared_fate, "a fallback that nothing tries",
     "a call has a `fallback`, and no fault of the file strikes what the call needs, nor has that "
     "errors of its own, nor a p99.9 above the timeout",
     "a fallback that is never used can go wrong for years without anybody noticing",
     "Amazon Builders' Library, Avoiding fallback in distributed systems",
     "scenarios/lint/F21-never-tried.yaml",
     "policyFor: {recommend: {fallback: silent}}   # no fault strikes recommend",
     "faults: {no-recommend: {at: 1m, for: 1m, service: recommend, effect: down}}", check_f21},
    {"F22", sim::Severity::warning, LintCategory::shared_fate, "a fallback that shares the fate",
     "a fallback calls a service that needs something the failed call needs, too, or that cannot "
     "carry the rate of the call in addition",
     "the fallback fails in the same outage, or moves it to the next service",
     "Amazon Builders' Library, Avoiding fallback in distributed systems",
     "scenarios/lint/F22-same-fate.yaml",
     "policyFor: {search: {fallback: {kind: call, call: lite}}}   # both read from index",
     "policyFor: {search: {fallback: {kind: staleCache}}}", check_f22},
});

}  // namespace

std::span<const LintRule> fallback_rules() { return kFallbacksRules; }

}  // namespace models
