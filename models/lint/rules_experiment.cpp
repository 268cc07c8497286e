#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/lint/context.hpp"
#include "models/lint/rules.hpp"

namespace models {

namespace {

sim::SourceRange first_fault(const LintContext& c) {
    return c.scenario().faults.front().name.range;
}

/// Services that the fault is laid upon as such: those with a label, or all.
std::vector<std::string> struck_services(const LintContext& c, const FaultTargetSpec& target) {
    std::vector<std::string> names;
    for (const ServiceId id : c.services()) {
        const bool struck =
            target.label ? c.service(id).has_label(target.label->text) : target.is_everything();
        if (struck) names.push_back(c.name(id));
    }
    return names;
}

void check_f54(const LintContext& c, LintHits& hits) {
    for (std::size_t f = 0; f < c.model().faults.size(); ++f) {
        const ScheduledFault& fault = c.model().faults[f];
        const bool cert = has_effect<CertEffect>(fault);
        if (!cert && !has_effect<TokenEffect>(fault)) continue;
        const auto names = struck_services(c, c.scenario().faults[f].target);
        if (names.size() < 2) continue;
        hits.add({c.scenario().faults[f].name.range,
                  fmt::format("{} services share the {} that ends {} after the start: {}",
                              names.size(), cert ? "certificate" : "credentials",
                              seconds_text(sim::Duration{fault.at.ns}.seconds()), listed(names)),
                  fault.name, static_cast<double>(names.size())});
    }
}

void check_f55(const LintContext& c, LintHits& hits) {
    const auto& scenario = c.scenario();
    if (scenario.faults.empty()) return;
    const bool of_customers = std::any_of(scenario.slos.begin(), scenario.slos.end(),
                                          [](const Slo& slo) { return !slo.service.has_value(); });
    if (of_customers) return;
    hits.add({first_fault(c),
              std::string(scenario.slos.empty()
                              ? "the file has faults and no `slos`: nothing says what well means"
                              : "all `slos` are about services: nothing says what customers are to "
                                "see"),
              "", 1, "steady state"});
}

void check_f56(const LintContext& c, LintHits& hits) {
    const auto& scenario = c.scenario();
    const auto& actions = c.spec().actions;
    if (scenario.faults.empty() || actions.empty()) return;
    const bool stops = std::any_of(actions.begin(), actions.end(), [](const ActionSpec& action) {
        return action.when && std::holds_alternative<EndFaultsAction>(action.kind);
    });
    if (stops) return;
    hits.add({first_fault(c),
              fmt::format("of {} in `actions` none ends the faults when it becomes too bad "
                          "(`endFaults` with `when`)",
                          actions.size()),
              "", 1, "abort condition"});
}

constexpr auto kExperimentRules = std::to_array<LintRule>({
    {"F54", sim::Severity::note, LintCategory::shared_fate, "one certificate for many",
     "a fault ends a certificate or tokens of more than one service within the run",
     "what ends at one moment fails at one moment, and nothing is left to renew it with",
     "Netflix: security monkey; Gremlin: certificate expiry attacks look 720 h ahead",
     "scenarios/lint/F54-one-certificate.yaml",
     "faults: {expiry: {at: 1m, for: 5m, label: tls-wildcard, effect: cert}}",
     "faults: {expiry: {at: 1m, for: 5m, service: web, effect: cert}}", check_f54},
    {"F55", sim::Severity::note, LintCategory::experiment, "no steady state",
     "the file has faults, and no `slos`, or only such about services",
     "without a measure of what customers see on a good day no outage can be told from one",
     "Principles of chaos engineering: build a hypothesis around steady state behaviour",
     "scenarios/papers/static-stability.yaml", "slos: {busy: service.web.utilisation <= 80%}",
     "slos: {served: page.success >= 99.5%}", check_f55},
    {"F56", sim::Severity::note, LintCategory::experiment, "no way to stop the experiment",
     "the file has `faults` and `actions`, and none with `endFaults` and `when`",
     "an experiment that hurts more than was expected has to end by itself",
     "AWS Fault Injection Service: stop conditions", "scenarios/faults/three-in-the-morning.yaml",
     "actions: {shed: {when: \"success < 50%\", shed: 60%}}",
     "actions: {stop: {when: \"success < 50%\", endFaults: all}}", check_f56},
});

}  // namespace

std::span<const LintRule> experiment_rules() { return kExperimentRules; }

}  // namespace models
