#include <array>

#include "sim/cli/options.hpp"

namespace sim::cli {

namespace {

OptionSpec list(std::string_view name, std::string_view other, std::string_view argument,
                std::vector<std::string> RawOptions::*target, unsigned groups,
                std::string_view help) {
    return {name, other, argument, help, groups, target, nullptr, nullptr};
}
OptionSpec text(std::string_view name, std::string_view argument, std::string RawOptions::*target,
                unsigned groups, std::string_view help) {
    return {name, "", argument, help, groups, nullptr, target, nullptr};
}
OptionSpec flag(std::string_view name, std::string_view other, bool RawOptions::*target,
                unsigned groups, std::string_view help) {
    return {name, other, "", help, groups, nullptr, nullptr, target};
}

/// What is read.
std::vector<OptionSpec> input_options() {
    using R = RawOptions;
    return {
        list("--set", "", "PATH=VALUE", &R::set, kScenarioOptions,
             "change one value of the scenario; repeatable"),
        list("--limit", "", "NAME=VALUE", &R::limit, kScenarioOptions,
             "raise a limit of the reader: file=8MiB, values=N, depth=N, points=N"),
        list("--sweep", "", "PATH=VALUES", &R::sweep, kSweepOptions,
             "vary a path: 10,20,40, '1s..5s step 1s', '10ms..1s log 5'; repeatable"),
        list("--where", "", "CONDITION", &R::where, kSweepOptions,
             "only points such as 'policy.retries <= 3'; repeatable"),
        text("--samples", "N", &R::samples, kSweepOptions,
             "draw so many values from ranges without a step"),
        text("--method", "NAME", &R::method, kSweepOptions,
             "how to draw them: latinHypercube (default) or sobol"),
        text("--shard", "I/N", &R::shard, kSweepOptions,
             "only part I of N, beside -o STUDY.db; `env`: the one of an array job's task"),
        text("--shards", "N", &R::shards, kSweepOptions,
             "how many parts; the scheduler of an array job says which one this is"),
        flag("--slurm", "", &R::slurm, kSweepOptions,
             "submit it to Slurm: an array job of --shards parts, and the merge"),
        list("--sbatch", "", "OPTION", &R::sbatch, kSweepOptions,
             "hand this to sbatch, such as --partition=short; repeatable"),
        flag("--dry-run", "", &R::dry_run, kSweepOptions,
             "say what would run, how long and how large, and run nothing"),
        text("--x", "PATH=VALUES", &R::map_x, kMapOptions | kSearchOptions,
             "what varies along x: 'workload.*.rate=100/s..400/s points 20'; boundary: FROM..TO"),
        text("--y", "PATH=VALUES", &R::map_y, kMapOptions, "what varies along y"),
        text("--extend", "N", &R::extend, kMapOptions,
             "the longest window of a run that is still coming back, in lengths of its own (8)"),
        text("--slo", "NAME", &R::slo, kSearchOptions, "only these SLOs count; a,b (all)"),
        text("--tolerance", "SHARE", &R::tolerance, kSearchOptions,
             "how narrow the answer has to be, as a share of it (1%)"),
        text("--from", "FACTOR", &R::from, kSearchOptions,
             "max-load: the lowest load, as a factor of today's (0.1x)"),
        text("--to", "FACTOR", &R::to, kSearchOptions, "max-load: the highest load (10x)"),
    };
}

/// What is run.
std::vector<OptionSpec> study_options() {
    using R = RawOptions;
    return {
        list("--strategy", "", "NAME", &R::strategy, kRunOptions | kStudyOptions | kSeedOption,
             "only this strategy; repeatable, or a,b"),
        text("--seed", "N", &R::seed, kRunOptions | kStudyOptions | kValidateOptions | kSeedOption,
             "root of all randomness (experiment.seed)"),
        text("--runs", "N|auto", &R::runs, kRunOptions | kStudyOptions,
             "replications of every strategy (experiment.replications)"),
        text("--jobs", "N", &R::jobs, kRunOptions | kStudyOptions | kValidateOptions | kSeedOption,
             "worker threads, default all cores; never changes a result"),
        text("--precision", "SHARE", &R::precision, kRunOptions | kSweepOptions,
             "as many runs as make values so precise, such as 5% (with --runs auto)"),
        text("--time-limit", "DURATION", &R::time_limit,
             kRunOptions | kSweepOptions | kMapOptions | kSearchOptions,
             "start nothing new after that, report what is known"),
        text("--require", "NAME|any|all", &R::require, kRunOptions,
             "whose SLOs decide the exit code, default the baseline"),
        flag("--no-why", "", &R::no_why, kRunOptions,
             "do not run the fault in parts under the baseline, and explain no request"),
        flag("--no-trial", "", &R::no_trial, kTrialOption,
             "estimate how long it takes without trying it out: at once, and rougher"),
        text("--max-events", "N", &R::max_events, kRunOptions | kStudyOptions | kSeedOption,
             "limit of events per run"),
        text("--max-pending", "N", &R::max_pending, kRunOptions | kStudyOptions | kSeedOption,
             "limit of pending events at once"),
        text("--max-in-flight", "N", &R::max_in_flight, kRunOptions | kStudyOptions | kSeedOption,
             "limit of attempts alive at once"),
    };
}

/// What single verbs have.
std::vector<OptionSpec> verb_options() {
    using R = RawOptions;
    return {
        text("--at", "DURATION", &R::blast_at, kBlastOptions,
             "when each fault comes, after the warm-up (30s)"),
        text("--for", "DURATION", &R::blast_for, kBlastOptions, "how long it lasts (60s)"),
        text("--after", "DURATION", &R::blast_after, kBlastOptions,
             "how long one looks after its end (120s)"),
        flag("--worst", "", &R::worst, kExplainOptions,
             "the request that failed after most tries, or else the slowest"),
        text("--request", "ID", &R::request, kExplainOptions, "this one, such as us:1234"),
        text("--outcome", "NAME", &R::outcome, kExplainOptions,
             "the worst that ended so: timeout, error, shed, ..."),
        text("--run", "N", &R::explain_run, kExplainOptions, "in which run, from 1 (1)"),
        list("--twin", "", "NAME", &R::twin, kExplainOptions,
             "the same customer under this strategy; repeatable, or a,b"),
        text("--otlp", "FILE", &R::otlp, kExplainOptions,
             "also write OTLP traces (JSON) for Jaeger and Tempo"),
        text("--perfetto", "FILE", &R::perfetto, kExplainOptions,
             "also write trace events (JSON) for Perfetto"),
        text("--fail-when", "WHAT", &R::fail_when, kDiffOptions,
             "exit 1 when an SLO is worse, is missed newly (missed), on any change, or never"),
        flag("--pairs", "", &R::pairs, kBlastOptions, "also two outages at the same time"),
    };
}

/// What comes out.
std::vector<OptionSpec> output_options() {
    using R = RawOptions;
    return {
        list("-o", "--output", "FILE", &R::output, kOutputOptions | kFileOption,
             "also write it to a file, format by suffix; repeatable"),
        text("--format", "FORMAT", &R::format, kOutputOptions | kFormatOption,
             "of standard output: text, json, markdown, html, csv; of checks junit, sarif"),
        flag("--json", "", &R::json, kOutputOptions | kFormatOption, "short for --format json"),
        text("--fail-on", "LEVEL", &R::fail_on, kCheckOptions,
             "exit 1 on findings from this level: error, warning, never"),
        flag("--explain", "", &R::explain_rule, kCheckOptions,
             "rules of the design lint instead of files: what, why, source; all without a name"),
        flag("--quick", "", &R::quick, kValidateOptions,
             "only what is cheap enough for every build"),
        flag("--wrong", "", &R::wrong, kValidateOptions,
             "run deliberately wrong models instead: every one must be caught"),
        flag("--list", "", &R::list, kValidateOptions, "name the cases and run none"),
        text("--color", "WHEN", &R::colour, 0, "auto, always or never; NO_COLOR is respected"),
        flag("--ascii", "", &R::ascii, 0, "no characters outside ASCII"),
        flag("-q", "--quiet", &R::quiet, 0, "no progress and no hints"),
        flag("-v", "--verbose", &R::verbose, 0, "more detail"),
        flag("-h", "--help", &R::help, 0, "this text"),
    };
}

std::vector<OptionSpec> make_table() {
    std::vector<OptionSpec> table = input_options();
    for (const auto& more : {study_options(), verb_options(), output_options()}) {
        table.insert(table.end(), more.begin(), more.end());
    }
    return table;
}

}  // namespace

std::span<const OptionSpec> option_table() {
    static const std::vector<OptionSpec> table = make_table();
    return table;
}

bool applies(const OptionSpec& option, unsigned groups) {
    return option.groups == 0 || (option.groups & groups) != 0;
}

}  // namespace sim::cli
