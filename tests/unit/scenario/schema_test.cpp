// The JSON Schema and the reference are made from, or held against, one table of keys.
#include "models/scenario/schema.hpp"

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "models/scenario/reference.hpp"
#include "models/scenario/schema_fields.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenario/support.hpp"

using namespace scenario_test;
using Json = nlohmann::json;

namespace {

void collect_references(const Json& node, std::set<std::string>& found) {
    if (node.is_object()) {
        for (const auto& [key, value] : node.items()) {
            if (key == "$ref") found.insert(value.get<std::string>());
            collect_references(value, found);
        }
    } else if (node.is_array()) {
        for (const auto& item : node) collect_references(item, found);
    }
}

}  // namespace

TEST_CASE("the schema is JSON and every reference leads somewhere") {
    const auto schema = Json::parse(models::scenario_schema());
    CHECK(schema.at("$schema") == "https://json-schema.org/draft/2020-12/schema");
    CHECK(schema.at("required") == Json({"version", "services", "workload"}));
    CHECK(schema.at("additionalProperties") == false);
    std::set<std::string> references;
    collect_references(schema, references);
    CHECK(references.size() > 20);
    for (const auto& reference : references) {
        INFO(reference);
        CHECK(schema.at("$defs").contains(reference.substr(std::string("#/$defs/").size())));
    }
}

TEST_CASE("the schema knows every key of the table") {
    const auto schema = Json::parse(models::scenario_schema());
    CHECK(schema.at("$defs").at("call").at("properties").contains("retries"));
    CHECK(schema.at("$defs").at("strategy").at("properties").contains("timeout"));
    CHECK_FALSE(schema.at("$defs").at("defaults").at("properties").contains("endpoints"));
    for (const auto& field : models::schema_fields()) {
        if (field.section == "scenario") {
            CHECK(schema.at("properties").contains(std::string(field.key)));
        } else if (field.section != "errors" && field.section != "endpoint") {
            const auto& section = schema.at("$defs").at(std::string(field.section));
            CHECK(section.at("properties").contains(std::string(field.key)));
        }
    }
}

TEST_CASE("the reference names every key") {
    const auto reference = read_repository_file("scenarios/README.md");
    for (const auto& field : models::schema_fields()) {
        INFO(field.section << "." << field.key);
        const std::string key(field.key);
        const bool named = reference.find("`" + key + "`") != std::string::npos ||
                           reference.find(key + ":") != std::string::npos;
        CHECK(named);
    }
}

TEST_CASE("the reference holds what the declarations of policies say") {
    const auto reference = read_repository_file("scenarios/README.md");
    INFO("put the output of `firedrill help reference` between the markers of scenarios/README.md");
    CHECK(reference.find("<!-- firedrill help reference -->\n" + models::policy_reference() +
                         "<!-- end -->\n") != std::string::npos);
}

TEST_CASE("the readers take every key of a service in the table") {
    const auto loaded = load(replaced(kShop, "catalog: {regions: [eu, us]}",
                                      "catalog: {regions: [eu, us], kind: cache, queue: 5, "
                                      "queueOrder: fifo, discipline: slots, holds: ownWork, "
                                      "routing: any, healthCheck: none, restart: 1s, errors: "
                                      "{share: 1%, as: error}}"));
    INFO(loaded->messages());
    CHECK(loaded->scenario);
}
