#include "tests/swarm/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "models/policy/retry_on.hpp"

namespace swarm {

std::string Values::duration() {
    if (dice_.once_in(3)) return fmt::format("{}ms", dice_.between(1, 3000));
    return dice_.one_of({"0ms", "1us", "1ms", "5ms", "20ms", "50ms", "100ms", "250ms", "500ms",
                         "1s", "2s", "3s", "5s", "10s", "1m"});
}

std::string Values::percent() {
    if (dice_.once_in(3)) return fmt::format("{}%", dice_.between(0, 100));
    return dice_.one_of({"0%", "0.1%", "1%", "5%", "20%", "50%", "80%", "95%", "100%"});
}

std::string Values::distribution() {
    switch (dice_.below(9)) {
        case 0:
            return fmt::format("{{p50: {}ms, p99: {}ms}}", dice_.between(1, 20),
                               dice_.between(21, 300));
        case 1:
            return fmt::format("{{p50: {}ms, p99: {}ms, shape: {}}}", dice_.between(1, 20),
                               dice_.between(21, 90), dice_.one_of({"gamma", "weibull"}));
        case 2:
            return fmt::format("{{mean: {}ms, shape: exponential}}", dice_.between(1, 40));
        case 3:
            return fmt::format("{{mean: {}ms, cv: {}}}", dice_.between(1, 40), dice_.between(1, 3));
        case 4:
            return "{pareto: {min: 1ms, alpha: 1.5, max: 1s}}";
        case 5:
            return "{hyperexponential: {means: [1ms, 50ms], shares: [90%, 10%]}}";
        case 6:
            return fmt::format("{{erlang: {{mean: {}ms, k: 4}}}}", dice_.between(1, 30));
        case 7:
            return "{uniform: [1ms, 5ms]}";
        default:
            return fmt::format("{}ms", dice_.between(0, 30));
    }
}

/// One or more of the conditions on which a caller may retry.
std::string Values::conditions() {
    std::string list;
    const auto count = dice_.between(1, 4);
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto one = static_cast<models::RetryCondition>(dice_.below(models::kRetryConditions));
        const std::string name(models::to_string(one));
        if (list.find(name) != std::string::npos) continue;
        list += (list.empty() ? "" : ", ") + name;
    }
    return "[" + list + "]";
}

std::string Values::by_word(std::string_view type) {
    if (type.starts_with('\'')) return std::string(type.substr(1, type.size() - 2));
    if (type.starts_with("[condition")) return conditions();
    if (type.starts_with('[')) {
        return fmt::format("[{}]", of_type(type.substr(1, type.size() - 2)));
    }
    if (type.starts_with('{')) {
        return fmt::format("{{{}: {}}}", dice_.one_of(names_.journeys),
                           of_type(type.substr(1, type.size() - 2)));
    }
    if (type == "duration") return duration();
    if (type == "percent") return percent();
    if (type == "number") return dice_.one_of({"0", "0.1", "0.5", "1", "2", "10"});
    if (type == "factor") return dice_.one_of({"0.5x", "1x", "2x", "5x", "20x"});
    if (type == "count") return fmt::format("{}", dice_.between(0, 12));
    if (type == "rate") return dice_.one_of({"0.5/s", "5/s", "20/s", "100/s", "2000/s", "60/m"});
    if (type == "boolean") return dice_.one_of({"true", "false"});
    if (type == "distribution") return distribution();
    if (type == "condition") return conditions();
    if (type == "priority") {
        return dice_.one_of({"criticalPlus", "critical", "sheddablePlus", "sheddable"});
    }
    if (type == "errors") {
        return dice_.once_in(2) ? percent()
                                : fmt::format("{{share: {}, as: {}}}", percent(),
                                              dice_.one_of({"error", "503", "reset"}));
    }
    if (type == "text") return dice_.one_of(names_.endpoints);
    if (type == "name") {
        return dice_.one_of(dice_.once_in(2) ? names_.services : names_.zones);
    }
    return dice_.one_of(names_.journeys);  // any
}

std::string Values::of_type(std::string_view types) {
    const auto all = sim::split_types(types);
    return by_word(all[dice_.below(all.size())]);
}

/// Within what is allowed, mostly small: large tables and windows only cost time.
std::string Values::number(const sim::ParameterDoc& doc, bool whole) {
    const double least = doc.least.value_or(0);
    const double most = std::min(doc.most.value_or(1e9), least + 1e4);
    double value = least;
    switch (dice_.below(5)) {
        case 0:
            break;
        case 1:
            value = std::min(most, least + 1);
            break;
        case 2:
            value = std::min(most, least + static_cast<double>(dice_.between(1, 20)));
            break;
        case 3:
            value = least + (std::min(most, least + 100) - least) *
                                (static_cast<double>(dice_.between(1, 100)) / 100);
            break;
        default:
            value = std::strtod(doc.otherwise.c_str(), nullptr);
    }
    if (whole) return fmt::format("{}", static_cast<std::int64_t>(value));
    return fmt::format("{:.4g}", value);
}

/// A duration near the default, in whole units of it.
std::string Values::near(const sim::ParameterDoc& doc) {
    const auto unit = doc.otherwise.find_first_not_of("0123456789.");
    const double value = std::strtod(doc.otherwise.c_str(), nullptr);
    if (unit == 0 || unit == std::string::npos || value <= 0 || dice_.once_in(4)) return duration();
    const double factor = std::strtod(dice_.one_of({"1", "1", "2", "3", "10"}).c_str(), nullptr);
    return fmt::format("{}{}", value * factor, doc.otherwise.substr(unit));
}

std::string Values::some_of(const std::vector<sim::ParameterDoc>& docs, unsigned chance) {
    std::string all;
    for (const auto& doc : docs) {
        if (!dice_.percent(chance)) continue;
        all += fmt::format("{}{}: {}", all.empty() ? "" : ", ", doc.key, of(doc));
    }
    return all;
}

std::string Values::kind_of(const std::vector<sim::KindDoc>& kinds, std::string_view featured) {
    const sim::KindDoc* kind = &dice_.one_of(kinds);
    for (const auto& one : kinds) {
        if (one.name == featured) kind = &one;
    }
    const auto keys = some_of(kind->parameters, dice_.once_in(2) ? 15 : 45);
    if (kind->name.empty()) return fmt::format("{{{}}}", keys);
    return fmt::format("{{kind: {}{}{}}}", kind->name, keys.empty() ? "" : ", ", keys);
}

/// A key that says what it names.
std::string Values::by_key(std::string_view key) {
    const auto any = [&](const std::vector<std::string>& names) {
        return names.empty() ? std::string("nothing") : dice_.one_of(names);
    };
    if (key == "service" || key == "to" || key == "from") return any(names_.services);
    if (key == "zone") return any(names_.zones);
    if (key == "region") return any(names_.regions);
    if (key == "group") return any(names_.groups);
    if (key == "journey") return any(names_.journeys);
    if (key == "level") return any(names_.levels);
    if (key == "fault") return "all";
    if (key == "strategy") return any(names_.strategies);
    if (key == "queue") return any(names_.queues);
    if (key == "without" || key == "call") return any(names_.endpoints);
    return {};
}

std::string Values::of(const sim::ParameterDoc& doc, const std::vector<std::string_view>& presets) {
    if (!presets.empty() && dice_.once_in(4)) return std::string(dice_.one_of(presets));
    auto types = sim::split_types(doc.type);
    std::erase(types, "name");
    std::erase_if(types, [](std::string_view type) { return type.starts_with('#'); });
    const auto named = by_key(doc.key);
    const bool is_name = doc.type == "name" || doc.type == "text" || types.empty();
    if (is_name) return named.empty() ? by_word("name") : named;
    if (doc.type == "[text]" && !named.empty()) return fmt::format("[{}]", named);
    const auto type = dice_.one_of(types);
    if (type != "@") {
        if (type == "count") return number(doc, true);
        if (type == "number") return number(doc, false);
        if (type == "duration") return near(doc);
        return by_word(type);
    }
    if (doc.kinds != nullptr) return kind_of(doc.kinds());
    return fmt::format("{{{}}}", some_of(doc.nested, 50));
}

}  // namespace swarm
