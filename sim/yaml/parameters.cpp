#include "sim/yaml/parameters.hpp"

#include <fmt/format.h>

#include <utility>

#include "sim/yaml/write_scalars.hpp"

namespace sim {
namespace {

constexpr double kAnyNumber = std::numeric_limits<double>::max();

/// "1ms to 1h", "at least 1ms", "at most 1h"; empty when everything is allowed.
std::string range_text(const std::string& least, const std::string& most, bool above = false) {
    const std::string low = least.empty() ? "" : (above ? "more than " : "at least ") + least;
    if (most.empty()) return low;
    if (least.empty()) return "at most " + most;
    return above ? low + ", at most " + most : least + " to " + most;
}

template <class Text>
std::string number_range(const NumberLimits& limits, Text text) {
    const bool has_least = limits.min != 0 || limits.above_min;
    const bool has_most = limits.max < kAnyNumber;
    return range_text(has_least || has_most ? text(limits.min) : "",
                      has_most ? text(limits.max) : "", limits.above_min);
}

std::string duration_range(DurationLimits limits) {
    const bool has_least = limits.min.ns > 1;
    const bool has_most = limits.max != kForever;
    return range_text(has_least ? duration_text(limits.min) : "",
                      has_most ? duration_text(limits.max) : "");
}

std::string rate_text(double per_s) { return number_text(per_s) + "/s"; }

}  // namespace

void ParameterReader::duration(std::string_view key, Duration& value, std::string_view /*summary*/,
                               DurationLimits limits) {
    const Node* node = reader_.take(key);
    if (node != nullptr) keep(read_duration(*node, reader_.diagnostics(), limits), value);
}

void ParameterReader::timeout(std::string_view key, Duration& value, std::string_view /*summary*/,
                              DurationLimits limits) {
    const Node* node = reader_.take(key);
    if (node == nullptr) return;
    if (node->is_scalar() && node->text == "none") {
        value = kForever;
    } else {
        keep(read_duration(*node, reader_.diagnostics(), limits), value);
    }
}

void ParameterReader::percent(std::string_view key, double& value, std::string_view /*summary*/,
                              NumberLimits limits) {
    const Node* node = reader_.take(key);
    if (node != nullptr) keep(read_percent(*node, reader_.diagnostics(), limits), value);
}

void ParameterReader::number(std::string_view key, double& value, std::string_view /*summary*/,
                             NumberLimits limits) {
    const Node* node = reader_.take(key);
    if (node != nullptr) keep(read_number(*node, reader_.diagnostics(), limits), value);
}

void ParameterReader::factor(std::string_view key, double& value, std::string_view /*summary*/,
                             NumberLimits limits) {
    const Node* node = reader_.take(key);
    if (node == nullptr) return;
    const bool with_unit = node->is_scalar() && node->text.ends_with('x');
    keep(with_unit ? read_factor(*node, reader_.diagnostics(), limits)
                   : read_number(*node, reader_.diagnostics(), limits),
         value);
}

void ParameterReader::rate(std::string_view key, double& per_s, std::string_view /*summary*/,
                           NumberLimits limits) {
    const Node* node = reader_.take(key);
    if (node != nullptr) keep(read_rate(*node, reader_.diagnostics(), limits), per_s);
}

void ParameterReader::flag(std::string_view key, bool& value, std::string_view /*summary*/) {
    const Node* node = reader_.take(key);
    if (node != nullptr) keep(read_bool(*node, reader_.diagnostics()), value);
}

void ParameterReader::other(std::string_view key, std::string /*type*/, std::string /*otherwise*/,
                            std::string_view /*summary*/, const ReadValue& read) {
    const Node* node = reader_.take(key);
    if (node != nullptr) good_ = read(*node, reader_.diagnostics(), partial_) && good_;
}

void ParameterReader::whole(std::string_view key, std::int64_t& value, std::string_view /*summary*/,
                            CountLimits limits, bool unlimited) {
    const Node* node = reader_.take(key);
    if (node == nullptr) return;
    if (unlimited && node->is_scalar() && node->text == "unlimited") {
        value = limits.max;
    } else {
        keep(read_count(*node, reader_.diagnostics(), limits), value);
    }
}

void ParameterReader::one_of(std::string_view key, std::size_t& index,
                             std::span<const std::string_view> names,
                             std::string_view /*summary*/) {
    const Node* node = reader_.take(key);
    if (node != nullptr) keep(read_choice(*node, reader_.diagnostics(), key, names), index);
}

void ParameterLister::add(std::string_view key, std::string type, std::string range,
                          std::string otherwise, std::string_view summary) {
    docs_.push_back({std::string(key), std::move(type), std::move(range), std::move(otherwise),
                     std::string(summary)});
}

void ParameterLister::duration(std::string_view key, Duration& value, std::string_view summary,
                               DurationLimits limits) {
    add(key, "duration", duration_range(limits), duration_text(value), summary);
}

void ParameterLister::timeout(std::string_view key, Duration& value, std::string_view summary,
                              DurationLimits limits) {
    add(key, "duration|'none'", duration_range(limits), duration_text(value), summary);
}

void ParameterLister::percent(std::string_view key, double& value, std::string_view summary,
                              NumberLimits limits) {
    add(key, "percent", number_range(limits, percent_text), percent_text(value), summary);
}

void ParameterLister::number(std::string_view key, double& value, std::string_view summary,
                             NumberLimits limits) {
    add(key, "number", number_range(limits, number_text), number_text(value), summary);
}

void ParameterLister::factor(std::string_view key, double& value, std::string_view summary,
                             NumberLimits limits) {
    add(key, "number|factor", number_range(limits, number_text), number_text(value), summary);
}

void ParameterLister::rate(std::string_view key, double& per_s, std::string_view summary,
                           NumberLimits limits) {
    add(key, "rate", number_range(limits, rate_text), rate_text(per_s), summary);
}

void ParameterLister::flag(std::string_view key, bool& value, std::string_view summary) {
    add(key, "boolean", "", value ? "true" : "false", summary);
}

void ParameterLister::other(std::string_view key, std::string type, std::string otherwise,
                            std::string_view summary, const ReadValue& /*read*/) {
    add(key, std::move(type), "", std::move(otherwise), summary);
}

void ParameterLister::whole(std::string_view key, std::int64_t& value, std::string_view summary,
                            CountLimits limits, bool unlimited) {
    const bool is_unlimited = unlimited && value == limits.max;
    add(key, unlimited ? "count|'unlimited'" : "count",
        range_text(limits.min > 0 || !unlimited ? std::to_string(limits.min) : "",
                   unlimited ? "" : std::to_string(limits.max)),
        is_unlimited ? "unlimited" : std::to_string(value), summary);
}

void ParameterLister::one_of(std::string_view key, std::size_t& index,
                             std::span<const std::string_view> names, std::string_view summary) {
    std::string type;
    for (const std::string_view name : names) {
        type += fmt::format("{}'{}'", type.empty() ? "" : "|", name);
    }
    add(key, std::move(type), "", std::string(names[index]), summary);
}

}  // namespace sim
