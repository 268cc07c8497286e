#include "models/scenario/sweep.hpp"

#include <utility>

#include "models/scenario/sweep_parts.hpp"
#include "sim/core/assert.hpp"

namespace models {

std::string_view to_string(SampleMethod method) {
    switch (method) {
        case SampleMethod::latin_hypercube:
            return "latinHypercube";
        case SampleMethod::sobol:
            return "sobol";
    }
    SIM_ASSERT(false);
}

std::vector<std::string> overrides_of(const SweepPlan& plan, const SweepPoint& point) {
    std::vector<std::string> overrides;
    for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
        overrides.push_back(plan.inputs[i].path + "=" + point.values[i]);
    }
    return overrides;
}

std::optional<SweepPlan> plan_sweep(const ScenarioTree& tree, const LoadRequest& request,
                                    const Scenario& scenario, const SweepArguments& arguments,
                                    sim::SourceMap& sources, sim::Diagnostics& diagnostics) {
    const auto section = read_sweep_of(tree, request, arguments, sources, diagnostics);
    if (!section) return std::nullopt;
    SweepPlan plan;
    const auto axes = make_grid(*section, scenario.experiment.seed, plan);
    sim::Diagnostics of_points;
    const auto made = make_points(axes, *section, scenario, request.limits.points, plan, of_points);
    const std::size_t before = diagnostics.error_count();
    // A condition trips over a value that is wrong as such: that is what has to be said.
    if (made.rows || made.misfit) {
        check_values(axes, made.rows ? *made.rows : one_by_one(axes), plan, tree, request, sources,
                     diagnostics);
    }
    if (diagnostics.error_count() > before) return std::nullopt;
    for (sim::Diagnostic& one : of_points.sorted()) diagnostics.add(std::move(one));
    if (!made.rows) return std::nullopt;
    return plan;
}

}  // namespace models
