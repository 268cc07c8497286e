#include "sim/cli/help_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "models/scenario/key_notes.hpp"
#include "models/scenario/schema_fields.hpp"
#include "sim/cli/help_kinds.hpp"

namespace sim::cli {

namespace {

using models::SchemaField;
using Json = nlohmann::ordered_json;

/// Where the keys of a section of the table stand in a file; nothing for a section of kinds, whose
/// keys are parameters.
std::optional<std::string> place_of(std::string_view section) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 29> kPlaces = {
        {{"scenario", ""},
         {"region", "regions.NAME."},
         {"network", "network."},
         {"service", "services.NAME."},
         {"endpoint", "services.NAME.endpoints.NAME."},
         {"call", "a call in its long form, {call: NAME, …}: "},
         {"errors", "errors."},
         {"queueOrder", "services.NAME.queueOrder."},
         {"threads", "services.NAME.threads."},
         {"healthCheck", "services.NAME.healthCheck."},
         {"cache", "services.NAME.cache."},
         {"delivery", "services.NAME.delivery."},
         {"level", "services.NAME.levels.NAME."},
         {"levelAlarm", "services.NAME.levels.NAME.when."},
         {"group", "workload.NAME."},
         {"reclick", "workload.NAME.reclick."},
         {"policy", "policy."},
         {"strategy", "strategies.NAME."},
         {"fault", "faults.NAME."},
         {"effect", "faults.NAME.effect."},
         {"ramp", "faults.NAME.ramp."},
         {"correlation", "faults.NAME.correlation."},
         {"action", "actions.NAME."},
         {"alarm", "actions.NAME.when."},
         {"objective", "slos.NAME."},
         {"experiment", "experiment."},
         {"sweep", "sweep."},
         {"range", "sweep.PATH."},
         {"difference", "experiment.differenceThatMatters."}}};
    for (const auto& [name, place] : kPlaces) {
        if (name == section) return std::string(place);
    }
    const auto dot = section.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto outer = place_of(section.substr(0, dot));
    return fmt::format("{}{}.", outer.value_or("policy."), section.substr(outer ? dot + 1 : 0));
}

/// A rule of callers may be written in many places.
std::string written_at(const SchemaField& field) {
    auto place = *place_of(field.section) + std::string(field.key);
    if (field.section == "policy") {
        place += "; also under policyFor, in strategies, in a call and in a group's own policy";
    } else if (field.section == "service" && field.key != "endpoints" && field.key != "primary") {
        place += "; also under defaults";
    }
    return place;
}

/// "a service", "policy", "policy.pool".
std::string owner(std::string_view section) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kOwners = {
        {{"scenario", "the file"},
         {"region", "a region"},
         {"service", "a service"},
         {"endpoint", "an endpoint"},
         {"level", "a level of a service"},
         {"call", "a call"},
         {"group", "a customer group"},
         {"strategy", "a strategy"},
         {"fault", "a fault"},
         {"action", "an action"},
         {"sweep", "the sweep"},
         {"range", "a range of a sweep"},
         {"effect", "the effect of a fault"}}};
    for (const auto& [name, text] : kOwners) {
        if (name == section) return std::string(text);
    }
    return std::string(section);
}

bool is_section(std::string_view type) {
    const auto fields = models::schema_fields();
    return std::any_of(fields.begin(), fields.end(),
                       [&](const SchemaField& field) { return field.section == type; });
}

/// A section of the table as a map.
ParameterDoc doc_of(const SchemaField& field) {
    if (field.doc != nullptr) return *field.doc;
    ParameterDoc doc;
    for (const auto one : split_types(field.type)) {
        if (!doc.type.empty()) doc.type += '|';
        if (is_section(one)) {
            doc.type += '@';
        } else if (one == "priority") {
            doc.type += "'criticalPlus'|'critical'|'sheddablePlus'|'sheddable'";
        } else {
            doc.type += one;
        }
    }
    return doc;
}

/// The keys of the section that may stand inside a key that the table alone declares.
std::vector<ParameterDoc> keys_inside(const SchemaField& field) {
    if (field.doc != nullptr) return field.doc->nested;
    std::vector<ParameterDoc> keys;
    for (const auto one : split_types(field.type)) {
        if (one != field.key) continue;
        for (const auto& inner : models::schema_fields()) {
            if (inner.section != one) continue;
            ParameterDoc doc = doc_of(inner);
            doc.key = inner.key;
            doc.summary = inner.summary;
            doc.otherwise = inner.required ? "required" : models::default_text(one, inner.key);
            keys.push_back(std::move(doc));
        }
    }
    return keys;
}

void add_key_field(Document& document, std::string_view name, const std::string& text,
                   bool wrap = true) {
    if (text.empty()) return;
    document.blocks.emplace_back(
        Paragraph{fmt::format("{:<9}{}", name, text), Tone::plain, 2, 9, wrap});
}

void add_one(Document& document, const SchemaField& field) {
    if (!document.blocks.empty()) document.blocks.emplace_back(BlankLine{});
    document.blocks.emplace_back(Paragraph{
        fmt::format("{} is a key of {}: {}", field.key, owner(field.section), field.summary),
        Tone::strong, 0, 2, true});
    document.blocks.emplace_back(BlankLine{});
    const auto otherwise = models::default_text(field.section, field.key);
    const auto values = values_text(doc_of(field));
    add_key_field(document, "written", written_at(field));
    add_key_field(document, "values", values);
    add_key_field(document, "default", field.required ? "none: it is required" : otherwise);
    const auto keys = keys_inside(field);
    if (!keys.empty()) {
        document.blocks.emplace_back(BlankLine{});
        document.blocks.emplace_back(parameter_table(keys));
        document.blocks.emplace_back(BlankLine{});
    }
    const auto* note = models::find_key_note(field.section, field.key);
    Json json = {{"section", field.section}, {"key", field.key},     {"written", written_at(field)},
                 {"values", values},         {"default", otherwise}, {"summary", field.summary},
                 {"keys", Json::array()}};
    for (const auto& one : keys) json["keys"].push_back(parameter_json(one));
    if (note != nullptr) {
        add_key_field(document, "rule", std::string(note->rule));
        add_sources(document, note->source);
        add_key_field(document, "example", std::string(note->example), false);
        json.update({{"rule", note->rule}, {"source", note->source}, {"example", note->example}});
    }
    document.data["keys"].push_back(std::move(json));
}

/// The kinds that have a parameter of that name.
void add_parameters(Document& document, const std::string& name) {
    Table table;
    table.columns = {{"kind"}, {"of"}, {"default"}, {"values"}, {"meaning"}};
    for (const auto& family : families()) {
        for (const auto& kind : family.kinds) {
            for (const auto& one : kind.parameters) {
                if (one.key != name) continue;
                table.rows.push_back({{std::string(kind.name)},
                                      {std::string(family.name)},
                                      {one.otherwise},
                                      {values_text(one)},
                                      {one.summary}});
                Json json = parameter_json(one);
                json["kind"] = kind.name;
                json["family"] = family.name;
                document.data["parameters"].push_back(std::move(json));
            }
        }
    }
    if (table.rows.empty()) return;
    if (!document.blocks.empty()) document.blocks.emplace_back(BlankLine{});
    document.blocks.emplace_back(
        Paragraph{fmt::format("{} is a parameter of", name), Tone::strong, 0, 2, true});
    document.blocks.emplace_back(BlankLine{});
    document.blocks.emplace_back(std::move(table));
}

}  // namespace

void add_key(Document& document, const std::string& name) {
    std::vector<const SchemaField*> found;
    for (const auto& field : models::schema_fields()) {
        const bool in_kind = field.section.find('.') != std::string_view::npos &&
                             (field.key == "kind" || field.key == "preset");
        if (field.key == name && place_of(field.section) && !in_kind) found.push_back(&field);
    }
    // What most people mean comes first, what stands inside of rules last.
    std::stable_sort(found.begin(), found.end(), [](const auto* a, const auto* b) {
        const auto rank = [](std::string_view section) {
            return section == "policy" ? 0 : section.find('.') == std::string_view::npos ? 1 : 2;
        };
        return rank(a->section) < rank(b->section);
    });
    for (const auto* field : found) add_one(document, *field);
    add_parameters(document, name);
}

void add_value(Document& document, const std::string& name) {
    for (const auto& field : models::schema_fields()) {
        const auto doc = doc_of(field);
        const auto types = split_types(doc.type);
        if (std::find(types.begin(), types.end(), "'" + name + "'") == types.end()) continue;
        const auto place = place_of(field.section);
        document.blocks.emplace_back(
            Paragraph{fmt::format("{} is a value of {}: {} (firedrill help {})", name,
                                  place ? *place + std::string(field.key)
                                        : fmt::format("policy.{}.{}", field.section, field.key),
                                  field.summary, field.key),
                      Tone::plain, 0, 2, true});
        document.data["values"].push_back({{"section", field.section}, {"key", field.key}});
    }
}

std::vector<std::string_view> key_names() {
    std::vector<std::string_view> names;
    for (const auto& field : models::schema_fields()) {
        if (std::find(names.begin(), names.end(), field.key) == names.end()) {
            names.push_back(field.key);
        }
    }
    return names;
}

}  // namespace sim::cli
