#include <fmt/format.h>

#include <algorithm>

#include "models/scenario/reading.hpp"
#include "models/scenario/slices.hpp"
#include "models/scenario/validate.hpp"
#include "sim/yaml/write_scalars.hpp"

namespace models {

namespace {

/// Whether some SLO looks at the time after the fault.
bool is_judged_after(const FaultSpec& fault, const std::vector<Slo>& slos) {
    return std::any_of(slos.begin(), slos.end(), [&](const Slo& slo) {
        if (slo.metric == SloMetric::recovery) {
            return slo.fault.empty() || slo.fault == fault.name.text;
        }
        return slo.slice == SliceKind::after && slo.fault == fault.name.text;
    });
}

void check_times(const FaultSpec& fault, const Experiment& experiment, const std::vector<Slo>& slos,
                 sim::Diagnostics& diagnostics) {
    constexpr sim::Duration kEnoughAfter = sim::whole_seconds(120);
    const sim::SimTime end_of_run{experiment.duration.ns};
    if (fault.comes_again() && fault.at < end_of_run)
        return;  // its visits may reach beyond the end
    const sim::SimTime end = sim::saturated_add(fault.at, fault.duration);
    if (fault.at >= end_of_run) {
        diagnostics.error(fault.name.range,
                          fmt::format("fault `{}` starts at {}, when the run is over",
                                      fault.name.text, sim::duration_text({fault.at.ns})),
                          fmt::format("the run lasts {}: start the fault earlier, or raise "
                                      "`experiment.duration`",
                                      sim::duration_text(experiment.duration)));
    } else if (end > end_of_run && fault.duration != sim::kForever) {
        diagnostics.error(fault.name.range,
                          fmt::format("fault `{}` ends at {}, beyond the end of the run",
                                      fault.name.text, sim::duration_text({end.ns})),
                          fmt::format("the run lasts {}: shorten `for`, or raise "
                                      "`experiment.duration`",
                                      sim::duration_text(experiment.duration)));
    } else if (end_of_run - end < kEnoughAfter && is_judged_after(fault, slos)) {
        diagnostics.warning(fault.name.range,
                            fmt::format("only {} follow the end of fault `{}`",
                                        sim::duration_text(end_of_run - end), fault.name.text),
                            "whether the system recovers needs at least 2m after it: raise "
                            "`experiment.duration`");
    }
}

const FaultSpec* find_fault(const Scenario& scenario, const std::string& name) {
    for (const FaultSpec& fault : scenario.faults) {
        if (fault.name.text == name) return &fault;
    }
    return nullptr;
}

void check_after(const Scenario& scenario, const Slo& slo, const FaultSpec& fault,
                 sim::Diagnostics& diagnostics) {
    const sim::SimTime end = sim::saturated_add(fault.at, fault.duration);
    const sim::SimTime from = sim::saturated_add(end, slo.delay);
    const sim::SimTime to = after_end(scenario, fault);
    if (from < to) return;
    diagnostics.error(
        slo.range,
        slo.delay == sim::Duration{0} ? fmt::format("no time is left after `{}`", slo.fault)
                                      : fmt::format("no time is left {} after `{}`",
                                                    sim::duration_text(slo.delay), slo.fault),
        fmt::format("the fault ends at {}; the next one, or the end of the run, is at {}",
                    sim::duration_text({end.ns}), sim::duration_text({to.ns})));
}

void check_phase(const Scenario& scenario, const Slo& slo, sim::Diagnostics& diagnostics) {
    const FaultSpec* fault = find_fault(scenario, slo.fault);
    if (fault == nullptr || fault->comes_again()) return;
    if (slo.slice == SliceKind::before && fault->at == sim::SimTime{}) {
        diagnostics.error(slo.range,
                          fmt::format("nothing is before `{}`: it starts at 0s", slo.fault),
                          "start the fault later");
    } else if (slo.slice == SliceKind::after) {
        check_after(scenario, slo, *fault, diagnostics);
    }
}

std::size_t strategy_index(const Scenario& scenario, std::string_view name) {
    const auto found =
        std::find_if(scenario.strategies.begin(), scenario.strategies.end(),
                     [&](const StrategySpec& strategy) { return strategy.name.text == name; });
    return static_cast<std::size_t>(found - scenario.strategies.begin());
}

sim::SourceRange place_of(const sim::Node& tree, std::string_view key, std::size_t item) {
    const sim::Node* node = tree.find("experiment")->find(key);
    if (node == nullptr) return {};
    return node->is_list() && item < node->items.size() ? node->items[item].range : node->range;
}

}  // namespace

void validate_times(const Scenario& scenario, sim::Diagnostics& diagnostics) {
    for (const FaultSpec& fault : scenario.faults) {
        check_times(fault, scenario.experiment, scenario.slos, diagnostics);
    }
    for (const Slo& slo : scenario.slos) check_phase(scenario, slo, diagnostics);
}

void validate_experiment(Scenario& scenario, const sim::Node& tree, sim::Diagnostics& diagnostics) {
    constexpr ScenarioLimits kLimits;
    check_limit(scenario.strategies.size(), kLimits.strategies, "strategies", diagnostics);
    check_limit(scenario.faults.size(), kLimits.faults, "faults", diagnostics);
    check_limit(scenario.slos.size(), kLimits.slos, "SLOs", diagnostics);
    std::vector<std::string_view> strategies;
    for (const StrategySpec& strategy : scenario.strategies) {
        strategies.push_back(strategy.name.text);
    }
    const std::string& baseline = scenario.experiment.baseline;
    scenario.baseline = strategy_index(scenario, baseline);
    const sim::SourceRange place = place_of(tree, "baseline", 0);
    if (scenario.baseline == strategies.size() && !baseline.empty() && place.has_place()) {
        report_unknown(diagnostics, {baseline, place}, "strategy", strategies);
    }
    std::vector<std::string_view> rules = {"slosMet"};
    for (const Slo& slo : scenario.slos) rules.push_back(slo.name);
    const auto& decide_by = scenario.experiment.decide_by;
    for (std::size_t i = 0; i < decide_by.size(); ++i) {
        const bool known = std::find(rules.begin(), rules.end(), decide_by[i]) != rules.end();
        const sim::SourceRange rule = place_of(tree, "decideBy", i);
        if (!known && rule.has_place()) {
            report_unknown(diagnostics, {decide_by[i], rule}, "SLO", rules);
        }
    }
}

}  // namespace models
