#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "models/analysis/blast_matrix.hpp"
#include "models/analysis/study_report.hpp"
#include "models/engine/shared_start.hpp"
#include "models/report/study_page.hpp"
#include "models/scenario/build.hpp"
#include "models/scenario/frame.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/session.hpp"
#include "sim/cli/verbs.hpp"
#include "sim/cli/version.hpp"
#include "sim/cli/warm_up_pilot.hpp"
#include "sim/experiment/runner.hpp"

namespace sim::cli {

namespace {

/// Enough to see most failovers and restarts, and that it is over.
constexpr Duration kAt = whole_seconds(30);
constexpr Duration kFor = whole_seconds(60);
constexpr Duration kAfter = whole_seconds(120);
/// A matrix has many faults; the scenario's replications are for one.
constexpr std::uint32_t kRuns = 3;

/// The faults of a topology, one at a time, under one strategy.
struct MatrixStudy {
    models::Scenario scenario;
    models::SystemModel model;  ///< with all the faults
    models::BlastMatrix matrix;
    std::string strategy;
    std::vector<std::vector<std::size_t>> tasks;  ///< one fault or two
    std::uint32_t runs = kRuns;
    SimTime at{};
    Duration length{};
    Duration after{};
};

/// `faults={…}` with every atomic fault of the model, and a run that is as long as they need.
std::vector<std::string> overrides_for(const std::vector<models::AtomicFault>& faults,
                                       const MatrixStudy& study) {
    std::string all;
    for (const auto& fault : faults) {
        all += (all.empty() ? "" : ", ") + fault.yaml(study.at, study.length);
    }
    const auto duration = study.at + study.length + study.after - SimTime{};
    return {"slos={}", "faults={" + all + "}",
            fmt::format("experiment.duration={}ns", duration.ns)};
}

bool choose_strategy(const Session& session, const Options& options, Io& io, std::size_t& chosen) {
    const auto& scenario = *session.scenario;
    chosen = scenario.baseline;
    if (options.strategies.empty()) return true;
    const auto selected = session.selected(options, io);
    if (selected.empty()) return false;
    if (selected.size() > 1) {
        io.err << "error: --strategy: `blast` looks at one strategy at a time\n";
        return false;
    }
    chosen = selected.front();
    return true;
}

bool is_outage(models::AtomicKind kind) {
    using Kind = models::AtomicKind;
    return kind == Kind::zone_dark || kind == Kind::failover || kind == Kind::service_down;
}

void plan_tasks(bool pairs, MatrixStudy& study) {
    const auto& faults = study.matrix.faults;
    for (std::size_t i = 0; i < faults.size(); ++i) study.tasks.push_back({i});
    if (!pairs) return;
    for (std::size_t i = 0; i < faults.size(); ++i) {
        for (std::size_t j = i + 1; j < faults.size(); ++j) {
            if (is_outage(faults[i].kind) && is_outage(faults[j].kind)) {
                study.tasks.push_back({i, j});
            }
        }
    }
}

/// Reads the file once more, with the faults of its topology.
bool prepare(const Options& options, Io& io, const Session& session, MatrixStudy& study) {
    std::size_t strategy = 0;
    if (!choose_strategy(session, options, io, strategy)) return false;
    study.strategy = session.scenario->strategies[strategy].name.text;
    study.at = SimTime{} + options.blast_at.value_or(kAt);
    study.length = options.blast_for.value_or(kFor);
    study.after = options.blast_after.value_or(kAfter);
    const auto plain = models::build_model(*session.scenario, strategy, models::Twin::yes);
    auto faults = models::atomic_faults(plain);
    auto again = options;
    for (auto& one : overrides_for(faults, study)) again.overrides.push_back(std::move(one));
    Session with_faults;
    if (!with_faults.load(options.files.front(), again, io)) return false;
    study.scenario = std::move(*with_faults.scenario);
    study.scenario.experiment.warmup = session.scenario->experiment.warmup;
    study.scenario.slos.clear();
    // All of the run is one slice: what a fault does is measured second by second.
    study.scenario.slices.resize(1);
    study.model = models::build_model(study.scenario, strategy);
    study.matrix.frame = models::frame_of(study.model);
    study.matrix.faults = std::move(faults);
    if (!options.runs.empty()) study.runs = study.scenario.experiment.replications;
    study.matrix.runs = study.runs;
    plan_tasks(options.pairs, study);
    return true;
}

/// One replication up to the faults, and without any.
struct Prepared {
    std::unique_ptr<models::SharedStart> start;
    models::RunResult twin;
};

models::MatrixRun run_one(const MatrixStudy& study, const Prepared& prepared,
                          const std::vector<std::size_t>& faults,
                          std::optional<LimitExceeded>& stopped) {
    std::vector<std::uint32_t> numbers;
    auto frame = study.matrix.frame;
    frame.faults.clear();
    for (const auto fault : faults) {
        numbers.push_back(static_cast<std::uint32_t>(fault));
        frame.faults.push_back(study.matrix.frame.faults[fault]);
    }
    const auto run = prepared.start->with_faults(numbers);
    models::MatrixRun out;
    stopped = run.stopped ? run.stopped : prepared.twin.stopped;
    if (stopped) return out;
    out.digest = models::blast_digest(frame, models::blast_slices(frame), run, prepared.twin);
    const models::Incident incident{study.at.seconds(), frame.duration.seconds()};
    for (std::size_t g = 0; g < run.customers.size(); ++g) {
        out.customers.push_back(
            models::customer_reach(run.customers[g], prepared.twin.customers[g], incident));
    }
    return out;
}

/// Runs everything. False when it was interrupted or a limit was reached, which `io.err` says.
bool run_matrix(const Options& options, Io& io, MatrixStudy& study) {
    const std::size_t runs = study.runs;
    const std::size_t count = runs * study.tasks.size();
    Progress progress(io, options.err_style, options.quiet, runs + count);
    StopFlag stop;
    const auto limits = limits_of(options);
    RunnerOptions runner;
    runner.jobs = options.jobs;
    runner.stop = &stop;
    std::size_t before = 0;
    runner.on_wait = [&](std::size_t finished) {
        progress.update(before + finished);
        if (io.stop.requested()) stop.request();
    };
    runner.count = runs;
    const auto prepared = run_tasks(runner, [&](std::size_t r) {
        const models::ReplicationKey key{study.scenario.experiment.seed,
                                         static_cast<std::uint32_t>(r)};
        Prepared one;
        one.start = std::make_unique<models::SharedStart>(study.model, key, limits, study.at);
        one.twin = one.start->twin();
        return one;
    });
    before = runs;
    runner.count = count;
    using Outcome = std::pair<models::MatrixRun, std::optional<LimitExceeded>>;
    std::vector<std::vector<models::MatrixRun>> by_task(study.tasks.size());
    std::optional<LimitExceeded> limit;
    const auto results = prepared.size() < runs
                             ? 0
                             : run_tasks(
                                   runner,
                                   [&](std::size_t index) {
                                       Outcome outcome;
                                       outcome.first =
                                           run_one(study, prepared[index % runs],
                                                   study.tasks[index / runs], outcome.second);
                                       return outcome;
                                   },
                                   [&](std::size_t index, Outcome& outcome) {
                                       if (outcome.second && !limit) {
                                           limit = outcome.second;
                                           stop.request();
                                       }
                                       by_task[index / runs].push_back(std::move(outcome.first));
                                   })
                                   .size();
    progress.finish(before + results);
    if (limit) {
        io.err << limit_error("a run", *limit);
        return false;
    }
    if (results < count) return false;
    for (std::size_t t = 0; t < study.tasks.size(); ++t) {
        auto row =
            models::matrix_row(study.matrix, study.tasks[t], by_task[t], study.scenario.values,
                               study.at, study.length, study.scenario.experiment.confidence);
        (study.tasks[t].size() > 1 ? study.matrix.pairs : study.matrix.rows)
            .push_back(std::move(row));
    }
    models::finish_matrix(study.matrix);
    return true;
}

std::string blast_command(const Options& options, const MatrixStudy& study) {
    std::string command = "firedrill blast " + shell_quoted(options.files.front());
    for (const auto& option : options.repeat) command += " " + option;
    return command +
           fmt::format(" --seed {} --runs {}", study.scenario.experiment.seed, study.runs);
}

}  // namespace

int run_blast(const Options& options, Io& io) {
    if (!outputs_have_formats(options, io)) return kUsage;
    Session session;
    if (!session.load(options.files.front(), options, io)) return kUsage;
    if (const auto code = settle_warm_up(options, io, session)) return *code;
    MatrixStudy study;
    if (!prepare(options, io, session, study)) return kUsage;
    const auto command = blast_command(options, study);
    try {
        if (!run_matrix(options, io, study)) {
            if (!io.stop.requested()) return kInconclusive;
            io.err << "interrupted; to run it: " << command << "\n";
            return kInterrupted;
        }
    } catch (const TaskError& problem) {
        io.err << "internal error: " << problem.what()
               << "\n  This is a bug of firedrill. This command repeats it:\n  " << command << "\n";
        return kInternal;
    }
    const models::MatrixInput input{.scenario = study.scenario,
                                    .matrix = study.matrix,
                                    .strategy = study.strategy,
                                    .engine_version = std::string(kEngineVersion),
                                    .repeat_command = command,
                                    .at = study.at,
                                    .length = study.length,
                                    .after = study.after,
                                    .verbose = options.verbose};
    auto document = models::matrix_document(input);
    document.sheet = models::blast_sheet(document.data);
    return emit(document, options, io);
}

}  // namespace sim::cli
