#include <fmt/format.h>

#include "models/analysis/study_report.hpp"
#include "models/report/study_page.hpp"
#include "models/report/study_sheet.hpp"
#include "sim/cli/explain.hpp"
#include "sim/cli/study.hpp"
#include "sim/cli/verbs.hpp"
#include "sim/cli/version.hpp"
#include "sim/cli/warm_up_pilot.hpp"

namespace sim::cli {

namespace {

using Settings = std::vector<models::EffectiveSetting>;

/// A run of the study, or of a part of what strikes the baseline.
struct FailedRun {
    RunTask task;
    std::string how;  ///< ", without the faults"
};
FailedRun failed_run(const Study& study, std::size_t index) {
    if (index < study.tasks.size()) {
        const auto task = study.tasks[index];
        return {task, task.twin ? ", without the faults" : ""};
    }
    const auto number = index - study.tasks.size();
    const auto& parts = study.parts.parts;
    return {{number / parts.size(), study.plan.baseline, false},
            fmt::format(", with the part `{}` of what strikes", parts[number % parts.size()].name)};
}

/// Which run failed, as the command that repeats it and nothing else.
int report_bug(const TaskError& problem, const Options& options, const Study& study, Io& io) {
    const auto [task, how] = failed_run(study, problem.index());
    std::string command = "firedrill run " + shell_quoted(options.files.front());
    for (const auto& option : options.repeat) {
        if (!option.starts_with("--strategy")) command += " " + option;
    }
    command += " --strategy " + shell_quoted(study.plan.strategies[task.strategy]) + " --seed " +
               std::to_string(study.plan.seed) + " --runs " + std::to_string(task.replication + 1);
    io.err << "internal error: " << problem.what() << "\n"
           << fmt::format("  in strategy `{}`, seed {}, replication {}{}\n",
                          study.plan.strategies[task.strategy], study.plan.seed,
                          task.replication + 1, how)
           << "  This is a bug of firedrill. This command repeats it:\n  " << command << "\n";
    return kInternal;
}

int report_limit(const Study& study, Io& io) {
    const auto run = fmt::format(
        "strategy `{}`, replication {}{},", study.plan.strategies[study.limited.strategy],
        study.limited.replication + 1, study.limited.twin ? " (without the faults)" : "");
    io.err << limit_error(run, *study.limit);
    return kInconclusive;
}

/// What an early end has to say about the numbers.
std::vector<std::string> ending_notes(const Study& study, std::size_t replications) {
    const auto when = study.all_done() ? std::string("before the fault was run in parts")
                                       : fmt::format("after {} of {} replications", replications,
                                                     study.plan.replications);
    std::vector<std::string> notes;
    if (study.end == StudyEnd::time_limit) {
        notes.push_back(
            fmt::format("--time-limit ended it {}: not the same bytes next time", when));
    }
    if (study.end == StudyEnd::interrupted) notes.push_back("interrupted " + when);
    if (const auto& limit = study.parts.limit) {
        notes.push_back(
            fmt::format("the fault was not run in parts: one reached the limit of {} {}",
                        limit->value, limit->limit));
    }
    return notes;
}

/// What the reader and an early end have to say about the numbers.
std::vector<std::string> notes_of(const Session& session, const Settings& settings,
                                  const Study& study, std::size_t replications) {
    constexpr std::size_t kMostGuesses = 6;
    auto notes = models::note_lines(*session.scenario, settings, kMostGuesses);
    for (auto& note : session.notes(study.chosen)) notes.push_back(std::move(note));
    if (session.warm_up.found) notes.push_back(models::warm_up_note(session.warm_up));
    for (auto& note : ending_notes(study, replications)) notes.push_back(std::move(note));
    const auto automatic = models::automatic_text(study.settings, study.strategies);
    if (!automatic.empty()) notes.push_back(automatic);
    return notes;
}

/// Why the baseline fares as it does, and what would have helped.
struct Explanation {
    models::Why why;
    std::optional<models::HelpingStrategy> help;
};
Explanation explain(const Session& session, const Settings& settings, const Study& study,
                    const models::StudyResult& result) {
    const auto baseline = study.settings.baseline;
    const models::WhyInput input{*session.scenario,
                                 session.sources,
                                 settings,
                                 study.settings,
                                 study.strategies[baseline],
                                 result.strategies[baseline]};
    auto why = models::find_why(study.settings, input.runs, input.result, study.parts.parts,
                                study.parts.runs);
    why.limits = models::find_limits(input);
    why.amplifiers = models::find_amplifiers(input);
    auto help = models::find_remedy(input, why, result);
    return {std::move(why), std::move(help)};
}

/// Of the strategies and faults that ran.
models::WrittenSettings written_of(const Session& session, const Settings& settings,
                                   const Study& study) {
    std::vector<std::string> strategies;
    for (const auto& one : study.strategies) strategies.push_back(one.name);
    std::vector<std::string> faults;
    for (const auto& one : study.strategies.front().frame.faults) faults.push_back(one.name);
    return models::written_settings(models::SettingLookup(settings, session.sources), strategies,
                                    faults);
}

/// A request of the baseline, when there is somewhere to show it: terminals have a verb for that.
std::optional<models::ExplainedRequest> explain_one(const Options& options, const Study& study,
                                                    const Explanation& explanation) {
    const bool shown = !options.outputs.empty() || options.format->name == "json" ||
                       options.format->name == "html";
    if (!shown || !options.why || study.end != StudyEnd::complete) return std::nullopt;
    std::optional<std::string> helping;
    if (explanation.help) helping = explanation.help->strategy;
    return explain_for_report(study, helping, limits_of(options));
}

/// Makes what somebody wants to see: a page of a large system takes as much memory as its run.
void complete(Document& document, const Options& options) {
    const auto shown = [&](Shows part) { return !output_showing(part, options).empty(); };
    if (shown(Shows::page)) document.page = models::study_page(document.data);
    if (shown(Shows::sheet)) document.sheet = models::study_sheet(document.data);
    if (shown(Shows::checks)) document.checks = models::study_checks(document.data);
}

int nothing_to_report(const Study& study, const std::string& command, Io& io) {
    if (study.end == StudyEnd::interrupted) {
        io.err << "interrupted before one replication of every strategy was complete\n"
               << "resume: " << command << "\n";
        return kInterrupted;
    }
    io.err << "error: --time-limit ended it before one replication of every strategy was "
              "complete\n  hint: give it more time, or fewer strategies with --strategy\n";
    return kInconclusive;
}

}  // namespace

int run_run(const Options& options, Io& io) {
    if (!outputs_have_formats(options, io)) return kUsage;
    Session session;
    if (!session.load(options.files.front(), options, io)) return kUsage;
    if (!options.quiet && session.diagnostics.warning_count() > 0) {
        io.err << session.diagnostics.render(session.sources);
    }
    if (const auto code = settle_warm_up(options, io, session)) return *code;
    Study study;
    if (!prepare_study(session, options, io, study)) return kUsage;
    try {
        run_study(options, io, study);
    } catch (const TaskError& problem) {
        return report_bug(problem, options, study, io);
    }
    if (study.limit) return report_limit(study, io);
    keep_complete_replications(study);
    const auto command = repeat_command(options, *session.scenario);
    if (study.strategies.front().runs.empty()) return nothing_to_report(study, command, io);
    const auto result = models::analyse(study.settings, study.strategies);
    const auto settings = models::effective_settings(*session.scenario, session.sources);
    const auto explanation = explain(session, settings, study, result);
    const auto explained = explain_one(options, study, explanation);
    std::optional<int> exit_code;
    if (study.end == StudyEnd::interrupted) exit_code = kInterrupted;
    const models::StudyInput input{
        .scenario = *session.scenario,
        .settings = study.settings,
        .strategies = study.strategies,
        .result = result,
        .engine_version = std::string(kEngineVersion),
        .resolved = models::write_resolved(*session.scenario),
        .repeat_command = command,
        .notes = notes_of(session, settings, study, result.replications),
        .planned = study.plan.replications,
        .verbose = options.verbose,
        .exit_code = exit_code,
        .why = explanation.why,
        .help = explanation.help,
        .explained = explained,
        .written = written_of(session, settings, study),
        .warm_up = session.warm_up,
        .warnings = models::find_warnings(
            {*session.scenario, study.settings, study.strategies, result, session.warm_up}),
        .sources = &session.sources};
    auto document = models::study_document(input);
    complete(document, options);
    const int written = emit(document, options, io);
    if (written != kOk) return written;
    if (study.end != StudyEnd::interrupted) return models::exit_code(result.verdict);
    io.err << "interrupted; to finish it: " << command << "\n";
    return kInterrupted;
}

}  // namespace sim::cli
