#include "sim/cli/sweep.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "models/analysis/study_report.hpp"
#include "models/scenario/resolved.hpp"
#include "models/scenario/sha256.hpp"
#include "models/sweep/document.hpp"
#include "models/sweep/export.hpp"
#include "sim/cli/map.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/search.hpp"
#include "sim/cli/stored_tasks.hpp"
#include "sim/cli/sweep_point.hpp"
#include "sim/cli/verbs.hpp"
#include "sim/cli/version.hpp"
#include "sim/experiment/looks.hpp"

namespace sim::cli {

namespace {

/// Tasks for each worker at the least, so that none waits long for the last ones.
constexpr std::size_t kTasksPerJob = 16;

/// A sweep that is being run.
struct Sweep {
    const Options& options;
    Io& io;
    const models::SweepPlan& plan;
    models::SweepStudy study;
    Store& store;
    std::int64_t plan_id = 0;
    std::string store_path{};                       ///< empty: none
    std::vector<std::size_t> points{};              ///< to be run, from 0
    PointPart parts{};                              ///< how many tasks a point is
    std::map<std::string, std::int64_t> layouts{};  ///< by their text
    std::vector<PointStrategy> failures{};
    std::vector<PointStrategy> open{};  ///< of the point whose parts are arriving
    bool stopped = false;
};

/// The command that goes on where this one ended: everything that decides results.
std::string resume_command(const Options& options, const models::SweepStudy& study) {
    std::string command = "firedrill sweep " + shell_quoted(options.files.front());
    for (const auto& option : options.repeat) command += " " + option;
    command += fmt::format("{} --seed {} --runs {}", limit_options(options), study.seed,
                           study.automatic ? "auto" : std::to_string(study.runs));
    const auto store = store_of(options);
    if (!store.empty()) command += " -o " + shell_quoted(store);
    return command;
}

models::SweepStudy study_of(const Options& options, const Session& session,
                            const models::SweepPlan& plan, const std::vector<std::size_t>& chosen) {
    const auto& scenario = *session.scenario;
    models::SweepStudy study;
    study.name = scenario.name;
    study.file = models::portable_name(scenario.file);
    study.question = scenario.question;
    study.resolved = models::sha256(models::write_resolved(scenario));
    for (const auto& input : plan.inputs) study.inputs.push_back(input.path);
    for (const auto& point : plan.points) study.points.push_back(point.values);
    for (const auto strategy : chosen) {
        study.strategies.push_back(scenario.strategies[strategy].name.text);
    }
    study.seed = scenario.experiment.seed;
    study.automatic = scenario.experiment.replications_auto;
    study.runs = study.automatic ? static_cast<std::uint32_t>(kMostReplications)
                                 : scenario.experiment.replications;
    study.confidence = scenario.experiment.confidence;
    study.command = resume_command(options, study);
    study.engine = results_version();
    return study;
}

/// Points that lack a strategy, or failed when they were run before.
std::vector<std::size_t> points_to_run(Sweep& sweep) {
    std::vector<std::size_t> done(sweep.study.points.size(), 0);
    for (const auto& point : sweep.store.points(sweep.plan_id, 1, done.size())) {
        const bool counts = point.failure.empty() && point.number >= 1;
        if (counts && point.number <= done.size()) ++done[point.number - 1];
    }
    std::vector<std::size_t> points;
    for (std::size_t i = 0; i < done.size(); ++i) {
        if (done[i] < sweep.study.strategies.size()) points.push_back(i);
    }
    return points;
}

/// Few points are divided into parts of their replications.
std::size_t parts_of(const Sweep& sweep) {
    if (sweep.study.automatic) return 1;  // what comes next depends on what was
    const auto wanted = kTasksPerJob * std::max<std::size_t>(1, sweep.options.jobs);
    const auto points = std::max<std::size_t>(1, sweep.points.size());
    return std::clamp<std::size_t>((wanted + points - 1) / points, 1, sweep.study.runs);
}

void keep_strategy(Sweep& sweep, PointStrategy one) {
    if (one.point.failure.empty()) {
        const auto [layout, is_new] = sweep.layouts.try_emplace(one.layout, 0);
        if (is_new) layout->second = sweep.store.keep_text(one.layout);
        one.point.layout = layout->second;
    }
    for (auto& run : one.runs) sweep.store.keep(std::move(run));
    sweep.store.keep_point(sweep.plan_id, one.point);
    one.runs.clear();
    if (!one.point.failure.empty()) sweep.failures.push_back(std::move(one));
}

/// The last part of a point says that all of it is there.
void take_part(Sweep& sweep, std::size_t part, PointOutcome outcome) {
    if (part == 0) sweep.open.clear();
    if (!outcome.whole) {
        // Finished runs are kept, the point is not yet one.
        for (auto& one : outcome.strategies) {
            for (auto& run : one.runs) sweep.store.keep(std::move(run));
        }
        sweep.stopped = true;
        return;
    }
    if (sweep.stopped) return;
    if (sweep.open.empty()) {
        sweep.open = std::move(outcome.strategies);
    } else {
        for (std::size_t s = 0; s < sweep.open.size(); ++s) {
            auto& whole = sweep.open[s];
            auto& more = outcome.strategies[s];
            if (whole.point.failure.empty()) whole.point.failure = more.point.failure;
            whole.bug = whole.bug || more.bug;
            std::move(more.runs.begin(), more.runs.end(), std::back_inserter(whole.runs));
        }
    }
    if (part + 1 < sweep.parts.count) return;
    for (auto& one : sweep.open) keep_strategy(sweep, std::move(one));
    sweep.open.clear();
}

void run_tasks_of(Sweep& sweep, const Session& session) {
    StopFlag stop;
    const PointRunner point_runner{
        sweep.study,
        *session.tree,
        session.sources,
        load_request(sweep.options.files.front(), sweep.options, sweep.io),
        limits_of(sweep.options),
        limit_options(sweep.options),
        sweep.options.precision,
        sweep.store,
        stop};
    const auto count = sweep.points.size() * sweep.parts.count;
    Progress progress(sweep.io, sweep.options.err_style, sweep.options.quiet, count);
    if (sweep.parts.count == 1) progress.count("points");
    const auto task = [&](std::size_t index) {
        const auto point = sweep.points[index / sweep.parts.count];
        const PointPart part{index % sweep.parts.count, sweep.parts.count};
        const auto overrides = models::overrides_of(sweep.plan, sweep.plan.points[point]);
        return run_point(point_runner, point, overrides, part);
    };
    const StoredTasks tasks{sweep.options, sweep.io, sweep.store,
                            progress,      stop,     sweep.io.seconds()};
    const auto done =
        run_stored_tasks(tasks, count, task, [&](std::size_t index, PointOutcome outcome) {
            take_part(sweep, index % sweep.parts.count, std::move(outcome));
        });
    sweep.stopped = sweep.stopped || done < count;
    progress.finish(done);
}

void tell_failures(const Sweep& sweep) {
    constexpr std::size_t kTold = 3;
    auto& err = sweep.io.err;
    for (std::size_t i = 0; i < std::min(kTold, sweep.failures.size()); ++i) {
        const auto& point = sweep.failures[i].point;
        err << fmt::format("point {}, {}: {}\n  repeat: {}\n", point.number,
                           sweep.study.strategies[point.strategy], point.failure, point.command);
    }
    if (sweep.failures.size() > kTold) {
        err << fmt::format("… {} more failed; each is a row of the export\n",
                           sweep.failures.size() - kTold);
    }
}

/// 4 a bug of ours, 2 a point that is no valid scenario, 3 a limit was reached.
int failure_code(const Sweep& sweep) {
    int code = kOk;
    for (const auto& one : sweep.failures) {
        if (one.bug) return kInternal;
        const bool read = !one.point.scenario.empty();
        code = read && code != kUsage ? kInconclusive : kUsage;
    }
    return code;
}

int end_of(Sweep& sweep) {
    tell_failures(sweep);
    if (!sweep.stopped) return failure_code(sweep);
    const bool interrupted = sweep.io.stop.requested();
    sweep.io.err << (interrupted ? "interrupted" : "--time-limit ended it");
    if (sweep.store_path.empty()) {
        sweep.io.err << "; without -o STUDY.db nothing is kept for the next time\n";
    } else {
        sweep.io.err << "; what is finished is in " << quote(sweep.store_path)
                     << "\nresume: " << sweep.study.command << "\n";
    }
    return interrupted ? kInterrupted : kInconclusive;
}

/// The report of everything that is there, to stdout and to every `-o` that is no store.
int emit_sweep(const Options& options, Io& io, Store& store) {
    models::SweepReader reader(store);
    std::optional<Document> document;  // to make it reads the whole store, which rows do as well
    const auto render = [&](const Renderer& renderer, const TextStyle& style) {
        if (renderer.name == "csv") return models::sweep_csv(reader);
        if (renderer.name == "jsonl") return models::sweep_jsonl(reader);
        if (renderer.name == "json") return models::sweep_json(reader);
        if (!document) document = models::sweep_document(reader, options.verbose);
        return renderer.render(*document, style);
    };
    io.out << render(*options.format, options.style);
    io.out.flush();
    int code = io.out ? kOk : kCannotWrite;
    if (!io.out) io.err << "error: cannot write standard output\n";
    for (const auto& path : options.outputs) {
        if (path == "-" || is_store_name(path)) continue;
        TextStyle style;
        style.ascii = options.style.ascii;
        const auto error = io.write_file(path, render(*renderer_for_file(path), style));
        if (error.empty()) continue;
        io.err << "error: " << error << "\n";
        code = kCannotWrite;
    }
    return code;
}

int run_in_store(const Options& options, Io& io, const Session& session,
                 const models::SweepPlan& plan, const models::SweepStudy& study,
                 const std::string& path, Store& store) {
    try {
        Sweep sweep{options, io, plan, study, store};
        sweep.store_path = path;
        sweep.plan_id = plan_in(store, models::sweep_text(study));
        sweep.points = points_to_run(sweep);
        sweep.parts.count = parts_of(sweep);
        run_tasks_of(sweep, session);
        const int written = emit_sweep(options, io, store);
        const int ended = end_of(sweep);
        return written != kOk ? written : ended;
    } catch (const StoreError& problem) {
        io.err << "error: " << problem.what() << "\n";
        if (!path.empty()) {
            io.err << "  hint: what was committed is kept; resume: " << study.command << "\n";
        }
        return kCannotWrite;
    }
}

}  // namespace

bool is_store_name(const std::string& path) { return path.ends_with(".db"); }

std::string store_of(const Options& options) {
    const auto found = std::find_if(options.outputs.begin(), options.outputs.end(), is_store_name);
    return found == options.outputs.end() ? "" : *found;
}

std::string limit_options(const Options& options) {
    std::string text;
    if (options.max_events) text += fmt::format(" --max-events {}", *options.max_events);
    if (options.max_pending) text += fmt::format(" --max-pending {}", *options.max_pending);
    if (options.max_in_flight) text += fmt::format(" --max-in-flight {}", *options.max_in_flight);
    return text;
}

bool study_outputs_are_known(const Options& options, Io& io, const std::string& study) {
    auto others = options;
    std::erase_if(others.outputs, is_store_name);
    if (others.outputs.size() + 1 < options.outputs.size()) {
        wrong_usage(io, "-o: " + study + " has one store (.db)");
        return false;
    }
    const auto checks = checks_output(others);
    if (!checks.empty()) {
        wrong_usage(io, checks + ": " + study + " has no checks");
        return false;
    }
    return outputs_have_formats(others, io);
}

std::int64_t plan_in(Store& store, const std::string& text) {
    const auto newest = store.newest_plan();
    if (newest && store.plan(*newest) == text) return *newest;
    return store.keep_plan(text);
}

int run_sweep_points(const Options& options, Io& io, const Session& session,
                     const models::SweepPlan& plan) {
    if (!study_outputs_are_known(options, io, "a sweep")) return kUsage;
    const auto chosen = session.selected(options, io);
    if (chosen.empty()) return kUsage;
    const auto study = study_of(options, session, plan, chosen);
    const auto path = store_of(options);
    try {
        Store store(path.empty() ? ":memory:" : path, Store::Access::write, results_version());
        return run_in_store(options, io, session, plan, study, path, store);
    } catch (const StoreError& problem) {
        io.err << "error: " << problem.what() << "\n";
        return kCannotWrite;
    }
}

int report_store(const Options& options, Io& io) {
    try {
        const auto& path = options.files.front();
        // What an earlier version computed is reported as it was.
        Store any(path, Store::Access::read, "");
        const auto plan = any.newest_plan();
        const auto text = plan ? any.plan(*plan) : std::string();
        if (models::is_map_text(text)) {
            return map_outputs_are_known(options, io) ? emit_map(options, io, any) : kUsage;
        }
        if (!study_outputs_are_known(options, io, "a study")) return kUsage;
        if (models::is_search_text(text)) return emit_search(options, io, any);
        Store store(path, Store::Access::read, models::SweepReader(any).study().engine);
        return emit_sweep(options, io, store);
    } catch (const StoreError& problem) {
        io.err << "error: " << problem.what() << "\n";
        return kUsage;
    }
}

}  // namespace sim::cli
