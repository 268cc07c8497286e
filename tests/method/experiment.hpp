#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/experiment/runner.hpp"

/// Does the statistical method keep what it promises? Experiments whose truth is known, repeated
/// many times, each beside a wrong method that has to fail.
namespace method {

/// How much of it: every build looks at a part, the preset at everything.
struct Effort {
    bool quick = false;
    std::size_t jobs = 1;

    [[nodiscard]] std::size_t of(std::size_t full, std::size_t few) const {
        return quick ? few : full;
    }
};

/// One number that was found, and what it has to be.
struct Row {
    std::string test;  ///< of METHOD.md: "A1.3"
    std::string what;
    double found = 0;
    std::optional<double> at_least;
    std::optional<double> at_most;
    std::string reference;  ///< what the reference experiment found, or theory says
    /// A wrong method, or a wrong model: the number must NOT be within its bounds.
    bool wrong = false;

    [[nodiscard]] bool within() const {
        return found >= at_least.value_or(found) && found <= at_most.value_or(found);
    }
    [[nodiscard]] bool passes() const { return within() != wrong; }
};

struct Experiment {
    std::string_view name;
    std::string_view title;
    std::vector<Row> (*run)(const Effort& effort);
};
std::span<const Experiment> experiments();

std::vector<Row> warm_up(const Effort& effort);
std::vector<Row> instability(const Effort& effort);
std::vector<Row> batch_means(const Effort& effort);
std::vector<Row> run_length(const Effort& effort);
std::vector<Row> stopping(const Effort& effort);
std::vector<Row> comparing(const Effort& effort);
std::vector<Row> selecting(const Effort& effort);
std::vector<Row> quantiles(const Effort& effort);
std::vector<Row> sketch(const Effort& effort);
std::vector<Row> streams(const Effort& effort);
std::vector<Row> variates(const Effort& effort);
std::vector<Row> open_loop(const Effort& effort);
std::vector<Row> common_draws(const Effort& effort);
std::vector<Row> pairing(const Effort& effort);
std::vector<Row> audit(const Effort& effort);

/// `work(index)` for every index below `count`, on all cores; results by index.
template <class Work>
auto repeat(const Effort& effort, std::size_t count, const Work& work) {
    sim::RunnerOptions options;
    options.count = count;
    options.jobs = effort.jobs;
    return sim::run_tasks(options, work);
}

/// What one try of an interval came to.
struct Try {
    bool covers = false;
    double half_width = 0;
};
/// Share that covers, and the mean of the half widths.
struct Coverage {
    double share = 0;
    double half_width = 0;
};
inline Coverage coverage_of(const std::vector<Try>& tries) {
    Coverage sum;
    for (const Try& one : tries) {
        sum.share += one.covers ? 1 : 0;
        sum.half_width += one.half_width;
    }
    const auto n = static_cast<double>(tries.size());
    return {sum.share / n, sum.half_width / n};
}

/// 3 standard errors of a share near `p` in `count` tries.
inline double three_errors(double p, std::size_t count) {
    return 3 * std::sqrt(p * (1 - p) / static_cast<double>(count));
}

}  // namespace method
