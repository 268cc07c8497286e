#include "sim/cli/study.hpp"

#include <algorithm>

#include "models/analysis/study_report.hpp"
#include "models/engine/replication.hpp"
#include "models/scenario/build.hpp"
#include "models/scenario/frame.hpp"
#include "sim/core/did_you_mean.hpp"
#include "sim/experiment/runner.hpp"

namespace sim::cli {

namespace {

bool read_require(const Options& options, Io& io, Study& study) {
    auto& require = study.settings.require;
    using Kind = models::Require::Kind;
    if (options.require.empty()) return true;
    if (options.require == "any" || options.require == "all") {
        require.kind = options.require == "any" ? Kind::any : Kind::all;
        return true;
    }
    std::vector<std::string_view> names;
    for (const auto& name : study.plan.strategies) names.push_back(name);
    if (std::find(names.begin(), names.end(), options.require) == names.end()) {
        wrong_usage(
            io,
            "--require: " + quote(options.require) + " is not a strategy of this run, any or all",
            did_you_mean_hint(options.require, names));
        return false;
    }
    require = {Kind::named, options.require};
    return true;
}

/// Turns RunResults into digests as they arrive, a run before its twin.
class Collector {
  public:
    Collector(Study& study, StopFlag& stop, Progress& progress, const TextStyle& style)
        : study_(study), stop_(stop), progress_(progress), style_(style) {}

    void add(std::size_t index, models::RunResult& result) {
        study_.tasks_done = index + 1;
        const auto task = study_.plan.task(index);
        if (result.stopped && !study_.limit) {
            study_.limit = result.stopped;
            study_.limited = task;
            study_.end = StudyEnd::event_limit;
            stop_.request();
        }
        if (study_.limit) return;
        if (study_.plan.twins && !task.twin) {
            pending_ = std::move(result);
            return;
        }
        auto& strategy = study_.strategies[task.strategy];
        const auto& run = study_.plan.twins ? pending_ : result;
        const auto* twin = study_.plan.twins ? &result : nullptr;
        strategy.runs.push_back(models::digest(strategy.frame, strategy.cells, run, twin));
        strategy.series.add(run, twin);
        const bool baseline = task.strategy == study_.plan.baseline;
        if (baseline && study_.parts.wants_twin(task.replication)) {
            study_.parts.keep_twin(std::move(result));
        }
        result = {};
        pending_ = {};
        if (task.strategy + 1 == study_.strategies.size()) show_provisional(task.replication + 1);
    }

  private:
    void show_provisional(std::size_t replications) {
        const bool certain_enough = replications >= 2 && replications < study_.plan.replications;
        if (!progress_.wants_provisional() || !certain_enough) return;
        if (study_.settings.slos.empty()) return;
        const auto result = models::analyse(study_.settings, study_.strategies);
        std::string text =
            "  provisional, after " + std::to_string(replications) + " replications\n";
        for (const auto& table :
             models::verdict_tables(study_.settings, study_.strategies, result)) {
            text += render_block(table, style_);
        }
        progress_.set_provisional(std::move(text));
    }

    Study& study_;
    StopFlag& stop_;
    Progress& progress_;
    TextStyle style_;
    models::RunResult pending_;
};

}  // namespace

bool prepare_study(const Session& session, const Options& options, Io& io, Study& study) {
    const auto& scenario = *session.scenario;
    const auto chosen = session.selected(options, io);
    if (chosen.empty()) return false;
    study.settings.experiment = scenario.experiment;
    study.settings.slos = scenario.slos;
    study.plan.seed = scenario.experiment.seed;
    study.plan.replications = scenario.experiment.replications;
    study.plan.twins = !scenario.faults.empty();
    study.plan.jobs = options.jobs;
    study.plan.time_limit = options.time_limit;
    study.chosen = chosen;
    for (const auto strategy : chosen) {
        if (strategy == scenario.baseline) study.plan.baseline = study.models.size();
        study.models.push_back(models::build_model(scenario, strategy));
        if (study.plan.twins) {
            study.twins.push_back(models::build_model(scenario, strategy, models::Twin::yes));
        }
        models::StrategyRuns runs;
        runs.name = scenario.strategies[strategy].name.text;
        runs.frame = models::frame_of(study.models.back());
        runs.cells = models::slo_cells(runs.frame, scenario.slos);
        runs.values = scenario.values;
        study.plan.strategies.push_back(runs.name);
        study.strategies.push_back(std::move(runs));
    }
    study.settings.baseline = study.plan.baseline;
    if (options.why) prepare_parts(study);
    return read_require(options, io, study);
}

void run_study(const Options& options, Io& io, Study& study) {
    StopFlag stop;
    const auto own_tasks = study.plan.task_count();
    Progress progress(io, options.err_style, options.quiet, own_tasks + study.parts.task_count());
    Collector collector(study, stop, progress, options.err_style);
    const double started_s = io.seconds();
    const auto limits = limits_of(options);
    RunnerOptions runner;
    runner.count = own_tasks;
    runner.jobs = study.plan.jobs;
    runner.stop = &stop;
    runner.on_wait = [&](std::size_t finished) {
        progress.update(study.tasks_done == own_tasks ? own_tasks + finished : finished);
        if (stop.requested()) return;
        if (io.stop.requested()) {
            study.end = StudyEnd::interrupted;
            stop.request();
        } else if (study.plan.time_limit &&
                   io.seconds() - started_s > study.plan.time_limit->seconds()) {
            study.end = StudyEnd::time_limit;
            stop.request();
        }
    };
    const auto task = [&](std::size_t index) {
        const auto what = study.plan.task(index);
        const auto& model = (what.twin ? study.twins : study.models)[what.strategy];
        const auto replication = static_cast<std::uint32_t>(what.replication);
        return models::run_replication(model, {study.plan.seed, replication}, limits);
    };
    run_tasks(runner, task,
              [&](std::size_t index, models::RunResult& result) { collector.add(index, result); });
    if (study.tasks_done == own_tasks && !study.limit) {
        study.end = StudyEnd::complete;
        run_parts(study, runner, limits);
    }
    const bool all = study.parts.complete();
    if (!all) progress.set_total(own_tasks);
    progress.finish(study.tasks_done + (all ? study.parts.task_count() : 0));
}

void keep_complete_replications(Study& study) {
    std::size_t complete = study.plan.replications;
    for (const auto& strategy : study.strategies) {
        complete = std::min(complete, strategy.runs.size());
    }
    for (auto& strategy : study.strategies) strategy.runs.resize(complete);
}

}  // namespace sim::cli
