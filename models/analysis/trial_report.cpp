#include "models/analysis/trial_report.hpp"

#include <fmt/format.h>

#include <cmath>

#include "models/analysis/format.hpp"

namespace models {

namespace {

/// "6.2 M events/s on a core": of all that was tried.
std::string speed_text(const std::vector<StrategyTrial>& trials) {
    Work all;
    for (const auto& trial : trials) {
        for (const auto& spans : trial.runs) {
            for (const auto& span : spans) all += span.first.work + span.last.work;
        }
    }
    const double speed = all.cpu_s > 0 ? all.events / all.cpu_s : 0;
    return fmt::format("{:.1f} M events/s on a core", speed / 1e6);
}

double mean_tried(const std::vector<StrategyTrial>& trials) {
    double sum = 0;
    for (const auto& trial : trials) sum += tried_share(trial);
    return sum / static_cast<double>(trials.size());
}

/// "2 runs of each strategy with the faults", "17 % of a run of each strategy, …".
std::string tried_text(const PlanInput& input) {
    const double share = mean_tried(input.trials);
    const auto* whose = input.strategies.size() == 1 ? "" : " of each strategy";
    const bool calm = input.scenario.faults.empty();
    if (share > 0.999) {
        return fmt::format("{}{}{}", plural(input.trials.front().runs.size(), "run"), whose,
                           calm ? "" : " with the faults");
    }
    if (calm) {
        return fmt::format("{} of a run{}; the rest is taken to go on as that ended",
                           percent_text(share, 0), whose);
    }
    return fmt::format(
        "{} of a run{}, the first of what lies before, in and after each fault; the rest is taken "
        "to go on as these ended, and twins as what came before the first fault",
        percent_text(share, 0), whose);
}

std::string also_text(const PlanInput& input, const Forecast& times) {
    std::string text;
    if (input.shape.parts > 0) {
        text +=
            fmt::format(" {} with parts of the faults {} in it.", plural(input.shape.parts, "run"),
                        input.shape.parts == 1 ? "is" : "are");
    }
    if (input.explains) {
        text += fmt::format(" A report (-o, --json) takes up to {} more: it explains a request.",
                            forecast_text(times.report_s));
    }
    return text;
}

}  // namespace

std::string trial_text(const PlanInput& input, const Forecast& times) {
    const auto speed = speed_text(input.trials);
    const auto also = also_text(input, times);
    if (!input.tried) {
        return fmt::format(
            "estimated from the load today, without faults and retries, at {}: not tried out.{}",
            speed, also);
    }
    return fmt::format("tried out in {:.1f} s, {}: {}.{}", input.trial_s, speed, tried_text(input),
                       also);
}

Json trial_json(const PlanInput& input) {
    if (!input.tried) return {};
    Json all = Json::array();
    for (const auto& trial : input.trials) {
        const auto run = run_work(trial);
        const auto twin = std::round(calm_work(trial, run_length_s(trial)).likely.events);
        all.push_back({{"strategy", trial.name},
                       {"runs", trial.runs.size()},
                       {"share", tried_share(trial)},
                       {"events", std::round(run.likely.events)},
                       {"eventsLow", std::round(run.least.events)},
                       {"eventsHigh", std::round(run.most.events)},
                       {"eventsTwin", input.shape.twins ? Json(twin) : Json()}});
    }
    return all;
}

}  // namespace models
