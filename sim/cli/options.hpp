#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/simulator.hpp"
#include "sim/core/time.hpp"
#include "sim/report/render.hpp"
#include "sim/yaml/load.hpp"

namespace sim::cli {

struct Io;

/// What the user typed after the verb, as text; `Options` is what it means.
struct RawOptions {
    std::vector<std::string> files;  ///< positional arguments
    std::vector<std::string> set;
    std::vector<std::string> limit;
    std::vector<std::string> strategy;
    std::vector<std::string> output;
    std::string seed;
    std::string runs;
    std::string jobs;
    std::string time_limit;
    std::string precision;
    std::string require;
    std::string max_events;
    std::string max_pending;
    std::string max_in_flight;
    std::string format;
    std::string fail_on;
    std::string colour;
    std::string blast_at;
    std::string blast_for;
    std::string blast_after;
    std::vector<std::string> twin;
    std::string request;
    std::string outcome;
    std::string explain_run;
    std::string otlp;
    std::string perfetto;
    std::string fail_when;
    std::vector<std::string> sweep;
    std::vector<std::string> where;
    std::string samples;
    std::string method;
    std::string map_x;
    std::string map_y;
    std::string extend;
    std::string slo;
    std::string tolerance;
    std::string from;
    std::string to;
    std::string shard;
    std::string shards;
    bool slurm = false;
    std::vector<std::string> sbatch;
    bool dry_run = false;
    std::optional<std::size_t> files_before_dashes{};  ///< nothing: there was no `--`
    bool worst = false;
    bool pairs = false;
    bool json = false;
    bool ascii = false;
    bool quiet = false;
    bool verbose = false;
    bool help = false;
    bool quick = false;
    bool wrong = false;
    bool list = false;
    bool no_why = false;
    bool no_trial = false;
    bool explain_rule = false;
};

/// Options that belong together; a verb takes whole groups.
inline constexpr unsigned kScenarioOptions = 1;  ///< what to read, and how
inline constexpr unsigned kRunOptions = 2;       ///< what to run, and how
inline constexpr unsigned kOutputOptions = 4;    ///< where results go
inline constexpr unsigned kCheckOptions = 8;
inline constexpr unsigned kFormatOption = 16;  ///< --format without -o
inline constexpr unsigned kFileOption = 32;    ///< -o without --format
inline constexpr unsigned kValidateOptions = 64;
inline constexpr unsigned kBlastOptions = 128;
inline constexpr unsigned kStudyOptions = 256;  ///< what many kinds of studies have of them
inline constexpr unsigned kExplainOptions = 512;
inline constexpr unsigned kSeedOption = 1024;  ///< --strategy, --seed, --jobs and the limits
inline constexpr unsigned kDiffOptions = 2048;
inline constexpr unsigned kCheckResults = 4096;  ///< no option: shown as JUnit, SARIF
inline constexpr unsigned kSweepOptions = 8192;
inline constexpr unsigned kMapOptions = 16384;
inline constexpr unsigned kSearchOptions = 32768;
inline constexpr unsigned kTrialOption = 65536;

/// One option: the table of them is the only list, for parsing, help and completion.
struct OptionSpec {
    std::string_view name;      ///< with dashes: `--seed`, or `-o`
    std::string_view other;     ///< a second spelling, may be empty
    std::string_view argument;  ///< empty: a flag
    std::string_view help;
    unsigned groups = 0;  ///< 0: every verb has it
    std::vector<std::string> RawOptions::*list = nullptr;
    std::string RawOptions::*text = nullptr;
    bool RawOptions::*flag = nullptr;
};
std::span<const OptionSpec> option_table();

/// True when a verb with these groups takes the option.
bool applies(const OptionSpec& option, unsigned groups);

/// Reads the arguments after the verb. Empty when they are wrong: then `error` says why in one or
/// two lines.
std::optional<RawOptions> parse_arguments(const std::vector<std::string>& args, unsigned groups,
                                          std::string_view verb, std::string& error);

enum class FailOn { error, warning, never };

/// The options with their meaning.
struct Options {
    std::vector<std::string> files;
    std::vector<std::string> overrides;  ///< `--set`, then `--seed` and `--runs` as such
    LoadLimits load_limits;
    std::vector<std::string> strategies;
    std::size_t jobs = 1;
    std::optional<std::uint64_t> seed;  ///< also an override of the scenario
    std::optional<Duration> time_limit;
    std::optional<double> precision;  ///< of `--runs auto`: relative half width of values
    std::string require;
    std::optional<std::uint64_t> max_events;
    std::optional<std::uint32_t> max_pending;
    std::optional<std::uint32_t> max_in_flight;
    std::vector<std::string> outputs;
    const Renderer* format = nullptr;  ///< of stdout
    FailOn fail_on = FailOn::error;
    TextStyle style;      ///< of stdout
    TextStyle err_style;  ///< of stderr
    bool quiet = false;
    bool verbose = false;
    bool quick = false;                   ///< validate: the cases for every build
    bool wrong = false;                   ///< validate: the deliberately wrong models
    bool list = false;                    ///< validate: name the cases, run none
    std::string runs;                     ///< as it was typed; also an override of the scenario
    std::optional<Duration> blast_at;     ///< blast: when its faults come,
    std::optional<Duration> blast_for;    ///< ... how long they last,
    std::optional<Duration> blast_after;  ///< ... and for how long one looks after that
    bool explain_rule = false;            ///< check: the words are rules of the lint, not files
    bool pairs = false;                   ///< blast: also two outages at a time
    bool why = true;    ///< run: the parts of what strikes as well, and one request explained
    bool trial = true;  ///< plan: try the strategies out before saying how long it takes
    std::vector<std::string> twins;                    ///< explain: strategies to compare with
    std::string request;                               ///< explain: its name
    std::string outcome;                               ///< explain: how it ended
    std::optional<std::uint32_t> explain_run;          ///< explain: from 1
    std::string otlp;                                  ///< explain: file for Jaeger and Tempo
    std::string perfetto;                              ///< explain: file for Perfetto
    bool worst = false;                                ///< explain: of all requests
    std::vector<std::string> sweeps;                   ///< sweep: `PATH=VALUES`
    std::vector<std::string> where;                    ///< sweep: conditions
    std::string samples;                               ///< sweep: as it was typed
    std::string method;                                ///< sweep: of drawing samples
    bool dry_run = false;                              ///< sweep: say what would run
    std::string map_x;                                 ///< map, search: `PATH=VALUES`
    std::string map_y;                                 ///< map: the same for the other side
    std::uint32_t extend = 8;                          ///< map: the longest window
    std::vector<std::string> slos;                     ///< search: those that count; empty: all
    double tolerance = 0.01;                           ///< search: relative width of the answer
    std::optional<double> from;                        ///< search: the lowest factor ...
    std::optional<double> to;                          ///< ... and the highest
    std::string shard;                                 ///< sweep: as it was typed; empty: none
    std::optional<std::size_t> shards;                 ///< sweep: how many
    bool slurm = false;                                ///< sweep: as an array job of Slurm
    std::vector<std::string> sbatch;                   ///< sweep: options for sbatch
    std::string fail_when;                             ///< diff: worse, missed, change or never
    std::optional<std::size_t> files_before_dashes{};  ///< diff: revisions; nothing: no `--`
    /// The options that decide results, as they would be typed again (without seed and runs).
    std::vector<std::string> repeat;
};

/// Checks every value; the error is one or two lines.
std::optional<Options> interpret(const RawOptions& raw, const Io& io, std::string& error);

/// The first `-o` or `--format` that is made from that part of a document, such as "--format
/// junit"; empty when there is none.
std::string output_showing(Shows part, const Options& options);

/// The limits of `--max-events` and its like.
Limits limits_of(const Options& options);
/// Those that were given, as they would be typed again.
std::string limit_options(const Options& options);
/// What is said of a run that reached one of them; `run` is the subject of the sentence.
std::string limit_error(const std::string& run, const LimitExceeded& limit);

/// `text` as it must be typed in a shell.
std::string shell_quoted(std::string_view text);

}  // namespace sim::cli
