// What operators did and whether it helped, and which faults the system got over by itself.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/analysis/json_parts.hpp"
#include "models/analysis/recovery.hpp"
#include "models/analysis/study_report.hpp"
#include "models/analysis/study_tables.hpp"

namespace models {

namespace {

/// One action of one strategy over its replications.
struct ActionStory {
    std::size_t runs = 0;                      ///< in all
    std::size_t fired = 0;                     ///< runs in which it did
    double times = 0;                          ///< per run in which it did
    double first_s = 0;                        ///< median
    double active_s = 0;                       ///< median
    double waited_s = 0;                       ///< mean
    std::array<double, kActionDeeds> deeds{};  ///< per run in which it fired
    std::size_t down = 0;                      ///< runs in which it found the system down
    std::size_t judged = 0;                    ///< of those, with enough time after it
    std::size_t out = 0;                       ///< of those
    double out_after_s = 0;                    ///< median of those
};

ActionStory story_of(const StrategyRuns& strategy, std::size_t action) {
    ActionStory story;
    std::vector<double> first;
    std::vector<double> active;
    std::vector<double> out;
    story.runs = strategy.runs.size();
    for (const auto& run : strategy.runs) {
        const auto& one = run.actions[action];
        story.waited_s += one.did.waited_s / static_cast<double>(story.runs);
        if (one.did.fired == 0) continue;
        ++story.fired;
        story.times += static_cast<double>(one.did.fired);
        first.push_back(*one.did.first_s);
        active.push_back(one.did.active_s);
        for (std::size_t i = 0; i < kActionDeeds; ++i) {
            story.deeds[i] += static_cast<double>(one.did.deeds[i]);
        }
        if (!one.found_down.value_or(false)) continue;
        ++story.down;
        story.judged += one.looked ? 1 : 0;
        if (!one.out_after_s) continue;
        ++story.out;
        out.push_back(*one.out_after_s);
    }
    story.first_s = median_of(first);
    story.active_s = median_of(active);
    story.out_after_s = median_of(out);
    if (story.fired == 0) return story;
    story.times /= static_cast<double>(story.fired);
    for (auto& deed : story.deeds) deed /= static_cast<double>(story.fired);
    return story;
}

constexpr std::array<const char*, kActionDeeds> kDeedTexts = {"turned away", "calls left out",
                                                              "restarted", "added", "refused"};
constexpr std::array<const char*, kActionDeeds> kDeedKeys = {"turnedAway", "leftOut", "restarted",
                                                             "added", "refused"};

std::string deeds_text(const ActionStory& story) {
    std::string text;
    for (std::size_t i = 0; i < kActionDeeds; ++i) {
        if (story.deeds[i] <= 0) continue;
        const double value = story.deeds[i] < 10 ? story.deeds[i] : std::round(story.deeds[i]);
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", number_text(value), kDeedTexts[i]);
    }
    if (story.waited_s > 0) {
        text += fmt::format("{}waited {} for a control plane", text.empty() ? "" : ", ",
                            seconds_text(story.waited_s));
    }
    return text.empty() ? "-" : text;
}

std::string of_text(std::size_t count, std::size_t all) { return fmt::format("{}/{}", count, all); }

std::vector<sim::Cell> action_row(const StrategyRuns& strategy, std::size_t action) {
    const auto story = story_of(strategy, action);
    std::vector<sim::Cell> row = {
        {strategy.frame.actions[action]}, {strategy.name}, {of_text(story.fired, story.runs)}};
    if (story.fired == 0) {
        row.insert(row.end(), {{"-"}, {"-"}, {deeds_text(story)}, {"-"}, {"-"}});
        return row;
    }
    const auto at = seconds_text(story.first_s);
    row.push_back(
        {story.times > 1 ? fmt::format("{}, {} times", at, number_text(story.times)) : at});
    row.push_back({seconds_text(story.active_s)});
    row.push_back({deeds_text(story)});
    row.push_back({of_text(story.down, story.fired)});
    if (story.down == 0) {
        row.push_back({"-"});
    } else if (story.judged == 0) {
        row.push_back({"too little time to see"});
    } else if (story.out == 0) {
        row.push_back({of_text(story.out, story.judged), sim::Tone::bad});
    } else {
        row.push_back({fmt::format("{}, after {}", of_text(story.out, story.judged),
                                   seconds_text(story.out_after_s))});
    }
    return row;
}

RecoveryRatio ratio_of(const StrategyRuns& strategy, std::size_t fault) {
    RecoveryRatio ratio;
    std::vector<double> times;
    for (const auto& run : strategy.runs) {
        double longest = 0;
        for (const auto& group : run.recovery) {
            longest =
                std::max(longest, group[fault].value_or(std::numeric_limits<double>::infinity()));
        }
        ++ratio.runs;
        ratio.recovered += std::isinf(longest) ? 0 : 1;
        times.push_back(longest);
    }
    ratio.median_s = median_of(times);
    ratio.seen_s = seconds_after(strategy.frame, fault);
    ratio.relative = ratio.median_s / strategy.frame.faults[fault].duration.seconds();
    return ratio;
}

bool shows_recovery(const StrategyRuns& strategy, std::size_t fault) {
    return !strategy.frame.faults[fault].recurs && seconds_after(strategy.frame, fault) > 0 &&
           !strategy.runs.front().recovery.empty();
}

sim::Cell ratio_cell(const RecoveryRatio& ratio) {
    const auto count = of_text(ratio.recovered, ratio.runs);
    if (ratio.recovered == 0) {
        return {fmt::format("{} (not within {})", count, seconds_text(ratio.seen_s)),
                sim::Tone::bad};
    }
    const auto median = std::isinf(ratio.median_s) ? "> " + seconds_text(ratio.seen_s)
                                                   : seconds_text(ratio.median_s);
    const auto tone = ratio.recovered < ratio.runs ? sim::Tone::unsure : sim::Tone::plain;
    return {fmt::format("{}, {}", count, median), tone};
}

}  // namespace

sim::Table action_table(const StudyInput& input) {
    sim::Table table;
    table.columns = {{"action"}, {"strategy"}, {"fires in"},    {"at"},
                     {"for"},    {"did"},      {"system down"}, {"out of it"}};
    for (const auto& strategy : input.strategies) {
        for (std::size_t i = 0; i < strategy.frame.actions.size(); ++i) {
            table.rows.push_back(action_row(strategy, i));
        }
    }
    return table;
}

/// A row for every fault, or, when there are more strategies than fit, for every strategy.
sim::Table recovery_table(const StudyInput& input) {
    sim::Table table;
    table.columns = {{"recovered from"}, {"strategy"}, {"runs, median"}};
    const auto& faults = input.strategies.front().frame.faults;
    for (std::size_t f = 0; f < faults.size(); ++f) {
        for (const auto& strategy : input.strategies) {
            if (!shows_recovery(strategy, f)) continue;
            table.rows.push_back(
                {{faults[f].name}, {strategy.name}, ratio_cell(ratio_of(strategy, f))});
        }
    }
    return table;
}

Json actions_json(const StrategyRuns& strategy) {
    Json list = Json::array();
    for (std::size_t i = 0; i < strategy.frame.actions.size(); ++i) {
        const auto story = story_of(strategy, i);
        const bool fired = story.fired > 0;
        Json one = {{"name", strategy.frame.actions[i]},
                    {"runs", story.runs},
                    {"fired", story.fired},
                    {"times", fired ? Json(story.times) : Json()},
                    {"at", fired ? Json(story.first_s) : Json()},
                    {"lasts", fired ? Json(story.active_s) : Json()},
                    {"waited", story.waited_s}};
        for (std::size_t d = 0; d < kActionDeeds; ++d) one[kDeedKeys[d]] = story.deeds[d];
        one["foundDown"] = story.down;
        one["outOfIt"] = story.judged > 0 ? Json(story.out) : Json();
        one["outAfter"] = story.out > 0 ? Json(story.out_after_s) : Json();
        list.push_back(std::move(one));
    }
    return list;
}

Json recovery_ratio_json(const StrategyRuns& strategy) {
    if (strategy.runs.front().recovery.empty()) return nullptr;
    Json list = Json::array();
    for (std::size_t f = 0; f < strategy.frame.faults.size(); ++f) {
        if (!shows_recovery(strategy, f)) continue;
        const auto ratio = ratio_of(strategy, f);
        list.push_back({{"fault", strategy.frame.faults[f].name},
                        {"recovered", ratio.recovered},
                        {"runs", ratio.runs},
                        {"median", finite(ratio.median_s)},
                        {"seen", ratio.seen_s},
                        {"relative", finite(ratio.relative)}});
    }
    return list;
}

}  // namespace models
