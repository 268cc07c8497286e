#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/lint/context.hpp"
#include "models/lint/rules.hpp"

namespace models {

namespace {

/// What becomes of more load than capacity.
std::string excess_words(const ServiceConfig& config) {
    if (!config.queue) return " and its queue grows for ever";
    if (*config.queue == 0) return ", and what finds no free slot is refused";
    return fmt::format(", and what its queue of {} has no room for is refused", *config.queue);
}

void check_f00(const LintContext& c, LintHits& hits) {
    for (const ServiceId id : c.services()) {
        const ServiceLoad& load = c.load(id);
        if (load.busy < 1) continue;
        hits.add({c.service(id).name.range,
                  fmt::format("`{}` is offered {} of its capacity today: {}/s arrive there{}",
                              c.name(id), percent_text(load.busy, 0), number_text(load.per_s),
                              excess_words(c.model().services[id.value])),
                  c.name(id), load.busy});
    }
}

bool is_isolated(const CallPolicy& policy) {
    return policy.circuit_breaker || policy.bulkhead || policy.pool || policy.throttle ||
           policy.rate_limit;
}

/// Whether the caller has something to do that does not need the callee.
bool does_other_work(const LintContext& c, const LintCall& call) {
    if (call.optional || call.policy->fallback) return true;
    for (std::uint32_t e = 0; e < c.model().endpoints.size(); ++e) {
        const EndpointId id{e};
        if (c.endpoint(id).service != call.caller_service || c.per_s(id) <= 0) continue;
        const auto& needed = c.needs(id);
        if (std::find(needed.begin(), needed.end(), call.callee) == needed.end()) return true;
    }
    return false;
}

void check_f30(const LintContext& c, LintHits& hits) {
    for (const LintCall& call : c.calls()) {
        if (call.of_customers || is_isolated(*call.policy) || !does_other_work(c, call)) continue;
        const auto& config = c.model().services[call.caller_service.value];
        const double slots = c.slots(call.caller_service);
        const bool holds = config.holds == Holds::while_calling && config.server.cores == 0;
        const double limit = c.call_limit(call);
        const double held = call.per_s * limit;
        if (!holds || std::isinf(slots) || call.per_s <= 0 || held < slots) continue;
        const std::string needed =
            std::isinf(limit) ? "nothing bounds how many"
                              : fmt::format("{}/s x {} = {} slots", number_text(call.per_s),
                                            seconds_text(limit), number_text(held));
        hits.add({call.place,
                  fmt::format("when {} hangs, {} waits for it in {}, and has {} for everything it "
                              "does: no breaker, no bulkhead, no pool between them",
                              call.callee_name, call.caller_name, needed, number_text(slots)),
                  call.text(), held / slots});
    }
}

/// From a surge until the first new replica works at full speed.
double scaling_time(const ServiceSpec& service) {
    const Scaling& rule = *service.autoscale;
    double looks = 1;
    if (const auto* target = std::get_if<TargetScaling>(&rule)) looks = target->out_points;
    const double warm_up =
        service.restart.warm_up ? bounded_seconds(service.restart.warm_up->length) : 0;
    return bounded_seconds(metric_delay_of(rule)) + looks * bounded_seconds(period_of(rule)) +
           bounded_seconds(start_up_of(rule)) + warm_up;
}

/// A fault that brings more customers, and how many by the time.
struct Surge {
    const ScheduledFault* fault = nullptr;
    double factor = 1;

    /// Of the groups that it strikes, `after` its start.
    [[nodiscard]] std::vector<double> factors(std::size_t groups, double after) const {
        const double rise = bounded_seconds(fault->ramp.in);
        const double share = rise > 0 ? std::min(1.0, after / rise) : 1.0;
        std::vector<double> all(groups, 1.0);
        for (std::size_t g = 0; g < std::min(groups, fault->target.groups.size()); ++g) {
            if (fault->target.groups[g] != 0) all[g] = 1 + (factor - 1) * share;
        }
        return all;
    }
};

std::vector<Surge> surges_of(const LintContext& c) {
    std::vector<Surge> surges;
    for (const ScheduledFault& fault : c.model().faults) {
        const auto* load = std::get_if<LoadEffect>(&fault.effect);
        if (load != nullptr && load->factor > 1) surges.push_back({&fault, load->factor});
    }
    return surges;
}

void check_f31(const LintContext& c, LintHits& hits) {
    const auto surges = surges_of(c);
    for (const ServiceId id : c.services()) {
        const ServiceSpec& service = c.service(id);
        if (!service.autoscale) continue;
        const double takes = scaling_time(service);
        for (const Surge& surge : surges) {
            const double after = std::min(takes, bounded_seconds(surge.fault->duration));
            const double busy =
                c.busy_with(surge.factors(c.model().groups.size(), after))[id.value];
            if (busy <= 1) continue;
            hits.add({c.place_of(id, "autoscale"),
                      fmt::format(
                          "{} brings {}x in {}, and the first new replica of {} works after "
                          "{}: until then it is offered {} of its capacity ({} today)",
                          surge.fault->name, number_text(surge.factor),
                          seconds_text(bounded_seconds(surge.fault->ramp.in)), c.name(id),
                          seconds_text(takes), percent_text(busy, 0), percent_text(c.busy(id), 0)),
                      c.name(id), busy});
        }
    }
}

void check_f32(const LintContext& c, LintHits& hits) {
    for (const ServiceId id : c.services()) {
        const ServiceSpec& service = c.service(id);
        if (!service.autoscale) continue;
        double patience = kUnbounded;
        for (const LintCall* call : c.calls_to(id)) {
            patience = std::min(patience, c.try_limit(*call));
        }
        const double fewest = static_cast<double>(bounds_of(*service.autoscale).min) *
                              static_cast<double>(c.spec().regions.size());
        const double carried = fewest / (c.busy(id) * c.replicas(id));
        const double cold =
            bounded_seconds(start_up_of(*service.autoscale)) +
            (service.restart.warm_up ? bounded_seconds(service.restart.warm_up->length) : 0);
        if (!(carried < 0.5) || cold <= patience) continue;
        hits.add(
            {c.place_of(id, "autoscale"),
             fmt::format("at its `min` {} carries {} of its peak load, and a new replica takes "
                         "{}, longer than a caller waits ({})",
                         c.name(id), percent_text(carried, 0), seconds_text(cold),
                         seconds_text(patience)),
             c.name(id), 1 / carried});
    }
}

std::uint32_t replicas_outside(const LintContext& c, ServiceId id, std::uint32_t region) {
    const Topology& topology = c.model().topology;
    std::uint32_t count = 0;
    for (const InstanceId one : topology[id].instances) {
        const Instance& instance = topology[one];
        if (instance.spare || !instance.zone.valid()) continue;
        if (topology[instance.zone].region.value != region) ++count;
    }
    return count;
}

/// The share of its calls that budgets let callers repeat while a region is away.
double repeated_share(const LintContext& c, ServiceId id) {
    double share = 0;
    for (const LintCall* call : c.calls_to(id)) {
        if (call->policy->retries > 0)
            share = std::max(share, budgeted_share(*call->policy).value_or(0));
    }
    return share;
}

void check_f53(const LintContext& c, LintHits& hits) {
    const Topology& topology = c.model().topology;
    for (std::uint32_t r = 0; topology.regions.size() > 1 && r < topology.regions.size(); ++r) {
        for (const ServiceId id : c.services()) {
            const auto left = replicas_outside(c, id, r);
            if (left == 0 || left == c.replicas(id)) continue;
            const double repeated = repeated_share(c, id);
            const double busy = c.busy(id) * c.replicas(id) / left * (1 + repeated);
            if (busy <= 1 || c.busy(id) >= 1) continue;
            hits.add({c.place_of(id, "replicasPerZone"),
                      fmt::format("without region {} the other {} replicas of {} are offered {} of "
                                  "their capacity ({} today, of {} replicas){}",
                                  topology.regions[r].name, left, c.name(id), percent_text(busy, 0),
                                  percent_text(c.busy(id), 0), c.replicas(id),
                                  repeated > 0 ? fmt::format(", retries of {} included",
                                                             percent_text(repeated))
                                               : ""),
                      c.name(id), busy});
        }
    }
}

constexpr auto kCapacityRules = std::to_array<LintRule>({
    {"F00", sim::Severity::error, LintCategory::load, "more load than capacity",
     "on a day without faults a service is offered at least 100 % of its capacity, by the traffic "
     "equations of `firedrill plan`",
     "what arrives faster than it is done waits longer and longer, whatever else is well",
     "queueing theory: utilisation below 1 (Kleinrock, Queueing Systems I)",
     "scenarios/papers/fail-at-scale.yaml",
     "services: {payment: {replicas: 2, concurrency: 8, latency: 100ms}}   # 160/s, and 200/s come",
     "services: {payment: {replicas: 4, concurrency: 8, latency: 100ms}}   # 320/s", check_f00},
    {"F30", sim::Severity::warning, LintCategory::load, "one slow dependency takes all slots",
     "rate of a call x the longest it may take is at least all slots of its caller, which holds "
     "them meanwhile and has other work, and no `circuitBreaker`, `bulkhead`, `pool`, `throttle` "
     "or "
     "`rateLimit` is between them",
     "what does not need the slow dependency fails with it, because nobody is left to do it",
     "AWS Well-Architected REL05-BP04; Nygard, Release It!: bulkheads",
     "scenarios/policies/breaker.yaml", "policyFor: {recommend: {timeout: 2s}}",
     "policyFor: {recommend: {timeout: 100ms, bulkhead: 20}}", check_f30},
    {"F31", sim::Severity::warning, LintCategory::load, "a surge is faster than the scaler",
     "a fault brings more customers, and before the first replica that the scaler adds works "
     "(metric's delay, periods, start-up, warm-up) the service is offered more than it can do",
     "until the new replicas work, the old ones have all of it: queues and retries grow meanwhile",
     "Kubernetes: the HPA looks every 15 s; AWS Well-Architected REL07",
     "scenarios/lint/F31-sale.yaml",
     "services: {web: {autoscale: {kind: hpa, min: 4, max: 20, startUp: 60s}}}   # 60 % busy, 3x",
     "services: {web: {autoscale: {kind: hpa, min: 12, max: 20, startUp: 60s}}}", check_f31},
    {"F32", sim::Severity::note, LintCategory::load, "scaled down too far to wake up in time",
     "a scaler's `min` carries less than half of the peak, and a new replica takes longer than a "
     "caller waits",
     "whoever comes first after a quiet time finds too few replicas and cannot wait for more",
     "AWS Lambda and Knative: cold starts", "scenarios/lint/F32-cold-start.yaml",
     "services: {web: {replicas: 10, autoscale: {kind: hpa, min: 1, max: 10, startUp: 60s}}}",
     "services: {web: {replicas: 10, autoscale: {kind: hpa, min: 6, max: 10, startUp: 60s}}}",
     check_f32},
    {"F53", sim::Severity::warning, LintCategory::single_point,
     "the other regions cannot take a region's load",
     "with all customers in the remaining regions, and the share that budgets let callers repeat, "
     "a "
     "service would be offered more than its capacity there",
     "customers of a lost region come all at once, and take the other region down with them",
     "Netflix: chaos kong; AWS: disaster recovery of workloads",
     "scenarios/faults/region-kong.yaml",
     "services: {web: {replicasPerZone: 2}}   # 60 % busy in both regions",
     "services: {web: {replicasPerZone: 4}}   # 30 % busy in both regions", check_f53},
});

}  // namespace

std::span<const LintRule> capacity_rules() { return kCapacityRules; }

}  // namespace models
