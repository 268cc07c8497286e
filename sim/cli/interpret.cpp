#include <charconv>

#include <fmt/format.h>

#include "sim/cli/io.hpp"
#include "sim/cli/options.hpp"
#include "sim/yaml/scalars.hpp"

namespace sim::cli {

namespace {

/// Windows of a map become at most so many times as long.
constexpr std::uint32_t kMostExtended = 1024;

/// Reads the options one by one; the first mistake is kept.
class Interpreter {
  public:
    Interpreter(const RawOptions& raw, const Io& io) : raw_(raw), io_(io) {}

    std::optional<Options> run(std::string& error) {
        options_.files = raw_.files;
        options_.outputs = raw_.output;
        options_.require = raw_.require;
        options_.quiet = raw_.quiet;
        options_.verbose = raw_.verbose;
        options_.quick = raw_.quick;
        options_.wrong = raw_.wrong;
        options_.list = raw_.list;
        options_.why = !raw_.no_why;
        options_.trial = !raw_.no_trial;
        options_.explain_rule = raw_.explain_rule;
        if (raw_.no_why) options_.repeat.emplace_back("--no-why");
        read_limits();
        read_strategies();
        read_numbers();
        read_blast();
        read_explain();
        read_diff();
        read_sweep();
        read_map();
        read_search();
        read_formats();
        read_style();
        read_overrides();
        error = error_;
        if (!error_.empty()) return std::nullopt;
        return std::move(options_);
    }

  private:
    void fail(const std::string& option, const std::string& value, const std::string& wanted) {
        if (error_.empty()) error_ = option + ": `" + value + "` is not " + wanted;
    }

    template <class Number>
    std::optional<Number> number(const char* option, const std::string& text, Number least) {
        if (text.empty()) return std::nullopt;
        Number value = 0;
        const auto* end = text.data() + text.size();
        const auto [stop, problem] = std::from_chars(text.data(), end, value);
        if (problem == std::errc{} && stop == end && value >= least) return value;
        fail(option, text, "a whole number of at least " + std::to_string(least));
        return std::nullopt;
    }

    void read_limits() {
        for (const auto& text : raw_.limit) {
            const auto equals = text.find('=');
            const auto name = text.substr(0, equals);
            const auto value = equals == std::string::npos ? "" : text.substr(equals + 1);
            if (name == "file") {
                read_file_limit(value);
            } else if (name == "values") {
                if (auto n = number<std::size_t>("--limit values", value, 1)) {
                    options_.load_limits.values = *n;
                }
            } else if (name == "depth") {
                if (auto n = number<std::size_t>("--limit depth", value, 1)) {
                    options_.load_limits.depth = *n;
                    if (*n > 400) fail("--limit depth", value, "at most 400");
                }
            } else if (name == "points") {
                if (auto n = number<std::size_t>("--limit points", value, 1)) {
                    options_.load_limits.points = *n;
                }
            } else {
                fail("--limit", text, "file=SIZE, values=N, depth=N or points=N");
            }
            if (equals == std::string::npos) fail("--limit", text, "NAME=VALUE");
        }
    }

    void read_file_limit(const std::string& value) {
        Diagnostics ignored;
        Node node;
        node.kind = Node::Kind::scalar;
        node.text = value;
        const auto size = read_size(node, ignored, {1});
        if (!size) return fail("--limit file", value, "a size such as `8MiB`");
        options_.load_limits.file_bytes = static_cast<std::size_t>(*size);
    }

    void read_strategies() {
        options_.strategies = names("--strategy", raw_.strategy, "a strategy's name");
        for (const auto& text : raw_.strategy) repeat("--strategy", text);
    }

    /// Each text may name several, as a,b.
    std::vector<std::string> names(const char* option, const std::vector<std::string>& texts,
                                   const char* wanted) {
        std::vector<std::string> all;
        for (const auto& text : texts) {
            std::size_t start = 0;
            while (start <= text.size()) {
                auto end = text.find(',', start);
                if (end == std::string::npos) end = text.size();
                if (end == start) fail(option, text, wanted);
                all.push_back(text.substr(start, end - start));
                start = end + 1;
            }
        }
        return all;
    }

    void read_diff() {
        options_.files_before_dashes = raw_.files_before_dashes;
        options_.fail_when = raw_.fail_when.empty() ? "worse" : raw_.fail_when;
        const auto is = [&](const char* word) { return options_.fail_when == word; };
        if (is("worse") || is("missed") || is("change") || is("never")) return;
        fail("--fail-when", raw_.fail_when, "worse, missed, change or never");
    }

    void read_sweep() {
        options_.sweeps = raw_.sweep;
        options_.where = raw_.where;
        options_.samples = raw_.samples;
        options_.method = raw_.method;
        options_.dry_run = raw_.dry_run;
        options_.shard = raw_.shard;
        options_.shards = number<std::size_t>("--shards", raw_.shards, 1);
        options_.slurm = raw_.slurm;
        options_.sbatch = raw_.sbatch;
        for (const auto& text : raw_.sweep) repeat("--sweep", text);
        for (const auto& text : raw_.where) repeat("--where", text);
        if (!raw_.samples.empty()) repeat("--samples", raw_.samples);
        if (!raw_.method.empty()) repeat("--method", raw_.method);
    }

    void read_map() {
        options_.map_x = raw_.map_x;
        options_.map_y = raw_.map_y;
        if (!raw_.map_x.empty()) repeat("--x", raw_.map_x);
        if (!raw_.map_y.empty()) repeat("--y", raw_.map_y);
        if (raw_.extend.empty()) return;
        options_.extend = number<std::uint32_t>("--extend", raw_.extend, 1).value_or(1);
        if (options_.extend > kMostExtended) {
            fail("--extend", raw_.extend, "at most " + std::to_string(kMostExtended));
        }
        repeat("--extend", raw_.extend);
    }

    void read_search() {
        if (!raw_.slo.empty()) {
            options_.slos = names("--slo", {raw_.slo}, "an SLO's name");
            repeat("--slo", raw_.slo);
        }
        if (!raw_.tolerance.empty()) {
            const auto share = value_of(raw_.tolerance, [](const Node& node, Diagnostics& found) {
                return read_percent(node, found);
            });
            if (!share || !(*share > 0))
                fail("--tolerance", raw_.tolerance, "a share such as `1%`");
            options_.tolerance = share.value_or(options_.tolerance);
            repeat("--tolerance", raw_.tolerance);
        }
        options_.from = factor("--from", raw_.from);
        options_.to = factor("--to", raw_.to);
    }

    /// What a reader of values makes of a text; nothing: it refuses it.
    template <class Read>
    static std::optional<double> value_of(const std::string& text, const Read& read) {
        Diagnostics found;
        Node node;
        node.kind = Node::Kind::scalar;
        node.text = text;
        const std::optional<double> value = read(node, found);
        return found.has_errors() ? std::nullopt : value;
    }

    std::optional<double> factor(const char* option, const std::string& text) {
        if (text.empty()) return std::nullopt;
        const auto value = value_of(
            text, [](const Node& node, Diagnostics& found) { return read_factor(node, found); });
        if (!value || !(*value > 0)) fail(option, text, "a factor such as `2x`");
        repeat(option, text);
        return value;
    }

    void read_explain() {
        options_.twins = names("--twin", raw_.twin, "a strategy's name");
        options_.request = raw_.request;
        options_.outcome = raw_.outcome;
        options_.otlp = raw_.otlp;
        options_.perfetto = raw_.perfetto;
        options_.worst = raw_.worst;
        options_.explain_run = number<std::uint32_t>("--run", raw_.explain_run, 1);
    }

    void read_numbers() {
        options_.jobs = number<std::size_t>("--jobs", raw_.jobs, 1).value_or(io_.cores);
        options_.max_events = number<std::uint64_t>("--max-events", raw_.max_events, 1);
        options_.max_pending = number<std::uint32_t>("--max-pending", raw_.max_pending, 1);
        options_.max_in_flight = number<std::uint32_t>("--max-in-flight", raw_.max_in_flight, 1);
        if (raw_.time_limit.empty()) return;
        options_.time_limit = parse_duration(raw_.time_limit);
        if (!options_.time_limit || options_.time_limit->ns <= 0) {
            fail("--time-limit", raw_.time_limit, "a duration such as `60s`");
        }
    }

    std::optional<Duration> duration(const char* option, const std::string& text, bool positive) {
        if (text.empty()) return std::nullopt;
        const auto value = parse_duration(text);
        const bool good = value && value->ns >= (positive ? 1 : 0) && value->seconds() <= 86'400;
        if (!good) fail(option, text, "a duration such as `60s`, at most `24h`");
        repeat(option, text);
        return value;
    }

    void read_blast() {
        options_.blast_at = duration("--at", raw_.blast_at, false);
        options_.blast_for = duration("--for", raw_.blast_for, true);
        options_.blast_after = duration("--after", raw_.blast_after, false);
        options_.pairs = raw_.pairs;
        if (raw_.pairs) options_.repeat.emplace_back("--pairs");
    }

    void read_formats() {
        const std::string name = raw_.json ? "json" : (raw_.format.empty() ? "text" : raw_.format);
        options_.format = find_renderer(name);
        if (options_.format == nullptr) fail("--format", name, "one of " + format_names());
        if (raw_.fail_on.empty() || raw_.fail_on == "error") {
            options_.fail_on = FailOn::error;
        } else if (raw_.fail_on == "warning") {
            options_.fail_on = FailOn::warning;
        } else if (raw_.fail_on == "never") {
            options_.fail_on = FailOn::never;
        } else {
            fail("--fail-on", raw_.fail_on, "error, warning or never");
        }
    }

    static std::string format_names() {
        std::string names;
        for (const auto& renderer : renderers()) {
            names += (names.empty() ? "" : ", ") + std::string(renderer.name);
        }
        return names;
    }
    void read_style() {
        options_.style.ascii = options_.err_style.ascii = raw_.ascii;
        const bool automatic = raw_.colour.empty() || raw_.colour == "auto";
        if (!automatic && raw_.colour != "always" && raw_.colour != "never") {
            fail("--color", raw_.colour, "auto, always or never");
        }
        const bool always = raw_.colour == "always";
        options_.style.colour = always || (automatic && io_.out_is_terminal && !io_.no_colour);
        options_.err_style.colour = always || (automatic && io_.err_is_terminal && !io_.no_colour);
    }

    /// Seed and runs become overrides, so that the resolved scenario of a result holds them.
    void read_overrides() {
        for (const auto& text : raw_.set) {
            options_.overrides.push_back(text);
            repeat("--set", text);
        }
        options_.runs = raw_.runs;
        options_.seed = number<std::uint64_t>("--seed", raw_.seed, 0);
        if (options_.seed) {
            options_.overrides.push_back("experiment.seed=" + raw_.seed);
        }
        read_precision();
        if (raw_.runs == "auto" || number<std::uint32_t>("--runs", raw_.runs, 1)) {
            options_.overrides.push_back("experiment.replications=" + raw_.runs);
        }
    }

    void read_precision() {
        if (raw_.precision.empty()) return;
        Diagnostics ignored;
        Node node;
        node.kind = Node::Kind::scalar;
        node.text = raw_.precision;
        options_.precision = read_percent(node, ignored);
        const bool good = options_.precision && *options_.precision > 0 && !ignored.has_errors();
        if (!good) fail("--precision", raw_.precision, "a share such as `5%`");
        if (raw_.runs.empty()) options_.overrides.emplace_back("experiment.replications=auto");
        if (!raw_.runs.empty() && raw_.runs != "auto") {
            fail("--runs", raw_.runs, "auto, which --precision needs");
        }
        repeat("--precision", raw_.precision);
    }

    void repeat(const char* option, const std::string& value) {
        options_.repeat.push_back(std::string(option) + " " + shell_quoted(value));
    }

    const RawOptions& raw_;
    const Io& io_;
    Options options_;
    std::string error_;
};

}  // namespace

std::optional<Options> interpret(const RawOptions& raw, const Io& io, std::string& error) {
    return Interpreter(raw, io).run(error);
}

Limits limits_of(const Options& options) {
    Limits limits;
    limits.events = options.max_events.value_or(limits.events);
    limits.pending = options.max_pending.value_or(limits.pending);
    limits.in_flight = options.max_in_flight.value_or(limits.in_flight);
    return limits;
}

std::string output_showing(Shows part, const Options& options) {
    if (options.format->shows == part) return fmt::format("--format {}", options.format->name);
    for (const auto& path : options.outputs) {
        const auto* renderer = renderer_for_file(path);
        if (renderer != nullptr && renderer->shows == part) return "-o " + shell_quoted(path);
    }
    return "";
}

std::string limit_options(const Options& options) {
    std::string text;
    if (options.max_events) text += fmt::format(" --max-events {}", *options.max_events);
    if (options.max_pending) text += fmt::format(" --max-pending {}", *options.max_pending);
    if (options.max_in_flight) text += fmt::format(" --max-in-flight {}", *options.max_in_flight);
    return text;
}

std::string limit_error(const std::string& run, const LimitExceeded& limit) {
    return fmt::format(
        "error: {} reached the limit of {} {} at {:.1f} s of simulated time\n"
        "  hint: raise it with `{} N` when the machine has room for it; a load above capacity "
        "without a bounded queue grows for ever\n",
        run, limit.value, limit.limit, limit.at.seconds(), limit.option);
}

std::string shell_quoted(std::string_view text) {
    const auto is_safe = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("_-./:=,+@%").find(c) != std::string_view::npos;
    };
    bool safe = !text.empty();
    for (const char c : text) safe = safe && is_safe(c);
    if (safe) return std::string(text);
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
    return quoted + "'";
}

}  // namespace sim::cli
