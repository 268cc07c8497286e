#include <algorithm>
#include <cmath>

#include "models/analysis/sweep_report.hpp"
#include "models/scenario/build.hpp"
#include "models/scenario/frame.hpp"
#include "models/sweep/columns.hpp"
#include "sim/cli/sweep.hpp"
#include "sim/cli/verbs.hpp"

namespace sim::cli {

namespace {

/// Points that a forecast looks at, at most: to read one takes about as long as to say it.
constexpr std::size_t kMostForecast = 50;

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

/// Reads one point as a run would, and says what it will take.
models::PointForecast look_at(const models::SweepPoint& point, const models::SweepPlan& plan,
                              const Session& session, models::LoadRequest request,
                              std::size_t strategies, std::size_t jobs) {
    models::PointForecast out;
    out.number = point.number;
    for (auto& one : models::overrides_of(plan, point)) request.overrides.push_back(std::move(one));
    SourceMap sources = session.sources;
    Diagnostics found;
    const auto scenario = models::load_scenario(*session.tree, request, sources, found);
    if (!scenario) {
        for (const auto& one : found.sorted()) {
            if (one.severity == Severity::error && out.problem.empty()) out.problem = one.message;
        }
        return out;
    }
    const auto model = models::build_model(*scenario, scenario->baseline);
    const auto loads = models::service_loads(capacity_input(model));
    out.forecast =
        models::forecast(scenario->experiment, strategies, !scenario->faults.empty(), loads, jobs);
    out.bytes = static_cast<double>(strategies) * scenario->experiment.replications *
                bytes_of_a_run(*scenario, model);
    return out;
}

/// Of all points, or of some that are spread from the first to the last.
std::vector<models::PointForecast> forecasts_of(const models::SweepPlan& plan,
                                                const Session& session, const Options& options,
                                                const Io& io, std::size_t strategies) {
    const auto request = load_request(options.files.front(), options, io);
    const auto count = std::min(plan.points.size(), kMostForecast);
    std::vector<models::PointForecast> forecasts;
    for (std::size_t i = 0; i < count; ++i) {
        const auto at = count == 1 ? 0 : i * (plan.points.size() - 1) / (count - 1);
        forecasts.push_back(
            look_at(plan.points[at], plan, session, request, strategies, options.jobs));
    }
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
    const models::SweepReportInput input{*session.scenario,
                                         plan,
                                         names,
                                         forecasts_of(plan, session, options, io, chosen.size()),
                                         options.jobs,
                                         next_command(options)};
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
    Options on_one_core = options;
    on_one_core.jobs = 1;
    const auto forecasts = forecasts_of(plan, session, on_one_core, io, strategies);
    double seconds = 0;
    for (const auto& one : forecasts) seconds += one.forecast.seconds;
    seconds *= static_cast<double>(plan.points.size()) / static_cast<double>(forecasts.size());
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
