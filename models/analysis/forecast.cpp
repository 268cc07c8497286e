#include "models/analysis/forecast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/analysis/format.hpp"
#include "models/analysis/warm_up.hpp"
#include "sim/experiment/looks.hpp"

namespace models {

namespace {

/// A report shows one request: it is looked for in a run of the baseline, followed in a second one,
/// and then at the same time without the faults and under what would have helped. Most end early.
constexpr double kRunsOfAReport = 2;

std::size_t first_replications(const Experiment& experiment) {
    return experiment.replications_auto ? sim::kLooks.front() : experiment.replications;
}

/// Seconds of a core that one replication of a strategy takes, and its events as a report counts
/// them: what a run and its twin have in common is run once, where there are enough of them.
struct ReplicationWork {
    WorkRange work;
    double longest_s = 0;  ///< what one thread does in one go
};
ReplicationWork replication_work(const StrategyTrial& trial, const StudyShape& shape, bool share) {
    auto run = run_work(trial);
    const auto run_s = run.likely.cpu_s;
    if (!shape.twins) return {run, run_s};
    const auto length_s = run_length_s(trial);
    const auto twin = calm_work(trial, length_s);
    const auto both = run + twin;
    if (!share) return {both, std::max(run_s, twin.likely.cpu_s)};
    const auto shared_s = twin.likely.cpu_s * shape.shared_s / length_s;
    run = both;
    for (auto* one : {&run.likely, &run.least, &run.most}) one->cpu_s -= shared_s;
    return {run, run.likely.cpu_s};
}

/// Of one replication of all strategies.
ReplicationWork round_work(const std::vector<StrategyTrial>& trials, const StudyShape& shape,
                           bool share) {
    ReplicationWork round;
    for (const auto& trial : trials) {
        const auto one = replication_work(trial, shape, share);
        round.work += one.work;
        round.longest_s = std::max(round.longest_s, one.longest_s);
    }
    return round;
}

/// On several cores, the longest task being the last of them.
double on_cores(double cpu_s, double longest_s, std::size_t cores) {
    return std::max(cpu_s / static_cast<double>(cores), std::min(longest_s, cpu_s));
}

/// Seconds on these cores before the first run of the study, while a warm-up is looked for.
double search_s(const Experiment& experiment, const std::vector<StrategyTrial>& trials,
                std::size_t cores) {
    if (!experiment.warmup_auto) return 0;
    double cpu_s = 0;
    double longest_s = 0;
    for (const auto& trial : trials) {
        const auto one =
            calm_work(trial, (experiment.duration + experiment.drain).seconds()).likely.cpu_s;
        cpu_s += kPilotRuns * one;
        longest_s = std::max(longest_s, one);
    }
    return on_cores(cpu_s, longest_s, cores);
}

}  // namespace

Forecast forecast(const Experiment& experiment, const std::vector<StrategyTrial>& trials,
                  const StudyShape& shape, std::size_t jobs) {
    const auto cores = std::max<std::size_t>(1, jobs);
    const auto replications = first_replications(experiment);
    const auto count = static_cast<double>(replications);
    const auto each = static_cast<double>(trials.size() * (shape.twins ? 2 : 1));
    const bool share = each * count >= 2 * static_cast<double>(cores);
    const auto round = round_work(trials, shape, share);
    const auto baseline = run_work(trials[shape.baseline]);
    const auto parts = static_cast<double>(shape.parts);
    const auto before_s = search_s(experiment, trials, cores);
    const auto seconds = [&](Work WorkRange::*bound, double rounds) {
        const double part_s = (baseline.*bound).cpu_s;
        return before_s + on_cores((round.work.*bound).cpu_s * rounds, round.longest_s, cores) +
               on_cores(part_s * parts, part_s, cores);
    };
    Forecast out;
    out.events_each = round.work.likely.events / each;
    out.runs = each * count;
    out.seconds = seconds(&WorkRange::likely, count);
    out.least_seconds = seconds(&WorkRange::least, count);
    out.most_seconds = seconds(&WorkRange::most, count);
    const auto most = static_cast<double>(sim::kMostReplications);
    out.all_seconds =
        experiment.replications_auto ? seconds(&WorkRange::likely, most) : out.seconds;
    out.first_table_s =
        before_s + on_cores(round.work.likely.cpu_s * std::min(2.0, count), round.longest_s, cores);
    out.report_s = kRunsOfAReport * baseline.likely.cpu_s;
    return out;
}

std::string events_text(double events) {
    if (events >= 10e9) return fmt::format("{:.0f} G", events / 1e9);
    if (events >= 1e6) return fmt::format("{:.0f} M", events / 1e6);
    if (events >= 1e3) return fmt::format("{:.0f} k", events / 1e3);
    return fmt::format("{:.0f}", events);
}

std::string forecast_text(double seconds) {
    if (seconds < 100) return seconds_text(std::ceil(seconds));
    if (seconds < 600) return fmt::format("{:.0f} s", 10 * std::round(seconds / 10));
    if (seconds < 2 * 3'600) return fmt::format("{:.0f} min", seconds / 60);
    if (seconds < 48 * 3'600) return fmt::format("{:.1f} h", seconds / 3'600);
    return fmt::format("{:.0f} days", seconds / 86'400);
}

std::string replications_text(const Experiment& experiment) {
    if (!experiment.replications_auto) return plural(experiment.replications, "run");
    return fmt::format("{} to {} runs", sim::kLooks.front(), sim::kMostReplications);
}

std::string plural(std::size_t count, const char* noun) {
    if (count == 1) return fmt::format("1 {}", noun);
    const std::string word = noun;
    if (word.back() == 'y') return fmt::format("{} {}ies", count, word.substr(0, word.size() - 1));
    return fmt::format("{} {}s", count, noun);
}

}  // namespace models
