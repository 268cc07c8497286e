#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/yaml/decimal.hpp"
#include "sim/yaml/scalars.hpp"

namespace sim {
namespace {

constexpr std::string_view kHint = "durations look like `250ms`, `1.5s` or `3m`";

struct Unit {
    std::string_view name;
    std::int64_t ns;
};

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::array<Unit, 10> kUnits{{{"ns", 1},
                                       {"us", 1'000},
                                       {"\u00b5s", 1'000},  // micro sign
                                       {"\u03bcs", 1'000},  // Greek mu
                                       {"ms", 1'000'000},
                                       {"s", kSecond},
                                       {"m", 60 * kSecond},
                                       {"min", 60 * kSecond},
                                       {"h", 3'600 * kSecond},
                                       {"d", 86'400 * kSecond}}};

/// Spellings of other formats, with ours.
constexpr std::array<std::pair<std::string_view, std::string_view>, 17> kOtherSpellings{
    {{"sec", "s"},
     {"secs", "s"},
     {"second", "s"},
     {"seconds", "s"},
     {"S", "s"},
     {"msec", "ms"},
     {"millis", "ms"},
     {"MS", "ms"},
     {"Ms", "ms"},
     {"usec", "us"},
     {"mins", "m"},
     {"minute", "m"},
     {"minutes", "m"},
     {"hour", "h"},
     {"hours", "h"},
     {"day", "d"},
     {"days", "d"}}};

const Unit* find_unit(std::string_view name) {
    const auto* found = std::find_if(kUnits.begin(), kUnits.end(),
                                     [&](const Unit& unit) { return unit.name == name; });
    return found == kUnits.end() ? nullptr : found;
}

/// The shortest whole spelling: `90s`, `1500ms`.
std::string spelled(Duration duration) {
    constexpr std::array<Unit, 4> kSpellings{
        {{"s", kSecond}, {"ms", 1'000'000}, {"us", 1'000}, {"ns", 1}}};
    const auto* unit = std::find_if(kSpellings.begin(), kSpellings.end(),
                                    [&](const Unit& one) { return duration.ns % one.ns == 0; });
    return fmt::format("{}{}", duration.ns / unit->ns, unit->name);
}

/// `1m30s`, as other tools write it, for the hint.
std::optional<Duration> compound(std::string_view text) {
    Duration sum{0};
    while (!text.empty()) {
        const auto [number, rest] = split_unit(text);
        const std::size_t end = std::min(rest.find_first_of("0123456789"), rest.size());
        const auto part = parse_duration(text.substr(0, number.size() + end));
        if (!part || part->ns < 0 || part->ns > kForever.ns - sum.ns) return std::nullopt;
        sum = sum + *part;
        text = rest.substr(end);
    }
    return sum;
}

/// The hint for a number with something behind it that is no unit.
std::string unit_hint(std::string_view text, std::string_view number, std::string_view unit) {
    if (const auto sum = compound(text)) return fmt::format("write `{}`", spelled(*sum));
    while (unit.starts_with(' ')) unit.remove_prefix(1);
    if (find_unit(unit) != nullptr) return fmt::format("write `{}{}`", number, unit);
    for (const auto& [theirs, ours] : kOtherSpellings) {
        if (theirs == unit) return fmt::format("write `{}{}`", number, ours);
    }
    return "the units are ns, us, ms, s, m, h and d";
}

std::optional<Duration> check_limits(Duration value, const Node& node, Diagnostics& diagnostics,
                                     const DurationLimits& limits) {
    if (value < Duration{0} && limits.min >= Duration{0}) {
        report(diagnostics, node, fmt::format("a duration cannot be negative: {}", describe(node)));
        return std::nullopt;
    }
    if (value < limits.min) {
        report(diagnostics, node,
               fmt::format("{} is too short: at least {}", describe(node), spelled(limits.min)));
        return std::nullopt;
    }
    if (value > limits.max) {
        report(diagnostics, node,
               fmt::format("{} is too long: at most {}", describe(node), spelled(limits.max)));
        return std::nullopt;
    }
    return value;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
    const auto [number, name] = split_unit(text);
    const Unit* unit = find_unit(name);
    if (unit == nullptr) return std::nullopt;
    const Scaled scaled = scale_decimal(number, unit->ns);
    if (scaled.status != Scaled::Status::ok) return std::nullopt;
    return Duration{scaled.value};
}

std::optional<Duration> read_duration(const Node& node, Diagnostics& diagnostics,
                                      DurationLimits limits) {
    const auto [number, name] = split_unit(node.text);
    if (!node.is_scalar() || !is_decimal(number)) {
        report(diagnostics, node, fmt::format("expected a duration, found {}", describe(node)),
               std::string(kHint));
        return std::nullopt;
    }
    if (name.empty()) {
        report(diagnostics, node, fmt::format("a duration needs a unit: {}", describe(node)),
               fmt::format("write `{0}ms` or `{0}s`", number));
        return std::nullopt;
    }
    const Unit* unit = find_unit(name);
    if (unit == nullptr) {
        report(diagnostics, node, fmt::format("unknown unit in the duration {}", describe(node)),
               unit_hint(node.text, number, name));
        return std::nullopt;
    }
    const Scaled scaled = scale_decimal(number, unit->ns);
    switch (scaled.status) {
        case Scaled::Status::malformed:
            break;  // is_decimal above
        case Scaled::Status::ok:
            return check_limits(Duration{scaled.value}, node, diagnostics, limits);
        case Scaled::Status::too_fine:
            report(diagnostics, node, fmt::format("{} is finer than a nanosecond", describe(node)));
            break;
        case Scaled::Status::too_large:
            report(diagnostics, node,
                   fmt::format("{} is too long: at most 292 years", describe(node)));
            break;
    }
    return std::nullopt;
}

}  // namespace sim
