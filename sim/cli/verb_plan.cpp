#include <algorithm>

#include "models/analysis/plan_report.hpp"
#include "models/scenario/build.hpp"
#include "sim/cli/session.hpp"
#include "sim/cli/verbs.hpp"

namespace sim::cli {

int run_plan(const Options& options, Io& io) {
    Session session;
    if (!session.load(options.files.front(), options, io)) return kUsage;
    const auto& scenario = *session.scenario;
    const auto chosen = session.selected(options, io);
    if (chosen.empty()) return kUsage;
    std::vector<models::SystemModel> systems;
    systems.reserve(chosen.size());
    for (const auto strategy : chosen) {
        systems.push_back(models::build_model(scenario, strategy));
    }
    models::PlanInput input{scenario, {}, 0, {}, {}, {}, 1, false};
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        input.strategies.push_back(
            {scenario.strategies[chosen[i]].name.text, capacity_input(systems[i])});
        if (chosen[i] == scenario.baseline) input.baseline = i;
    }
    input.settings = models::effective_settings(scenario, session.sources);
    input.notes = session.notes(chosen);
    input.file = shell_quoted(options.files.front());
    input.jobs = options.jobs;
    input.all_settings = options.verbose;
    return emit(models::plan_document(input), options, io);
}

}  // namespace sim::cli
