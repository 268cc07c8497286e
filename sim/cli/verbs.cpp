#include "sim/cli/verbs.hpp"

#include <array>
#include <vector>

#include <fmt/format.h>

#include "sim/core/diagnostics.hpp"
#include "sim/core/did_you_mean.hpp"

namespace sim::cli {

namespace {

constexpr std::array<Verb, 16> kVerbs = {{
    {"init", "[TEMPLATE]", "write a scenario that runs",
     "Writes a scenario to start from, to standard output or with -o to a file. Without a name it "
     "is the web shop; `firedrill init list` lists the templates.",
     "  firedrill init -o shop.yaml\n  firedrill init queue > queue.yaml\n", kFileOption, 0, 1,
     run_init},
    {"check", "FILE...", "find mistakes and weak designs before anything runs",
     "Checks keys, units, names and numbers of scenarios, looks for services that cannot carry "
     "their load, and applies the design lint: rules about timeouts, retries, queues, zones, "
     "stores and more, each with its numbers, why it matters, and a scenario to see it in. A "
     "finding that is there on purpose is named in `expect: [F07]` of a strategy or of the file. "
     "Exit code 2: the file is invalid; 1: a finding at or above --fail-on.",
     "  firedrill check scenarios/webshop.yaml\n"
     "  firedrill check shop.yaml --set services.payment.concurrency=4\n"
     "  firedrill check --explain F07\n"
     "  firedrill check scenarios/*.yaml -o findings.sarif -o findings.xml\n",
     kScenarioOptions | kCheckOptions | kOutputOptions | kCheckResults, 0, 1000, run_check},
    {"plan", "FILE", "what will run, and what is known before",
     "Shows which runs there will be, how busy every service is today and with a zone lost, how "
     "many tries per call then still fit, guesses, and the defaults that matter. -v lists every "
     "effective setting and where it comes from. How long the study takes is tried out: some "
     "seconds of each strategy with its faults, two seconds in all (--no-trial: not).",
     "  firedrill plan scenarios/webshop.yaml\n"
     "  firedrill plan scenarios/webshop.yaml -v --strategy budgeted\n",
     kScenarioOptions | kRunOptions | kTrialOption | kFormatOption, 1, 1, run_plan},
    {"run", "FILE", "simulate every strategy: verdicts, winner, why",
     "Runs every strategy with and without its faults on the same customers and the same luck, "
     "and judges the SLOs. Exit code 0: all met; 1: the baseline (or what --require names) misses "
     "one; 3: inconclusive; 130: interrupted, with what is known so far.",
     "  firedrill run scenarios/webshop.yaml\n"
     "  firedrill run scenarios/webshop.yaml --runs 20 --strategy naive,budgeted -o result.json\n"
     "  firedrill run shop.yaml --set faults.eu-1-outage.for=1m --json > result.json\n"
     "  firedrill run shop.yaml --strategy budgeted -o junit.xml\n",
     kScenarioOptions | kRunOptions | kOutputOptions | kCheckResults, 1, 1, run_run},
    {"sweep", "FILE", "many points: what happens as values change",
     "Runs every strategy at many points, each with other values of the scenario: those of the "
     "file's `sweep` section, and of --sweep, which replaces them path by path. Values are a list, "
     "a range with steps (100ms..1s step 100ms), a number of points (1..9 points 5) or a log range "
     "(10ms..1s log 5); paths with a comma between them move together. Ranges without a step are "
     "drawn from with --samples. --where leaves out points. --dry-run shows the points, and what "
     "they will take; `firedrill help sweeps` has the whole grammar.",
     "  firedrill sweep scenarios/sweep.yaml --dry-run\n"
     "  firedrill sweep scenarios/sweep.yaml -o study.db\n"
     "  firedrill sweep shop.yaml --sweep policy.retries=0,1,2,3 \\\n"
     "    --sweep 'policy.perTryTimeout=50ms..800ms log 5' \\\n"
     "    --where 'policy.perTryTimeout * (policy.retries + 1) <= policy.timeout' -o study.db\n"
     "  firedrill sweep shop.yaml --sweep policy.timeout=100ms..2s --samples 64 --method sobol\n"
     "  firedrill sweep scenarios/sweep.yaml -o study.db --shard 3/16\n",
     kScenarioOptions | kStudyOptions | kSweepOptions | kTrialOption | kOutputOptions, 1, 1,
     run_sweep},
    {"merge", "STUDY.db", "put the shards of a sweep together",
     "Takes the shards of a study, which `firedrill sweep FILE -o STUDY.db --shard I/N` has "
     "written "
     "beside it (STUDY.shard-I-of-N.db), into the study: the same bytes however it was divided and "
     "in whatever order it ran. Says which shards are missing, with the command that runs each. "
     "Exit code 3: something is missing, or `auto` needs another round of all shards; 2: the "
     "shards "
     "do not belong together.",
     "  for i in 1 2 3; do firedrill sweep scenarios/sweep.yaml -o study.db --shard $i/3; done\n"
     "  firedrill merge study.db && firedrill report study.db\n",
     kOutputOptions, 1, 1, run_merge},
    {"search", "WHAT FILE", "the highest load at which the SLOs hold",
     "`max-load` searches the highest factor on the rates of all groups at which every SLO holds; "
     "`boundary` the value of any path at which the verdict flips, in whichever direction. It "
     "bisects: at each place runs are added (3, 10, 20, 40, 80, 160, 200) until its verdict is "
     "certain at a confidence that all places share, so that the answer, [certainly met, certainly "
     "missed], holds the threshold with the scenario's confidence. Places that stay inconclusive "
     "are narrowed from both sides. `firedrill help searches` has the rules. -o STUDY.db makes it "
     "go on where it was. Exit code 3: nothing certain, or stopped.",
     "  firedrill search max-load scenarios/webshop.yaml\n"
     "  firedrill search max-load shop.yaml --strategy budgeted --slo checkout --tolerance 5%\n"
     "  firedrill search max-load shop.yaml --from 0.5x --to 3x -o load.db -o load.html\n"
     "  firedrill search boundary shop.yaml --x 'policy.perTryTimeout=50ms..2s log'\n",
     kScenarioOptions | kStudyOptions | kSearchOptions | kOutputOptions, 2, 2, run_search},
    {"map", "FILE", "where a design is healthy, metastable, overloaded",
     "Runs every cell of a grid with the fault and without it, on the same luck (3 runs each "
     "unless --runs), and says which cells come back after the fault (healthy, with the time it "
     "takes), which were well without it and do not come back (metastable), and which are not well "
     "anyway (overloaded). A run that is still coming back when its window ends gets a longer one, "
     "up to --extend times as long. Ranges are those of `firedrill sweep`; `*` in a path stands "
     "for "
     "every name. `firedrill help maps` has the rules. -o MAP.db makes it go on where it was. Exit "
     "code 3: stopped, or a cell failed.",
     "  firedrill map scenarios/faults/retry-storm-metastable.yaml --strategy naive \\\n"
     "    --x 'workload.*.rate=60/s..500/s step 20/s' --y strategies.naive.retries=0,1,2,3\n"
     "  firedrill map shop.yaml --x 'workload.*.rate=100/s..900/s points 20' \\\n"
     "    --y 'policy.perTryTimeout=50ms..2s log 15' -o map.db -o map.html -o map.svg\n",
     kScenarioOptions | kStudyOptions | kMapOptions | kOutputOptions, 1, 1, run_map},
    {"report", "RESULT", "show a saved result again, as text, page or table",
     "Renders a JSON result that `firedrill run FILE -o result.json` has saved, without "
     "simulating: "
     "text and Markdown as the run printed them, HTML byte for byte the page of `-o report.html`, "
     "CSV with one row per strategy and measure. Of a study that `firedrill sweep FILE -o "
     "study.db` keeps it shows the newest sweep, finished or not: CSV with one row per point and "
     "measure. Maps and searches (`-o map.db`) are shown in the same way. Exit code 2: the file is "
     "no "
     "such result.",
     "  firedrill report result.json\n"
     "  firedrill report study.db --format csv > points.csv\n"
     "  firedrill report result.json -o report.html -o measures.csv\n"
     "  firedrill report result.json --format md > report.md\n",
     kOutputOptions | kCheckResults, 1, 1, run_report},
    {"blast", "FILE", "every fault by itself x every customer group",
     "Tries every fault of the topology, one at a time, on the same customers and the same luck: "
     "each zone and region dark, each database's failover, each service down, failing and slow, "
     "each call between two services cut, each name that cannot be looked up. Shows whom it hits, "
     "how hard, for how long and what that costs, and names the surprises: customers elsewhere, "
     "journeys that should do without, what is not over when the fault is. The faults of the file "
     "are left out; its strategy is the baseline, or --strategy. 3 runs unless --runs.",
     "  firedrill blast scenarios/webshop.yaml\n"
     "  firedrill blast scenarios/webshop.yaml --strategy budgeted -o blast.html -o blast.csv\n"
     "  firedrill blast shop.yaml --for 5m --after 10m --pairs\n",
     kScenarioOptions | kStudyOptions | kBlastOptions | kOutputOptions, 1, 1, run_blast},
    {"explain", "FILE", "one request: what made or killed it",
     "Follows a single request through the first run and tells what happened to it, event by "
     "event, down to work that nobody waited for; then the same customer under another strategy "
     "and on a day without the faults, from the first difference on. Without an option it is the "
     "worst request of the most common kind of failure while the first fault lasts. -v tells "
     "also what went well in every detail.",
     "  firedrill explain scenarios/webshop.yaml\n"
     "  firedrill explain scenarios/webshop.yaml --worst --twin budgeted -o request.html\n"
     "  firedrill explain shop.yaml --outcome timeout --otlp trace.json --perfetto perfetto.json\n"
     "  firedrill explain shop.yaml --request us:1234 --run 3 -v\n",
     kScenarioOptions | kSeedOption | kExplainOptions | kOutputOptions, 1, 1, run_explain},
    {"diff", "A B | REV... -- FILE", "what a change to the design does to the SLOs",
     "Compares two scenarios, two saved results, or a scenario in two git revisions (one: with the "
     "file as it is now), run by run on the same customers and the same luck. Says which SLOs are "
     "better or worse beyond noise, which are identical to the last bit, and which lines of the "
     "file differ. Exit code 1: as --fail-when says.",
     "  firedrill diff main -- scenarios/webshop.yaml --format md\n"
     "  firedrill diff old.yaml new.yaml --runs 5 --strategy budgeted\n"
     "  firedrill diff before.json after.json --fail-when missed\n",
     kScenarioOptions | kStudyOptions | kDiffOptions | kOutputOptions, 2, 3, run_diff},
    {"validate", "[NAME]...", "is the answer right: theory and published figures",
     "Runs systems whose numbers are known (the suite `theory`: closed forms of queueing, "
     "reliability and retry theory; the suite `papers`: figures of papers and engineering blogs) "
     "and shows exact value, estimate, interval, ratio and verdict of each. Names select a suite, "
     "a kind of case or a case; without one it is the theory. Exit code 1: a case fails.",
     "  firedrill validate --quick\n"
     "  firedrill validate theory papers -o results.html\n"
     "  firedrill validate mm1_rho80 --seed 7\n"
     "  firedrill validate --wrong\n",
     kValidateOptions | kOutputOptions, 0, 1000, run_validate},
    {"help", "[TOPIC|KIND|VERB]", "topics, kinds, presets, the JSON Schema",
     "Explains a verb, a topic, or a kind such as a backoff or an effect of a fault; `presets` "
     "lists the named settings, `preset NAME` shows one. `firedrill help schema --format json` "
     "prints the JSON Schema of scenario files for editors.",
     "  firedrill help exit-codes\n  firedrill help exponential\n"
     "  firedrill help preset aws-sdk-standard\n"
     "  firedrill help schema --format json > scenario.schema.json\n",
     kFormatOption, 0, 2, run_help},
    {"completion", "SHELL", "completion for bash, zsh or fish",
     "Prints a completion script for the shell that is named.",
     "  source <(firedrill completion bash)\n"
     "  firedrill completion fish > ~/.config/fish/completions/firedrill.fish\n",
     0, 1, 1, run_completion},
    {"version", "", "versions of the program and of its results",
     "Prints the version of the program, and that of the engine: results of different engine "
     "versions are not comparable digit by digit.",
     "  firedrill version\n", 0, 0, 0, run_version},
}};

}  // namespace

std::span<const Verb> verbs() { return kVerbs; }

const Verb* find_verb(std::string_view name) {
    for (const auto& verb : kVerbs) {
        if (verb.name == name) return &verb;
    }
    return nullptr;
}

std::string unknown_verb(std::string_view word) {
    std::vector<std::string_view> names;
    for (const auto& verb : kVerbs) names.push_back(verb.name);
    std::string text = "error: unknown command " + quote(word) + "\n";
    const auto hint = did_you_mean_hint(word, names);
    text += "  hint: " + (hint.empty() ? "`firedrill help` lists the commands" : hint) + "\n";
    return text;
}

std::string overview() {
    std::string text =
        "firedrill simulates service architectures under failure: which strategy keeps your "
        "customers\nserved, how far a fault reaches, and how sure that is.\n\n"
        "Usage: firedrill COMMAND [ARGUMENTS] [OPTIONS]\n\n";
    for (const auto& verb : kVerbs) {
        text += fmt::format("  {:<28} {}\n", fmt::format("{} {}", verb.name, verb.arguments),
                            verb.summary);
    }
    text +=
        "\nEvery command explains itself: firedrill run --help\n"
        "Start here:  firedrill init -o shop.yaml && firedrill run shop.yaml\n";
    return text;
}

std::string verb_help(const Verb& verb) {
    std::string text = fmt::format("Usage: firedrill {}{}{} [OPTIONS]\n\n", verb.name,
                                   verb.arguments.empty() ? "" : " ", verb.arguments);
    text += render_block(Paragraph{std::string(verb.description)}, {});
    text += "\nOptions:\n";
    for (const auto& option : option_table()) {
        if (!applies(option, verb.groups)) continue;
        std::string name(option.name);
        if (!option.other.empty()) name += ", " + std::string(option.other);
        if (!option.argument.empty()) name += " " + std::string(option.argument);
        text += fmt::format("  {:<26} {}\n", name, option.help);
    }
    text += "\nExamples:\n" + std::string(verb.example);
    return text;
}

}  // namespace sim::cli
