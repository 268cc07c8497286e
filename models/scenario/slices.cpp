#include "models/scenario/slices.hpp"

#include <algorithm>

#include "sim/core/assert.hpp"

namespace models {

namespace {

sim::SimTime end_of_run(const Scenario& scenario) {
    return sim::SimTime{scenario.experiment.duration.ns};
}

sim::SimTime end_of(const FaultSpec& fault) { return sim::saturated_add(fault.at, fault.duration); }

Slice after_slice(const Scenario& scenario, const FaultSpec& fault, sim::Duration delay) {
    const sim::SimTime to = after_end(scenario, fault);
    const sim::SimTime from = std::min(to, sim::saturated_add(end_of(fault), delay));
    return {SliceKind::after, fault.name.text, from, to, fault.at, delay, {}};
}

void add_phases(const Scenario& scenario, const FaultSpec& fault, std::vector<Slice>& slices) {
    if (fault.comes_again()) return;  // it has no one before and after
    const std::string& name = fault.name.text;
    const sim::SimTime end = std::min(end_of(fault), end_of_run(scenario));
    slices.push_back({SliceKind::before, name, {}, fault.at, fault.at, {}, {}});
    slices.push_back({SliceKind::caught, name, {}, fault.at, fault.at, {}, {}});
    slices.push_back({SliceKind::during, name, fault.at, end, fault.at, {}, {}});
    slices.push_back(after_slice(scenario, fault, {}));
}

std::size_t slice_of(const Scenario& scenario, const Slo& slo, std::vector<Slice>& slices) {
    if (slo.slice == SliceKind::all) return 0;
    const auto found = std::find_if(slices.begin(), slices.end(), [&](const Slice& slice) {
        return slice.kind == slo.slice && slice.fault == slo.fault && slice.delay == slo.delay;
    });
    if (found != slices.end()) return static_cast<std::size_t>(found - slices.begin());
    const auto fault =
        std::find_if(scenario.faults.begin(), scenario.faults.end(),
                     [&](const FaultSpec& one) { return one.name.text == slo.fault; });
    SIM_ASSERT(fault != scenario.faults.end() && slo.slice == SliceKind::after);
    slices.push_back(after_slice(scenario, *fault, slo.delay));
    return slices.size() - 1;
}

bool is_percentile(SloMetric metric) {
    return metric >= SloMetric::p50 && metric <= SloMetric::p999ok;
}

}  // namespace

sim::SimTime after_end(const Scenario& scenario, const FaultSpec& fault) {
    sim::SimTime end = end_of_run(scenario);
    for (const FaultSpec& other : scenario.faults) {
        if (other.at >= end_of(fault)) end = std::min(end, other.at);
    }
    return end;
}

std::vector<Slice> make_slices(const Scenario& scenario, std::vector<Slo>& slos) {
    std::vector<Slice> slices;
    slices.push_back({SliceKind::all, "", {}, end_of_run(scenario), {}, {}, {}});
    for (const FaultSpec& fault : scenario.faults) add_phases(scenario, fault, slices);
    for (Slo& slo : slos) {
        slo.slice_index = static_cast<std::uint32_t>(slice_of(scenario, slo, slices));
        if (!is_percentile(slo.metric) || slo.service) continue;
        auto& limits = slices[slo.slice_index].limits;
        const sim::Duration limit = sim::from_seconds(slo.limit);
        if (std::find(limits.begin(), limits.end(), limit) == limits.end()) limits.push_back(limit);
    }
    return slices;
}

}  // namespace models
