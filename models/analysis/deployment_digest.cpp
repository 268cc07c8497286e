#include "models/analysis/deployment_digest.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>

#include "models/analysis/format.hpp"
#include "models/analysis/study.hpp"

namespace models {
namespace {

Measure since(const DeploymentResult& result, const std::optional<sim::SimTime>& when) {
    if (!when || !result.began) return {};
    return (*when - *result.began).seconds();
}

/// Of those runs in which it happened.
struct Happened {
    std::size_t runs = 0;
    double sum = 0;

    void add(const Measure& value) {
        if (!value) return;
        ++runs;
        sum += *value;
    }
    [[nodiscard]] double mean() const { return runs == 0 ? 0 : sum / static_cast<double>(runs); }
};

template <class Get>
Happened over(const StrategyRuns& strategy, const Get& get) {
    Happened all;
    for (const auto& run : strategy.runs) all.add(get(run));
    return all;
}

std::string in_runs(std::size_t count, std::size_t all) {
    return count == all ? fmt::format("in all {} runs", all)
                        : fmt::format("in {} of {} runs", count, all);
}

std::string story_of(const StrategyRuns& strategy, std::size_t index) {
    const auto all = strategy.runs.size();
    const auto of = [&](Measure DeploymentDigest::*measure) {
        return over(strategy,
                    [&](const RunDigest& run) { return run.deployments[index].*measure; });
    };
    const auto began = of(&DeploymentDigest::began);
    if (began.runs == 0) return "did not begin";
    std::string text = fmt::format("began at {}", seconds_text(began.mean()));
    const auto tell = [&](const Happened& what, std::string_view how) {
        if (what.runs == 0) return;
        text += fmt::format(", {} after {} {}", how, seconds_text(what.mean()),
                            in_runs(what.runs, all));
    };
    const auto finished = of(&DeploymentDigest::finished);
    const auto taken_back = of(&DeploymentDigest::rolled_back);
    const auto restored = of(&DeploymentDigest::restored);
    tell(finished, "on the last replica");
    tell(taken_back, "taken back by its pipeline");
    tell(restored, "gone from all replicas");
    if (finished.runs + taken_back.runs + restored.runs == 0)
        text += ", still under way at the end";
    const double answers = of(&DeploymentDigest::answers).mean();
    const double failures = of(&DeploymentDigest::failures).mean();
    return text + fmt::format("; it gave {} answers, {} of them failures",
                              number_text(std::round(answers)), number_text(std::round(failures)));
}

}  // namespace

DeploymentDigest digest_deployment(const DeploymentResult& result) {
    DeploymentDigest digest;
    if (result.began) digest.began = result.began->seconds();
    digest.finished = since(result, result.finished);
    digest.rolled_back = since(result, result.rolled_back);
    digest.restored = since(result, result.restored);
    digest.answers = static_cast<double>(result.answers);
    digest.failures = static_cast<double>(result.failures);
    return digest;
}

std::vector<std::string> deployment_lines(const StrategyRuns& strategy) {
    std::vector<std::string> lines;
    std::size_t index = 0;
    for (const auto& fault : strategy.frame.faults) {
        if (!fault.deployed) continue;
        lines.push_back(
            fmt::format("{} ({}): {}.", fault.name, strategy.name, story_of(strategy, index++)));
    }
    return lines;
}

}  // namespace models
