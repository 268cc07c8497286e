#include "models/scenario/quantity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/core/assert.hpp"
#include "sim/yaml/decimal.hpp"

namespace models {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kKibi = 1024;
constexpr std::size_t kMostDecimals = 9;
constexpr std::size_t kMostDigits = 15;

/// By size within a dimension; of two names for one unit the one to write comes first.
constexpr auto kUnits = std::to_array<QuantityUnit>({
    {"", Dimension::number, 1, 0, true},
    {"ns", Dimension::duration, 1, 0, true},
    {"us", Dimension::duration, 1'000, 0, true},
    {"\u00b5s", Dimension::duration, 1'000, 1, true},
    {"\u03bcs", Dimension::duration, 1'000, 1, true},
    {"ms", Dimension::duration, 1'000'000, 0, true},
    {"s", Dimension::duration, kSecond, 0, true},
    {"m", Dimension::duration, 60 * kSecond, 0, false},
    {"min", Dimension::duration, 60 * kSecond, 1, false},
    {"h", Dimension::duration, 3'600 * kSecond, 0, false},
    {"d", Dimension::duration, 86'400 * kSecond, 0, false},
    {"%", Dimension::share, 1, 0, true},
    {"x", Dimension::factor, 1, 0, true},
    {"B", Dimension::size, 1, 0, true},
    {"kB", Dimension::size, 1'000, 1, true},
    {"KB", Dimension::size, 1'000, 2, true},
    {"KiB", Dimension::size, kKibi, 3, true},
    {"MB", Dimension::size, 1'000'000, 1, true},
    {"MiB", Dimension::size, kKibi* kKibi, 3, true},
    {"GB", Dimension::size, kSecond, 1, true},
    {"GiB", Dimension::size, kKibi* kKibi* kKibi, 3, true},
    {"TB", Dimension::size, kSecond * 1'000, 1, true},
    {"TiB", Dimension::size, kKibi* kKibi* kKibi* kKibi, 3, true},
    {"/d", Dimension::rate, 1, 0, true},
    {"/h", Dimension::rate, 24, 1, true},
    {"/m", Dimension::rate, 1'440, 2, true},
    {"/min", Dimension::rate, 1'440, 3, true},
    {"/s", Dimension::rate, 86'400, 4, true},
    {"B/s", Dimension::bandwidth, 1, 0, true},
    {"kB/s", Dimension::bandwidth, 1'000, 1, true},
    {"KB/s", Dimension::bandwidth, 1'000, 2, true},
    {"KiB/s", Dimension::bandwidth, kKibi, 3, true},
    {"MB/s", Dimension::bandwidth, 1'000'000, 1, true},
    {"MiB/s", Dimension::bandwidth, kKibi* kKibi, 3, true},
    {"GB/s", Dimension::bandwidth, kSecond, 1, true},
    {"GiB/s", Dimension::bandwidth, kKibi* kKibi* kKibi, 3, true},
});

const QuantityUnit* find_unit(std::string_view name) {
    const auto* found = std::find_if(kUnits.begin(), kUnits.end(),
                                     [&](const QuantityUnit& one) { return one.name == name; });
    return found == kUnits.end() ? nullptr : found;
}

WideInteger scaled_size(const QuantityUnit& unit) {
    return static_cast<WideInteger>(unit.size) * kQuantityScale;
}

WideInteger magnitude(WideInteger value) { return value < 0 ? -value : value; }

bool is_whole_kind(Dimension dimension) {
    return dimension == Dimension::duration || dimension == Dimension::size ||
           dimension == Dimension::bandwidth;
}

/// The value in the unit as a decimal; nothing when it would need more than nine decimals.
std::optional<std::string> exact_text(WideInteger value, const QuantityUnit& unit) {
    const WideInteger size = scaled_size(unit);
    const WideInteger positive = magnitude(value);
    const WideInteger rest = positive % size * kQuantityScale;
    if (rest % size != 0) return std::nullopt;
    std::string text =
        fmt::format("{}{}", value < 0 ? "-" : "", static_cast<std::int64_t>(positive / size));
    if (rest > 0) {
        auto fraction = fmt::format("{:09}", static_cast<std::int64_t>(rest / size));
        fraction.erase(fraction.find_last_not_of('0') + 1);
        text += "." + fraction;
    }
    return text + std::string(unit.name);
}

}  // namespace

std::string_view name_of(Dimension dimension) {
    switch (dimension) {
        case Dimension::number:
            return "a number";
        case Dimension::duration:
            return "a duration";
        case Dimension::share:
            return "a percentage";
        case Dimension::factor:
            return "a factor";
        case Dimension::size:
            return "a size";
        case Dimension::rate:
            return "a rate";
        case Dimension::bandwidth:
            return "a bandwidth";
    }
    SIM_ASSERT(false);
}

std::optional<Quantity> parse_quantity(std::string_view text) {
    const auto [number, name] = sim::split_unit(text);
    const QuantityUnit* unit = find_unit(name);
    if (unit == nullptr || !sim::is_decimal(number)) return std::nullopt;
    const bool negative = number[0] == '-';
    const std::size_t point = std::min(number.find('.'), number.size());
    const std::string_view whole = number.substr(negative ? 1 : 0, point - (negative ? 1 : 0));
    const std::string_view fraction = number.substr(std::min(point + 1, number.size()));
    if (whole.size() > kMostDigits || fraction.size() > kMostDecimals) return std::nullopt;
    WideInteger value = 0;
    for (const char digit : whole) value = value * 10 + (digit - '0');
    for (std::size_t i = 0; i < kMostDecimals; ++i) {
        value = value * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
    }
    value *= unit->size;
    return Quantity{negative ? -value : value, unit, point < number.size()};
}

WideInteger finest_step(const Quantity& like) {
    return is_whole_kind(like.dimension()) || like.is_whole() ? kQuantityScale : 1;
}

QuantityWriter::QuantityWriter(const Quantity& low, const Quantity& high)
    : low_(low.unit->size <= high.unit->size ? *low.unit : *high.unit),
      high_(low.unit->size <= high.unit->size ? *high.unit : *low.unit),
      finest_(std::min(finest_step(low), finest_step(high))) {}

bool QuantityWriter::is_candidate(const QuantityUnit& unit) const {
    if (&unit == &low_ || &unit == &high_) return true;
    const bool related = unit.dimension == high_.dimension && unit.family == high_.family &&
                         (low_.family == high_.family || low_.size == 1);
    return related && unit.size > low_.size && unit.size < high_.size;
}

std::string QuantityWriter::text(WideInteger value) const {
    for (auto unit = kUnits.rbegin(); unit != kUnits.rend(); ++unit) {
        if (!is_candidate(*unit)) continue;
        if (magnitude(value) < scaled_size(*unit) && &*unit != &low_) continue;
        const bool whole = value % scaled_size(*unit) == 0;
        if (!whole && !unit->decimal && &low_ != &high_) continue;
        if (auto text = exact_text(value, *unit)) return *text;
    }
    // What no candidate can say in nine decimals: the smallest unit says it.
    const auto* smallest = std::find_if(kUnits.begin(), kUnits.end(), [&](const auto& unit) {
        return unit.dimension == low_.dimension;
    });
    return exact_text(value, *smallest).value_or("");
}

const QuantityUnit& QuantityWriter::decimal_unit(WideInteger value) const {
    for (auto unit = kUnits.rbegin(); unit != kUnits.rend(); ++unit) {
        const bool usable = is_candidate(*unit) && (unit->decimal || &low_ == &high_);
        if (usable && magnitude(value) >= scaled_size(*unit)) return *unit;
    }
    return low_;
}

WideInteger QuantityWriter::step_for(WideInteger value, WideInteger gap) const {
    const QuantityUnit& unit = decimal_unit(value);
    WideInteger step = scaled_size(unit);
    constexpr WideInteger kShare = 100;
    while (step * 10 * kShare <= gap) step *= 10;
    for (std::size_t i = 0; i < kMostDecimals && step * kShare > gap; ++i) {
        if (step % 10 != 0 || step / 10 % finest_ != 0) break;
        step /= 10;
    }
    return std::max(step, finest_);
}

}  // namespace models
