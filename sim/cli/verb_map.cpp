#include <algorithm>

#include <fmt/format.h>

#include "models/analysis/setting_lookup.hpp"
#include "models/analysis/study_report.hpp"
#include "models/map/map_document.hpp"
#include "models/map/map_picture.hpp"
#include "models/scenario/build.hpp"
#include "models/scenario/frame.hpp"
#include "models/scenario/identity.hpp"
#include "models/scenario/resolved.hpp"
#include "models/scenario/sha256.hpp"
#include "models/scenario/sweep.hpp"
#include "models/scenario/wildcard.hpp"
#include "sim/cli/map.hpp"
#include "sim/cli/map_cell.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/stored_tasks.hpp"
#include "sim/cli/strategy_runner.hpp"
#include "sim/cli/sweep.hpp"
#include "sim/cli/verbs.hpp"
#include "sim/cli/version.hpp"

namespace sim::cli {

namespace {

constexpr std::uint32_t kMapRuns = 3;

/// A map that is being run.
struct MapRun {
    const Options& options;
    Io& io;
    const Session& session;
    const models::ScenarioTree& tree;
    const models::SweepPlan& plan;  ///< its inputs are y and x
    const models::MapStudy& study;
    Store& store;
    std::string store_path;
    std::int64_t plan_id = 0;
    bool stopped = false;
    bool bug = false;
    std::size_t failed = 0;
};

/// What the file sweeps is no part of a map.
models::ScenarioTree without_sweep(const models::ScenarioTree& tree) {
    auto copy = tree;
    copy.sweep.reset();
    return copy;
}

std::optional<models::SweepPlan> plan_of(const models::ScenarioTree& tree, const Options& options,
                                         Io& io, Session& session) {
    models::SweepArguments arguments;
    arguments.sweeps = {options.map_y, options.map_x};
    arguments.options = {"--y", "--x"};
    auto plan =
        models::plan_sweep(tree, load_request(options.files.front(), options, io),
                           *session.scenario, arguments, session.sources, session.diagnostics);
    if (!plan) {
        io.err << session.diagnostics.render(session.sources) << session.diagnostics.summary()
               << "\n";
        return std::nullopt;
    }
    if (plan->inputs.size() != 2) {
        wrong_usage(io, "--x and --y take one path each");
        return std::nullopt;
    }
    return plan;
}

/// `policy.retries` of `strategies.naive.retries`: what a strategy does not say itself.
std::string below_strategy(const std::string& path) {
    constexpr std::string_view kStrategies = "strategies.";
    if (!path.starts_with(kStrategies)) return path;
    const auto dot = path.find('.', kStrategies.size());
    return dot == std::string::npos ? path : "policy" + path.substr(dot);
}

/// The scenario's own value of a path; empty when it has none, or several.
std::string today_of(const Session& session, const std::string& path) {
    const auto settings = models::effective_settings(*session.scenario, session.sources);
    const models::SettingLookup lookup(settings, session.sources);
    std::string value;
    for (const auto& one : models::expand_wildcards(session.scenario->resolved, path)) {
        auto setting = lookup.at(one);
        if (!setting) setting = lookup.at(below_strategy(one));
        const bool same = setting && (value.empty() || setting->value == value);
        if (!same) return "";
        value = setting->value;
    }
    return value;
}

models::MapAxis axis_of(const Session& session, const models::SweepInput& input) {
    return {input.path, input.values, today_of(session, input.path)};
}

/// "policy.retries", when a strategy runs the same at both ends of that axis.
std::string without_effect(const MapRun& run, const std::string& strategy) {
    const auto identity = [&](std::size_t index) -> std::string {
        const auto point = load_point(run.tree, run.session.sources,
                                      load_request(run.options.files.front(), run.options, run.io),
                                      models::overrides_of(run.plan, run.plan.points[index]));
        if (!point.scenario) return fmt::format("none {}", index);
        return models::scenario_identity(*point.scenario,
                                         strategy_index(*point.scenario, strategy));
    };
    const auto columns = run.study.x.values.size();
    const auto rows = run.study.y.values.size();
    const auto corner = identity(0);
    std::vector<std::string> paths;
    if (columns > 1 && identity(columns - 1) == corner) paths.push_back(run.study.x.path);
    if (rows > 1 && identity((rows - 1) * columns) == corner) paths.push_back(run.study.y.path);
    return fmt::format("{}", fmt::join(paths, " and "));
}

std::string resume_command(const Options& options, const models::MapStudy& study) {
    std::string command = "firedrill map " + shell_quoted(options.files.front());
    for (const auto& option : options.repeat) command += " " + option;
    command +=
        fmt::format("{} --seed {} --runs {}", limit_options(options), study.seed, study.runs);
    const auto store = store_of(options);
    if (!store.empty()) command += " -o " + shell_quoted(store);
    return command;
}

models::MapStudy study_of(const Options& options, const Session& session,
                          const models::SweepPlan& plan, const std::vector<std::size_t>& chosen) {
    const auto& scenario = *session.scenario;
    models::MapStudy study;
    study.name = scenario.name;
    study.file = models::portable_name(scenario.file);
    study.question = scenario.question;
    study.resolved = models::sha256(models::write_resolved(scenario));
    study.y = axis_of(session, plan.inputs[0]);
    study.x = axis_of(session, plan.inputs[1]);
    for (const auto strategy : chosen) {
        study.strategies.push_back(scenario.strategies[strategy].name.text);
    }
    study.seed = scenario.experiment.seed;
    study.runs = options.runs.empty() ? kMapRuns : scenario.experiment.replications;
    study.extend = options.extend;
    study.window_s = scenario.experiment.duration.seconds();
    study.command = resume_command(options, study);
    study.engine = results_version();
    return study;
}

/// A cell under a strategy.
struct MapTask {
    std::size_t cell = 0;
    std::uint32_t strategy = 0;
};

/// Those that are not finished, or failed when they were run before.
std::vector<MapTask> tasks_to_run(MapRun& run) {
    const auto strategies = run.study.strategies.size();
    std::vector<bool> done(run.study.cells() * strategies, false);
    for (const auto& point : run.store.points(run.plan_id, 1, run.study.cells())) {
        if (point.strategy >= strategies || !point.failure.empty()) continue;
        done[(point.number - 1) * strategies + point.strategy] = true;
    }
    std::vector<MapTask> tasks;
    for (std::size_t i = 0; i < done.size(); ++i) {
        if (!done[i]) tasks.push_back({i / strategies, static_cast<std::uint32_t>(i % strategies)});
    }
    return tasks;
}

void keep_cell(MapRun& run, MapCellOutcome outcome) {
    for (auto& one : outcome.runs) run.store.keep(std::move(one));
    if (!outcome.whole) {
        run.stopped = true;
        return;
    }
    run.failed += outcome.point.failure.empty() ? 0 : 1;
    run.bug = run.bug || outcome.bug;
    run.store.keep_point(run.plan_id, std::move(outcome.point));
}

void run_cells(MapRun& run) {
    StopFlag stop;
    const MapRunner runner{run.study,
                           run.tree,
                           run.session.sources,
                           load_request(run.options.files.front(), run.options, run.io),
                           limits_of(run.options),
                           limit_options(run.options),
                           run.store,
                           stop};
    const auto cells = tasks_to_run(run);
    Progress progress(run.io, run.options.err_style, run.options.quiet, cells.size());
    progress.count("cells");
    const StoredTasks tasks{run.options, run.io, run.store, progress, stop, run.io.seconds()};
    const auto task = [&](std::size_t index) {
        const auto& one = cells[index];
        return run_map_cell(runner, one.cell, one.strategy,
                            models::overrides_of(run.plan, run.plan.points[one.cell]));
    };
    const auto done = run_stored_tasks(
        tasks, cells.size(), task,
        [&](std::size_t, MapCellOutcome outcome) { keep_cell(run, std::move(outcome)); });
    run.stopped = run.stopped || done < cells.size();
    progress.finish(done);
}

int end_of(const MapRun& run) {
    if (!run.stopped) {
        if (run.bug) return kInternal;
        return run.failed > 0 ? kInconclusive : kOk;
    }
    return end_stopped(run.io, run.store_path, run.study.command, "MAP.db");
}

bool has_svg_name(const std::string& path) { return path.ends_with(".svg"); }

/// What is missing of the command line, or makes no sense.
bool map_usage_is_right(const Options& options, Io& io) {
    if (options.map_x.empty() || options.map_y.empty()) {
        wrong_usage(
            io, "a map needs --x and --y",
            "such as --x 'workload.*.rate=100/s..400/s points 20' --y policy.retries=0,1,2,3");
        return false;
    }
    if (options.runs == "auto") {
        wrong_usage(io, "--runs auto: a map has so many runs in every cell", "--runs 3");
        return false;
    }
    return map_outputs_are_known(options, io);
}

bool has_fault_that_ends(const Options& options, Io& io, const Session& session) {
    const auto frame =
        models::frame_of(models::build_model(*session.scenario, session.scenario->baseline));
    if (models::last_fault(frame)) return true;
    wrong_usage(
        io,
        quote(options.files.front()) +
            ": no fault ends before the window does: there is "
            "nothing to come back from",
        "faults that go on for ever, or come again and again, have no recovery; add one "
        "such as --set 'faults.slow={at: 60s, for: 60s, service: NAME, effect: {slow: 5x}}'");
    return false;
}

int run_in_store(MapRun& run) {
    try {
        run.plan_id = plan_in(run.store, models::map_text(run.study));
        run_cells(run);
        const int written = emit_map(run.options, run.io, run.store);
        const int ended = end_of(run);
        return written != kOk ? written : ended;
    } catch (const StoreError& problem) {
        run.io.err << "error: " << problem.what() << "\n";
        if (!run.store_path.empty()) {
            run.io.err << "  hint: what was committed is kept; resume: " << run.study.command
                       << "\n";
        }
        return kCannotWrite;
    }
}

}  // namespace

bool map_outputs_are_known(const Options& options, Io& io) {
    auto others = options;
    std::erase_if(others.outputs, has_svg_name);
    return study_outputs_are_known(others, io, "a map");
}

int emit_map(const Options& options, Io& io, Store& store) {
    const auto map = models::read_map(store);
    auto others = options;
    std::erase_if(others.outputs, is_store_name);
    std::erase_if(others.outputs, has_svg_name);
    int code = emit(models::map_document(map), others, io);
    for (const auto& path : options.outputs) {
        if (!has_svg_name(path)) continue;
        const auto error = io.write_file(path, models::map_svg(map));
        if (error.empty()) continue;
        io.err << "error: " << error << "\n";
        code = kCannotWrite;
    }
    return code;
}

int run_map(const Options& options, Io& io) {
    if (!map_usage_is_right(options, io)) return kUsage;
    Session session;
    if (!session.load(options.files.front(), options, io)) return kUsage;
    const auto chosen = session.selected(options, io);
    if (chosen.empty() || !has_fault_that_ends(options, io, session)) return kUsage;
    const auto tree = without_sweep(*session.tree);
    const auto plan = plan_of(tree, options, io, session);
    if (!plan) return kUsage;
    auto study = study_of(options, session, *plan, chosen);
    const auto path = store_of(options);
    try {
        Store store(path.empty() ? ":memory:" : path, Store::Access::write, results_version());
        MapRun run{options, io, session, tree, *plan, study, store, path};
        for (const auto& strategy : study.strategies) {
            study.without_effect.push_back(without_effect(run, strategy));
        }
        return run_in_store(run);
    } catch (const StoreError& problem) {
        io.err << "error: " << problem.what() << "\n";
        return kCannotWrite;
    }
}

}  // namespace sim::cli
