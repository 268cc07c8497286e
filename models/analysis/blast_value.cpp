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

/// Of each journey in every run: the parts of the cube that are a journey of a group, added up.
class JourneySuccesses {
  public:
    JourneySuccesses(const StudyFrame& frame, const std::vector<BlastRun>& runs)
        : frame_(frame), runs_(runs), slices_(blast_slices(frame)) {}

    [[nodiscard]] std::vector<Successes> of(const std::string& journey) const {
        std::vector<Successes> sums(runs_.size());
        for (std::size_t i = 0; i < slices_.size(); ++i) {
            const auto flow = whole_flow(frame_, slices_[i]);
            if (!flow || frame_.flows[*flow].journey != journey) continue;
            for (std::size_t r = 0; r < runs_.size(); ++r) {
                sums[r].gross += runs_[r].digest->cells[i].shortfall;
                sums[r].rebound += runs_[r].digest->cells[i].rebound;
            }
        }
        return sums;
    }

  private:
    const StudyFrame& frame_;
    const std::vector<BlastRun>& runs_;
    std::vector<BlastSlice> slices_;
};

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
    const JourneySuccesses successes(frame, runs);
    std::vector<ValueStory> stories;
    for (const auto& value : values) {
        const auto sums = successes.of(value.journey);
        const auto estimate = [&](const auto& get) {
            std::vector<Measure> measures;
            for (const auto& one : sums) measures.emplace_back(get(one));
            return estimate_differences(measures, confidence);
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
    const JourneySuccesses successes(frame, runs);
    std::vector<MoneyStory> stories;
    for (const auto& currency : currencies) {
        std::vector<Measure> sums(runs.size(), Measure(0.0));
        for (const auto& value : values) {
            if (!value.worth || value.currency != currency) continue;
            const auto won = successes.of(value.journey);
            for (std::size_t i = 0; i < sums.size(); ++i) {
                *sums[i] += net_of(won[i]) * *value.worth;
            }
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
