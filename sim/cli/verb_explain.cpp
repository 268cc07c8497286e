#include <algorithm>

#include <fmt/format.h>

#include "models/analysis/request_id.hpp"
#include "models/analysis/study_report.hpp"
#include "models/report/explained_section.hpp"
#include "sim/cli/explain.hpp"
#include "sim/cli/verbs.hpp"
#include "sim/cli/version.hpp"
#include "sim/cli/warm_up_pilot.hpp"
#include "sim/core/did_you_mean.hpp"

namespace sim::cli {

namespace {

std::vector<std::string_view> outcome_names() {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < models::kOutcomes; ++i) {
        names.push_back(models::to_string(static_cast<models::Outcome>(i)));
    }
    return names;
}

/// What the options ask for; false: they make no sense together, and `io.err` says so.
bool read_wanted(const Options& options, const Study& study, std::size_t strategy, Io& io,
                 WantedRequest& wanted) {
    wanted.replication = static_cast<std::uint32_t>(options.explain_run.value_or(1) - 1);
    const int asked = (options.worst ? 1 : 0) + (options.request.empty() ? 0 : 1) +
                      (options.outcome.empty() ? 0 : 1);
    if (asked > 1) {
        wrong_usage(io, "--worst, --request and --outcome choose one request in different ways",
                    "name one of them");
        return false;
    }
    if (options.worst) wanted.choice = models::RequestChoice::worst;
    if (!options.outcome.empty()) {
        const auto names = outcome_names();
        const auto found = std::find(names.begin(), names.end(), options.outcome);
        if (found == names.end()) {
            wrong_usage(io, "--outcome: no request ends as " + quote(options.outcome),
                        did_you_mean_hint(options.outcome, names));
            return false;
        }
        wanted.choice = models::RequestChoice::outcome;
        wanted.outcome = static_cast<models::Outcome>(found - names.begin());
    }
    if (options.request.empty()) return true;
    const auto& groups = study.strategies[strategy].frame.groups;
    wanted.name = models::parse_request_id(options.request, groups);
    if (wanted.name) return true;
    wrong_usage(io, "--request: " + quote(options.request) + " names no request",
                fmt::format("a group of customers and a number, such as `{}:0`", groups.front()));
    return false;
}

std::vector<std::string_view> strategies_of(const Study& study) {
    return {study.plan.strategies.begin(), study.plan.strategies.end()};
}

/// The strategy that is explained; nothing: an option is wrong, and `io.err` says so.
std::optional<std::size_t> strategy_of(const Options& options, const Study& study, Io& io) {
    if (options.strategies.empty()) return study.plan.baseline;
    if (options.strategies.size() > 1) {
        wrong_usage(io, "--strategy: `explain` looks at one strategy at a time",
                    "`--twin NAME` shows the same customer under another");
        return std::nullopt;
    }
    return strategy_named(options.strategies.front(), "--strategy", strategies_of(study), io);
}

/// Whom to compare with: the strategies that are named, or else all others.
bool twins_of(const Options& options, const Study& study, std::size_t strategy, Io& io,
              std::vector<TwinRun>& twins) {
    if (!study.twins.empty()) twins.push_back({strategy, false});
    if (options.twins.empty()) {
        for (std::size_t i = 0; i < study.models.size(); ++i) {
            if (i != strategy) twins.push_back({i, true});
        }
        return true;
    }
    for (const auto& name : options.twins) {
        const auto found = strategy_named(name, "--twin", strategies_of(study), io);
        if (!found) return false;
        if (*found != strategy) twins.push_back({*found, true});
    }
    return true;
}

/// Of strategies that nobody has named only one is shown: the first under which the request goes
/// well, or else the first.
void keep_telling(const Options& options, std::vector<models::ExplainedRun>& runs) {
    // Another strategy tells more than a day without faults.
    std::stable_sort(runs.begin(), runs.end(),
                     [](const models::ExplainedRun& a, const models::ExplainedRun& b) {
                         return a.faults && !b.faults;
                     });
    if (!options.twins.empty()) return;
    const auto is_twin = [](const models::ExplainedRun& run) { return run.faults; };
    auto best = std::find_if(runs.begin(), runs.end(), [](const models::ExplainedRun& run) {
        return run.faults && run.trace.found && run.trace.seen.is_good();
    });
    if (best == runs.end()) best = std::find_if(runs.begin(), runs.end(), is_twin);
    if (best == runs.end()) return;
    const auto kept = best->strategy;
    std::erase_if(
        runs, [&](const models::ExplainedRun& run) { return run.faults && run.strategy != kept; });
}

int write_traces(const Options& options, const models::ExplainedRequest& explained, Io& io) {
    const auto write = [&](const std::string& path, const nlohmann::ordered_json& json) {
        if (path.empty()) return kOk;
        const auto error = io.write_file(path, json.dump(1) + "\n");
        if (error.empty()) return kOk;
        io.err << "error: " << error << "\n";
        return kCannotWrite;
    };
    const int otlp = write(options.otlp, models::otlp_json(explained, std::string(kEngineVersion)));
    const int perfetto = write(options.perfetto, models::trace_events_json(explained));
    return std::max(otlp, perfetto);
}

/// Shows the same request again, however it was found.
std::string explain_command(const Options& options, const models::ExplainedRequest& explained,
                            const models::Scenario& scenario) {
    std::string command = "firedrill explain " + shell_quoted(options.files.front());
    for (const auto& option : options.repeat) command += " " + option;
    for (const auto& twin : options.twins) command += " --twin " + shell_quoted(twin);
    return command + fmt::format(" --seed {} --request {} --run {}", scenario.experiment.seed,
                                 shell_quoted(explained.id), explained.replication + 1);
}

/// Two stories stand side by side where there is room.
Options as_wide_as_the_terminal(const Options& options, const Io& io) {
    auto wide = options;
    if (io.out_is_terminal) wide.style.columns = std::max(wide.style.columns, io.columns);
    return wide;
}

int nothing_found(const Options& options, const FoundRequest& found, Io& io) {
    if (found.stopped) {
        io.err << limit_error("the run", *found.stopped);
        return kInconclusive;
    }
    if (!options.request.empty()) {
        return wrong_usage(
            io,
            fmt::format("no request {} came in run {}", quote(options.request),
                        options.explain_run.value_or(1)),
            "requests of a group are numbered from 0; `--run N` looks at another run");
    }
    if (!options.outcome.empty()) {
        return wrong_usage(
            io, "no request ended as " + quote(options.outcome) + " in the time that was looked at",
            "`--worst` shows the worst that there is");
    }
    return wrong_usage(io, "no request failed", "`--worst` shows the slowest, `--request ID` any");
}

}  // namespace

int run_explain(const Options& options, Io& io) {
    if (!outputs_have_formats(options, io)) return kUsage;
    Session session;
    if (!session.load(options.files.front(), options, io)) return kUsage;
    if (const auto code = settle_warm_up(options, io, session)) return *code;
    auto all = options;
    all.strategies.clear();
    all.why = false;
    Study study;
    if (!prepare_study(session, all, io, study)) return kUsage;
    const auto strategy = strategy_of(options, study, io);
    WantedRequest wanted;
    std::vector<TwinRun> twins;
    if (!strategy || !read_wanted(options, study, *strategy, io, wanted) ||
        !twins_of(options, study, *strategy, io, twins)) {
        return kUsage;
    }
    auto found = find_request(study, *strategy, wanted, limits_of(options));
    if (!found.explained) return nothing_found(options, found, io);
    auto runs = follow_twins(study, *found.explained, twins, options.jobs, limits_of(options));
    keep_telling(options, runs);
    for (auto& run : runs) found.explained->runs.push_back(std::move(run));
    const auto& explained = *found.explained;
    const auto detail = options.verbose ? models::StoryDetail::whole : models::StoryDetail::folded;
    const auto& scenario = *session.scenario;
    const models::ExplainedSource source{scenario.name, models::portable_name(scenario.file),
                                         scenario.sha256, std::string(kEngineVersion),
                                         explain_command(options, explained, scenario)};
    auto document = models::explained_document(explained, source, detail);
    document.page = models::explained_page(document.data);
    document.sheet = models::explained_sheet(document.data);
    const int traces = write_traces(options, explained, io);
    return std::max(traces, emit(document, as_wide_as_the_terminal(options, io), io));
}

}  // namespace sim::cli
