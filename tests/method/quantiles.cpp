// METHOD.md 6 and 7: quantiles of runs whose observations resemble each other, and of what is
// streamed into bins.
#include <string>

#include "sim/stats/histogram.hpp"
#include "sim/stats/interval.hpp"
#include "sim/stats/quantile_interval.hpp"
#include "tests/method/experiment.hpp"
#include "tests/unit/stats/waits.hpp"

namespace method {

namespace {

struct Both {
    Try batches;
    Try ranks;  ///< as if customers were independent
};

Try judged(double low, double high, double truth) {
    return {low <= truth && truth <= high, (high - low) / 2 / truth};
}

double value_of_rank(std::vector<double>& values, std::uint64_t rank) {
    const auto place = values.begin() + static_cast<std::ptrdiff_t>(rank - 1);
    std::nth_element(values.begin(), place, values.end());
    return *place;
}

Both both_intervals(std::size_t customers, std::uint64_t seed) {
    Waits waits(seed);
    waits.begin_stationary();
    auto series = waits.series(customers);
    const double truth = Waits::p99(0.8);
    const auto estimate = sim::batch_quantile_interval(series, 0.99, 20, 0.95);
    const auto ranks = sim::order_statistic_ranks(customers, 0.99, 0.95);
    const double low = value_of_rank(series, ranks->r);
    const double high = value_of_rank(series, ranks->s);
    return {judged(*estimate.low, *estimate.high, truth), judged(low, high, truth)};
}

void add_length(const Effort& effort, std::size_t customers, std::size_t tries, double least,
                const char* reference, std::vector<Row>& rows) {
    const auto results =
        repeat(effort, tries, [&](std::size_t i) { return both_intervals(customers, 31'337 + i); });
    std::vector<Try> batches;
    std::vector<Try> ranks;
    for (const Both& one : results) {
        batches.push_back(one.batches);
        ranks.push_back(one.ranks);
    }
    const auto what = std::to_string(customers) + " customers";
    const auto found = coverage_of(batches);
    rows.push_back({"6b",
                    "coverage of the P99 by quantiles of 20 batches, " + what,
                    found.share,
                    least,
                    {},
                    reference});
    rows.push_back({"6b", "... relative half width", found.half_width, {}, {}, ""});
    rows.push_back({"6b",
                    "... by ranks, as if customers were independent",
                    coverage_of(ranks).share,
                    least,
                    {},
                    "0.18 to 0.22",
                    true});
}

using Draw = double (*)(Samples&);

struct Law {
    const char* name;
    Draw draw_s;
};

/// Spans what latencies are: microseconds to hours.
constexpr Law kLaws[] = {
    {"uniform", [](Samples& s) { return s.uniform(); }},
    {"lognormal, sigma 2", [](Samples& s) { return 0.01 * std::exp(2 * s.normal()); }},
    {"Pareto, index 1.1", [](Samples& s) { return 0.001 * std::pow(s.uniform(), -1 / 1.1); }},
    {"two modes, 1 in 1000 slow",
     [](Samples& s) { return (s.uniform() < 0.001 ? 10.0 : 0.01) * (1 + 0.1 * s.exponential()); }},
};

/// The largest relative error of a quantile of a million values; also over histograms of parts
/// that are merged.
double largest_error(const Law& law, std::size_t count) {
    constexpr std::int64_t kDay = 86'400'000'000'000;
    Samples samples(7);
    std::vector<double> values;
    sim::Histogram whole{sim::Duration{kDay}};
    std::vector<sim::Histogram> parts(7, sim::Histogram{sim::Duration{kDay}});
    for (std::size_t i = 0; i < count; ++i) {
        const auto ns = std::min<std::int64_t>(std::llround(law.draw_s(samples) * 1e9), kDay);
        values.push_back(static_cast<double>(ns));
        whole.record(ns);
        parts[i % parts.size()].record(ns);
    }
    auto merged = parts.front();
    for (std::size_t i = 1; i < parts.size(); ++i) merged.merge(parts[i]);
    if (!(merged == whole)) return 1;
    double worst = 0;
    for (const double p : {0.5, 0.9, 0.99, 0.999, 0.9999}) {
        const double exact = value_of_rank(values, sim::quantile_rank(p, values.size()));
        worst = std::max(worst, std::abs(*whole.quantile(p) - exact) / exact);
    }
    return worst;
}

}  // namespace

std::vector<Row> quantiles(const Effort& effort) {
    std::vector<Row> rows;
    if (effort.quick) {
        // Shorter than the exact law asks for: 0.911 is what the reference finds here.
        add_length(effort, 200'000, 60, 0.911 - three_errors(0.911, 60), "0.911", rows);
        return rows;
    }
    add_length(effort, 2'000'000, 400, 0.93, "0.970", rows);
    add_length(effort, 200'000, 1000, 0.911 - 0.03, "0.911", rows);
    return rows;
}

std::vector<Row> sketch(const Effort& effort) {
    std::vector<Row> rows;
    for (const Law& law : kLaws) {
        rows.push_back({"7",
                        std::string("largest relative error of a quantile, and of merged "
                                    "parts: ") +
                            law.name,
                        largest_error(law, effort.of(1'000'000, 200'000)),
                        {},
                        sim::Histogram::kRelativeError,
                        "below 1/128"});
    }
    return rows;
}

}  // namespace method
