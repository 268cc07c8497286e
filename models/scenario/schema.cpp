#include "models/scenario/schema.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "models/scenario/schema_fields.hpp"
#include "sim/core/assert.hpp"

namespace models {

namespace {

using Json = nlohmann::ordered_json;

Json reference(std::string_view type) { return {{"$ref", "#/$defs/" + std::string(type)}}; }

/// Types that are no sections of the table.
constexpr std::array<std::string_view, 23> kTypes = {
    "any",      "text",     "name",     "boolean",       "number",    "count",
    "duration", "percent",  "rate",     "factor",        "condition", "distribution",
    "errors",   "defaults", "slo",      "step",          "parallel",  "region",
    "endpoint", "strategy", "priority", "plannedAction", "worth"};

bool is_defined(std::string_view type) {
    if (std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end()) return true;
    const auto fields = schema_fields();
    return std::any_of(fields.begin(), fields.end(),
                       [&](const SchemaField& field) { return field.section == type; });
}

Json pattern(std::string_view regex, std::string_view example) {
    return {{"type", "string"}, {"pattern", regex}, {"examples", Json::array({example})}};
}

/// YAML reads unquoted numbers and booleans as such; the reader takes the text either way.
void add_constant(Json& values, std::string_view text) {
    if (text == "true" || text == "false") values.push_back(text == "true");
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size()) values.push_back(number);
    values.push_back(text);
}

Json type_schema(std::string_view type) {
    if (type.starts_with('[')) {
        return {{"type", "array"}, {"items", type_schema(type.substr(1, type.size() - 2))}};
    }
    if (type.starts_with('{')) {
        return {{"type", "object"},
                {"additionalProperties", type_schema(type.substr(1, type.size() - 2))}};
    }
    SIM_ASSERT(is_defined(type));
    return reference(type);
}

/// A number or count within its limits.
Json limited(std::string_view type, const sim::ParameterDoc& doc) {
    Json number = {{"type", type == "count" ? "integer" : "number"}};
    const auto bound = [&](const char* key, const std::optional<double>& value) {
        if (!value) return;
        if (type == "count") {
            number[key] = static_cast<std::int64_t>(*value);
        } else {
            number[key] = *value;
        }
    };
    bound("minimum", doc.least);
    bound("maximum", doc.most);
    return {{"anyOf", Json::array({number, pattern("^~[0-9]+(\\.[0-9]+)?$", "~8")})}};
}

/// `doc` has the limits; null: there are none.
Json alternatives(std::string_view types, const sim::ParameterDoc* doc = nullptr) {
    Json all = Json::array();
    Json constants = Json::array();
    for (const std::string_view type : sim::split_types(types)) {
        const bool has_limits =
            doc != nullptr && (doc->least || doc->most) && (type == "count" || type == "number");
        if (type.starts_with('\'')) {
            add_constant(constants, type.substr(1, type.size() - 2));
            continue;
        }
        Json one = has_limits ? limited(type, *doc) : type_schema(type);
        if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(std::move(one));
    }
    if (!constants.empty()) all.push_back({{"enum", constants}});
    return all.size() == 1 ? all[0] : Json{{"anyOf", all}};
}

/// "tries beyond the first; default: 1".
std::string description(const SchemaField& field) {
    std::string text(field.summary);
    if (field.doc == nullptr) return text;
    if (!field.doc->range.empty()) text += "; " + field.doc->range;
    if (!field.doc->otherwise.empty()) text += "; default: " + field.doc->otherwise;
    return text;
}

Json object_schema(std::string_view section) {
    Json properties = Json::object();
    Json required = Json::array();
    for (const SchemaField& field : schema_fields()) {
        if (field.section != section) continue;
        Json schema = alternatives(field.type, field.doc);
        schema["description"] = description(field);
        properties[std::string(field.key)] = std::move(schema);
        if (field.required) required.push_back(field.key);
    }
    Json object = {{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) object["required"] = std::move(required);
    object["additionalProperties"] = false;
    return object;
}

void add_properties(Json& object, const Json& from) {
    for (const auto& [key, schema] : from.at("properties").items()) {
        if (!object["properties"].contains(key)) object["properties"][key] = schema;
    }
}

/// A guess has a `~` before the value.
void add_scalars(Json& definitions) {
    definitions["any"] = Json::object();
    definitions["text"] = {{"type", Json::array({"string", "number", "boolean"})}};
    definitions["name"] = {{"type", Json::array({"string", "number"})}};
    definitions["boolean"] = {{"type", "boolean"}};
    definitions["number"] = {{"type", "number"}};
    definitions["count"] = {{"anyOf", Json::array({Json{{"type", "integer"}, {"minimum", 0}},
                                                   pattern("^~[0-9]+$", "~8")})}};
    definitions["duration"] =
        pattern("^~?[0-9]+(\\.[0-9]+)?(ns|us|\u00b5s|\u03bcs|ms|s|m|min|h|d)$", "250ms");
    definitions["percent"] = pattern("^~?[0-9]+(\\.[0-9]+)?%$", "99.9%");
    definitions["rate"] = pattern("^~?[0-9]+(\\.[0-9]+)?/(s|m|min|h|d)$", "1200/s");
    definitions["factor"] = pattern("^~?[0-9]+(\\.[0-9]+)?x$", "5x");
    definitions["condition"] = {{"enum", Json::array({"timeout", "connect-failure", 503, "503", 429,
                                                      "429", "reset", "error", "5xx"})}};
}

Json distribution_schema() {
    return {
        {"description",
         "12ms, {p50: 8ms, p99: 60ms}, {mean: 10ms, shape: exponential}, {mean: 10ms, cv: 2} …"},
        {"anyOf", Json::array({reference("duration"), Json{{"type", "object"}}})}};
}

void add_structures(Json& definitions) {
    definitions["priority"] = {
        {"enum", Json::array({"criticalPlus", "critical", "sheddablePlus", "sheddable"})}};
    for (const SchemaField& field : schema_fields()) {
        const std::string section(field.section);
        if (section == "scenario" || definitions.contains(section)) continue;
        definitions[section] = object_schema(section);
    }
    add_properties(definitions["strategy"], definitions["policy"]);
    add_properties(definitions["call"], definitions["policy"]);
    definitions["call"]["properties"].erase("preset");
    definitions["distribution"] = distribution_schema();
    definitions["errors"] = {
        {"anyOf", Json::array({reference("percent"), object_schema("errors")})}};
    // `defaults` and services differ in what only one service can have.
    definitions["defaults"] = definitions["service"];
    for (const std::string_view own : {"endpoints", "primary"}) {
        definitions["defaults"]["properties"].erase(std::string(own));
    }
    for (Json& one : definitions["fault"]["properties"]["effect"]["anyOf"]) {
        if (one.contains("items")) one["items"] = alternatives("text|effect|namedFault");
    }
    definitions["slo"] = alternatives("text|objective");
    definitions["worth"] = alternatives("text|journeyValue");
    definitions["plannedAction"] = alternatives("action|'none'");
    // Every other key of `sweep` is a path, or several.
    definitions["sweep"]["additionalProperties"] = alternatives("text|[any]|range");
    definitions["step"] = alternatives("text|call|[parallel]");
    definitions["parallel"] = alternatives("text|call");
    // An empty value stands for an empty map.
    for (const char* section : {"network", "service", "group", "policy", "strategy", "experiment",
                                "delivery", "reclick", "sweep"}) {
        definitions[section]["type"] = Json::array({"object", "null"});
    }
    // An empty value stands for an empty map, a list for an endpoint's calls.
    Json endpoint = definitions["endpoint"];
    definitions["endpoint"] = {
        {"anyOf", Json::array({Json{{"type", "null"}}, type_schema("[step]"), endpoint})}};
}

}  // namespace

std::string scenario_schema() {
    Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                   {"title", "firedrill scenario"}};
    schema.update(object_schema("scenario"));
    schema["patternProperties"] = {{"^x-", true}};
    Json definitions = Json::object();
    add_scalars(definitions);
    add_structures(definitions);
    schema["$defs"] = std::move(definitions);
    return schema.dump(2) + "\n";
}

}  // namespace models
