#include <algorithm>
#include <cmath>

#include "models/analysis/sweep_report.hpp"
#include "models/scenario/build.hpp"
#include "models/scenario/frame.hpp"
#include "models/sweep/columns.hpp"
#include "sim/cli/sweep.hpp"
#include "sim/cli/time_trial.hpp"
#include "sim/cli/verbs.hpp"

namespace sim::cli {

namespace {

/// Points that a forecast looks at, at most: to read one takes about as long as to say it.
constexpr std::size_t kMostForecast = 50;
/// ... and of those that a trial runs.
constexpr std::size_t kMostTried = 5;

models::SweepArguments arguments_of(const Options& options) {
    return {options.sweeps, options.where, {}, options.samples, options.method};
}

/// What the store keeps of one run: its key and its share of the index, and its numbers.
double bytes_of_a_run(const models::Scenario& scenario, const models::SystemModel& model) {
    constexpr double kKey = 240;  // measured; the hash of the scenario is most of it
    const auto frame = models::frame_of(model);
    models::StudySettings settings;
    settings.slos = scenario.slos;
    std::size_t numbers = 0;
    for (const auto& column :
         models::sweep_columns(settings, frame, models::slo_cells(frame, scenario.slos))) {
        numbers += models::width_of(column.reduce);
    }
    return kKey + static_cast<double>(numbers * sizeof(double));
}

/// A point as a run would have it, and what it will take.
struct LookedAt {
    models::PointForecast forecast;
    std::optional<models::Scenario> scenario;  ///< nothing: it cannot run
    double events_per_s = 0;                   ///< simulated second, from the static load
    models::StudyShape shape;
};

/// On one core: the points of a sweep keep all of them busy.
models::Forecast forecast_of(const LookedAt& one,
                             const std::vector<models::StrategyTrial>& trials) {
    return models::forecast(one.scenario->experiment, trials, one.shape, 1);
}

LookedAt look_at(const models::SweepPoint& point, const models::SweepPlan& plan,
                 const Session& session, models::LoadRequest request, const Options& options,
                 std::size_t strategies) {
    LookedAt out;
    out.forecast.number = point.number;
    for (auto& one : models::overrides_of(plan, point)) request.overrides.push_back(std::move(one));
    SourceMap sources = session.sources;
    Diagnostics found;
    out.scenario = models::load_scenario(*session.tree, request, sources, found);
    if (!out.scenario) {
        for (const auto& one : found.sorted()) {
            if (one.severity == Severity::error && out.forecast.problem.empty()) {
                out.forecast.problem = one.message;
            }
        }
        return out;
    }
    const auto& experiment = out.scenario->experiment;
    const auto model = models::build_model(*out.scenario, out.scenario->baseline);
    out.events_per_s = models::events_per_second(models::service_loads(capacity_input(model)));
    out.shape = study_shape(*out.scenario, model, options);
    out.shape.parts = 0;
    const auto length = experiment.warmup + experiment.duration + experiment.drain;
    const std::vector<models::StrategyTrial> trials(
        strategies, models::untried({}, out.events_per_s, length.seconds()));
    out.forecast.forecast = forecast_of(out, trials);
    out.forecast.bytes = static_cast<double>(strategies) * experiment.replications *
                         bytes_of_a_run(*out.scenario, model);
    return out;
}

/// `count` of `all` numbers, from the first to the last.
std::vector<std::size_t> spread(std::size_t count, std::size_t all) {
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < std::min(count, all); ++i) {
        numbers.push_back(all <= count ? i : i * (all - 1) / (count - 1));
    }
    return numbers;
}

/// All points, or some that are spread from the first to the last.
std::vector<LookedAt> look_at_points(const models::SweepPlan& plan, const Session& session,
                                     const Options& options, const Io& io, std::size_t strategies) {
    const auto request = load_request(options.files.front(), options, io);
    std::vector<LookedAt> points;
    for (const auto at : spread(kMostForecast, plan.points.size())) {
        points.push_back(look_at(plan.points[at], plan, session, request, options, strategies));
    }
    return points;
}

/// Tries some of the points out, each under all strategies.
models::TriedPoints try_points(const std::vector<LookedAt>& looked_at,
                               const std::vector<std::size_t>& chosen, const Options& options,
                               Io& io) {
    std::vector<const LookedAt*> able;
    for (const auto& one : looked_at) {
        if (one.scenario) able.push_back(&one);
    }
    std::vector<const LookedAt*> points;
    for (const auto at : spread(kMostTried, able.size())) points.push_back(able[at]);
    if (points.empty() || !options.trial) return {};
    std::vector<models::SystemModel> systems;
    TrialTask task{systems, {}, 0, 0, points.front()->scenario->experiment.seed, 1};
    for (const auto* point : points) {
        task.events_per_s = std::max(task.events_per_s, point->events_per_s);
        for (const auto strategy : chosen) {
            systems.push_back(models::build_model(*point->scenario, strategy));
            task.names.push_back(point->scenario->strategies[strategy].name.text);
        }
    }
    const auto trials = run_time_trial(task, options, io);
    models::Work tried;
    models::Work guessed;
    auto next = trials.begin();
    for (const auto* point : points) {
        const auto last = next + static_cast<std::ptrdiff_t>(chosen.size());
        const auto seen = forecast_of(*point, {next, last});
        tried += {seen.events_each * seen.runs, seen.seconds};
        guessed +=
            {point->forecast.forecast.events_each * seen.runs, point->forecast.forecast.seconds};
        next = last;
    }
    if (guessed.events == 0 || guessed.cpu_s == 0) return {};
    return {points.size(), tried.events / guessed.events, tried.cpu_s / guessed.cpu_s};
}

std::vector<models::PointForecast> forecasts_of(const std::vector<LookedAt>& points) {
    std::vector<models::PointForecast> forecasts;
    forecasts.reserve(points.size());
    for (const auto& one : points) forecasts.push_back(one.forecast);
    return forecasts;
}

/// The same command without `--dry-run`, with a store.
std::string next_command(const Options& options) {
    std::string command = "firedrill sweep " + shell_quoted(options.files.front());
    for (const auto& option : options.repeat) command += " " + option;
    if (options.seed) command += " --seed " + std::to_string(*options.seed);
    if (!options.runs.empty()) command += " --runs " + options.runs;
    const auto is_store = [](const std::string& path) { return path.ends_with(".db"); };
    const auto store = std::find_if(options.outputs.begin(), options.outputs.end(), is_store);
    return command + " -o " +
           (store == options.outputs.end() ? std::string("study.db") : shell_quoted(*store));
}

int dry_run(const Options& options, Io& io, const Session& session, const models::SweepPlan& plan,
            const std::vector<std::size_t>& chosen) {
    std::vector<std::string> names;
    for (const auto strategy : chosen) {
        names.push_back(session.scenario->strategies[strategy].name.text);
    }
    const auto points = look_at_points(plan, session, options, io, chosen.size());
    const models::SweepReportInput input{*session.scenario,
                                         plan,
                                         names,
                                         forecasts_of(points),
                                         options.jobs,
                                         next_command(options),
                                         try_points(points, chosen, options, io)};
    Options without_store = options;
    std::erase_if(without_store.outputs,
                  [](const std::string& path) { return path.ends_with(".db"); });
    if (!outputs_have_formats(without_store, io)) return kUsage;
    return emit(models::sweep_plan_document(input), without_store, io);
}

/// So many tasks of an array job that each has some minutes of work, as long as there are points
/// or runs for them, and Slurm takes them.
std::size_t shards_for(const Options& options, const Session& session,
                       const models::SweepPlan& plan, const Io& io, std::size_t strategies) {
    constexpr double kTaskS = 300;
    constexpr double kMost = 1000;  // MaxArraySize is 1001 where nobody changed it
    const auto points = look_at_points(plan, session, options, io, strategies);
    double seconds = 0;
    for (const auto& one : points) seconds += one.forecast.forecast.seconds;
    seconds *= static_cast<double>(plan.points.size()) / static_cast<double>(points.size());
    const auto tasks = static_cast<double>(plan.points.size() * strategies);
    return static_cast<std::size_t>(
        std::ceil(std::clamp(seconds / kTaskS, 1.0, std::min(kMost, tasks))));
}

}  // namespace

int run_sweep(const Options& options, Io& io) {
    Session session;
    if (!session.load(options.files.front(), options, io)) return kUsage;
    const auto chosen = session.selected(options, io);
    if (chosen.empty()) return kUsage;
    const auto plan = models::plan_sweep(
        *session.tree, load_request(options.files.front(), options, io), *session.scenario,
        arguments_of(options), session.sources, session.diagnostics);
    if (!plan) {
        io.err << session.diagnostics.render(session.sources) << session.diagnostics.summary()
               << "\n";
        return kUsage;
    }
    if (!options.quiet && (session.diagnostics.warning_count() > 0 || plan->inputs.empty())) {
        io.err << session.diagnostics.render(session.sources);
    }
    if (options.dry_run) return dry_run(options, io, session, *plan, chosen);
    if (!options.slurm || options.shards) return run_sweep_points(options, io, session, *plan);
    Options divided = options;
    divided.shards = shards_for(options, session, *plan, io, chosen.size());
    return run_sweep_points(divided, io, session, *plan);
}

}  // namespace sim::cli
