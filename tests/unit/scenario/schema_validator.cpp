#include "tests/unit/scenario/schema_validator.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <regex>
#include <string_view>

namespace scenario_test {

using Json = nlohmann::json;

namespace {

std::optional<double> number_in(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number = error == std::errc{} && end == text.data() + text.size() &&
                           text.find_first_of("infa") == std::string_view::npos;
    return is_number ? std::optional(value) : std::nullopt;
}

Json scalar_to_json(const sim::Node& node) {
    if (node.guess) return "~" + node.text;
    if (node.quoted) return node.text;
    if (node.text == "true" || node.text == "false") return node.text == "true";
    const auto number = number_in(node.text);
    if (!number) return node.text;
    const bool whole = node.text.find_first_of(".eE") == std::string::npos;
    return whole ? Json(static_cast<std::int64_t>(*number)) : Json(*number);
}

bool is_of_type(const Json& value, const std::string& type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_boolean();
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    if (type == "null") return value.is_null();
    throw std::runtime_error("unknown type " + type);
}

bool type_fits(const Json& value, const Json& types) {
    if (types.is_string()) return is_of_type(value, types.get<std::string>());
    return std::any_of(types.begin(), types.end(), [&](const Json& type) {
        return is_of_type(value, type.get<std::string>());
    });
}

struct Validator {
    const Json& root;

    std::string check(const Json& value, const Json& schema, const std::string& path) const {
        if (schema.is_boolean()) return schema.get<bool>() ? "" : path + ": not allowed";
        for (const auto& [keyword, operand] : schema.items()) {
            auto violation = check_keyword(keyword, operand, value, schema, path);
            if (!violation.empty()) return violation;
        }
        return {};
    }

  private:
    std::string check_keyword(const std::string& keyword, const Json& operand, const Json& value,
                              const Json& schema, const std::string& path) const {
        constexpr std::array kIgnored = {"$schema",  "title", "description",
                                         "examples", "$defs", "patternProperties"};
        if (std::find(kIgnored.begin(), kIgnored.end(), keyword) != kIgnored.end()) return {};
        if (keyword == "$ref") {
            const auto name = operand.get<std::string>().substr(std::string("#/$defs/").size());
            return check(value, root.at("$defs").at(name), path);
        }
        if (keyword == "anyOf") return check_any(value, operand, path);
        if (keyword == "properties") return check_properties(value, operand, path);
        if (keyword == "items") return check_items(value, operand, path);
        if (keyword == "additionalProperties") return check_rest(value, operand, schema, path);
        if (keyword == "required") {
            for (const auto& key : operand) {
                if (value.is_object() && !value.contains(key.get<std::string>())) {
                    return path + ": " + key.get<std::string>() + " is missing";
                }
            }
            return {};
        }
        return fits(keyword, operand, value) ? ""
                                             : path + ": " + value.dump() + " breaks " + keyword;
    }

    static bool fits(const std::string& keyword, const Json& operand, const Json& value) {
        if (keyword == "type") return type_fits(value, operand);
        if (keyword == "enum") {
            return std::find(operand.begin(), operand.end(), value) != operand.end();
        }
        if (keyword == "minimum") return !value.is_number() || value >= operand;
        if (keyword == "maximum") return !value.is_number() || value <= operand;
        if (keyword == "pattern") {
            return !value.is_string() || std::regex_search(value.get<std::string>(),
                                                           std::regex(operand.get<std::string>()));
        }
        throw std::runtime_error("unknown keyword " + keyword);
    }

    std::string check_any(const Json& value, const Json& schemas, const std::string& path) const {
        std::string deepest = path + ": " + value.dump() + " fits no alternative";
        for (const auto& schema : schemas) {
            const auto violation = check(value, schema, path);
            if (violation.empty()) return {};
            const auto place = violation.substr(0, violation.find(": "));
            if (place.size() > path.size()) deepest = violation;
        }
        return deepest;
    }

    std::string check_properties(const Json& value, const Json& properties,
                                 const std::string& path) const {
        if (!value.is_object()) return {};
        for (const auto& [key, schema] : properties.items()) {
            if (!value.contains(key)) continue;
            auto violation = check(value.at(key), schema, path + "." + key);
            if (!violation.empty()) return violation;
        }
        return {};
    }

    std::string check_items(const Json& value, const Json& schema, const std::string& path) const {
        if (!value.is_array()) return {};
        for (std::size_t i = 0; i < value.size(); ++i) {
            auto violation = check(value[i], schema, path + "." + std::to_string(i));
            if (!violation.empty()) return violation;
        }
        return {};
    }

    std::string check_rest(const Json& value, const Json& operand, const Json& schema,
                           const std::string& path) const {
        if (!value.is_object()) return {};
        for (const auto& [key, one] : value.items()) {
            if (schema.contains("properties") && schema.at("properties").contains(key)) continue;
            if (schema.contains("patternProperties") && key.starts_with("x-")) continue;
            auto violation = check(one, operand, path + "." + key);
            if (!violation.empty()) return violation;
        }
        return {};
    }
};

}  // namespace

Json to_json(const sim::Node& node) {
    if (node.is_null()) return nullptr;
    if (node.is_scalar()) return scalar_to_json(node);
    if (node.is_list()) {
        Json list = Json::array();
        for (const auto& item : node.items) list.push_back(to_json(item));
        return list;
    }
    Json map = Json::object();
    for (const auto& entry : node.entries) map[entry.key] = to_json(entry.value);
    return map;
}

std::string first_violation(const Json& value, const Json& schema, const Json& root,
                            const std::string& path) {
    return Validator{root}.check(value, schema, path);
}

}  // namespace scenario_test
