#include "models/analysis/warnings.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/analysis/queue_trend.hpp"
#include "sim/core/assert.hpp"
#include "sim/stats/tail.hpp"

namespace models {

namespace {

/// Lines of them in a text report; the JSON has all.
constexpr std::size_t kMostLines = 4;

std::string requests_text(double requests) {
    return requests < 10 ? fmt::format("{:.2g}", requests) : number_text(std::round(requests));
}

/// "payment, under naive and jittered"; all strategies need no names.
std::string where_text(const WarningInput& input, const std::string& what,
                       const std::vector<std::string>& strategies) {
    if (strategies.size() == input.strategies.size()) return what;
    return what + ", under " + listed(strategies);
}

/// What holds of one subject (a service, a flow), under which strategies, told by the first.
template <class Find>
void add_by_strategy(const WarningInput& input, const std::string& what, const Find& find,
                     std::vector<Warning>& warnings) {
    std::optional<Warning> first;
    std::vector<std::string> names;
    for (const auto& strategy : input.strategies) {
        auto found = find(strategy);
        if (!found) continue;
        names.push_back(strategy.name);
        if (!first) first = std::move(found);
    }
    if (!first) return;
    first->where = where_text(input, what, names);
    warnings.push_back(std::move(*first));
}

bool load_varies(const Scenario& scenario) {
    return std::any_of(scenario.systems.begin(), scenario.systems.end(), [](const auto& system) {
        return std::any_of(system.groups.begin(), system.groups.end(),
                           [](const auto& group) { return group.day.has_value(); });
    });
}

/// With a fault the twins are looked at.
std::string without_faults(const StrategyRuns& strategy) {
    return strategy.frame.faults.empty() ? "" : " without the faults";
}

Warning unstable_queue(const StrategyRuns& strategy, const SettledTest& test) {
    return {WarningKind::unstable_queue,
            fmt::format("the number of requests grows all the time{}, by {} in a run: there is no "
                        "steady state, and what is measured depends on how long one looks",
                        without_faults(strategy), requests_text(test.growth)),
            "give it more slots or replicas, or less load; `firedrill plan` says how much fits",
            ""};
}

Warning still_warming(const WarningInput& input, const StrategyRuns& strategy,
                      const SettledTest& test) {
    const bool automatic = input.scenario.experiment.warmup_auto;
    return {
        WarningKind::warm_up,
        fmt::format("not settled when measuring begins: {} requests in the first tenth of a "
                    "run{}, {} in its second half",
                    requests_text(test.early), without_faults(strategy), requests_text(test.late)),
        automatic ? std::string("a longer `experiment.duration` lets the pilot see more")
                  : fmt::format("a longer warm-up than {}, or `warmup: auto`",
                                seconds_text(input.settings.experiment.warmup.seconds())),
        ""};
}

void add_settling(const WarningInput& input, WarningKind kind, std::vector<Warning>& warnings) {
    if (load_varies(input.scenario)) return;  // it should go up and down
    const auto& frame = input.strategies.front().frame;
    const double matters = input.settings.experiment.difference.relative;
    for (std::size_t s = 0; s < frame.services.size(); ++s) {
        const auto find = [&](const StrategyRuns& strategy) -> std::optional<Warning> {
            const auto test = settled_test(strategy.runs, s, frame.duration.seconds(), matters);
            if (kind == WarningKind::unstable_queue && test.unstable) {
                return unstable_queue(strategy, test);
            }
            if (kind == WarningKind::warm_up && test.still_warming) {
                return still_warming(input, strategy, test);
            }
            return std::nullopt;
        };
        add_by_strategy(input, frame.services[s].name, find, warnings);
    }
}

void add_no_steady_state(const WarningInput& input, std::vector<Warning>& warnings) {
    const auto& found = input.warm_up;
    if (!found.found || (found.steady() && found.series > 0)) return;
    const auto length = seconds_text(found.length.seconds());
    constexpr std::size_t kMostNames = 3;
    auto names = found.unsteady;
    if (names.size() > kMostNames) {
        const auto more = names.size() - kMostNames;
        names.resize(kMostNames);
        names.push_back(fmt::format("{} more", more));
    }
    Warning warning{WarningKind::no_steady_state, "", "", listed(names)};
    if (found.load_varies) {
        warning.text = fmt::format(
            "`warmup: auto`: the load follows the time of day, so that nothing settles; {} is used",
            length);
        warning.remedy = "write how long it takes until nothing is empty any more: `warmup: 10m`";
    } else if (found.series == 0) {
        warning.text = fmt::format(
            "`warmup: auto`: too little happens in {} to see what settles when; {} is used",
            seconds_text(found.looked_at_s), length);
        warning.remedy = "a longer `experiment.duration`, or a time: `warmup: 1m`";
    } else {
        warning.text =
            fmt::format("`warmup: auto` found no steady state within {} without faults; {} is used",
                        seconds_text(found.looked_at_s), length);
        warning.remedy =
            "look at what is overloaded (`firedrill plan`); if it is only slow, a longer "
            "`experiment.duration`";
    }
    warnings.push_back(std::move(warning));
}

bool has_variance(const sim::Distribution& distribution) {
    return std::isfinite(distribution.variance());
}

/// What is written is certain; what was measured is an estimate.
void add_written_tails(const WarningInput& input, std::vector<Warning>& warnings) {
    for (const auto& service : input.scenario.systems.front().services) {
        const bool heavy =
            std::any_of(service.endpoints.begin(), service.endpoints.end(),
                        [](const EndpointSpec& one) { return !has_variance(one.latency); });
        if (!heavy) continue;
        warnings.push_back({WarningKind::heavy_tail,
                            "its latency as written has no variance: the interval of a mean says "
                            "nothing here, a few requests decide it",
                            "judge a percentile instead of a mean, or give the law a `max`",
                            service.name.text});
    }
}

void add_measured_tails(const WarningInput& input, std::vector<Warning>& warnings) {
    const auto& frame = input.strategies.front().frame;
    for (std::size_t f = 0; f < frame.flows.size(); ++f) {
        const auto find = [&](const StrategyRuns& strategy) -> std::optional<Warning> {
            if (f >= strategy.series.flows.size()) return std::nullopt;
            const auto& flow = strategy.series.flows[f];
            const bool plain = strategy.frame.faults.empty();
            const auto index = sim::heavy_tail(plain ? flow.whole : flow.whole_twin);
            if (!index) return std::nullopt;
            return Warning{
                WarningKind::heavy_tail,
                fmt::format("the slowest requests{} follow a tail of index {:.2g} (Hill's "
                            "estimate): below 2 there is no variance, and the interval of a mean "
                            "says nothing",
                            without_faults(strategy), *index),
                "judge a percentile instead of a mean, or bound the time with a timeout", ""};
        };
        add_by_strategy(input, frame.flows[f].group + " " + frame.flows[f].journey, find, warnings);
    }
}

}  // namespace

std::string_view to_string(WarningKind kind) {
    switch (kind) {
        case WarningKind::unstable_queue:
            return "unstableQueue";
        case WarningKind::no_steady_state:
            return "noSteadyState";
        case WarningKind::warm_up:
            return "warmUpNotReached";
        case WarningKind::heavy_tail:
            return "heavyTail";
        case WarningKind::too_few_runs:
            return "tooFewRuns";
        case WarningKind::percentile:
            return "percentileNotEstimable";
        case WarningKind::rare_event:
            return "rareEvent";
    }
    SIM_ASSERT(false);
}

std::vector<Warning> find_warnings(const WarningInput& input) {
    std::vector<Warning> warnings;
    add_settling(input, WarningKind::unstable_queue, warnings);
    add_no_steady_state(input, warnings);
    add_settling(input, WarningKind::warm_up, warnings);
    add_written_tails(input, warnings);
    add_measured_tails(input, warnings);
    auto slos = find_slo_warnings(input);
    std::move(slos.begin(), slos.end(), std::back_inserter(warnings));
    return warnings;
}

nlohmann::ordered_json warnings_json(const std::vector<Warning>& warnings) {
    auto list = nlohmann::ordered_json::array();
    for (const auto& one : warnings) {
        list.push_back({{"kind", to_string(one.kind)},
                        {"text", one.text},
                        {"remedy", one.remedy},
                        {"where", one.where}});
    }
    return list;
}

void add_warnings(const std::vector<Warning>& warnings, sim::Document& document) {
    if (warnings.empty()) return;
    document.blocks.emplace_back(sim::BlankLine{});
    for (std::size_t i = 0; i < std::min(warnings.size(), kMostLines); ++i) {
        const auto& one = warnings[i];
        const auto where = one.where.empty() ? std::string() : one.where + ": ";
        document.blocks.emplace_back(
            sim::Paragraph{fmt::format("careful: {}{} -> {}", where, one.text, one.remedy),
                           sim::Tone::unsure, 0, 2});
    }
    if (warnings.size() > kMostLines) {
        document.blocks.emplace_back(sim::Paragraph{
            fmt::format("… {} more warnings: -o result.json", warnings.size() - kMostLines),
            sim::Tone::quiet});
    }
}

}  // namespace models
