#include "sim/yaml/scalars.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include "sim/core/did_you_mean.hpp"
#include "sim/yaml/decimal.hpp"

namespace sim {
namespace {

constexpr std::string_view kNumberHint = "numbers look like `1.5`";

void report_unexpected(const Node& node, Diagnostics& diagnostics, std::string_view what,
                       std::string_view hint) {
    report(diagnostics, node, fmt::format("expected {}, found {}", what, describe(node)),
           std::string(hint));
}

/// Reports "expected a rate, found …" unless the node is a scalar.
bool expect_scalar(const Node& node, Diagnostics& diagnostics, std::string_view what,
                   std::string_view hint) {
    if (!node.is_scalar()) report_unexpected(node, diagnostics, what, hint);
    return node.is_scalar();
}

/// How a number with a unit is called and written in messages.
struct NumberStyle {
    std::string_view what;  ///< "a rate"
    std::string_view hint;  ///< "rates look like `1200/s`"
    std::string_view unit;  ///< appended to a limit: "/s"
    double unit_scale = 1;  ///< a limit times this is what the user would write
};

std::optional<double> check_number(double value, const Node& node, Diagnostics& diagnostics,
                                   const NumberLimits& limits, const NumberStyle& style) {
    const auto written = [&](double limit) {
        return fmt::format("{:.12g}{}", limit * style.unit_scale, style.unit);
    };
    const bool too_small = limits.above_min ? value <= limits.min : value < limits.min;
    if (too_small) {
        report(diagnostics, node,
               fmt::format("{} is too small: {} {}", describe(node),
                           limits.above_min ? "more than" : "at least", written(limits.min)));
        return std::nullopt;
    }
    if (value > limits.max) {
        report(diagnostics, node,
               fmt::format("{} is too large: at most {}", describe(node), written(limits.max)));
        return std::nullopt;
    }
    return value;
}

std::optional<double> read_with_unit(const Node& node, Diagnostics& diagnostics,
                                     const NumberLimits& limits, const NumberStyle& style,
                                     int exponent, std::string_view missing, std::string_view fix) {
    if (!expect_scalar(node, diagnostics, style.what, style.hint)) return std::nullopt;
    const auto [number, unit] = split_unit(node.text);
    if (unit.empty() && is_decimal(number)) {
        report(diagnostics, node, fmt::format("{} needs {}: `{}`", style.what, missing, number),
               fmt::format("write `{}{}`{}", number, style.unit, fix));
        return std::nullopt;
    }
    const auto value = unit == style.unit ? decimal_value(number, exponent) : std::nullopt;
    if (!value) {
        report_unexpected(node, diagnostics, style.what, style.hint);
        return std::nullopt;
    }
    return check_number(*value, node, diagnostics, limits, style);
}

std::string_view digits_of(std::string_view text) {
    return text.starts_with('-') ? text.substr(1) : text;
}

bool all_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// What a user who wrote this for a whole number may have meant, as a hint.
std::string count_hint(std::string_view text) {
    std::string plain;
    for (const char c : text) {
        if (c != '_' && c != ',' && c != '\'') plain += c;
    }
    if (plain != text && all_digits(plain)) return fmt::format("write `{}`", plain);
    if (const auto value = parse_number(text)) {
        const bool whole = *value == std::floor(*value) && std::abs(*value) < 1e15;
        if (whole) return fmt::format("write `{:.0f}`", *value);
    }
    return "counts look like `100`";
}

std::optional<std::int64_t> check_count(std::int64_t value, const Node& node,
                                        Diagnostics& diagnostics, const CountLimits& limits,
                                        std::string_view unit) {
    if (value >= limits.min && value <= limits.max) return value;
    const bool small = value < limits.min;
    report(diagnostics, node,
           fmt::format("{} is too {}: at {} {}{}", describe(node), small ? "small" : "large",
                       small ? "least" : "most", small ? limits.min : limits.max, unit));
    return std::nullopt;
}

void report_name(Diagnostics& diagnostics, SourceRange range, SourceRange alias,
                 std::string_view text, std::string_view what) {
    diagnostics.add(
        {Severity::error, range, fmt::format("{} cannot be the name of {}", quote(text), what),
         "names have letters, digits, `-`, `_` and `.`, and do not start with `-` or `.`", alias,
         alias.has_place() ? "used here" : ""});
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
    const std::size_t exponent = text.find_first_of("eE");
    if (exponent == std::string_view::npos) return decimal_value(text, 0);
    std::string_view power = text.substr(exponent + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    int value = 0;
    const auto [end, error] = std::from_chars(power.data(), power.data() + power.size(), value);
    if (error != std::errc{} || end != power.data() + power.size()) return std::nullopt;
    return decimal_value(text.substr(0, exponent), value);
}

std::optional<double> read_number(const Node& node, Diagnostics& diagnostics, NumberLimits limits) {
    if (!expect_scalar(node, diagnostics, "a number", kNumberHint)) return std::nullopt;
    const auto value = parse_number(node.text);
    if (!value) {
        report_unexpected(node, diagnostics, "a number", kNumberHint);
        return std::nullopt;
    }
    return check_number(*value, node, diagnostics, limits, {"a number", kNumberHint, "", 1});
}

std::optional<double> read_percent(const Node& node, Diagnostics& diagnostics,
                                   NumberLimits limits) {
    const NumberStyle style{"a percentage", "percentages look like `99.9%`", "%", 100};
    std::string fraction;  // 0.25 may be meant as 25%
    if (const auto value = parse_number(node.text); value && *value > 0 && *value < 1) {
        fraction = fmt::format(" or `{:.12g}%`", *value * 100);
    }
    return read_with_unit(node, diagnostics, limits, style, -2, "a percent sign", fraction);
}

std::optional<double> read_factor(const Node& node, Diagnostics& diagnostics, NumberLimits limits) {
    return read_with_unit(node, diagnostics, limits, {"a factor", "factors look like `5x`", "x", 1},
                          0, "an `x`", "");
}

std::optional<double> read_rate(const Node& node, Diagnostics& diagnostics, NumberLimits limits) {
    const NumberStyle style{"a rate", "rates look like `1200/s`, `5/m` or `1/h`", "/s", 1};
    if (!expect_scalar(node, diagnostics, style.what, style.hint)) return std::nullopt;
    const auto [number, unit] = split_unit(node.text);
    const std::string_view wanted = unit;  // clang 14 cannot capture a binding
    if (unit.empty() && is_decimal(number)) {
        report(diagnostics, node, fmt::format("a rate needs a unit: `{}`", number),
               fmt::format("write `{}/s`", number));
        return std::nullopt;
    }
    constexpr std::array<std::pair<std::string_view, double>, 5> kUnits{
        {{"/s", 1}, {"/m", 60}, {"/min", 60}, {"/h", 3600}, {"/d", 86400}}};
    const auto* known = std::find_if(kUnits.begin(), kUnits.end(),
                                     [&](const auto& entry) { return entry.first == wanted; });
    const auto value = known != kUnits.end() ? decimal_value(number, 0) : std::nullopt;
    if (!value) {
        report_unexpected(node, diagnostics, style.what, style.hint);
        return std::nullopt;
    }
    return check_number(*value / known->second, node, diagnostics, limits, style);
}

std::optional<std::int64_t> read_count(const Node& node, Diagnostics& diagnostics,
                                       CountLimits limits) {
    constexpr std::string_view kWhat = "a whole number";
    if (!expect_scalar(node, diagnostics, kWhat, "counts look like `100`")) return std::nullopt;
    const std::string_view digits = digits_of(node.text);
    if (!all_digits(digits)) {
        report_unexpected(node, diagnostics, kWhat, count_hint(node.text));
        return std::nullopt;
    }
    if (digits.size() > 1 && digits[0] == '0') {
        const auto first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
        report(diagnostics, node, fmt::format("{} has leading zeros", describe(node)),
               fmt::format("write {}", quote(digits.substr(first))));
        return std::nullopt;
    }
    std::int64_t value = 0;
    const char* end = node.text.data() + node.text.size();
    if (std::from_chars(node.text.data(), end, value).ec != std::errc{}) {
        value = digits.size() < node.text.size() ? std::numeric_limits<std::int64_t>::min()
                                                 : std::numeric_limits<std::int64_t>::max();
        // Beyond 64 bits is beyond every limit: say so even where the limit is the type's.
        if (value == limits.max) --limits.max;
        if (value == limits.min) ++limits.min;
    }
    return check_count(value, node, diagnostics, limits, "");
}

std::optional<std::int64_t> read_size(const Node& node, Diagnostics& diagnostics,
                                      CountLimits limits) {
    constexpr std::string_view kHint = "sizes look like `4MiB`, `100kB` or `512B`";
    constexpr std::array<std::pair<std::string_view, std::int64_t>, 10> kUnits{
        {{"B", 1},
         {"kB", 1'000},
         {"KB", 1'000},
         {"MB", 1'000'000},
         {"GB", 1'000'000'000},
         {"TB", 1'000'000'000'000},
         {"KiB", std::int64_t{1} << 10},
         {"MiB", std::int64_t{1} << 20},
         {"GiB", std::int64_t{1} << 30},
         {"TiB", std::int64_t{1} << 40}}};
    if (!expect_scalar(node, diagnostics, "a size", kHint)) return std::nullopt;
    const auto [number, unit] = split_unit(node.text);
    if (unit.empty() && is_decimal(number)) {
        report(diagnostics, node, fmt::format("a size needs a unit: `{}`", number),
               fmt::format("write `{0}B` or `{0}KiB`", number));
        return std::nullopt;
    }
    const std::string_view wanted = unit;  // clang 14 cannot capture a binding
    const auto* known = std::find_if(kUnits.begin(), kUnits.end(),
                                     [&](const auto& entry) { return entry.first == wanted; });
    const Scaled size = known == kUnits.end() ? Scaled{} : scale_decimal(number, known->second);
    switch (size.status) {
        case Scaled::Status::ok:
            return check_count(size.value, node, diagnostics, limits, "B");
        case Scaled::Status::malformed:
            report_unexpected(node, diagnostics, "a size", kHint);
            return std::nullopt;
        case Scaled::Status::too_fine:
            report(diagnostics, node,
                   fmt::format("{} is no whole number of bytes", describe(node)));
            return std::nullopt;
        case Scaled::Status::too_large:
            report(diagnostics, node, fmt::format("{} is too large", describe(node)));
            return std::nullopt;
    }
    return std::nullopt;
}

std::optional<bool> read_bool(const Node& node, Diagnostics& diagnostics) {
    if (node.is_scalar() && node.text == "true") return true;
    if (node.is_scalar() && node.text == "false") return false;
    std::string lower;
    for (const char c : node.text) {
        lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    std::string_view hint;
    if (lower == "true" || lower == "yes" || lower == "on" || lower == "y" || lower == "1") {
        hint = "write `true`";
    }
    if (lower == "false" || lower == "no" || lower == "off" || lower == "n" || lower == "0") {
        hint = "write `false`";
    }
    report_unexpected(node, diagnostics, "`true` or `false`", hint);
    return std::nullopt;
}

std::optional<std::string> read_string(const Node& node, Diagnostics& diagnostics,
                                       std::string_view what) {
    if (!expect_scalar(node, diagnostics, what, "")) return std::nullopt;
    return node.text;
}

bool is_name(std::string_view text) {
    constexpr std::size_t kMaxName = 100;
    if (text.empty() || text.size() > kMaxName || text[0] == '-' || text[0] == '.') return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    });
}

std::optional<std::string> read_name(const Node& node, Diagnostics& diagnostics,
                                     std::string_view what) {
    if (!expect_scalar(node, diagnostics, fmt::format("the name of {}", what), "")) {
        return std::nullopt;
    }
    if (is_name(node.text)) return node.text;
    report_name(diagnostics, node.range, node.alias, node.text, what);
    return std::nullopt;
}

bool check_key_name(const MapEntry& entry, Diagnostics& diagnostics, std::string_view what) {
    if (is_name(entry.key)) return true;
    report_name(diagnostics, entry.key_range, entry.value.alias, entry.key, what);
    return false;
}

std::optional<std::size_t> read_choice(const Node& node, Diagnostics& diagnostics,
                                       std::string_view what,
                                       std::span<const std::string_view> choices) {
    const std::string known = fmt::format("known: {}", fmt::join(choices, ", "));
    if (!node.is_scalar()) {
        report(diagnostics, node,
               fmt::format("{}: expected a word, found {}", what, describe(node)), known);
        return std::nullopt;
    }
    const auto found = std::find(choices.begin(), choices.end(), std::string_view(node.text));
    if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
    const std::string hint = did_you_mean_hint(node.text, choices);
    report(diagnostics, node, fmt::format("unknown {} {}", what, quote(node.text)),
           hint.empty() ? known : hint);
    return std::nullopt;
}

}  // namespace sim
