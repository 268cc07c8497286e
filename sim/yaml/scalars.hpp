#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/diagnostics.hpp"
#include "sim/core/time.hpp"
#include "sim/yaml/node.hpp"

// Readers of scalars. Each takes the whole text or nothing, independent of locale, and reports one
// located error with a fix-it hint when it returns nothing. Limits are inclusive.
namespace sim {

struct DurationLimits {
    Duration min{0};
    Duration max = kForever;
};
/// `250ms`, `1.5s`, `3m`; units ns us ms s m (min) h d. Decimal arithmetic is exact; more digits
/// than whole nanoseconds are an error.
std::optional<Duration> read_duration(const Node& node, Diagnostics& diagnostics,
                                      DurationLimits limits = {});

struct NumberLimits {
    double min = 0;
    double max = std::numeric_limits<double>::max();
    bool above_min = false;  ///< min itself is refused
};
/// `99.9%` as 0.999. The limits are ratios.
std::optional<double> read_percent(const Node& node, Diagnostics& diagnostics,
                                   NumberLimits limits = {0, 1, false});
/// `1200/s`, `5/m` (or `/min`), `1/h`, `1/d` as events per second.
std::optional<double> read_rate(const Node& node, Diagnostics& diagnostics,
                                NumberLimits limits = {});
/// `5x` as 5.
std::optional<double> read_factor(const Node& node, Diagnostics& diagnostics,
                                  NumberLimits limits = {});
/// A number without unit: `1.5`, `-2`, `1e-3`.
std::optional<double> read_number(const Node& node, Diagnostics& diagnostics,
                                  NumberLimits limits = {});

struct CountLimits {
    std::int64_t min = 0;
    std::int64_t max = std::numeric_limits<std::int64_t>::max();
};
/// A whole decimal number. `010`, `1_000`, `1e3` and `3.0` are errors with a hint.
std::optional<std::int64_t> read_count(const Node& node, Diagnostics& diagnostics,
                                       CountLimits limits = {});

/// Bytes: `4MiB`, `1.5KiB`, `10MB`, `100B`; units B kB KB MB GB TB (powers of 1000) and KiB MiB GiB
/// TiB.
std::optional<std::int64_t> read_size(const Node& node, Diagnostics& diagnostics,
                                      CountLimits limits = {});

/// `true` or `false`, nothing else.
std::optional<bool> read_bool(const Node& node, Diagnostics& diagnostics);

/// Any scalar as text; a null, list or map is an error. `what` names it: "a question".
std::optional<std::string> read_string(const Node& node, Diagnostics& diagnostics,
                                       std::string_view what);

/// Letters, digits, `-`, `_` and `.`, not starting with `-` or `.`, at most 100: true of names.
bool is_name(std::string_view text);
/// A scalar that `is_name`. `what` names it: "a zone".
std::optional<std::string> read_name(const Node& node, Diagnostics& diagnostics,
                                     std::string_view what);
/// The key of an entry as a name; reported at the key.
bool check_key_name(const MapEntry& entry, Diagnostics& diagnostics, std::string_view what);

/// Index into `choices`, with a suggestion on failure ("unknown routing `x`"; `what` is "routing").
std::optional<std::size_t> read_choice(const Node& node, Diagnostics& diagnostics,
                                       std::string_view what,
                                       std::span<const std::string_view> choices);

template <class Enum>
using EnumName = std::pair<std::string_view, Enum>;

/// One of an enum: `read_enum<Holds>(node, diagnostics, "holds", {{"whileCalling", Holds::x}, …})`.
template <class Enum>
std::optional<Enum> read_enum(const Node& node, Diagnostics& diagnostics, std::string_view what,
                              std::span<const EnumName<Enum>> names) {
    std::vector<std::string_view> choices;
    for (const auto& name : names) choices.push_back(name.first);
    const auto index = read_choice(node, diagnostics, what, choices);
    if (!index) return std::nullopt;
    return names[*index].second;
}
template <class Enum>
std::optional<Enum> read_enum(const Node& node, Diagnostics& diagnostics, std::string_view what,
                              std::initializer_list<EnumName<Enum>> names) {
    return read_enum<Enum>(node, diagnostics, what,
                           std::span<const EnumName<Enum>>(names.begin(), names.size()));
}

/// The duration parser without a node, for `checkout.p99 <= 1200ms` and the like; empty when the
/// text is no duration with unit.
std::optional<Duration> parse_duration(std::string_view text);
/// The same for a finite decimal number, the whole text.
std::optional<double> parse_number(std::string_view text);

}  // namespace sim
