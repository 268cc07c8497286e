#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/lint/context.hpp"
#include "models/lint/rules.hpp"

namespace models {

namespace {

/// The path on which tries multiply most, from one endpoint on.
struct Multiplied {
    double product = 1;
    std::vector<const LintCall*> path;  ///< every call of it
};

class PathFinder {
  public:
    explicit PathFinder(const LintContext& c) : c_(c), known_(c.model().endpoints.size()) {}

    const Multiplied& below(EndpointId id) {
        auto& known = known_[id.value];
        if (known) return *known;
        Multiplied worst;
        for (const LintCall* call : c_.calls_from(id)) {
            Multiplied path = with(*call);
            if (path.product > worst.product) worst = std::move(path);
        }
        known = std::move(worst);
        return *known;
    }
    Multiplied with(const LintCall& call) {
        Multiplied path = below(call.to);
        path.product *= most_tries(*call.policy);
        if (path.product > 1) path.path.insert(path.path.begin(), &call);
        return path;
    }

  private:
    const LintContext& c_;
    std::vector<std::optional<Multiplied>> known_;
};

void check_f07(const LintContext& c, LintHits& hits) {
    constexpr double kMostTries = 4;
    PathFinder finder(c);
    for (const LintCall& journey : c.calls()) {
        if (!journey.of_customers) continue;
        const Multiplied worst = finder.with(journey);
        std::vector<const LintCall*> layers;
        std::string factors;
        for (const LintCall* call : worst.path) {
            if (most_tries(*call->policy) < 2) continue;
            layers.push_back(call);
            factors += fmt::format("{}{} tries", factors.empty() ? "" : " x ",
                                   number_text(most_tries(*call->policy)));
        }
        if (layers.empty() || (worst.product <= kMostTries && layers.size() < 2)) continue;
        std::string route = journey.caller_name;
        for (const LintCall* call : worst.path) {
            route += " -> " + call->callee_name;
            if (call == layers.back()) break;
        }
        if (layers.size() > 1) factors += " = " + number_text(worst.product) + " tries";
        hits.add({c.place_of(*layers.back(), "retries"),
                  fmt::format("{} of {} per customer request ({}); at most 4, by one layer",
                              factors, c.name(layers.back()->callee), route),
                  c.name(layers.back()->callee), worst.product});
    }
}

/// Whether all delays before the n-th retry are the same: callers that failed together come back
/// together.
struct HasJitter {
    bool operator()(const NoBackoff& /*kind*/) const { return false; }
    bool operator()(const ConstantBackoff& kind) const { return kind.jitter != Jitter::none; }
    bool operator()(const LinearBackoff& kind) const { return kind.jitter != Jitter::none; }
    bool operator()(const ExponentialBackoff& kind) const {
        if (kind.jitter == Jitter::additive_absolute) return kind.jitter_max.ns > 0;
        return kind.jitter != Jitter::none;
    }
    bool operator()(const Resilience4jBackoff& kind) const { return kind.jitter_factor > 0; }
    bool operator()(const GoogleBackoff& kind) const { return kind.jitter_factor > 0; }
    template <class Kind>
    bool operator()(const Kind& /*kind*/) const {
        return true;  // part of the kind
    }
};

void check_f08(const LintContext& c, LintHits& hits) {
    for (const LintCall& call : c.calls()) {
        const CallPolicy& policy = *call.policy;
        if (policy.retries == 0 || std::visit(HasJitter{}, policy.backoff)) continue;
        const bool at_once = std::holds_alternative<NoBackoff>(policy.backoff);
        const double wait = longest_backoffs(policy.backoff, 1);
        hits.add({c.place_of(call, "backoff"),
                  at_once ? fmt::format("{} makes up to {} more tries at once, without a backoff",
                                        call.text(), policy.retries)
                          : fmt::format("all callers of {} that failed together try again {} later "
                                        "together: the backoff has no `jitter`",
                                        call.callee_name, seconds_text(wait)),
                  call.text(), static_cast<double>(policy.retries)});
    }
}

bool grows_for_ever(const Backoff& backoff) {
    if (std::holds_alternative<NoBackoff>(backoff)) return false;
    if (std::holds_alternative<ConstantBackoff>(backoff)) return false;
    return longest_delay(backoff) == sim::kForever;
}

void check_f09(const LintContext& c, LintHits& hits) {
    for (const LintCall& call : c.calls()) {
        const CallPolicy& policy = *call.policy;
        if (policy.retries == 0 || !grows_for_ever(policy.backoff)) continue;
        const double last = longest_backoffs(policy.backoff, policy.retries) -
                            longest_backoffs(policy.backoff, policy.retries - 1);
        hits.add({c.place_of(call, "backoff"),
                  fmt::format("the backoff of {} has no `max`: up to {} before retry {}",
                              call.text(), seconds_text(last), policy.retries),
                  call.text(), last});
    }
}

bool is_bounded(const CallPolicy& policy) {
    return policy.retry_budget || policy.circuit_breaker || policy.throttle;
}

void check_f10(const LintContext& c, LintHits& hits) {
    for (const ServiceId service : c.services()) {
        double calls = 0;
        double tries = 0;
        const LintCall* worst = nullptr;
        for (const LintCall* call : c.calls_to(service)) {
            const bool repeats = call->policy->retries > 0 && !is_bounded(*call->policy);
            calls += call->per_s;
            tries += call->per_s * (repeats ? 1 + call->policy->retries : 1);
            if (repeats && (worst == nullptr || call->per_s > worst->per_s)) worst = call;
        }
        if (worst == nullptr || calls <= 0) continue;
        const double busy = c.busy(service);
        const double most = busy * tries / calls;
        if (most <= 1) continue;
        hits.add({c.place_of(*worst, "retries"),
                  fmt::format("{} is {} busy, and {}/s with all their tries ({}/s) need {} of its "
                              "capacity: {} has neither a budget nor a breaker",
                              c.name(service), percent_text(busy, 0), number_text(calls),
                              number_text(tries), percent_text(most, 0), worst->text()),
                  c.name(service), most});
    }
}

/// What a try may end with although its work was done.
std::string ambiguous_failures(const RetryOn& retry_on) {
    std::string text;
    for (const RetryCondition one : {RetryCondition::timeout, RetryCondition::reset,
                                     RetryCondition::error, RetryCondition::status_5xx}) {
        if (retry_on.has(one)) text += (text.empty() ? "" : ", ") + std::string(to_string(one));
    }
    return text;
}

void check_f11(const LintContext& c, LintHits& hits) {
    for (const LintCall& call : c.calls()) {
        if (call.policy->retries == 0 || !c.harmed_by_repetition(call.to)) continue;
        const std::string failures = ambiguous_failures(call.policy->retry_on);
        if (failures.empty()) continue;
        hits.add(
            {c.place_of(call, "retries"),
             fmt::format("{} is tried up to {} times after {}, when the first may have done its "
                         "work, and {} is not idempotent",
                         call.text(), 1 + call.policy->retries, failures, call.callee_name),
             call.text(), static_cast<double>(call.policy->retries)});
    }
}

void check_f12(const LintContext& c, LintHits& hits) {
    for (const LintCall& call : c.calls()) {
        const CallPolicy& policy = *call.policy;
        if (policy.retries == 0 || !policy.retry_on.has(RetryCondition::status_429)) continue;
        if (policy.retry_after || !c.service(call.callee).server.rate_limit) continue;
        hits.add(
            {c.place_of(call, "retryOn"),
             fmt::format("{} repeats what {} refused with 429, by a rate limit, up to {} times "
                         "and does not ask when it may (`retryAfter`)",
                         call.text(), call.callee_name, policy.retries),
             call.text()});
    }
}

void check_f52(const LintContext& c, LintHits& hits) {
    for (const LintCall& call : c.calls()) {
        if (!call.policy->hedge) continue;
        const Hedge& hedge = std::get<Hedge>(*call.policy->hedge);
        const auto& budget = call.policy->retry_budget;
        const bool pays = hedge.budget || (budget && hedge.pays(*budget));
        if (!pays) {
            hits.add({c.place_of(call, "hedge"),
                      fmt::format("{} sends up to {} more tries and no budget bounds them: when {} "
                                  "is slow, {} times its load",
                                  call.text(), hedge.most, call.callee_name, 1 + hedge.most),
                      call.text(), 1});
        }
        if (c.harmed_by_repetition(call.to)) {
            hits.add({c.place_of(call, "hedge"),
                      fmt::format("{} sends the same request up to {} times, and {} is not "
                                  "idempotent",
                                  call.text(), 1 + hedge.most, call.callee_name),
                      call.text(), 2, "idempotent " + call.callee_name});
        }
    }
}

constexpr auto kRetriesRules = std::to_array<LintRule>({
    {"F07", sim::Severity::error, LintCategory::load, "retries that multiply",
     "on a path from the customer the tries of all layers multiply to more than 4, or two layers "
     "retry; a budget that ties retries to calls counts as its share",
     "each layer repeats what the layer below has already repeated, so an outage is met with a "
     "multiple of the load",
     "AWS Well-Architected REL05-BP03: retries at several layers; Amazon Builders' Library: 3 "
     "tries "
     "on 5 layers are 243",
     "scenarios/papers/three-layers.yaml",
     "policy: {retries: 3}                 # web -> api -> payment: 4 x 4",
     "policy: {retries: 0}\npolicyFor: {payment: {retries: 2, retryBudget: 10%}}", check_f07},
    {"F08", sim::Severity::error, LintCategory::misconfiguration,
     "retries without backoff or jitter",
     "a call that is retried has `backoff: none`, or a backoff whose delays are not spread",
     "callers that failed together come back together, at the same instant, again and again",
     "AWS Well-Architected REL05-BP03; Google SRE, Handling Overload: always randomized "
     "exponential "
     "backoff",
     "scenarios/policies/backoff.yaml", "policy: {retries: 2, backoff: none}",
     "policy: {retries: 2, backoff: {base: 50ms, max: 1s, jitter: full}}", check_f08},
    {"F09", sim::Severity::warning, LintCategory::misconfiguration, "a backoff without a cap",
     "a call that is retried has a growing backoff with `max: none`",
     "the delay doubles beyond every deadline, and a client that recovers learns of it minutes "
     "later",
     "AWS Well-Architected REL05-BP03; Amazon Builders' Library: capped exponential backoff",
     "scenarios/lint/F09-no-cap.yaml", "policy: {retries: 8, backoff: {base: 100ms, max: none}}",
     "policy: {retries: 3, backoff: {base: 100ms, max: 2s}}", check_f09},
    {"F10", sim::Severity::error, LintCategory::load, "retries that the callee cannot carry",
     "the callers' peak times (1 + retries) is more than the callee's capacity, and nothing bounds "
     "them: no `retryBudget`, no `circuitBreaker`, no `throttle`",
     "once the callee stumbles, retries alone keep it down: the outage outlives its cause",
     "Google SRE, Handling Overload: 10 % per client; Envoy's retry budget: 20 %",
     "scenarios/faults/retry-storm-metastable.yaml", "policy: {retries: 3}",
     "policy: {retries: 3, retryBudget: 10%}", check_f10},
    {"F11", sim::Severity::error, LintCategory::misconfiguration,
     "retries of what must not happen twice",
     "a call is retried after failures that leave open whether the work was done (timeout, reset, "
     "error, 5xx), and it leads to a write, or to an endpoint with `idempotent: false`, and none "
     "on "
     "the way is idempotent",
     "after a timeout nobody knows whether the first try did its work: the second may charge twice",
     "Amazon Builders' Library, Making retries safe with idempotent APIs",
     "scenarios/faults/quorum-loss.yaml",
     "services: {payment: {endpoints: {charge: {calls: [], idempotent: false}}}}\n"
     "policy: {retries: 2}",
     "services: {payment: {endpoints: {charge: {calls: [], idempotent: true}}}}\n"
     "policy: {retries: 2}",
     check_f11},
    {"F12", sim::Severity::warning, LintCategory::misconfiguration,
     "refusals by rule are repeated at once",
     "`retryOn` has 429, the callee has a `rateLimit`, and the caller does not heed `retryAfter` "
     "(429 is the only 4xx that there is in a scenario)",
     "a request that a rule refuses is refused again: each repetition only uses up the quota of "
     "others",
     "AWS Well-Architected REL05-BP03: do not retry what cannot succeed",
     "scenarios/papers/overload-recurrence.yaml", "policy: {retries: 3, retryOn: [429]}",
     "policy: {retries: 3, retryOn: [429], retryAfter: {mode: clampMax, max: 5s}}", check_f12},
    {"F52", sim::Severity::warning, LintCategory::load, "hedges without bounds",
     "a call is hedged and neither the hedge's `budget` nor a `retryBudget` that covers hedges "
     "bounds it, or the callee is not idempotent (as in F11)",
     "when the callee is slow every call is sent twice, which makes it slower",
     "Dean and Barroso, The Tail at Scale, 2013: hedge after the p95, 5 % more load",
     "scenarios/policies/hedge.yaml", "policy: {hedge: 20ms}",
     "policy: {hedge: {delay: {percentile: 95%}, budget: {percent: 5%}}}", check_f52},
});

}  // namespace

std::span<const LintRule> retry_rules() { return kRetriesRules; }

}  // namespace models
