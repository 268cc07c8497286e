#include "sim/yaml/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/yaml/write_scalars.hpp"

namespace sim {
namespace {

constexpr double kAnyNumber = std::numeric_limits<double>::max();

/// "1ms to 1h", "at least 1ms", "at most 1h"; empty when everything is allowed.
std::string range_text(const std::string& least, const std::string& most, bool above = false) {
    std::string low = least.empty() ? "" : (above ? "more than " : "at least ") + least;
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

void add_limits(ParameterDoc& doc, const NumberLimits& limits) {
    if (limits.min > -kAnyNumber) doc.least = limits.min;
    if (limits.max < kAnyNumber) doc.most = limits.max;
}

/// Adds the alternatives of `more` that `types` does not have yet.
void add_types(std::string& types, std::string_view more) {
    for (const std::string_view one : split_types(more)) {
        const auto known = split_types(types);
        if (std::find(known.begin(), known.end(), one) != known.end()) continue;
        if (!types.empty()) types += '|';
        types += one;
    }
}

/// `#percent` as what `percent` takes in the kinds that have it.
std::string with_short_type(const std::string& type, const Inside& inside) {
    std::string types;
    for (const std::string_view one : split_types(type)) {
        if (!one.starts_with('#')) {
            add_types(types, one);
            continue;
        }
        for (const ParameterDoc& doc : keys_of_kinds(inside.kinds())) {
            if (doc.key == one.substr(1)) add_types(types, doc.type);
        }
    }
    return types;
}

void merge_keys(std::vector<ParameterDoc>& into, const std::vector<ParameterDoc>& from);

void merge_key(ParameterDoc& into, const ParameterDoc& from) {
    add_types(into.type, from.type);
    if (into.otherwise != from.otherwise) into.otherwise.clear();
    if (into.range != from.range) into.range.clear();
    into.least =
        into.least && from.least ? std::optional(std::min(*into.least, *from.least)) : std::nullopt;
    into.most =
        into.most && from.most ? std::optional(std::max(*into.most, *from.most)) : std::nullopt;
    merge_keys(into.nested, from.nested);
    if (into.kinds == nullptr) into.kinds = from.kinds;
}

void merge_keys(std::vector<ParameterDoc>& into, const std::vector<ParameterDoc>& from) {
    for (const ParameterDoc& doc : from) {
        const auto known = std::find_if(into.begin(), into.end(),
                                        [&](const auto& other) { return other.key == doc.key; });
        if (known == into.end()) {
            into.push_back(doc);
        } else {
            merge_key(*known, doc);
        }
    }
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
                            std::string_view /*summary*/, const ReadValue& read,
                            const Inside& /*inside*/) {
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

ParameterDoc& ParameterLister::add(std::string_view key, std::string type, std::string range,
                                   std::string otherwise, std::string_view summary) {
    docs_.push_back({std::string(key), std::move(type), std::move(range), std::move(otherwise),
                     std::string(summary)});
    return docs_.back();
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
    add_limits(add(key, "number", number_range(limits, number_text), number_text(value), summary),
               limits);
}

void ParameterLister::factor(std::string_view key, double& value, std::string_view summary,
                             NumberLimits limits) {
    add_limits(
        add(key, "number|factor", number_range(limits, number_text), number_text(value), summary),
        limits);
}

void ParameterLister::rate(std::string_view key, double& per_s, std::string_view summary,
                           NumberLimits limits) {
    add(key, "rate", number_range(limits, rate_text), rate_text(per_s), summary);
}

void ParameterLister::flag(std::string_view key, bool& value, std::string_view summary) {
    add(key, "boolean", "", value ? "true" : "false", summary);
}

void ParameterLister::other(std::string_view key, std::string type, std::string otherwise,
                            std::string_view summary, const ReadValue& /*read*/,
                            const Inside& inside) {
    ParameterDoc& doc = add(key, with_short_type(type, inside), "", std::move(otherwise), summary);
    doc.nested = inside.nested;
    doc.kinds = inside.kinds;
    doc.family = inside.family;
}

void ParameterLister::whole(std::string_view key, std::int64_t& value, std::string_view summary,
                            CountLimits limits, bool unlimited) {
    const bool is_unlimited = unlimited && value == limits.max;
    ParameterDoc& doc =
        add(key, unlimited ? "count|'unlimited'" : "count",
            range_text(limits.min > 0 || !unlimited ? std::to_string(limits.min) : "",
                       unlimited ? "" : std::to_string(limits.max)),
            is_unlimited ? "unlimited" : std::to_string(value), summary);
    doc.least = static_cast<double>(limits.min);
    if (!unlimited) doc.most = static_cast<double>(limits.max);
}

void ParameterLister::one_of(std::string_view key, std::size_t& index,
                             std::span<const std::string_view> names, std::string_view summary) {
    std::string type;
    for (const std::string_view name : names) {
        type += fmt::format("{}'{}'", type.empty() ? "" : "|", name);
    }
    add(key, std::move(type), "", std::string(names[index]), summary);
}

std::vector<std::string_view> split_types(std::string_view types) {
    std::vector<std::string_view> all;
    while (!types.empty()) {
        const auto bar = types.find('|');
        all.push_back(types.substr(0, bar));
        types = bar == std::string_view::npos ? "" : types.substr(bar + 1);
    }
    return all;
}

std::string values_text(const ParameterDoc& doc) {
    std::vector<std::string> words;
    for (const std::string_view one : split_types(doc.type)) {
        if (one == "@") {
            words.emplace_back(doc.kinds == nullptr ? "a map" : "a kind");
        } else if (one == "name" && doc.kinds != nullptr) {
            words.back() = "a kind or preset";
        } else if (one.starts_with('\'')) {
            words.push_back(fmt::format("`{}`", one.substr(1, one.size() - 2)));
        } else if (one.starts_with('[')) {
            words.push_back(fmt::format("a list of {}s", one.substr(1, one.size() - 2)));
        } else if (one.starts_with('{')) {
            words.push_back(fmt::format("a map of names to {}s", one.substr(1, one.size() - 2)));
        } else {
            words.emplace_back(one);
        }
    }
    return fmt::format("{}{}{}", fmt::join(words, ", "), doc.range.empty() ? "" : ", ", doc.range);
}

std::vector<ParameterDoc> keys_of_kinds(const std::vector<KindDoc>& kinds) {
    std::vector<ParameterDoc> keys;
    for (const KindDoc& kind : kinds) merge_keys(keys, kind.parameters);
    return keys;
}

}  // namespace sim
