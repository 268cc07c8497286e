#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/lint/context.hpp"
#include "models/lint/rules.hpp"
#include "models/policy/priority.hpp"

namespace models {

namespace {

/// Class of the most important requests that reach an endpoint; 0 is the highest.
std::uint8_t class_of(const LintContext& c, const LintCall& call) {
    if (!call.of_customers) {
        const Endpoint& from = c.endpoint(call.from);
        if (from.priority) return *from.priority;
    }
    std::uint8_t best = 255;
    if (call.of_customers) return c.model().groups[call.group].priority;
    for (const LintCall* above : c.calls_to(call.from)) best = std::min(best, class_of(c, *above));
    return best;
}

void check_f19(const LintContext& c, LintHits& hits) {
    for (const LintCall& call : c.calls()) {
        const auto& own = c.endpoint(call.to).priority;
        if (call.of_customers || call.optional || call.policy->fallback || !own) continue;
        const std::uint8_t caller = class_of(c, call);
        if (caller >= *own) continue;
        hits.add(
            {call.place,
             fmt::format("{} is `{}` and cannot do without {}, which is `{}` and shed before it",
                         c.endpoint_name(call.from), to_string(static_cast<Criticality>(caller)),
                         call.callee_name, to_string(static_cast<Criticality>(*own))),
             call.text()});
    }
}

/// "1 % of payment, 0.5 % of stock": errors of what a journey cannot do without.
std::string errors_text(const LintContext& c, EndpointId journey) {
    std::string text;
    const auto& needed = c.needs(journey);
    for (std::uint32_t e = 0; e < c.model().endpoints.size(); ++e) {
        const Endpoint& endpoint = c.model().endpoints[e];
        const bool part = std::find(needed.begin(), needed.end(), endpoint.service) != needed.end();
        if (!part || endpoint.error_share <= 0 || c.per_s(EndpointId{e}) <= 0) continue;
        text += fmt::format("{}{} of {}", text.empty() ? "" : ", ",
                            percent_text(endpoint.error_share, 2), c.endpoint_name(EndpointId{e}));
    }
    return text;
}

double customer_success(const LintContext& c, const LintCall& call) {
    const bool again = call.policy->retry_on.covers(Outcome::error, false);
    return 1 - std::pow(1 - c.success(call.to), again ? 1 + call.policy->retries : 1);
}

void check_f20(const LintContext& c, LintHits& hits) {
    for (const Slo& slo : c.scenario().slos) {
        const bool normal = slo.slice == SliceKind::all || slo.slice == SliceKind::before;
        if (slo.metric != SloMetric::success || slo.op != SloOp::at_least || !normal) continue;
        if (slo.service) continue;
        for (const LintCall& call : c.calls()) {
            if (!call.of_customers || (slo.group && *slo.group != call.caller_name)) continue;
            if (slo.journey && *slo.journey != c.endpoint(call.to).name) continue;
            const double success = customer_success(c, call);
            if (success >= slo.limit) continue;
            hits.add({slo.range,
                      fmt::format("{} succeeds {} of the time on its best day (errors of what it "
                                  "cannot do without, after retries: {}), below the {} of `{}`",
                                  c.endpoint(call.to).name, percent_text(success, 2),
                                  errors_text(c, call.to), percent_text(slo.limit, 2), slo.name),
                      c.endpoint(call.to).name, 1 - success});
        }
    }
}

/// Groups of services that reach each other by calls that are waited for (strongly connected
/// components; Kosaraju's two searches).
class ServiceCircles {
  public:
    explicit ServiceCircles(const LintContext& c)
        : callees_(c.spec().services.size()),
          callers_(callees_.size()),
          circle_(callees_.size(), kNone) {
        for (const LintCall& call : c.calls()) {
            if (!waits(c, call) || call.caller_service == call.callee) continue;
            callees_[call.caller_service.value].push_back(call.callee.value);
            callers_[call.callee.value].push_back(call.caller_service.value);
        }
        const auto order = finished_last_first();
        for (const std::uint32_t id : order) {
            if (circle_[id] == kNone) collect(id);
        }
    }
    static bool waits(const LintContext& c, const LintCall& call) {
        return !call.of_customers && !c.model().services[call.caller_service.value].delivery;
    }
    /// The services of a circle share a number.
    [[nodiscard]] std::uint32_t of(ServiceId id) const { return circle_[id.value]; }

  private:
    static constexpr std::uint32_t kNone = 0xFFFFFFFFU;

    [[nodiscard]] std::vector<std::uint32_t> finished_last_first() const {
        std::vector<std::uint8_t> seen(callees_.size(), 0);
        std::vector<std::uint32_t> order;
        for (std::uint32_t start = 0; start < callees_.size(); ++start) {
            if (seen[start]++ != 0) continue;
            std::vector<std::pair<std::uint32_t, std::size_t>> path = {{start, 0}};
            while (!path.empty()) {
                auto& [id, next] = path.back();
                if (next == callees_[id].size()) {
                    order.push_back(id);
                    path.pop_back();
                    continue;
                }
                const std::uint32_t callee = callees_[id][next++];
                if (seen[callee]++ == 0) path.emplace_back(callee, 0);
            }
        }
        std::reverse(order.begin(), order.end());
        return order;
    }

    void collect(std::uint32_t first) {
        std::vector<std::uint32_t> open = {first};
        circle_[first] = first;
        while (!open.empty()) {
            const std::uint32_t id = open.back();
            open.pop_back();
            for (const std::uint32_t caller : callers_[id]) {
                if (circle_[caller] != kNone) continue;
                circle_[caller] = first;
                open.push_back(caller);
            }
        }
    }

    std::vector<std::vector<std::uint32_t>> callees_;
    std::vector<std::vector<std::uint32_t>> callers_;
    std::vector<std::uint32_t> circle_;
};

void check_f47(const LintContext& c, LintHits& hits) {
    const ServiceCircles circles(c);
    for (const LintCall& call : c.calls()) {
        const bool inside = ServiceCircles::waits(c, call) && call.caller_service != call.callee &&
                            circles.of(call.caller_service) == circles.of(call.callee);
        if (!inside) continue;
        std::vector<std::string> members;
        for (const ServiceId id : c.services()) {
            if (circles.of(id) == circles.of(call.callee)) members.push_back(c.name(id));
        }
        hits.add(
            {call.place,
             fmt::format("{} wait for each other: {} calls {}, which comes back to {}",
                         listed(members), call.caller_name, call.callee_name, call.caller_name),
             call.text(), 0, "circle " + listed(members)});
    }
}

constexpr std::array<std::string_view, 4> kControlLabels = {"control-plane", "config", "discovery",
                                                            "identity"};

std::string control_label(const ServiceSpec& service) {
    for (const std::string_view label : kControlLabels) {
        if (service.has_label(label)) return std::string(label);
    }
    return {};
}

bool keeps_last_answer(const LintContext& c, const LintCall& call) {
    const auto& fallback = call.policy->fallback;
    return call.optional || c.model().services[call.callee.value].cache ||
           (fallback && std::holds_alternative<StaleCacheFallback>(*fallback));
}

void check_f48(const LintContext& c, LintHits& hits) {
    for (const LintCall& call : c.calls()) {
        const std::string label = control_label(c.service(call.callee));
        if (call.of_customers || label.empty() || keeps_last_answer(c, call)) continue;
        hits.add(
            {call.place,
             fmt::format("{}/s of {} ask {} (label `{}`) for every request, and keep no answer "
                         "for when it is away",
                         number_text(call.per_s), call.caller_name, call.callee_name, label),
             call.text(), call.per_s});
    }
    for (const ServiceId id : c.services()) {
        const auto& dns = c.service(id).dns;
        if (!dns || dns->ttl.ns > 0 || dns->serve_stale.ns > 0) continue;
        hits.add({c.place_of(id, "dns.ttl"),
                  fmt::format("callers of {} ask for its name again for each of {} requests a "
                              "second (`ttl: 0s`), and keep no old answer (`serveStale`)",
                              c.name(id), number_text(c.per_s(id))),
                  c.name(id), c.per_s(id)});
    }
}

constexpr auto kDependenciesRules = std::to_array<LintRule>({
    {"F19", sim::Severity::error, LintCategory::shared_fate, "the important needs the unimportant",
     "a call is required, and its endpoint has a `priority` below that of the requests that make "
     "it",
     "under load the callee is shed first, and the caller, which is not to be shed, fails with it",
     "AWS Well-Architected REL05-BP01: turn hard dependencies into soft ones",
     "scenarios/lint/F19-upside-down.yaml",
     "services: {ads: {endpoints: {show: {calls: [], priority: sheddable}}}}   # web: [ads]",
     "services: {web: {endpoints: {page: [ads (optional)]}}}", check_f19},
    {"F20", sim::Severity::warning, LintCategory::shared_fate, "less available than it promises",
     "errors of all that a journey cannot do without, multiplied and after retries, leave less "
     "than "
     "an objective on its success asks for, with no fault at all",
     "hard dependencies multiply: what needs three services with 99.9 % has 99.7 %",
     "AWS Well-Architected REL05-BP01: the multiplicative factor of dependencies",
     "scenarios/policies/budget.yaml",
     "services: {payment: {errors: 1%}}\nslos: {pay: pay.success >= 99.5%}",
     "policyFor: {payment: {retries: 1, retryOn: [error], backoff: {base: 50ms}}}", check_f20},
    {"F47", sim::Severity::error, LintCategory::shared_fate, "services that wait for each other",
     "two services reach each other by calls that are waited for (through different endpoints: a "
     "cycle of endpoints is no valid file)",
     "neither can start before the other, and slots of both wait for slots of the other under load",
     "Google SRE, Addressing Cascading Failures: intra-layer communication and deadlock",
     "scenarios/lint/F47-circle.yaml",
     "services: {a: {endpoints: {x: [b.y]}}, b: {endpoints: {y: [a.z]}}}",
     "services: {a: {endpoints: {x: [b.y]}}, b: {endpoints: {y: [c.z]}}}", check_f47},
    {"F48", sim::Severity::warning, LintCategory::shared_fate, "the control plane on the data path",
     "a call is required to a service with the label `control-plane`, `config`, `discovery` or "
     "`identity`, without `fallback: staleCache`; or a name has `ttl: 0s` and no `serveStale`",
     "what changes seldom is asked for with every request, so its outage stops everything at once",
     "AWS Well-Architected REL11-BP04: rely on the data plane; REL05-BP01",
     "scenarios/lint/F48-who-are-you.yaml",
     "services: {tokens: {labels: [identity]}}   # web: [tokens.check, stock]",
     "policyFor: {tokens: {fallback: {kind: staleCache, maxStaleness: 10m}}}", check_f48},
});

}  // namespace

std::span<const LintRule> dependency_rules() { return kDependenciesRules; }

}  // namespace models
