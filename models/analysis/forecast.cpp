#include "models/analysis/forecast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/analysis/format.hpp"
#include "models/analysis/warm_up.hpp"
#include "sim/experiment/looks.hpp"

namespace models {

namespace {

/// What one core of a common machine simulates: for forecasts only.
constexpr double kEventsPerCoreSecond = 7e6;

std::size_t first_replications(const Experiment& experiment) {
    return experiment.replications_auto ? sim::kLooks.front() : experiment.replications;
}

}  // namespace

Forecast forecast(const Experiment& experiment, std::size_t strategies, bool has_faults,
                  const std::vector<ServiceLoad>& loads, std::size_t jobs) {
    const double simulated = (experiment.warmup + experiment.duration + experiment.drain).seconds();
    const double round = static_cast<double>(strategies) * (has_faults ? 2 : 1);
    const auto cores = static_cast<double>(std::max<std::size_t>(1, jobs));
    Forecast out;
    out.events_each = events_per_second(loads) * simulated;
    const auto replications = first_replications(experiment);
    out.runs = round * static_cast<double>(replications);
    const double pilot = experiment.warmup_auto
                             ? kPilotRuns * (experiment.duration + experiment.drain).seconds()
                             : 0;
    const double speed = kEventsPerCoreSecond * cores;
    const double before =
        events_per_second(loads) * pilot * static_cast<double>(strategies) / speed;
    const double seconds = out.events_each * round / speed;
    out.seconds = before + seconds * static_cast<double>(replications);
    out.most_seconds = experiment.replications_auto
                           ? before + seconds * static_cast<double>(sim::kMostReplications)
                           : out.seconds;
    out.first_table_s = before + seconds * std::min(2.0, static_cast<double>(replications));
    return out;
}

std::string events_text(double events) {
    if (events >= 10e9) return fmt::format("{:.0f} G", events / 1e9);
    if (events >= 1e6) return fmt::format("{:.0f} M", events / 1e6);
    if (events >= 1e3) return fmt::format("{:.0f} k", events / 1e3);
    return fmt::format("{:.0f}", events);
}

std::string forecast_text(double seconds) {
    if (seconds < 600) return seconds_text(std::ceil(seconds));
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
