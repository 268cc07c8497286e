#include <algorithm>

#include "models/lint/context.hpp"
#include "models/scenario/frame.hpp"

// How much comes, how long it stays, how much room there is.
namespace models {

/// Of one group of customers, all journeys together.
double LintContext::group_rate(const Group& group) const {
    if (group.rate_per_s) return *group.rate_per_s * (1 + (group.day ? group.day->swing : 0));
    double cycle = group.think_time.mean_seconds() + 2 * group.access.seconds();
    for (const Journey& journey : group.journeys) {
        cycle += journey.share * responses_[journey.endpoint.value];
    }
    return cycle > 0 ? group.users / cycle : 0;
}

void LintContext::compute_rates() {
    for (LintCall& call : calls_) {
        if (!call.of_customers) continue;
        call.per_s = group_rate(model_.groups[call.group]) * call.journey_share;
    }
    endpoint_rates_ = rates_with(std::vector<double>(model_.groups.size(), 1.0));
    for (LintCall& call : calls_) {
        if (call.of_customers) continue;
        call.per_s = endpoint_rates_[call.from.value] * calls_per_request(call);
    }
    busy_ = busy_at(endpoint_rates_);
}

double LintContext::calls_share(EndpointId id) const {
    return endpoint(id).write ? 1 : capacity_.services[endpoint(id).service.value].calls_share;
}

/// Of an endpoint that makes it.
double LintContext::calls_per_request(const LintCall& call) const {
    return calls_share(call.from) * call.probability * call.times;
}

std::vector<double> LintContext::rates_with(const std::vector<double>& group_factors) const {
    std::vector<double> rates(model_.endpoints.size(), 0.0);
    for (const std::uint32_t e : callers_first_) {
        for (const LintCall* call : calls_to(EndpointId{e})) {
            rates[e] += call->of_customers ? call->per_s * group_factors[call->group]
                                           : rates[call->from.value] * calls_per_request(*call);
        }
    }
    return rates;
}

std::vector<double> LintContext::busy_at(const std::vector<double>& rates) const {
    std::vector<double> busy(model_.services.size(), 0.0);
    for (std::uint32_t e = 0; e < model_.endpoints.size(); ++e) {
        const ServiceId of = model_.endpoints[e].service;
        const double all = slots(of);
        if (all > 0) busy[of.value] += rates[e] * hold(EndpointId{e}) / all;
    }
    return busy;
}

std::vector<double> LintContext::busy_with(const std::vector<double>& group_factors) const {
    return busy_at(rates_with(group_factors));
}

double LintContext::per_s(ServiceId id) const {
    double sum = 0;
    for (std::uint32_t e = 0; e < model_.endpoints.size(); ++e) {
        if (model_.endpoints[e].service == id) sum += endpoint_rates_[e];
    }
    return sum;
}

std::uint32_t LintContext::replicas(ServiceId id) const {
    std::uint32_t count = 0;
    for (const InstanceId one : model_.topology[id].instances) {
        if (!model_.topology[one].spare) ++count;
    }
    return count;
}

double LintContext::slots(ServiceId id) const {
    return replicas(id) * slots_of(model_.services[id.value]);
}

std::size_t LintContext::zones_of(ServiceId id) const {
    std::vector<std::uint32_t> zones;
    for (const InstanceId one : model_.topology[id].instances) {
        const auto& instance = model_.topology[one];
        if (!instance.spare && instance.zone.valid()) zones.push_back(instance.zone.value);
    }
    std::sort(zones.begin(), zones.end());
    return static_cast<std::size_t>(std::unique(zones.begin(), zones.end()) - zones.begin());
}

double LintContext::hold(EndpointId id) const {
    const auto& config = model_.services[endpoint(id).service.value];
    const bool own = config.server.cores > 0 || config.holds == Holds::own_work;
    return own ? endpoint(id).latency.mean_seconds() : responses_[id.value];
}

bool promises_success(const Slo& slo) {
    return slo.metric == SloMetric::success && slo.op == SloOp::at_least && !slo.service &&
           (slo.slice == SliceKind::all || slo.slice == SliceKind::during);
}

double tolerated_outage(const LintContext& context, const Slo& slo) {
    double window = context.scenario().experiment.duration.seconds();
    for (const FaultSpec& fault : context.scenario().faults) {
        if (slo.slice == SliceKind::during && fault.name.text == slo.fault) {
            window = bounded_seconds(fault.duration);
        }
    }
    return (1 - slo.limit) * window;
}

}  // namespace models
