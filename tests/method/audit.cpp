// METHOD.md 11: how often do the intervals that the program prints contain the exact value, with
// its default settings?
#include <array>
#include <string>

#include <fmt/format.h>

#include "models/validation/case_runner.hpp"
#include "sim/stats/distributions.hpp"
#include "sim/stats/histogram.hpp"
#include "tests/method/experiment.hpp"

namespace method {

namespace {

/// Of theory.json: means, P99s and probabilities of queues of many kinds. Each is a scenario that
/// has reached its steady state when the default warm-up is over.
constexpr auto kCases = std::to_array<std::string_view>({
    "mm1_rho80",
    "mm1_goodput_timeout",
    "erlang_a",
    "mmc_plus_D",
    "mm1_plus_D",
    "mmc_c2",
    "mmc_c8",
    "mmck_c4_K10",
    "mmck_c1_K20",
    "erlang_b",
    "erlang_b_lognormal",
    "md1",
    "mdc",
    "mg1_lognormal",
    "mg1_h2",
    "me4_1",
    "dm1",
    "mm1ps",
    "mm1lifo",
    "prio2_np",
    "prio3_np",
    "prio2_mg1",
    "tandem3",
    "hedge_exp",
});

/// The defaults of `experiment`, which the cases replace by longer runs.
const std::vector<std::string> kDefaults = {"experiment.duration=5m", "experiment.warmup=1m",
                                            "experiment.drain=30s"};
constexpr std::uint32_t kDefaultRuns = 10;

/// What all experiments of one figure came to.
struct Audited {
    std::size_t experiments = 0;
    std::size_t covered = 0;
    std::size_t far_off = 0;  ///< the error exceeds five half widths
    double errors = 0;        ///< sum of (estimate - exact) / s.e.
    double half_widths = 0;   ///< sum, relative to the exact value

    [[nodiscard]] double coverage() const {
        return static_cast<double>(covered) / static_cast<double>(experiments);
    }
    /// Standard errors that the mean of all estimates is away.
    [[nodiscard]] double bias() const {
        return errors / std::sqrt(static_cast<double>(experiments));
    }
};

void add_result(const models::Figure& figure, const models::FigureResult& found, Audited& audited) {
    const auto half = found.estimate.half_width();
    ++audited.experiments;
    if (!half) return;
    const double error = std::abs(found.estimate.value - figure.exact);
    audited.covered += error <= *half ? 1 : 0;
    audited.far_off += error > 5 * *half ? 1 : 0;
    audited.half_widths += *half / figure.exact;
    if (found.standard_error > 0) {
        audited.errors += (found.estimate.value - figure.exact) / found.standard_error;
    }
}

/// Means, P99s and probabilities, as METHOD.md asks.
bool is_audited(const models::Figure& figure) {
    // Its formula holds the length of the case's own runs.
    const bool knows_length = figure.metric == "mean time in queue (all arrivals)";
    return figure.gate && figure.judge != models::Judge::exact && figure.exact != 0 &&
           figure.allowance == 0 && !knows_length;
}

/// A standard deviation of one run is too small when its observations resemble each other and have
/// a long tail: shown, and not held to the law of means.
bool is_shown_only(const models::Figure& figure) { return figure.metric.starts_with("std"); }

/// Standard errors that all estimates together may be away: 4, and for a percentile what its
/// histogram may be off, which no number of runs makes smaller.
double most_away(const models::Figure& figure, const Audited& audited) {
    if (figure.judge != models::Judge::quantile) return 4;
    const auto n = static_cast<double>(audited.experiments);
    const double error = audited.half_widths / n / sim::t_quantile(0.975, kDefaultRuns - 1);
    const double away = 4 + sim::Histogram::kRelativeError / error * std::sqrt(n);
    return std::round(10 * away) / 10;
}

/// All figures of one case, in `experiments` experiments of their own seed.
std::vector<Audited> audit_case(const Effort& effort, const models::Suite& suite,
                                const models::Case& one, std::size_t experiments) {
    auto with_defaults = one;
    with_defaults.set.insert(with_defaults.set.end(), kDefaults.begin(), kDefaults.end());
    with_defaults.runs = kDefaultRuns;
    const models::Case* const cases[] = {&with_defaults};
    const auto results = repeat(effort, experiments, [&](std::size_t i) {
        models::ValidationOptions options;
        options.seed = 10'000 + i;
        options.again = false;
        return models::run_cases(suite, cases, options).cases.at(0).figures;
    });
    std::vector<Audited> audited(one.figures.size());
    for (const auto& figures : results) {
        for (std::size_t f = 0; f < figures.size(); ++f) {
            add_result(one.figures[f], figures[f], audited[f]);
        }
    }
    return audited;
}

void add_to(const Audited& one, Audited& sum) {
    sum.experiments += one.experiments;
    sum.covered += one.covered;
    sum.far_off += one.far_off;
}

void add_figure(const Effort& effort, const std::string& name, const models::Figure& figure,
                const Audited& audited, std::vector<Row>& rows) {
    const bool judged = !is_shown_only(figure);
    const auto what = name + ", " + figure.metric + ": coverage";
    std::optional<double> least;
    std::optional<double> most;
    if (judged) least = effort.quick ? 0.5 : 0.88;
    if (judged) most = most_away(figure, audited);
    rows.push_back({"11", what, audited.coverage(), least, {}, "0.95"});
    if (effort.quick) return;
    rows.push_back({"11",
                    "... standard errors that all estimates together are away",
                    std::abs(audited.bias()),
                    {},
                    most,
                    "0"});
    rows.push_back({"11",
                    "... relative half width",
                    audited.half_widths / static_cast<double>(audited.experiments),
                    {},
                    {},
                    ""});
}

}  // namespace

std::vector<Row> audit(const Effort& effort) {
    sim::SourceMap sources;
    sim::Diagnostics diagnostics;
    const auto suites = models::load_suites(sources, diagnostics);
    const auto& theory = suites.front();
    const std::size_t experiments = effort.of(200, 10);
    std::vector<Row> rows;
    Audited all;
    std::size_t cases = 0;
    for (const auto& one : theory.cases) {
        if (std::find(kCases.begin(), kCases.end(), one.name) == kCases.end()) continue;
        if (effort.quick && one.name != "md1" && one.name != "erlang_b") continue;
        ++cases;
        const auto audited = audit_case(effort, theory, one, experiments);
        for (std::size_t f = 0; f < audited.size(); ++f) {
            if (!is_audited(one.figures[f])) continue;
            add_figure(effort, one.name, one.figures[f], audited[f], rows);
            if (!is_shown_only(one.figures[f])) add_to(audited[f], all);
        }
    }
    const double slack = effort.quick ? three_errors(0.95, all.experiments) : 0;
    rows.push_back(
        {"11",
         fmt::format("all of {} cases together: coverage of {} intervals", cases, all.experiments),
         all.coverage(), effort.quick ? 0.95 - slack - 0.02 : 0.93, effort.quick ? 1 : 0.975,
         "0.95"});
    rows.push_back({"11",
                    "... whose error exceeds five half widths",
                    static_cast<double>(all.far_off),
                    {},
                    0.0,
                    "0"});
    return rows;
}

}  // namespace method
