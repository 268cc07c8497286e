#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/analysis/study_report.hpp"

namespace models {

namespace {

std::string names_of(const StudyInput& input, const std::vector<std::size_t>& strategies) {
    std::vector<std::string> names;
    for (const auto s : strategies) names.push_back(input.strategies[s].name);
    return listed(names);
}

/// "4", "3 or 4", "1 to 4": SLOs that the other strategies meet.
std::string counts_of_others(const StudyInput& input, std::size_t winner) {
    std::size_t least = input.settings.slos.size();
    std::size_t most = 0;
    for (std::size_t s = 0; s < input.strategies.size(); ++s) {
        if (s == winner) continue;
        least = std::min(least, input.result.strategies[s].slos_met);
        most = std::max(most, input.result.strategies[s].slos_met);
    }
    if (least == most) return fmt::format("{}", least);
    return fmt::format("{} {} {}", least, most == least + 1 ? "or" : "to", most);
}

std::string rule_text(const std::string& name) {
    return name == "slosMet" ? "SLOs met" : "`" + name + "`";
}

void add_winner(const StudyInput& input, const sim::Comparison& comparison,
                std::vector<std::string>& lines) {
    const std::size_t winner = *comparison.winner;
    const auto& rule = comparison.rules[*comparison.decided_by];
    lines.push_back(
        fmt::format("Winner: {} — meets {} of {}, the {} {} (decided by {}; {} of {} runs agree).",
                    input.strategies[winner].name, input.result.strategies[winner].slos_met,
                    input.settings.slos.size(), input.strategies.size() == 2 ? "other" : "others",
                    counts_of_others(input, winner), rule_text(rule.name), rule.runs_agree,
                    comparison.replications));
    for (const auto& other : comparison.rules) {
        if (!other.winner || *other.winner == winner) continue;
        lines.push_back(fmt::format("By {} alone {} would win.", rule_text(other.name),
                                    input.strategies[*other.winner].name));
    }
}

const sim::PairResult* find_value_pair(const sim::Comparison& comparison, std::size_t a,
                                       std::size_t b) {
    for (const auto& rule : comparison.rules) {
        if (rule.name == "slosMet") continue;
        for (const auto& pair : rule.pairs) {
            if (pair.a == std::min(a, b) && pair.b == std::max(a, b)) return &pair;
        }
    }
    return nullptr;
}

/// The unit in which a difference of that rule is printed.
std::string difference_text(const StudyInput& input, const sim::PairResult& pair) {
    for (const auto& slo : input.settings.slos) {
        if (slo.name != pair.metric) continue;
        if (unit_of(slo.metric) == MetricUnit::ratio || rule_of(slo) == SloRule::within) {
            return fmt::format("difference {:.1f} points, matters from {:g}",
                               std::abs(100 * pair.difference.value), 100 * pair.matters);
        }
        const auto unit = unit_of(slo.metric);
        if (std::isinf(pair.difference.value)) break;
        return fmt::format("difference {}, matters from {}",
                           metric_text(unit, std::abs(pair.difference.value)),
                           metric_text(unit, pair.matters));
    }
    return "no difference that matters";
}

/// Whether the strategies did the same in every run, down to the last request.
bool all_identical(const StudyInput& input, const std::vector<std::size_t>& group) {
    const auto& first = input.strategies[group[0]].runs;
    return std::all_of(group.begin(), group.end(), [&](std::size_t s) {
        return std::equal(first.begin(), first.end(), input.strategies[s].runs.begin(),
                          input.strategies[s].runs.end(), same_numbers);
    });
}

/// Why they are tied: a metric that happens to be the same does not make strategies identical.
std::string tie_text(const StudyInput& input, const sim::Comparison& comparison,
                     const std::vector<std::size_t>& group) {
    if (all_identical(input, group)) return "identical";
    const auto* pair = find_value_pair(comparison, group[0], group[1]);
    if (pair == nullptr) return "as many SLOs met";
    if (pair->identical) return fmt::format("{} is the same in every run", pair->metric);
    return difference_text(input, *pair);
}

void add_ties(const StudyInput& input, const sim::Comparison& comparison,
              std::vector<std::string>& lines) {
    for (const auto& group : comparison.tied) {
        lines.push_back(fmt::format("Tied: {} ({}).", names_of(input, group),
                                    tie_text(input, comparison, group)));
    }
}

/// Whether those that are left in the race are tied with each other, not just unsure.
bool all_tied(const sim::Comparison& comparison) {
    return std::any_of(comparison.tied.begin(), comparison.tied.end(), [&](const auto& group) {
        return std::all_of(comparison.candidates.begin(), comparison.candidates.end(),
                           [&](std::size_t one) {
                               return std::find(group.begin(), group.end(), one) != group.end();
                           });
    });
}

/// "every gateway call to checkout-api is tried up to 4 times and each of those up to 4 times at
/// payment": the edges that retry on the way to a service, from its callers up.
std::string layers_text(const StudyFrame& frame, const std::string& service) {
    std::vector<const FrameEdge*> layers;
    std::string at = service;
    // Bounded by the number of services: the call graph has no cycles.
    for (std::size_t depth = 0; depth <= frame.services.size(); ++depth) {
        const FrameEdge* worst = nullptr;
        for (const auto& edge : frame.edges) {
            if (edge.callee != at) continue;
            if (worst == nullptr || edge.max_tries > worst->max_tries) worst = &edge;
        }
        if (worst == nullptr) break;
        if (worst->max_tries > 1 && !worst->budgeted) layers.insert(layers.begin(), worst);
        if (worst->from_customers) break;
        at = worst->caller;
    }
    std::string text;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const auto& edge = *layers[i];
        text += i == 0 ? fmt::format("every call of {} to {} is tried up to {} times", edge.caller,
                                     edge.callee, edge.max_tries)
                       : fmt::format(" and each of those up to {} times at {}", edge.max_tries,
                                     edge.callee);
    }
    return text;
}

std::string story_text(const StrategyRuns& strategy, const ServiceStory& story) {
    const auto& name = strategy.frame.services[story.service].name;
    std::string text =
        fmt::format("{} is full {} after the fault's start", name, seconds_text(story.after_s));
    if (story.runs < strategy.runs.size()) {
        text += fmt::format(" in {} of {} runs", story.runs, strategy.runs.size());
    }
    if (story.amplification && std::abs(*story.amplification - 1) >= 0.05) {
        text += fmt::format(", gets {} tries for each one of the twin",
                            number_text(*story.amplification));
    }
    if (story.wasted && *story.wasted >= 0.005) {
        const bool queues = !strategy.runs.front().queues.empty();
        text += fmt::format(", {} of its work is for callers that gave up{}",
                            percent_text(*story.wasted, 0),
                            queues ? " or messages delivered again" : "");
    }
    if (2 * story.own_retries > story.runs) {
        text += ", and it stays full by its own retries";
    } else if (2 * story.until_end > story.runs) {
        text += ", and it stays full to the end";
    } else {
        text += fmt::format(", for {}", seconds_text(story.length_s));
    }
    return text;
}

/// "error 85 %, timeout 15 %" of all requests that fail, the most frequent first.
std::string failures_text(const StrategyRuns& strategy) {
    std::vector<std::pair<std::uint64_t, Outcome>> counts;
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < kOutcomes; ++i) {
        const auto outcome = static_cast<Outcome>(i);
        if (is_success(outcome)) continue;
        std::uint64_t count = 0;
        for (const auto& run : strategy.runs) {
            for (const auto& flow : run.flows) count += flow.front().outcomes[i];
        }
        all += count;
        if (count > 0) counts.emplace_back(count, outcome);
    }
    std::stable_sort(counts.begin(), counts.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(3, counts.size()); ++i) {
        const double share = static_cast<double>(counts[i].first) / static_cast<double>(all);
        text += fmt::format("{}{} {}", i > 0 ? ", " : "", to_string(counts[i].second),
                            percent_text(share, 0));
    }
    return text;
}

std::string why_text(const StrategyRuns& strategy, const StrategyResult& result,
                     const std::string& in_parts) {
    std::vector<std::string> parts;
    if (!in_parts.empty()) parts.push_back(in_parts);
    for (const auto& fault : strategy.frame.faults) {
        for (const auto& stop : fault.stops) {
            if (!in_parts.empty()) continue;  // it says what stops
            parts.push_back(fmt::format("{} stops for {}",
                                        strategy.frame.services[stop.service].name,
                                        seconds_text(stop.seconds)));
        }
    }
    if (result.stories.empty()) {
        parts.emplace_back("no service is full for long");
        const auto failures = failures_text(strategy);
        if (!failures.empty()) parts.push_back("its failures are " + failures);
    } else {
        const auto& first = result.stories.front();
        auto layers = layers_text(strategy.frame, strategy.frame.services[first.service].name);
        if (!layers.empty()) parts.push_back(std::move(layers));
        parts.push_back(story_text(strategy, first));
    }
    std::vector<std::string> others;
    for (std::size_t i = 1; i < result.stories.size(); ++i) {
        others.push_back(strategy.frame.services[result.stories[i].service].name);
    }
    if (!others.empty()) {
        parts.push_back(fmt::format("full with it: {}", listed(others)));
    }
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) text += (i > 0 ? "; " : "") + parts[i];
    return text;
}

/// The baseline when it misses an SLO, else the first strategy that does.
std::optional<std::size_t> failing_strategy(const StudyInput& input) {
    if (input.result.strategies[input.settings.baseline].verdict == sim::Verdict::missed) {
        return input.settings.baseline;
    }
    for (std::size_t s = 0; s < input.strategies.size(); ++s) {
        if (input.result.strategies[s].verdict == sim::Verdict::missed) return s;
    }
    return std::nullopt;
}

/// "eu-shoppers and partners (checkout) until the end; us-shoppers (checkout) for 20 s; nobody's
/// browse".
std::string hit_text(const StrategyRuns& strategy, const StrategyResult& result) {
    std::vector<std::pair<std::string, std::vector<std::string>>> hits;
    std::map<std::string, bool> journeys;
    for (const auto& loss : result.losses) {
        const auto& flow = strategy.frame.flows[loss.flow];
        journeys[flow.journey] = journeys[flow.journey] || loss.hit;
        if (!loss.hit) continue;
        const auto when =
            loss.until_end ? std::string("until the end") : "for " + seconds_text(loss.lasts_s);
        const auto key = fmt::format("({}) {}", flow.journey, when);
        const auto known = std::find_if(hits.begin(), hits.end(),
                                        [&](const auto& hit) { return hit.first == key; });
        if (known == hits.end()) {
            hits.push_back({key, {flow.group}});
        } else {
            known->second.push_back(flow.group);
        }
    }
    std::string text;
    for (const auto& [key, groups] : hits) {
        text += (text.empty() ? "" : "; ") + listed(groups) + " " + key;
    }
    std::vector<std::string> spared;
    for (const auto& [journey, hit] : journeys) {
        if (!hit) spared.push_back("nobody's " + journey);
    }
    if (!spared.empty()) text += (text.empty() ? "" : "; ") + listed(spared);
    return text;
}

}  // namespace

std::vector<std::string> winner_lines(const StudyInput& input) {
    std::vector<std::string> lines;
    const auto& comparison = input.result.comparison;
    if (comparison) {
        if (comparison->winner) {
            add_winner(input, *comparison, lines);
        } else {
            const auto names = names_of(input, comparison->candidates);
            lines.push_back(all_tied(*comparison)
                                ? fmt::format("No winner: {} are equally good.", names)
                                : fmt::format("No winner: {} cannot be told apart with {} runs.",
                                              names, comparison->replications));
        }
        add_ties(input, *comparison, lines);
        if (comparison->pairing_gain && *comparison->pairing_gain >= 1.5) {
            lines.push_back(fmt::format(
                "Pairing: on common draws each run tells as much as {} independent ones.",
                number_text(std::round(*comparison->pairing_gain * 10) / 10)));
        }
    }
    // With a value the report's second line has said it.
    if (input.scenario.values.empty()) {
        for (auto& line : loss_lines(input)) lines.push_back(std::move(line));
    }
    return lines;
}

std::vector<std::string> why_lines(const StudyInput& input) {
    std::vector<std::string> lines;
    const auto failing = failing_strategy(input);
    if (failing) {
        const auto& strategy = input.strategies[*failing];
        const bool is_baseline = *failing == input.settings.baseline;
        lines.push_back(
            fmt::format("Why {} fails: {}.", strategy.name,
                        why_text(strategy, input.result.strategies[*failing],
                                 is_baseline && input.why ? parts_sentence(*input.why) : "")));
    } else if (input.why && !input.why->parts.empty()) {
        lines.push_back(fmt::format("What costs {} its requests: {}.", input.why->strategy,
                                    parts_sentence(*input.why)));
    }
    if (input.help) lines.push_back(remedy_line(*input.help));
    const std::size_t shown = failing.value_or(input.settings.baseline);
    const auto hit = hit_text(input.strategies[shown], input.result.strategies[shown]);
    if (!hit.empty()) {
        lines.push_back(fmt::format("Who is hit ({}): {}.", input.strategies[shown].name, hit));
    }
    return lines;
}

namespace {

/// `services.payment.latency.p50` is a guess about `payment.latency`.
std::string guess_name(std::string path) {
    constexpr std::string_view kServices = "services.";
    if (path.starts_with(kServices)) path = path.substr(kServices.size());
    const auto dot = path.rfind('.');
    if (dot == std::string::npos) return path;
    const auto last = path.substr(dot + 1);
    for (const auto* part : {"p50", "p90", "p95", "p99", "mean", "cv", "min", "max"}) {
        if (last == part) return path.substr(0, dot);
    }
    return path;
}

void add_once(std::vector<std::string>& words, std::string word) {
    if (std::find(words.begin(), words.end(), word) == words.end())
        words.push_back(std::move(word));
}

std::string joined(const std::vector<std::string>& words, const char* between) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) text += (i > 0 ? between : "") + words[i];
    return text;
}

/// Windows that are longer than a second, and why; empty: they are not.
std::string window_note(const Scenario& scenario) {
    const auto& experiment = scenario.experiment;
    const WindowGrid grid(experiment.duration, experiment.windows);
    if (grid.step_s() == 1) return "";
    const auto step = seconds_text(static_cast<double>(grid.step_s()));
    auto text = fmt::format("windows of {}", step);
    if (experiment.windows.ns == 0) {
        text += fmt::format(": the run is longer than {} (`experiment.windows`)",
                            seconds_text(static_cast<double>(WindowGrid::kMost)));
    }
    if (scenario.faults.empty()) return text;
    return text + fmt::format("; recovery and what else faults do are known to {} only", step);
}

}  // namespace

std::vector<std::string> note_lines(const Scenario& scenario,
                                    const std::vector<EffectiveSetting>& settings,
                                    std::size_t most_guesses) {
    std::vector<std::string> guesses;
    for (const auto& guess : scenario.guesses) add_once(guesses, guess_name(guess.path));
    if (guesses.size() > most_guesses) {
        const auto rest = guesses.size() - most_guesses;
        guesses.resize(most_guesses);
        guesses.push_back(fmt::format("and {} more (firedrill plan has them all)", rest));
    }
    std::vector<std::string> defaults;
    for (const auto& setting : settings) {
        // What a preset brings has a note of its own.
        if (setting.flag.empty() || !setting.preset.empty()) continue;
        add_once(defaults, setting.name + " " + setting.value);
    }
    std::vector<std::string> lines;
    if (!guesses.empty()) lines.push_back("guesses (~): " + joined(guesses, ", "));
    if (!defaults.empty()) {
        lines.push_back("defaults that matter: " + joined(defaults, " · "));
    }
    auto windows = window_note(scenario);
    if (!windows.empty()) lines.push_back(std::move(windows));
    return lines;
}

}  // namespace models
