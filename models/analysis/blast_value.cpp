#include "models/analysis/blast_value.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/analysis/format.hpp"

namespace models {

namespace {

struct Successes {
    double gross = 0;
    double rebound = 0;
};

/// Of one journey in one run: the parts of the cube that are a journey of a group, added up.
Successes successes_of(const StudyFrame& frame, const std::vector<BlastSlice>& slices,
                       const BlastRun& run, const std::string& journey) {
    Successes sum;
    for (std::size_t i = 0; i < slices.size(); ++i) {
        const auto flow = whole_flow(frame, slices[i]);
        if (!flow || frame.flows[*flow].journey != journey) continue;
        sum.gross += run.digest->cells[i].shortfall;
        sum.rebound += run.digest->cells[i].rebound;
    }
    return sum;
}

template <class Get>
std::vector<Measure> over_runs(const StudyFrame& frame, const std::vector<BlastRun>& runs,
                               const std::string& journey, const Get& get) {
    const auto slices = blast_slices(frame);
    std::vector<Measure> values;
    for (const auto& run : runs) {
        values.emplace_back(get(successes_of(frame, slices, run, journey)));
    }
    return values;
}

double net_of(const Successes& one) { return one.gross - one.rebound; }

/// `6.49 M ±0.01`: money has many digits that nobody wants.
std::string money_text(const sim::Estimate& money) {
    for (const auto& [unit, name] : {std::pair(1e6, " M"), std::pair(1e3, " k")}) {
        if (std::abs(money.value) < 10 * unit && !(unit == 1e6 && std::abs(money.value) >= unit)) {
            continue;
        }
        auto scaled = money;
        scaled.value /= unit;
        const auto half = money.half_width();
        const double rounded = std::round(scaled.value * 100) / 100;
        if (!half) return number_text(rounded) + name;
        return fmt::format("{} ±{}{}", number_text(rounded),
                           number_text(std::round(*half / unit * 100) / 100), name);
    }
    return count_text(money);
}

std::string plural(const std::string& noun, double count) {
    return count == 1 || noun.ends_with('s') ? noun : noun + "s";
}

}  // namespace

std::vector<ValueStory> value_stories(const StudyFrame& frame, const std::vector<BlastRun>& runs,
                                      const std::vector<JourneyValue>& values, double confidence) {
    std::vector<ValueStory> stories;
    for (const auto& value : values) {
        const auto estimate = [&](const auto& get) {
            return estimate_differences(over_runs(frame, runs, value.journey, get), confidence);
        };
        ValueStory story{value, {}, {}, {}, {}};
        story.gross = estimate([](const Successes& one) { return one.gross; });
        story.rebound = estimate([](const Successes& one) { return one.rebound; });
        story.net = estimate(net_of);
        if (value.worth) {
            story.money =
                estimate([&](const Successes& one) { return net_of(one) * *value.worth; });
        }
        stories.push_back(std::move(story));
    }
    return stories;
}

std::vector<MoneyStory> money_stories(const StudyFrame& frame, const std::vector<BlastRun>& runs,
                                      const std::vector<JourneyValue>& values, double confidence) {
    std::vector<std::string> currencies;
    for (const auto& value : values) {
        const bool known =
            std::find(currencies.begin(), currencies.end(), value.currency) != currencies.end();
        if (value.worth && !known) currencies.push_back(value.currency);
    }
    std::vector<MoneyStory> stories;
    for (const auto& currency : currencies) {
        std::vector<Measure> sums(runs.size(), Measure(0.0));
        for (const auto& value : values) {
            if (!value.worth || value.currency != currency) continue;
            const auto nets = over_runs(frame, runs, value.journey, net_of);
            for (std::size_t i = 0; i < sums.size(); ++i) *sums[i] += *nets[i] * *value.worth;
        }
        stories.push_back({currency, estimate_differences(sums, confidence)});
    }
    return stories;
}

std::string value_text(const std::vector<ValueStory>& stories,
                       const std::vector<MoneyStory>& money) {
    std::vector<std::string> parts;
    for (const auto& story : stories) {
        const auto& net = story.net.estimate;
        if (!net || std::abs(net->value) < 0.5) continue;
        parts.push_back(count_text(*net) + " " + plural(story.value.noun, net->value));
    }
    if (parts.empty()) return "nothing";
    std::string text = listed(parts);
    std::vector<std::string> sums;
    for (const auto& one : money) {
        if (one.net.estimate) sums.push_back(money_text(*one.net.estimate) + " " + one.currency);
    }
    return sums.empty() ? text : text + " (" + listed(sums) + ")";
}

}  // namespace models
