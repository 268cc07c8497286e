#include "sim/cli/sweep.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "models/analysis/study_report.hpp"
#include "models/scenario/resolved.hpp"
#include "models/scenario/sha256.hpp"
#include "models/sweep/document.hpp"
#include "models/sweep/export.hpp"
#include "sim/cli/map.hpp"
#include "sim/cli/search.hpp"
#include "sim/cli/slurm.hpp"
#include "sim/cli/stored_tasks.hpp"
#include "sim/cli/sweep_run.hpp"
#include "sim/cli/sweep_shard.hpp"
#include "sim/cli/verbs.hpp"
#include "sim/cli/version.hpp"
#include "sim/experiment/looks.hpp"

namespace sim::cli {

namespace {

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

int end_of(Sweep& sweep) {
    tell_failures(sweep);
    if (!sweep.stopped) return failure_code(sweep);
    return end_stopped(sweep.io, sweep.store_path, sweep.study.command, "STUDY.db");
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
    int code = io.out ? kOk : kCannotWrite;  // run_program says so
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
        sweep.plan_id = plan_in(store, study);
        sweep.points = points_to_run(study, sweep.share, strategies_done(study, store, false));
        run_points(sweep, session);
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

/// Hands it to Slurm in as many shards as the options say.
int submit_sweep(const Options& options, Io& io, const models::SweepStudy& study,
                 const std::string& path) {
    if (path.empty() || options.outputs.size() > 1) {
        return wrong_usage(io, "--slurm: the array job fills the study that -o names",
                           "-o study.db; reports are made of the merged study");
    }
    if (!options.shard.empty()) {
        return wrong_usage(io, "--slurm runs all shards; --shard is one of them");
    }
    return submit_to_slurm({path, study.command, study.name, options.shards.value_or(1),
                            study.automatic, options.sbatch},
                           io);
}

}  // namespace

bool is_store_name(const std::string& path) { return path.ends_with(".db"); }

std::string store_of(const Options& options) {
    const auto found = std::find_if(options.outputs.begin(), options.outputs.end(), is_store_name);
    return found == options.outputs.end() ? "" : *found;
}

bool study_outputs_are_known(const Options& options, Io& io, const std::string& study) {
    auto others = options;
    std::erase_if(others.outputs, is_store_name);
    if (others.outputs.size() + 1 < options.outputs.size()) {
        wrong_usage(io, "-o: " + study + " has one store (.db)");
        return false;
    }
    const auto checks = output_showing(Shows::checks, others);
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
    if (options.slurm) return submit_sweep(options, io, study, path);
    std::optional<Shard> shard;
    if (!read_shard(options, io, shard)) return kUsage;
    if (shard) return run_shard(options, io, session, plan, study, {path, *shard});
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
