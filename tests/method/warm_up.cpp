// METHOD.md 1: where a warm-up ends, and what has none.
#include "sim/stats/instability.hpp"
#include "sim/stats/mser.hpp"
#include "sim/stats/summary.hpp"
#include "tests/method/experiment.hpp"
#include "tests/unit/stats/waits.hpp"

namespace method {

namespace {

constexpr double kLoad = 0.8;
constexpr std::size_t kRuns = 30;

enum class Cut { none, averaged, each };

double mean_after(const std::vector<double>& series, std::size_t cut) {
    return sim::summarise(std::span(series).subspan(cut)).mean;
}

std::size_t cut_of(const std::vector<std::vector<double>>& runs) {
    std::vector<double> average(runs.front().size(), 0);
    for (const auto& run : runs) {
        for (std::size_t i = 0; i < run.size(); ++i) average[i] += run[i] / kRuns;
    }
    return sim::mser5(average).truncation;
}

Try interval(Cut cut, std::size_t customers, std::uint64_t seed) {
    std::vector<std::vector<double>> runs;
    for (std::size_t i = 0; i < kRuns; ++i) {
        runs.push_back(Waits(seed * 1000 + i, kLoad).series(customers));
    }
    const std::size_t common = cut == Cut::averaged ? cut_of(runs) : 0;
    std::vector<double> means;
    for (const auto& run : runs) {
        means.push_back(mean_after(run, cut == Cut::each ? sim::mser5(run).truncation : common));
    }
    const auto estimate = sim::student_t_interval(means, 0.95);
    const double truth = Waits::mean(kLoad);
    return {*estimate.low <= truth && truth <= *estimate.high, *estimate.half_width() / truth};
}

Coverage coverage(const Effort& effort, Cut cut, std::size_t customers, std::size_t tries) {
    return coverage_of(
        repeat(effort, tries, [&](std::size_t i) { return interval(cut, customers, 900 + i); }));
}

/// The queue of customers found by looks at equal distances of time: Poisson arrivals at `load`
/// into one exponential server, from empty.
std::vector<double> queue_lengths(double load, double works, std::size_t looks,
                                  std::uint64_t seed) {
    Samples samples(seed);
    std::vector<double> lengths;
    double now = 0;
    int customers = 0;
    const double step = works / static_cast<double>(looks);
    while (lengths.size() < looks) {
        const double rate = load + (customers > 0 ? 1 : 0);
        const double next = now + samples.exponential() / rate;
        while (lengths.size() < looks && next > step * static_cast<double>(lengths.size() + 1)) {
            lengths.push_back(customers);
        }
        customers += samples.uniform() * rate < load ? 1 : -1;
        now = next;
    }
    return lengths;
}

double share_flagged(const Effort& effort, double load, std::size_t tries) {
    const auto flags = repeat(effort, tries, [&](std::size_t i) {
        std::vector<std::vector<double>> runs;
        for (std::uint64_t run = 0; run < 10; ++run) {
            runs.push_back(queue_lengths(load, 1e5, 300, i * 100 + run));
        }
        return sim::queue_slope(runs).unstable ? 1 : 0;
    });
    double sum = 0;
    for (const int flag : flags) sum += flag;
    return sum / static_cast<double>(tries);
}

}  // namespace

std::vector<Row> warm_up(const Effort& effort) {
    const std::size_t tries = effort.of(2000, 100);
    const double least = 0.95 - three_errors(0.95, tries);
    const double wanted = effort.quick ? least - 0.02 : 0.93;
    std::vector<Row> rows;
    rows.push_back({"A1.3",
                    "coverage, 10 000 customers, MSER-5 on the average of 30 runs",
                    coverage(effort, Cut::averaged, 10'000, tries).share,
                    wanted,
                    {},
                    "0.946"});
    rows.push_back({"A1.3",
                    "... MSER-5 on each run",
                    coverage(effort, Cut::each, 10'000, tries).share,
                    wanted,
                    {},
                    "0.698",
                    true});
    if (effort.quick) return rows;
    rows.push_back({"A1.3",
                    "coverage, 2 200 customers, MSER-5 on the average",
                    coverage(effort, Cut::averaged, 2200, tries).share,
                    0.927 - 0.025,
                    {},
                    "0.927"});
    rows.push_back({"A1.3",
                    "... MSER-5 on each run",
                    coverage(effort, Cut::each, 2200, tries).share,
                    0.927 - 0.025,
                    {},
                    "0.522",
                    true});
    rows.push_back({"A1.3",
                    "coverage, 10 000 customers, nothing cut",
                    coverage(effort, Cut::none, 10'000, tries).share,
                    {},
                    {},
                    "0.944"});
    rows.push_back({"A1.3",
                    "coverage, 2 200 customers, nothing cut",
                    coverage(effort, Cut::none, 2200, tries).share,
                    {},
                    {},
                    "0.923"});
    return rows;
}

std::vector<Row> instability(const Effort& effort) {
    const std::size_t tries = effort.of(100, 10);
    return {{"A1.4",
             "share of studies of 10 runs at load 1.2 whose queue is called unstable",
             share_flagged(effort, 1.2, tries),
             1.0,
             {},
             "1"},
            {"A1.4", "... at load 0.9", share_flagged(effort, 0.9, tries), {}, 0.01, "0.01"},
            {"A1.4",
             "... at load 1.2, if that were stable",
             share_flagged(effort, 1.2, tries),
             {},
             0.01,
             "0.01",
             true}};
}

}  // namespace method
