#include <algorithm>

#include "models/analysis/plan_report.hpp"
#include "models/scenario/build.hpp"
#include "sim/cli/session.hpp"
#include "sim/cli/time_trial.hpp"
#include "sim/cli/verbs.hpp"

namespace sim::cli {

namespace {

/// What the study will take: tried out, or from the static load.
void estimate(const std::vector<models::SystemModel>& systems, const Options& options, Io& io,
              models::PlanInput& input) {
    const auto& experiment = input.scenario.experiment;
    const auto loads = models::service_loads(input.strategies[input.baseline].input);
    input.shape = study_shape(input.scenario, systems[input.baseline], options);
    input.shape.baseline = input.baseline;
    input.explains = options.why;
    input.tried = options.trial;
    TrialTask task{systems,         {},
                   input.baseline,  models::events_per_second(loads),
                   experiment.seed, experiment.replications};
    for (const auto& strategy : input.strategies) task.names.push_back(strategy.name);
    if (options.trial) {
        const auto before_s = io.cpu_seconds();
        input.trials = run_time_trial(task, options, io);
        input.trial_s = io.cpu_seconds() - before_s;
        return;
    }
    const auto length = experiment.warmup + experiment.duration + experiment.drain;
    for (const auto& name : task.names) {
        input.trials.push_back(models::untried(name, task.events_per_s, length.seconds()));
    }
}

}  // namespace

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
    models::PlanInput input{scenario, {}, 0, {}, {}, {}, 1, false, {}, {}, false, 0, true};
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
    estimate(systems, options, io, input);
    return emit(models::plan_document(input), options, io);
}

}  // namespace sim::cli
