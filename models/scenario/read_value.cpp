#include <cmath>

#include <fmt/format.h>

#include "models/scenario/reading.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

using sim::MapEntry;
using sim::MapReader;
using sim::Node;

namespace {

constexpr std::string_view kHint =
    "write a number and a currency, `65 EUR`; of a journey without a price `{is: order}`";

/// `65 EUR`: a number that is not negative, and a word.
void read_worth(const Node& node, JourneyValue& value, sim::Diagnostics& diagnostics) {
    const auto text = sim::read_string(node, diagnostics, "a price such as `65 EUR`");
    if (!text) return;
    const auto space = text->find(' ');
    const std::string number = text->substr(0, space);
    const auto word =
        space == std::string::npos ? std::string::npos : text->find_first_not_of(' ', space);
    const auto worth = sim::parse_number(number);
    if (word == std::string::npos || !worth || !std::isfinite(*worth) || *worth < 0) {
        sim::report(diagnostics, node, fmt::format("`{}` is no price", *text), std::string(kHint));
        return;
    }
    value.worth = worth;
    value.currency = text->substr(word);
}

JourneyValue read_one(const MapEntry& entry, sim::Diagnostics& diagnostics) {
    JourneyValue value{entry.key, entry.key_range, entry.key, {}, {}};
    if (!entry.value.is_map()) {
        read_worth(entry.value, value, diagnostics);
        return value;
    }
    MapReader reader(entry.value, diagnostics, fmt::format("value of `{}`", entry.key));
    const Node* noun = reader.take("is");
    const Node* worth = reader.take("worth");
    if (noun != nullptr) {
        value.noun = sim::read_string(*noun, diagnostics, "a word").value_or(value.noun);
    }
    if (worth != nullptr) read_worth(*worth, value, diagnostics);
    if (noun == nullptr && worth == nullptr && reader.valid()) {
        sim::report_key(diagnostics, entry, fmt::format("`{}` has no value", entry.key),
                        std::string(kHint));
    }
    reader.finish({{"price", "worth", ""}, {"name", "is", ""}, {"noun", "is", ""}});
    return value;
}

}  // namespace

std::vector<JourneyValue> read_values(const Node& node, const SystemSpec& system,
                                      sim::Diagnostics& diagnostics) {
    std::vector<std::string_view> journeys;
    for (const auto& group : system.groups) {
        for (const auto& entry : group.mix) journeys.push_back(entry.journey.text);
    }
    std::vector<JourneyValue> values;
    for (const MapEntry& entry : sim::read_entries(node, diagnostics, "journeys")) {
        auto value = read_one(entry, diagnostics);
        if (std::find(journeys.begin(), journeys.end(), entry.key) == journeys.end()) {
            report_unknown(diagnostics, {entry.key, entry.key_range}, "journey", journeys);
            continue;
        }
        values.push_back(std::move(value));
    }
    return values;
}

}  // namespace models
