// METHOD.md 2 and 3: intervals of means from one long run, how long it has to be, and when
// replications may end.
#include "sim/stats/batch_means.hpp"
#include "sim/stats/sequential.hpp"
#include "sim/stats/summary.hpp"
#include "tests/method/experiment.hpp"
#include "tests/unit/stats/waits.hpp"

namespace method {

namespace {

std::vector<double> stationary(std::uint64_t seed, double load, std::size_t customers) {
    Waits waits(seed, load);
    waits.begin_stationary();
    return waits.series(customers);
}

Try judged(const sim::Estimate& estimate, double truth) {
    if (!estimate.has_bounds()) return {};
    return {*estimate.low <= truth && truth <= *estimate.high, *estimate.half_width() / truth};
}

struct Rule {
    double precision;
    std::size_t customers;
    double coverage;  ///< of the reference experiment ...
    double within;
    double runs;
};

struct Stopped {
    bool covers = false;
    bool is_near = false;
    std::size_t runs = 0;
};

/// Replications of so many customers, the first 300 not counted, until the mean is precise.
Stopped run_until_precise(const Rule& rule, std::uint64_t seed) {
    const double truth = Waits::mean(0.8);
    std::vector<double> means;
    while (true) {
        Waits waits(seed * 5000 + means.size() + 5'000'000);
        for (int i = 0; i < 300; ++i) waits.next();
        double sum = 0;
        for (std::size_t i = 0; i < rule.customers; ++i) sum += waits.next();
        means.push_back(sum / static_cast<double>(rule.customers));
        const auto check = sim::check_precision(means, {.relative = rule.precision, .most = 2000});
        if (check.reason == sim::StopReason::going_on) continue;
        return {*check.estimate.low <= truth && truth <= *check.estimate.high,
                std::abs(check.estimate.value - truth) <= rule.precision * truth, means.size()};
    }
}

void add_rule(const Effort& effort, const Rule& rule, std::size_t tries, std::vector<Row>& rows) {
    const auto results =
        repeat(effort, tries, [&](std::size_t i) { return run_until_precise(rule, i); });
    double covers = 0;
    double is_near = 0;
    double runs = 0;
    for (const Stopped& one : results) {
        covers += one.covers;
        is_near += one.is_near;
        runs += static_cast<double>(one.runs);
    }
    const auto n = static_cast<double>(tries);
    const double slack = effort.quick ? three_errors(rule.coverage, tries) : 0.025;
    const auto percent = std::to_string(std::lround(rule.precision * 100));
    const auto what = percent + " %, runs of " + std::to_string(rule.customers) + " customers: ";
    rows.push_back({"A3.1", what + "coverage", covers / n, rule.coverage - slack,
                    rule.coverage + slack, std::to_string(rule.coverage).substr(0, 5)});
    rows.push_back({"A3.1",
                    what + "error within it",
                    is_near / n,
                    effort.quick ? rule.within - three_errors(rule.within, tries) : 0.93,
                    {},
                    std::to_string(rule.within).substr(0, 5)});
    rows.push_back(
        {"A3.2", what + "mean number of runs", runs / n, rule.runs * (effort.quick ? 0.85 : 0.9),
         rule.runs * (effort.quick ? 1.15 : 1.1), std::to_string(rule.runs).substr(0, 5)});
}

/// The share of pilots that forecast the run length for 1 % within a factor of 2.
double good_forecasts(const Effort& effort, double load, std::size_t pilots) {
    const double exact = sim::planned_observations(
        {.asymptotic_variance = Waits::asymptotic_variance(load), .mean = Waits::mean(load)});
    // A pilot of a tenth of it, as one would make it.
    const auto length = static_cast<std::size_t>(exact / 10);
    const auto good = repeat(effort, pilots, [&](std::size_t i) {
        const auto series = stationary(i + 77, load, length);
        const double forecast = sim::planned_observations(
            {.asymptotic_variance = sim::asymptotic_variance(series).value,
             .mean = sim::summarise(series).mean});
        return forecast > exact / 2 && forecast < exact * 2 ? 1 : 0;
    });
    double sum = 0;
    for (const int one : good) sum += one;
    return sum / static_cast<double>(pilots);
}

}  // namespace

std::vector<Row> batch_means(const Effort& effort) {
    const std::size_t tries = effort.of(2000, 100);
    const double truth = Waits::mean(0.8);
    const auto batches = coverage_of(repeat(effort, tries, [&](std::size_t i) {
        return judged(
            sim::batch_means_interval(stationary(i + 100'000, 0.8, 200'000), 0.95).estimate, truth);
    }));
    const auto naive = coverage_of(repeat(effort, effort.of(1000, 100), [&](std::size_t i) {
        return judged(sim::student_t_interval(stationary(i + 1, 0.8, 200'000), 0.95), truth);
    }));
    const double wanted = effort.quick ? 0.95 - three_errors(0.95, tries) - 0.02 : 0.93;
    return {{"A2.1", "coverage of batch means, 200 000 customers", batches.share, wanted,
             0.95 + three_errors(0.95, tries), "0.9485 (10 batches), 0.950 (30)"},
            {"A2.1", "... relative half width", batches.half_width, 0.05 * 0.85, 0.0542 * 1.15,
             "0.0542 (10 batches), 0.0500 (30)"},
            {"A2.2",
             "coverage if customers were independent",
             naive.share,
             wanted,
             {},
             "0.15 to 0.19",
             true}};
}

std::vector<Row> run_length(const Effort& effort) {
    std::vector<Row> rows;
    for (const double load : {0.5, 0.8, 0.9}) {
        if (effort.quick && load > 0.5) continue;
        const auto found =
            sim::asymptotic_variance(stationary(1, load, effort.of(20'000'000, 2'000'000)));
        const double ratio = found.value / Waits::asymptotic_variance(load);
        rows.push_back({"A2.3",
                        "variance of the mean wait over that of theory, load " +
                            std::to_string(load).substr(0, 3),
                        ratio, 0.8, 1.2, "1"});
    }
    for (const double load : {0.5, 0.8, 0.9, 0.95}) {
        if (effort.quick && load > 0.5) continue;
        rows.push_back({"A2.4",
                        "share of pilots that forecast the length for 1 % within a factor "
                        "of 2, load " +
                            std::to_string(load).substr(0, 4),
                        good_forecasts(effort, load, effort.of(40, 20)),
                        1.0,
                        {},
                        "1"});
    }
    return rows;
}

std::vector<Row> stopping(const Effort& effort) {
    std::vector<Row> rows;
    const std::size_t tries = effort.of(1000, 100);
    if (!effort.quick) {
        add_rule(effort, {0.05, 2000, 0.925, 0.938, 101.3}, tries, rows);
        add_rule(effort, {0.05, 10'000, 0.932, 0.955, 21.8}, tries, rows);
        add_rule(effort, {0.10, 10'000, 0.946, 0.999, 10.6}, tries, rows);
    }
    add_rule(effort, {0.10, 2000, 0.913, 0.955, 26.7}, tries, rows);
    return rows;
}

}  // namespace method
