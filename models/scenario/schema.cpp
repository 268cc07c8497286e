#include "models/scenario/schema.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "models/policy/policy_families.hpp"
#include "models/scenario/schema_fields.hpp"

namespace models {

namespace {

using Json = nlohmann::ordered_json;

Json reference(std::string_view type) { return {{"$ref", "#/$defs/" + std::string(type)}}; }

/// Types that are neither a section nor one of these are maps inside a policy's rule, whose keys
/// the reader checks.
constexpr std::array<std::string_view, 21> kTypes = {
    "any",     "text", "name",     "boolean",   "number",       "count",    "duration",
    "percent", "rate", "factor",   "condition", "distribution", "errors",   "defaults",
    "slo",     "step", "parallel", "region",    "endpoint",     "strategy", "priority"};

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
Json constant(std::string_view text) {
    if (text == "1") return {{"enum", Json::array({1, "1"})}};
    if (text == "true" || text == "false") {
        return {{"enum", Json::array({text == "true", text})}};
    }
    return {{"const", text}};
}

Json type_schema(std::string_view type) {
    if (type.starts_with('\'')) return constant(type.substr(1, type.size() - 2));
    if (type.starts_with('[')) {
        return {{"type", "array"}, {"items", type_schema(type.substr(1, type.size() - 2))}};
    }
    if (type.starts_with('{')) {
        return {{"type", "object"},
                {"additionalProperties", type_schema(type.substr(1, type.size() - 2))}};
    }
    return is_defined(type) ? reference(type) : Json{{"type", "object"}};
}

Json alternatives(std::string_view types) {
    Json all = Json::array();
    while (!types.empty()) {
        const auto bar = types.find('|');
        Json one = type_schema(types.substr(0, bar));
        if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(std::move(one));
        types = bar == std::string_view::npos ? "" : types.substr(bar + 1);
    }
    return all.size() == 1 ? all[0] : Json{{"anyOf", all}};
}

Json object_schema(std::string_view section) {
    Json properties = Json::object();
    Json required = Json::array();
    for (const SchemaField& field : schema_fields()) {
        if (field.section != section) continue;
        Json schema = alternatives(field.type);
        schema["description"] = field.summary;
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
    definitions["duration"] = pattern("^~?[0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|min|h|d)$", "250ms");
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
    for (const std::string_view section :
         {"queueOrder", "threads",     "region",     "network",      "service",    "endpoint",
          "call",       "healthCheck", "group",      "policy",       "strategy",   "fault",
          "effect",     "replicas",    "callTarget", "objective",    "experiment", "difference",
          "cache",      "cacheKeys",   "reclick",    "earlyRefresh", "delivery"}) {
        definitions[std::string(section)] = object_schema(section);
    }
    for (const auto families : {policy_families(), service_families()}) {
        for (const PolicyFamily& family : families) {
            definitions[std::string(family.key)] = object_schema(family.key);
        }
    }
    add_properties(definitions["strategy"], definitions["policy"]);
    add_properties(definitions["call"], definitions["policy"]);
    definitions["distribution"] = distribution_schema();
    definitions["errors"] = {
        {"anyOf", Json::array({reference("percent"), object_schema("errors")})}};
    // `defaults` and services differ in what only one service can have.
    definitions["defaults"] = definitions["service"];
    for (const std::string_view own : {"endpoints", "primary"}) {
        definitions["defaults"]["properties"].erase(std::string(own));
    }
    definitions["slo"] = alternatives("text|objective");
    definitions["step"] = alternatives("text|call|[parallel]");
    definitions["parallel"] = alternatives("text|call");
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
