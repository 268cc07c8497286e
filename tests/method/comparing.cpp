// METHOD.md 4: comparisons of many systems, and the selection of the best.
#include <numeric>

#include "sim/experiment/comparison.hpp"
#include "sim/stats/selection.hpp"
#include "tests/method/experiment.hpp"
#include "tests/unit/stats/samples.hpp"

namespace method {

namespace {

/// One comparison of five identical systems: whether any pair is said to differ.
struct Alarm {
    bool adjusted = false;
    bool raw = false;  ///< without Holm
};
Alarm compare_identical(std::uint64_t seed) {
    Samples samples(seed);
    sim::DecisionRule rule;
    rule.name = "value";
    rule.matters = {0, false};
    for (int i = 0; i < 5; ++i) rule.values.push_back(samples.normals(20));
    Alarm alarm;
    for (const auto& pair : sim::compare_pairs(rule, 0.95)) {
        alarm.adjusted |=
            pair.verdict == sim::PairVerdict::better || pair.verdict == sim::PairVerdict::worse;
        alarm.raw |= *pair.p <= 0.05;
    }
    return alarm;
}

struct Selected {
    bool correct = false;
    std::size_t samples = 0;
};
/// The first is better than all others by exactly the indifference: the hardest case.
Selected select_among(std::size_t systems, std::uint64_t seed) {
    constexpr std::size_t kMost = 1500;
    Samples samples(seed);
    std::vector<std::vector<double>> rows(systems, std::vector<double>(kMost));
    for (std::size_t r = 0; r < kMost; ++r) {
        for (std::size_t i = 0; i < systems; ++i) {
            rows[i][r] = 3 * samples.normal() + (i == 0 ? 1 : 0);
        }
    }
    const auto selection =
        sim::select_best(rows, {.indifference = 1, .alpha = 0.05, .first_stage = 20});
    return {selection.remaining == std::vector<std::size_t>{0},
            std::accumulate(selection.used.begin(), selection.used.end(), std::size_t{0})};
}

/// The best mean of 20 replications each.
bool first_look_is_right(std::size_t systems, std::uint64_t seed) {
    Samples samples(seed);
    std::vector<double> means(systems, 0);
    for (std::size_t i = 0; i < systems; ++i) {
        for (const double value : samples.normals(20)) means[i] += 3 * value / 20;
    }
    means[0] += 1;
    return std::max_element(means.begin(), means.end()) == means.begin();
}

void add_selection(const Effort& effort, std::size_t systems, double reference_samples,
                   const char* reference, std::vector<Row>& rows) {
    const std::size_t tries = effort.of(2000, 200);
    const auto results = repeat(effort, tries, [&](std::size_t i) {
        return select_among(systems, 424'242 + 10'000 * systems + i);
    });
    double correct = 0;
    double samples = 0;
    for (const auto& one : results) {
        correct += one.correct;
        samples += static_cast<double>(one.samples);
    }
    const auto n = static_cast<double>(tries);
    const double wanted = 0.95 - three_errors(0.95, tries);
    const auto what = std::to_string(systems) + " systems: ";
    rows.push_back({"4c",
                    what + "chance that Kim and Nelson choose the best",
                    correct / n,
                    wanted,
                    {},
                    reference});
    const double slack = effort.quick ? 0.08 : 0.05;
    rows.push_back({"4c", what + "replications of all together", samples / n,
                    reference_samples * (1 - slack), reference_samples * (1 + slack),
                    std::to_string(std::lround(reference_samples))});
    const auto looks = repeat(
        effort, tries, [&](std::size_t i) { return first_look_is_right(systems, i) ? 1.0 : 0.0; });
    rows.push_back({"4c",
                    what + "chance that the best mean of 20 runs each is the best",
                    std::accumulate(looks.begin(), looks.end(), 0.0) / n,
                    wanted,
                    {},
                    "",
                    true});
}

}  // namespace

std::vector<Row> comparing(const Effort& effort) {
    const std::size_t tries = effort.of(4000, 1000);
    const auto alarms =
        repeat(effort, tries, [](std::size_t i) { return compare_identical(i + 1); });
    double adjusted = 0;
    double raw = 0;
    for (const Alarm& one : alarms) {
        adjusted += one.adjusted;
        raw += one.raw;
    }
    const auto n = static_cast<double>(tries);
    const double most = 0.05 + three_errors(0.05, tries);
    return {{"4b",
             "chance of any false difference among five identical systems",
             adjusted / n,
             {},
             most,
             "0.05"},
            {"4b", "... without Holm's correction", raw / n, {}, most, "", true}};
}

std::vector<Row> selecting(const Effort& effort) {
    std::vector<Row> rows;
    add_selection(effort, 5, 286.1, "0.9625", rows);
    if (!effort.quick) add_selection(effort, 10, 684.8, "0.9685", rows);
    return rows;
}

}  // namespace method
