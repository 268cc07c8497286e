#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "models/analysis/forecast.hpp"
#include "models/analysis/format.hpp"
#include "models/analysis/json_parts.hpp"
#include "models/analysis/plan_report.hpp"
#include "models/analysis/study_report.hpp"
#include "models/analysis/trial_report.hpp"
#include "models/analysis/warm_up.hpp"

namespace models {

namespace {

constexpr double kWorthARow = 0.4;
constexpr std::size_t kMostRows = 12;

std::string title_of(const PlanInput& input) {
    const auto& topology = input.strategies[input.baseline].input.topology;
    const auto& groups = input.strategies[input.baseline].input.groups;
    return fmt::format(
        "{}   {}, {}, {}, {}, {}", input.scenario.name, plural(topology.services.size(), "service"),
        plural(topology.zones.size(), "zone"), plural(groups.size(), "customer group"),
        plural(input.scenario.faults.size(), "fault"), plural(input.strategies.size(), "strategy"));
}

std::string busy_text(double busy) {
    return std::isinf(busy) ? "nothing left" : percent_text(busy, 0);
}

/// Tries that the strategies would make at most, per strategy.
std::vector<TriesUpTo> tries_of(const PlanInput& input, std::uint32_t service) {
    std::vector<TriesUpTo> tries;
    for (const auto& strategy : input.strategies) {
        tries.push_back(tries_up_to(strategy.input, ServiceId{service}));
    }
    return tries;
}

double most_of(const std::vector<TriesUpTo>& tries) {
    double most = 0;
    for (const auto& one : tries) most = std::max(most, one.product);
    return most;
}

std::vector<std::uint32_t> by_load(const std::vector<ServiceLoad>& loads) {
    std::vector<std::uint32_t> order(loads.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return loads[a].busy_zone_lost > loads[b].busy_zone_lost;
    });
    return order;
}

std::string slots_text(const PlanInput& input, std::uint32_t service, const ServiceLoad& load) {
    const auto& system = input.strategies[input.baseline].input;
    const auto& primary = system.services[service].primary;
    if (!primary) return number_text(load.slots);
    return fmt::format("{}, primary {}", number_text(system.services[service].slots),
                       system.topology[*primary].name);
}

sim::Table load_table(const PlanInput& input, const std::vector<ServiceLoad>& loads) {
    const auto& system = input.strategies[input.baseline].input;
    const bool zones = system.topology.zones.size() > 1;
    sim::Table table;
    table.columns = {{"service"},
                     {"slots", sim::Align::right},
                     {"busy today", sim::Align::right},
                     {zones ? "busy, a zone lost" : "", sim::Align::right},
                     {"tries/call that fit", sim::Align::right},
                     {""}};
    const auto order = by_load(loads);
    std::size_t rest = 0;
    for (const auto s : order) {
        if (table.rows.size() == kMostRows ||
            (loads[s].busy_zone_lost < kWorthARow && table.rows.size() >= 2)) {
            ++rest;
            continue;
        }
        const double most = most_of(tries_of(input, s));
        const bool full = most > 1 && loads[s].tries_that_fit < most;
        table.rows.push_back(
            {{system.topology.services[s].name},
             {slots_text(input, s, loads[s])},
             {busy_text(loads[s].busy)},
             {zones ? busy_text(loads[s].busy_zone_lost) : ""},
             {number_text(loads[s].tries_that_fit)},
             {full ? fmt::format("<- no room for {}", number_text(most)) : "", sim::Tone::unsure}});
    }
    if (rest > 0) {
        const double below = table.rows.size() == kMostRows ? 1 : kWorthARow;
        table.rows.push_back(
            {{below < 1 ? fmt::format("… {} more under {}", rest, percent_text(below, 0))
                        : fmt::format("… {} more", rest)}});
    }
    return table;
}

std::string layers_text(const TriesUpTo& tries) {
    auto product = number_text(tries.product);
    if (tries.product <= 1) return product;
    if (tries.layers.size() < 2) return "up to " + product;
    std::string factors;
    for (const double layer : tries.layers) {
        factors += (factors.empty() ? "" : " x ") + number_text(layer);
    }
    return fmt::format("up to {} ({})", product, factors);
}

/// "none 1   naive, jittered up to 16 (4 x 4)   budgeted up to 1.21"
std::string tries_line(const PlanInput& input, std::uint32_t service) {
    const auto tries = tries_of(input, service);
    std::vector<std::pair<std::string, std::vector<std::string>>> same;
    for (std::size_t i = 0; i < tries.size(); ++i) {
        const auto text = layers_text(tries[i]);
        const auto known = std::find_if(same.begin(), same.end(),
                                        [&](const auto& one) { return one.first == text; });
        if (known == same.end()) {
            same.push_back({text, {input.strategies[i].name}});
        } else {
            known->second.push_back(input.strategies[i].name);
        }
    }
    std::string line;
    for (const auto& [text, names] : same) {
        line += "   ";
        for (std::size_t i = 0; i < names.size(); ++i) line += (i > 0 ? ", " : "") + names[i];
        line += " " + text;
    }
    const auto& name = input.strategies[input.baseline].input.topology.services[service].name;
    return fmt::format("tries per {} at {}{}", tries[input.baseline].journey, name, line);
}

/// The services where retries pile up the most: one line each, at most three.
std::vector<std::string> tries_lines(const PlanInput& input,
                                     const std::vector<ServiceLoad>& loads) {
    std::vector<std::string> lines;
    for (const auto s : by_load(loads)) {
        if (lines.size() == 3) break;
        const double most = most_of(tries_of(input, s));
        if (most > 1 && loads[s].tries_that_fit < most) lines.push_back(tries_line(input, s));
    }
    return lines;
}

/// "20s", or "at most 60s: 10s to detect it, 20s to promote a replica, 30s until callers know".
std::string failover_text(const ServiceSpec& service) {
    const TimedFailover& failover = service.failover;
    std::string parts;
    const auto add = [&](sim::Duration time, const char* what) {
        if (time.ns == 0) return;
        parts +=
            fmt::format("{}{} {}", parts.empty() ? "" : ", ", seconds_text(time.seconds()), what);
    };
    add(failover.promote, "to promote a replica");
    add(failover.dns, "until callers know");
    const auto whole = seconds_text(failover.longest().seconds());
    if (parts.empty() && failover.spread.ns == 0) return whole;
    if (failover.lease > failover.detect + failover.spread) {
        return fmt::format("at most {}: {} until its lease is over{}{}", whole,
                           seconds_text(failover.lease.seconds()), parts.empty() ? "" : ", ",
                           parts);
    }
    const auto first = seconds_text(failover.detect.seconds());
    const auto detect =
        failover.spread.ns == 0
            ? first
            : fmt::format("{} to {}", first,
                          seconds_text((failover.detect + failover.spread).seconds()));
    return fmt::format("at most {}: {} to detect it{}{}", whole, detect, parts.empty() ? "" : ", ",
                       parts);
}

std::vector<std::string> primary_lines(const PlanInput& input) {
    std::vector<std::string> lines;
    for (const auto& service : input.scenario.system(input.scenario.baseline).services) {
        if (!service.primary) continue;
        const bool replaced = service.failover.ever();
        lines.push_back(fmt::format(
            "{}: all writes go to the primary in {}; without it they stop {}", service.name.text,
            service.primary->text,
            replaced ? "until the failover, " + failover_text(service) : "until it is back"));
    }
    return lines;
}

/// "when `page.success < 50%` over 10 s for 30 s, 2 min later: shed, for 60 s".
std::string action_text(const ActionSpec& action) {
    const auto seen = [](const LiveConditionSpec& condition) {
        std::string text =
            fmt::format("`{}` over {}", condition.text, seconds_text(condition.over.seconds()));
        if (condition.holds.ns > 0) {
            text += fmt::format(" for {}", seconds_text(condition.holds.seconds()));
        }
        return text;
    };
    std::string text =
        action.at ? "at " + seconds_text(action.at->seconds()) : "when " + seen(*action.when);
    if (action.after.ns > 0)
        text += fmt::format(", {} later", seconds_text(action.after.seconds()));
    text += fmt::format(": {}", name_of(action.kind));
    if (action.duration != sim::kForever) {
        text += fmt::format(", for {}", seconds_text(action.duration.seconds()));
    }
    if (action.until) text += ", until " + seen(*action.until);
    return text;
}

std::vector<std::string> action_lines(const PlanInput& input) {
    std::vector<std::string> lines;
    for (const auto& action : input.scenario.system(input.scenario.baseline).actions) {
        lines.push_back(fmt::format("action {}: {}", action.name.text, action_text(action)));
    }
    return lines;
}

/// " (90 s to 4 min)", where that is another answer than the estimate itself.
std::string bounds_text(const Forecast& times) {
    constexpr double kTheSame = 0.1;
    const bool narrow = times.most_seconds < times.seconds * (1 + kTheSame) &&
                        times.least_seconds > times.seconds * (1 - kTheSame);
    const auto least = forecast_text(times.least_seconds);
    const auto most = forecast_text(times.most_seconds);
    return narrow || least == most ? "" : fmt::format(" ({} to {})", least, most);
}

std::string plan_line(const PlanInput& input, const Forecast& times) {
    const auto& experiment = input.scenario.experiment;
    std::string most;
    if (experiment.replications_auto) {
        most = fmt::format(", {} should the verdicts need all", forecast_text(times.all_seconds));
    }
    return fmt::format(
        "Plan: {} x {}{}, about {} events each. Estimate: {}{} on {}{}, first table in {}.",
        plural(input.strategies.size(), "strategy"), replications_text(experiment),
        input.scenario.faults.empty() ? "" : " x (fault + twin)", events_text(times.events_each),
        forecast_text(times.seconds), bounds_text(times), plural(input.jobs, "core"), most,
        forecast_text(times.first_table_s));
}

/// "file", "preset boto3"
std::string origin_text(const EffectiveSetting& setting) {
    std::string text(to_string(setting.origin));
    if (!setting.preset.empty()) text += " " + setting.preset;
    return text;
}

sim::Table settings_table(const std::vector<EffectiveSetting>& settings) {
    sim::Table table;
    table.columns = {{"setting"}, {"value"}, {"from"}, {""}};
    for (const auto& setting : settings) {
        table.rows.push_back({{setting.path},
                              {setting.value},
                              {origin_text(setting), sim::Tone::quiet},
                              {setting.flag, sim::Tone::unsure}});
    }
    return table;
}

Json plan_json(const PlanInput& input, const std::vector<ServiceLoad>& loads,
               const Forecast& times) {
    const auto& system = input.strategies[input.baseline].input;
    const auto& experiment = input.scenario.experiment;
    Json json;
    json["formatVersion"] = "1.0";
    json["command"] = "plan";
    json["scenario"] = {{"name", input.scenario.name}, {"sha256", input.scenario.sha256}};
    json["seed"] = experiment.seed;
    json["runs"] = experiment.replications_auto ? Json("auto") : Json(experiment.replications);
    json["twins"] = !input.scenario.faults.empty();
    json["warmUpRuns"] = experiment.warmup_auto ? kPilotRuns : 0;
    json["eventsEach"] = std::round(times.events_each);
    json["trial"] = trial_json(input);
    json["services"] = Json::array();
    for (std::uint32_t s = 0; s < loads.size(); ++s) {
        Json one;
        one["name"] = system.topology.services[s].name;
        one["slots"] = loads[s].slots;
        one["throughput"] = loads[s].per_s;
        one["busy"] = finite(loads[s].busy);
        one["busyZoneLost"] = finite(loads[s].busy_zone_lost);
        one["worstZone"] =
            loads[s].worst_zone ? Json(system.topology[*loads[s].worst_zone].name) : Json();
        one["triesThatFit"] = finite(loads[s].tries_that_fit);
        one["triesUpTo"] = Json::object();
        const auto tries = tries_of(input, s);
        for (std::size_t i = 0; i < tries.size(); ++i) {
            one["triesUpTo"][input.strategies[i].name] = tries[i].product;
        }
        json["services"].push_back(std::move(one));
    }
    json["actions"] = Json::array();
    for (const auto& action : input.scenario.system(input.scenario.baseline).actions) {
        json["actions"].push_back({{"name", action.name.text},
                                   {"does", name_of(action.kind)},
                                   {"text", action_text(action)}});
    }
    json["settings"] = Json::array();
    for (const auto& setting : input.settings) {
        json["settings"].push_back({{"path", setting.path},
                                    {"value", setting.value},
                                    {"origin", origin_text(setting)},
                                    {"flag", setting.flag.empty() ? Json() : Json(setting.flag)}});
    }
    json["notes"] = input.notes;
    return json;
}

}  // namespace

sim::Document plan_document(const PlanInput& input) {
    const auto loads = service_loads(input.strategies[input.baseline].input);
    const auto times = forecast(input.scenario.experiment, input.trials, input.shape, input.jobs);
    sim::Document document;
    document.title = title_of(input);
    document.blocks.emplace_back(load_table(input, loads));
    document.blocks.emplace_back(sim::BlankLine{});
    const auto add = [&](const std::string& line) {
        document.blocks.emplace_back(sim::Paragraph{line, sim::Tone::plain, 2, 2});
    };
    for (const auto& line : primary_lines(input)) add(line);
    for (const auto& line : rollout_lines(input)) add(line);
    for (const auto& line : level_lines(input)) add(line);
    for (const auto& line : action_lines(input)) add(line);
    for (const auto& line : tries_lines(input, loads)) add(line);
    if (input.scenario.experiment.warmup_auto) {
        add(
            fmt::format("warm-up: looked for by MSER-5 before the study, in {} runs of each "
                        "strategy without faults",
                        kPilotRuns));
    }
    for (const auto& line :
         note_lines(input.scenario, input.settings, input.scenario.guesses.size()))
        add(line);
    for (const auto& line : input.notes) add("note: " + line);
    if (input.all_settings) {
        document.blocks.emplace_back(sim::BlankLine{});
        document.blocks.emplace_back(settings_table(input.settings));
        document.blocks.emplace_back(sim::BlankLine{});
    }
    document.blocks.emplace_back(sim::Paragraph{plan_line(input, times), sim::Tone::strong, 0, 2});
    add(trial_text(input, times));
    document.blocks.emplace_back(
        sim::Paragraph{"Next: firedrill run " + input.file, sim::Tone::plain, 0, 0, false});
    document.data = plan_json(input, loads, times);
    return document;
}

}  // namespace models
