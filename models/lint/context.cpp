#include "models/lint/context.hpp"

#include <algorithm>
#include <cmath>

#include "models/lint/places.hpp"
#include "models/policy/retry_budget.hpp"
#include "models/scenario/frame.hpp"
#include "models/scenario/merge.hpp"
#include "models/scenario/policy_layers.hpp"
#include "models/scenario/preset_catalog.hpp"
#include "sim/core/quantile.hpp"

namespace models {

double bounded_seconds(sim::Duration duration) {
    return duration == sim::kForever ? kUnbounded : duration.seconds();
}

double longest_backoffs(const Backoff& backoff, int retries) {
    constexpr double kLongestDraw = 1 - 1e-12;
    BackoffState state;
    double sum = 0;
    for (int retry = 1; retry <= retries; ++retry) {
        RetryOccasion occasion;
        occasion.retry = retry;
        occasion.since_hint = retry;
        const BackoffDelay delay = std::visit(
            [&](const auto& kind) -> BackoffDelay {
                return kind.delay_at(occasion, state, kLongestDraw);
            },
            backoff);
        if (!delay) break;
        sum += bounded_seconds(*delay);
    }
    return sum;
}

std::optional<double> budgeted_share(const CallPolicy& policy) {
    if (!policy.retry_budget) return std::nullopt;
    const double share = long_run_retries_per_call(*policy.retry_budget);
    if (std::isinf(share)) return std::nullopt;
    return share;
}

LintContext::LintContext(const Scenario& scenario, std::size_t strategy, const LintSystem& system)
    : scenario_(scenario),
      strategy_(scenario.strategies[strategy]),
      spec_(scenario.system(strategy)),
      model_(system.model),
      capacity_(system.capacity),
      loads_(service_loads(system.capacity)),
      endpoint_rates_(model_.endpoints.size(), 0.0),
      responses_(model_.endpoints.size(), 0.0),
      reply_p99_(model_.endpoints.size(), 0.0),
      success_(model_.endpoints.size(), 1.0) {
    std::uint32_t next = 0;
    for (const ServiceSpec& service : spec_.services) {
        first_endpoint_.push_back(next);
        next += static_cast<std::uint32_t>(service.endpoints.size());
    }
    collect_calls();
    callers_first_ = callers_first();
    compute_times();
    compute_rates();
}

const EndpointSpec& LintContext::endpoint_spec(EndpointId id) const {
    const ServiceId service = endpoint(id).service;
    return spec_.services[service.value].endpoints[id.value - first_endpoint_[service.value]];
}

std::vector<ServiceId> LintContext::services() const {
    std::vector<ServiceId> all;
    for (std::uint32_t i = 0; i < spec_.services.size(); ++i) all.push_back(ServiceId{i});
    return all;
}

std::string LintContext::endpoint_name(EndpointId id) const {
    const ServiceId of = endpoint(id).service;
    return service(of).endpoints.size() == 1 ? name(of) : name(of) + "." + endpoint(id).name;
}

void LintContext::add_calls(EndpointId from, const PolicyLayers& layers) {
    const Endpoint& caller = endpoint(from);
    for (std::uint32_t s = 0; s < caller.steps.size(); ++s) {
        for (std::size_t c = 0; c < caller.steps[s].calls.size(); ++c) {
            const CallSpec& call = caller.steps[s].calls[c];
            const CallEntry& entry = endpoint_spec(from).steps[s][c];
            LintCall one;
            one.caller_service = caller.service;
            one.from = from;
            one.step = s;
            one.callee = call.callee;
            one.to = call.endpoint;
            one.optional = call.optional;
            one.times = call.times;
            one.probability = call.probability;
            one.stand_in = call.stand_in;
            one.policy = &model_.policies[call.policy];
            one.settings = layers.flat(name(caller.service), entry.service.text);
            if (!entry.policy.entries.empty()) {
                one.settings = merge_policies(one.settings, entry.policy);
            }
            one.place = entry.service.range;
            one.caller_name = name(caller.service);
            one.callee_name = endpoint_name(call.endpoint);
            calls_.push_back(std::move(one));
        }
    }
}

void LintContext::add_journeys(const PolicyLayers& layers) {
    for (std::size_t g = 0; g < model_.groups.size(); ++g) {
        const GroupSpec& group = spec_.groups[g];
        for (const Journey& journey : model_.groups[g].journeys) {
            LintCall one;
            one.of_customers = true;
            one.group = g;
            one.callee = model_.groups[g].entry;
            one.to = journey.endpoint;
            one.stand_in = journey.stand_in;
            one.policy = &model_.policies[model_.groups[g].policy];
            if (group.client == GroupSpec::Client::own) one.settings = layers.flat_own(group);
            if (group.client == GroupSpec::Client::strategy) {
                one.settings = layers.flat(group.name.text, group.entry.text);
            }
            one.place = group.name.range;
            one.caller_name = group.name.text;
            one.callee_name = endpoint_name(journey.endpoint);
            one.journey_share = journey.share;
            calls_.push_back(std::move(one));
        }
    }
}

void LintContext::collect_calls() {
    sim::Diagnostics ignored;  // load_scenario has read the same layers
    const PolicyLayers layers(spec_, strategy_, ignored);
    add_journeys(layers);
    for (std::uint32_t e = 0; e < model_.endpoints.size(); ++e) {
        add_calls(EndpointId{e}, layers);
    }
    calls_to_.resize(model_.endpoints.size());
    calls_from_.resize(model_.endpoints.size());
    needs_.resize(model_.endpoints.size());
    for (const LintCall& call : calls_) {
        calls_to_[call.to.value].push_back(&call);
        if (!call.of_customers) calls_from_[call.from.value].push_back(&call);
    }
}

/// Endpoints, each before those that it calls.
std::vector<std::uint32_t> LintContext::callers_first() const {
    const std::size_t count = model_.endpoints.size();
    std::vector<std::uint32_t> callers(count, 0);
    for (const LintCall& call : calls_) {
        if (!call.of_customers) ++callers[call.to.value];
    }
    std::vector<std::uint32_t> order;
    for (std::uint32_t e = 0; e < count; ++e) {
        if (callers[e] == 0) order.push_back(e);
    }
    for (std::size_t i = 0; i < order.size(); ++i) {
        for (const CallStep& step : model_.endpoints[order[i]].steps) {
            for (const CallSpec& call : step.calls) {
                if (--callers[call.endpoint.value] == 0) order.push_back(call.endpoint.value);
            }
        }
    }
    return order;
}

double LintContext::round_trip(const LintCall& call) const {
    double longest = 0;
    const auto& topology = model_.topology;
    if (service(call.callee).kind == ServiceKind::external) return 0;
    std::vector<ZoneId> callers;
    if (call.of_customers) {
        callers = model_.groups[call.group].zones;
    } else {
        for (const InstanceId id : topology[call.caller_service].instances) {
            callers.push_back(topology[id].zone);
        }
    }
    // The nearest replica of each caller: what normal days look like.
    for (const ZoneId from : callers) {
        double nearest = kUnbounded;
        for (const InstanceId id : topology[call.callee].instances) {
            nearest = std::min(nearest, topology.delay(from, topology[id].zone).mean_seconds());
        }
        if (!std::isinf(nearest)) longest = std::max(longest, 2 * nearest);
    }
    return longest;
}

void LintContext::compute_times() {
    auto order = callers_first_;
    std::reverse(order.begin(), order.end());
    for (const std::uint32_t e : order) {
        const EndpointId id{e};
        const auto& config = model_.services[endpoint(id).service.value];
        responses_[e] = endpoint(id).latency.mean_seconds();
        reply_p99_[e] = own_quantile(id, 0.99);
        compute_success(id);
        if (config.delivery) continue;  // it answers before its calls
        const double misses = calls_share(id);
        std::vector<double> mean(endpoint(id).steps.size(), 0.0);
        std::vector<double> high(mean);
        for (const LintCall* call : calls_from(id)) {
            const auto& spec = *call;
            const double trip = round_trip(spec);
            mean[spec.step] =
                std::max(mean[spec.step], spec.times * (trip + responses_[spec.to.value]));
            high[spec.step] =
                std::max(high[spec.step], spec.times * (trip + reply_p99_[spec.to.value]));
        }
        for (const double one : mean) responses_[e] += misses * one;
        for (const double one : high) reply_p99_[e] += one;
    }
}

double LintContext::own_quantile(EndpointId id, double p) const {
    return sim::quantile_seconds(endpoint(id).latency, p);
}

std::vector<const LintCall*> LintContext::calls_to(ServiceId id) const {
    std::vector<const LintCall*> found;
    const auto first = first_endpoint_[id.value];
    for (std::uint32_t e = 0; e < service(id).endpoints.size(); ++e) {
        const auto& calls = calls_to_[first + e];
        found.insert(found.end(), calls.begin(), calls.end());
    }
    return found;
}

double LintContext::try_limit(const LintCall& call) const {
    const double own = std::min(bounded_seconds(call.policy->per_try_timeout),
                                bounded_seconds(call.policy->timeout));
    if (!call.of_customers) return own;
    return std::min(own, bounded_seconds(model_.groups[call.group].patience));
}

double LintContext::call_limit(const LintCall& call) const {
    const double one = try_limit(call);
    const bool repeats =
        call.policy->retries > 0 && call.policy->retry_on.has(RetryCondition::timeout);
    double all = repeats ? one * (1 + call.policy->retries) +
                               longest_backoffs(call.policy->backoff, call.policy->retries)
                         : one;
    all = std::min(all, bounded_seconds(call.policy->timeout));
    if (!call.of_customers) return all;
    return std::min(all, bounded_seconds(model_.groups[call.group].patience));
}

const std::vector<ServiceId>& LintContext::needs(EndpointId id) const {
    std::vector<ServiceId>& found = needs_[id.value];
    if (!found.empty()) return found;
    std::vector<std::uint8_t> seen(model_.endpoints.size(), 0);
    std::vector<EndpointId> open = {id};
    while (!open.empty()) {
        const EndpointId next = open.back();
        open.pop_back();
        if (seen[next.value]++ != 0) continue;
        const ServiceId own = endpoint(next).service;
        if (std::find(found.begin(), found.end(), own) == found.end()) found.push_back(own);
        if (model_.services[own.value].delivery) continue;  // it answers before its calls
        for (const LintCall* call : calls_from(next)) {
            if (!call->optional && !call->policy->fallback) open.push_back(call->to);
        }
    }
    return found;
}

double LintContext::call_success(const LintCall& call) const {
    const ErrorReply reply = endpoint(call.to).error_as;
    const Outcome outcome = reply == ErrorReply::reset ? Outcome::reset : Outcome::error;
    const bool again = call.policy->retry_on.covers(outcome, reply == ErrorReply::status_503);
    const double most = again ? 1 + call.policy->retries : 1;
    return std::pow(1 - std::pow(1 - success(call.to), most), call.times);
}

void LintContext::compute_success(EndpointId id) {
    const Endpoint& what = endpoint(id);
    double& all = success_[id.value];
    all = 1 - what.error_share;
    if (model_.services[what.service.value].delivery) return;
    for (const LintCall* call : calls_from(id)) {
        if (!call->optional && !call->policy->fallback) all *= call_success(*call);
    }
}

bool LintContext::harmed_by_repetition(EndpointId id) const {
    const auto says_so = [&](EndpointId one) {
        if (endpoint(one).idempotent) return false;
        const std::string key = "endpoints." + endpoint(one).name + ".idempotent";
        return endpoint(one).write || is_written(endpoint(one).service, key);
    };
    if (endpoint(id).idempotent) return false;  // a key, or nothing to repeat
    std::vector<std::uint8_t> seen(model_.endpoints.size(), 0);
    std::vector<EndpointId> open = {id};
    while (!open.empty()) {
        const EndpointId next = open.back();
        open.pop_back();
        if (seen[next.value]++ != 0 || endpoint(next).idempotent) continue;
        if (says_so(next)) return true;
        for (const LintCall* call : calls_from(next)) open.push_back(call->to);
    }
    return false;
}

bool LintContext::is_rolled_out(ServiceId id) const {
    if (is_written(id, "rollout")) return true;
    const auto is_struck = [&](const ScheduledFault& fault) {
        return is_deployed(fault) &&
               std::any_of(fault.target.instances.begin(), fault.target.instances.end(),
                           [&](InstanceId one) { return model_.topology[one].service == id; });
    };
    return std::any_of(model_.faults.begin(), model_.faults.end(), is_struck);
}

}  // namespace models
