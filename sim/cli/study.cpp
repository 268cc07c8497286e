#include "sim/cli/study.hpp"

#include <algorithm>

#include "models/analysis/study_report.hpp"
#include "models/engine/replication.hpp"
#include "models/engine/run_pair.hpp"
#include "models/scenario/build.hpp"
#include "models/scenario/frame.hpp"
#include "sim/core/did_you_mean.hpp"
#include "sim/experiment/looks.hpp"
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
        const auto task = study_.tasks[index];
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
        const bool last = index + 1 == study_.tasks.size() ||
                          study_.tasks[index + 1].replication != task.replication;
        if (last) show_provisional(task.replication + 1);
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
    study.settings.precision = options.precision;
    study.plan.seed = scenario.experiment.seed;
    study.plan.replications = scenario.experiment.replications_auto
                                  ? kMostReplications
                                  : scenario.experiment.replications;
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

namespace {

/// Everything that a run of the study needs, from its first round to the parts at its end.
class StudyRunner {
  public:
    StudyRunner(const Options& options, Io& io, Study& study)
        : io_(io),
          study_(study),
          limits_(limits_of(options)),
          started_s_(io.seconds()),
          progress_(io, options.err_style, options.quiet, 0),
          collector_(study, stop_, progress_, options.err_style) {
        options_.jobs = study.plan.jobs;
        options_.stop = &stop_;
        options_.on_wait = [this](std::size_t finished) { wait(finished); };
    }

    void run() {
        if (study_.settings.experiment.replications_auto) {
            run_looks();
        } else {
            run_round(0, study_.plan.replications);
        }
        const auto own = study_.tasks.size();
        if (study_.all_done() && !study_.limit) {
            study_.end = StudyEnd::complete;
            offset_ = own;
            together_ = 1;
            progress_.set_total(own + study_.parts.task_count());
            run_parts(study_, options_, limits_);
        }
        const bool all = study_.parts.complete();
        if (!all) progress_.set_total(own);
        progress_.finish(study_.tasks_done + (all ? study_.parts.task_count() : 0));
    }

  private:
    void wait(std::size_t finished) {
        progress_.update(offset_ + finished * together_);
        if (stop_.requested()) return;
        if (io_.stop.requested()) {
            study_.end = StudyEnd::interrupted;
            stop_.request();
        } else if (study_.plan.time_limit &&
                   io_.seconds() - started_s_ > study_.plan.time_limit->seconds()) {
            study_.end = StudyEnd::time_limit;
            stop_.request();
        }
    }

    /// Rounds of `auto`: each ends with a look, which says who goes on.
    void run_looks() {
        std::size_t done = 0;
        for (std::size_t look = 0; look < kLooks.size(); ++look) {
            run_round(done, kLooks[look]);
            if (!study_.all_done() || study_.limit) return;
            done = kLooks[look];
            models::look_at_verdicts(study_.settings, look, study_.strategies);
            if (!any_running()) return;
        }
    }

    [[nodiscard]] bool any_running() const {
        return std::any_of(study_.strategies.begin(), study_.strategies.end(), models::is_running);
    }

    /// Replications [first, last) of all strategies that are still running.
    void run_round(std::size_t first, std::size_t last) {
        offset_ = study_.tasks.size();
        std::vector<std::size_t> running;
        auto round = study_.plan;
        round.replications = last - first;
        round.strategies.clear();
        for (std::size_t s = 0; s < study_.strategies.size(); ++s) {
            if (!models::is_running(study_.strategies[s])) continue;
            running.push_back(s);
            round.strategies.push_back(study_.strategies[s].name);
        }
        for (std::size_t i = 0; i < round.task_count(); ++i) {
            const auto task = round.task(i);
            study_.tasks.push_back({first + task.replication, running[task.strategy], task.twin});
        }
        progress_.set_total(study_.tasks.size() + study_.parts.task_count());
        run_added();
    }

    /// A run and its twin share what lies before the first fault, where every thread has such a
    /// pair to run.
    void run_added() {
        const std::size_t added = study_.tasks.size() - offset_;
        together_ = study_.plan.twins && added >= 2 * options_.jobs ? 2 : 1;
        options_.count = added / together_;
        const auto task = [this](std::size_t index) {
            return run_from(study_.tasks[offset_ + index * together_]);
        };
        try {
            run_tasks(options_, task, [this](std::size_t index, auto& results) {
                auto number = offset_ + index * together_;
                for (auto& result : results) collector_.add(number++, result);
            });
        } catch (const TaskError& problem) {
            throw TaskError(offset_ + problem.index() * together_, problem.cause());
        }
    }

    /// This task and, together, the one after it, which is its twin.
    [[nodiscard]] std::vector<models::RunResult> run_from(const RunTask& what) const {
        const models::ReplicationKey key{study_.plan.seed,
                                         static_cast<std::uint32_t>(what.replication)};
        std::vector<models::RunResult> results;
        if (together_ == 1) {
            const auto& model = (what.twin ? study_.twins : study_.models)[what.strategy];
            results.push_back(models::run_replication(model, key, limits_));
            return results;
        }
        const models::RunPair pair(study_.models[what.strategy], study_.twins[what.strategy], key,
                                   limits_);
        results.push_back(pair.run());
        if (!results.back().stopped) results.push_back(pair.twin());
        return results;
    }

    Io& io_;
    Study& study_;
    Limits limits_;
    double started_s_;
    StopFlag stop_;
    Progress progress_;
    Collector collector_;
    RunnerOptions options_;
    std::size_t offset_ = 0;    ///< tasks before those that run now
    std::size_t together_ = 1;  ///< tasks that one thread runs in one go
};

}  // namespace

void run_study(const Options& options, Io& io, Study& study) {
    StudyRunner(options, io, study).run();
}

void keep_complete_replications(Study& study) {
    std::size_t complete = std::numeric_limits<std::size_t>::max();
    for (const auto& strategy : study.strategies) {
        if (models::is_running(strategy)) complete = std::min(complete, strategy.runs.size());
    }
    for (auto& strategy : study.strategies) {
        if (models::is_running(strategy))
            strategy.runs.resize(std::min(complete, strategy.runs.size()));
    }
}

}  // namespace sim::cli
