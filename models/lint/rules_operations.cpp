#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/lint/context.hpp"
#include "models/lint/rules.hpp"

namespace models {

namespace {

/// Zones that nobody controls while the fault lasts.
std::vector<ZoneId> uncontrolled(const ScheduledFault& fault) {
    std::vector<ZoneId> zones = fault.control;
    const auto add = [&](const FaultEffect& effect, const FaultTarget& target) {
        if (!std::holds_alternative<ControlPlaneEffect>(effect)) return;
        zones.insert(zones.end(), target.zones.begin(), target.zones.end());
    };
    add(fault.effect, fault.target);
    for (const BesideEffect& also : fault.also) add(also.effect, also.target);
    return zones;
}

/// Zones whose control plane an action needs.
std::vector<ZoneId> zones_acted_on(const LintContext& c, const PlannedAction& action) {
    std::vector<ZoneId> zones;
    if (action.target.zone) zones.push_back(*action.target.zone);
    for (const InstanceId id : action.target.instances) {
        zones.push_back(c.model().topology[id].zone);
    }
    return zones;
}

/// One that begins at a time of its own does not meet what is over by then, or begins later.
bool may_meet(const PlannedAction& action, const ScheduledFault& fault) {
    return !action.at || (*action.at >= fault.at && *action.at < fault.end());
}

const ActionSpec* written_action(const LintContext& c, const std::string& name) {
    for (const ActionSpec& action : c.spec().actions) {
        if (action.name.text == name) return &action;
    }
    return nullptr;
}

void check_f38(const LintContext& c, LintHits& hits) {
    for (const PlannedAction& action : c.model().actions) {
        const ActionSpec* written = written_action(c, action.name);
        const auto needed = zones_acted_on(c, action);
        for (const ScheduledFault& fault : c.model().faults) {
            if (written == nullptr || !may_meet(action, fault)) continue;
            const auto lost = uncontrolled(fault);
            const auto found = std::find_if(needed.begin(), needed.end(), [&](ZoneId zone) {
                return std::find(lost.begin(), lost.end(), zone) != lost.end();
            });
            if (found == needed.end()) continue;
            hits.add(
                {written->name.range,
                 fmt::format("{} needs somebody who acts in {}, and {} takes the control plane "
                             "of {} along for {}: the way out is lost with what is broken",
                             action.name, c.model().topology.zones[found->value].name, fault.name,
                             c.model().topology.zones[found->value].name,
                             seconds_text(bounded_seconds(fault.duration))),
                 action.name, bounded_seconds(fault.duration)});
        }
    }
}

bool is_of_customers(const LiveConditionSpec& condition) {
    const LiveScope scope = facts_of(condition.metric).scope;
    return scope == LiveScope::customers ||
           (scope == LiveScope::both && !condition.service && !condition.zone);
}

void check_f41(const LintContext& c, LintHits& hits) {
    const LiveConditionSpec* first = nullptr;
    std::vector<std::string> watched;
    for (const ActionSpec& action : c.spec().actions) {
        if (!action.when) continue;
        if (is_of_customers(*action.when)) return;
        if (first == nullptr) first = &*action.when;
        watched.push_back("`" + action.when->text + "`");
    }
    if (first == nullptr) return;
    hits.add({first->range,
              fmt::format("`actions` begin on {} only: nobody watches what customers see, and an "
                          "outage that leaves the machines idle goes on unseen",
                          listed(watched)),
              "", static_cast<double>(watched.size()), "alarms"});
}

/// From the start of an outage in which everything fails until the condition is met.
double noticed_after(const LiveConditionSpec& condition) {
    return condition.over.seconds() * (1 - condition.limit) + condition.holds.seconds();
}

/// Whether the alarm is about what the objective promises.
bool watches(const LiveConditionSpec& alarm, const Slo& slo) {
    const bool of_success = alarm.metric == LiveMetric::success || alarm.metric == LiveMetric::ok;
    const bool falls = alarm.op == LiveOp::below || alarm.op == LiveOp::at_most;
    return of_success && falls && is_of_customers(alarm) &&
           (!alarm.journey || !slo.journey || *alarm.journey == *slo.journey) &&
           (!alarm.group || !slo.group || *alarm.group == *slo.group);
}

void check_f42(const LintContext& c, LintHits& hits) {
    for (const ActionSpec& action : c.spec().actions) {
        if (!action.when) continue;
        const double acts = noticed_after(*action.when) + action.after.seconds();
        for (const Slo& slo : c.scenario().slos) {
            if (!promises_success(slo) || !watches(*action.when, slo)) continue;
            const double allowed = tolerated_outage(c, slo);
            if (acts <= allowed) continue;
            hits.add(
                {action.when->range,
                 fmt::format("{} begins {} after the start of an outage in which everything "
                             "fails ({} until `{}` is seen for long enough, then {}), and "
                             "`{}` allows {} of it",
                             action.name.text, seconds_text(acts),
                             seconds_text(noticed_after(*action.when)), action.when->text,
                             seconds_text(action.after.seconds()), slo.name, seconds_text(allowed)),
                 action.name.text, acts / std::max(allowed, 1e-9)});
        }
    }
}

constexpr auto kOperationsRules = std::to_array<LintRule>({
    {"F38", sim::Severity::error, LintCategory::shared_fate,
     "the way out goes down with what is broken",
     "an action needs the control plane of a zone (`evacuate`, `restart`), and a fault that may "
     "last when it is to begin takes that along (`affects: {controlPlane: true}`, `controlPlane`)",
     "who cannot reach the tools cannot use them: the outage lasts until it ends by itself",
     "Meta, 4 October 2021: the outage took the tools and the doors with it; AWS "
     "Well-Architected REL11-BP04: rely on the data plane",
     "scenarios/lint/F38-no-way-in.yaml",
     "actions: {leave: {when: \"success < 90%\", evacuate: eu-1}}\n"
     "faults: {out: {zone: eu-1, effect: down, affects: {controlPlane: true}}}",
     "actions: {leave: {when: \"success < 90%\", shed: 30%}}", check_f38},
    {"F41", sim::Severity::error, LintCategory::misconfiguration, "nobody watches the customers",
     "the file has `actions` with `when`, and none of the conditions is about customers: all "
     "are about services or zones (utilisation, queue, errors of a service)",
     "machines that are well say nothing about customers who are not: what they get is what has "
     "to wake somebody",
     "Google SRE, Monitoring Distributed Systems: alert on symptoms, not on causes",
     "scenarios/lint/F41-idle-outage.yaml",
     "actions: {add: {when: \"service.web.utilisation > 90%\", scaleOut: {service: web}}}",
     "actions: {add: {when: \"page.success < 99%\", scaleOut: {service: web}}}", check_f41},
    {"F42", sim::Severity::warning, LintCategory::latency,
     "the alarm comes after the budget is gone",
     "in an outage in which everything fails, an action whose `when` is about success begins "
     "(`over` x (1 - its limit) + `for` + `after`) later than an objective on that success allows "
     "((1 - limit) x its time)",
     "when somebody acts the promise is broken already, and no faster repair can keep it",
     "Google SRE workbook, Alerting on SLOs: detection time and burn rates",
     "scenarios/lint/F42-too-late.yaml",
     "actions: {drop: {when: {condition: \"page.success < 50%\", for: 30s}, after: 2m, shed: "
     "60%}}\n"
     "slos: {served: page.success >= 99.5%}   # of 10 minutes: 3 s",
     "actions: {drop: {when: \"page.success < 50%\", after: 10s, shed: 60%}}\n"
     "slos: {served: page.success >= 97%}     # of 10 minutes: 18 s",
     check_f42},
});

}  // namespace

std::span<const LintRule> operations_rules() { return kOperationsRules; }

}  // namespace models
