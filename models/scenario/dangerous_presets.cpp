#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "models/scenario/resolved.hpp"

namespace models {

namespace {

void add_once(std::vector<std::string>& words, std::string word) {
    if (std::find(words.begin(), words.end(), word) == words.end()) {
        words.push_back(std::move(word));
    }
}

/// "a", "a and b", "a, b and c".
std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
        text += words[i];
    }
    return text;
}

/// One reason of one preset.
struct Danger {
    std::string reason;
    sim::SourceRange range;
    std::vector<std::string> settings;    ///< "`timeout: none`"
    std::vector<std::string> strategies;  ///< that have it
    std::vector<std::string> elsewhere;   ///< "service `web`": whatever the strategy
};

/// The strategy that a setting belongs to, if it does to one.
std::optional<std::size_t> strategy_of(const Scenario& scenario, const std::string& path) {
    for (std::size_t i = 0; i < scenario.strategies.size(); ++i) {
        if (path.starts_with("strategies." + scenario.strategies[i].name.text + ".")) return i;
    }
    return std::nullopt;
}

/// `services.web.queue` is in "service `web`"; empty for the file's own `policy`.
std::string place_of(const Scenario& scenario, const std::string& path) {
    for (const ServiceSpec& service : scenario.systems[0].services) {
        const std::string& name = service.name.text;
        if (path.starts_with("services." + name + ".")) return "service `" + name + "`";
    }
    for (const GroupSpec& group : scenario.systems[0].groups) {
        const std::string& name = group.name.text;
        if (path.starts_with("workload." + name + ".")) return "customers `" + name + "`";
    }
    return {};
}

Danger& danger_for(std::vector<Danger>& dangers, const EffectiveSetting& setting) {
    for (Danger& one : dangers) {
        if (one.reason == setting.flag) return one;
    }
    dangers.push_back({setting.flag, setting.range, {}, {}, {}});
    return dangers.back();
}

/// "in strategy `a`", "in 5 strategies (a, b, c, d and e)"; empty when there is only one.
std::string strategies_text(const Danger& danger, std::size_t all) {
    const auto count = danger.strategies.size();
    if (count == 0 || all == 1) return {};
    if (count == all) return fmt::format("in all {} strategies", all);
    if (count == 1) return fmt::format("in strategy `{}`", danger.strategies.front());
    return fmt::format("in {} strategies ({})", count, listed(danger.strategies));
}

std::string text_of(const Danger& danger, std::size_t all) {
    std::string where = strategies_text(danger, all);
    if (!danger.elsewhere.empty()) {
        where += (where.empty() ? "in " : " and ") + listed(danger.elsewhere);
    }
    if (!where.empty()) where += ": ";
    return fmt::format("{}{} {} a dangerous {}", where, listed(danger.settings),
                       danger.settings.size() == 1 ? "is" : "are", danger.reason);
}

}  // namespace

std::vector<DangerousPreset> dangerous_presets(const Scenario& scenario,
                                               const std::vector<EffectiveSetting>& settings,
                                               std::span<const std::size_t> strategies) {
    std::vector<Danger> dangers;
    for (const EffectiveSetting& setting : settings) {
        if (setting.preset.empty() || setting.flag.empty()) continue;
        const auto strategy = strategy_of(scenario, setting.path);
        const bool chosen = !strategy || std::find(strategies.begin(), strategies.end(),
                                                   *strategy) != strategies.end();
        if (!chosen) continue;
        Danger& danger = danger_for(dangers, setting);
        add_once(danger.settings, fmt::format("`{}: {}`", setting.name, setting.value));
        if (strategy) {
            add_once(danger.strategies, scenario.strategies[*strategy].name.text);
        } else if (auto place = place_of(scenario, setting.path); !place.empty()) {
            add_once(danger.elsewhere, std::move(place));
        }
    }
    std::vector<DangerousPreset> found;
    for (const Danger& danger : dangers) {
        found.push_back({danger.range, text_of(danger, scenario.strategies.size())});
    }
    return found;
}

}  // namespace models
