// The JSON Schema and the reference are made from, or held against, one table of keys.
#include "models/scenario/schema.hpp"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "models/policy/call_policy.hpp"
#include "models/scenario/key_notes.hpp"
#include "models/scenario/merge.hpp"
#include "models/scenario/reference.hpp"
#include "models/scenario/resolved.hpp"
#include "models/scenario/schema_fields.hpp"
#include "sim/yaml/load.hpp"
#include "sim/yaml/parameters.hpp"
#include "sim/yaml/write_yaml.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenario/schema_validator.hpp"
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

namespace {

std::vector<std::string> scenario_files() {
    std::vector<std::string> files;
    const std::filesystem::path root = FIREDRILL_SOURCE_DIR;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "scenarios")) {
        const bool is_index = entry.path().filename() == "figures.yaml";  // of the papers
        if (entry.path().extension() == ".yaml" && !is_index) {
            files.push_back(entry.path().lexically_relative(root).string());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string violation_in(const std::string& text) {
    static const auto schema = Json::parse(models::scenario_schema());
    sim::SourceMap sources;
    sim::Diagnostics diagnostics;
    const auto root = sim::load_text(sources, diagnostics, "test", text);
    REQUIRE(root);
    return first_violation(to_json(*root), schema, schema, "");
}

}  // namespace

TEST_CASE("every scenario that we ship is valid under the schema") {
    const auto files = scenario_files();
    CHECK(files.size() >= 15);
    for (const auto& file : files) {
        INFO(file);
        CHECK(violation_in(read_repository_file(file)) == "");
    }
}

TEST_CASE("what a scenario becomes when everything is written out is valid under the schema") {
    for (const auto& file : scenario_files()) {
        INFO(file);
        const auto loaded = load_repository_file(file);
        REQUIRE(loaded->scenario);
        CHECK(violation_in(models::write_resolved(*loaded->scenario)) == "");
    }
}

TEST_CASE("the schema refuses what the reader refuses") {
    const auto with_policy = [](const std::string& policy) {
        return violation_in(
            "version: 1\nservices: {web: {concurrency: 8, latency: 10ms}}\n"
            "workload: {users: {rate: 1/s, mix: {call: 100%}}}\npolicy: " +
            policy + "\n");
    };
    CHECK(with_policy("{timeout: 1s, backoff: envoy, pool: {connections: 5}}") == "");
    CHECK(with_policy("{preset: boto3}") == "");
    CHECK(with_policy("{retryBudget: 10%, bulkhead: 20, hedge: {budget: 5%}}") == "");
    CHECK(with_policy("{timeout: 1}") != "");
    CHECK(with_policy("{retries: -1}") != "");
    CHECK(with_policy("{retries: 101}") != "");
    CHECK(with_policy("{backoff: envoi}") != "");
    CHECK(with_policy("{preset: boto33}") != "");
    CHECK(with_policy("{pool: {conections: 5}}") != "");
    CHECK(with_policy("{pool: {connections: 0}}") != "");
    CHECK(with_policy("{circuitBreaker: {kind: hystrix, maxQueueSize: -1}}") != "");
    CHECK(with_policy("{outlierDetection: {kind: grpc, successRate: {stdevFaktor: 1}}}") != "");
    CHECK(with_policy("{cancel: perhaps}") != "");
    CHECK(with_policy("{bulkhead: -3}") != "");
}

TEST_CASE("the schema knows the forms of a sweep") {
    const auto with_sweep = [](const std::string& sweep) {
        return violation_in(
            "version: 1\nservices: {web: {concurrency: 8, latency: 10ms}}\n"
            "workload: {users: {rate: 1/s, mix: {call: 100%}}}\nsweep: " +
            sweep + "\n");
    };
    CHECK(with_sweep("{policy.timeout: [1s, {a: 1}], policy.retries: 0..3 step 1}") == "");
    CHECK(with_sweep("{policy.timeout: {from: 1s, to: 5s, points: 3, scale: log}}") == "");
    CHECK(with_sweep("{policy.timeout: 1s..5s, samples: 9, method: sobol, where: a < 1}") == "");
    CHECK(with_sweep("{policy.timeout: [1s], where: [a < 1, b < 1]}") == "");
    CHECK(with_sweep("{policy.timeout: {from: 1s}}") != "");
    CHECK(with_sweep("{policy.timeout: {from: 1s, to: 5s, scale: cubic}}") != "");
    CHECK(with_sweep("{samples: many}") != "");
    CHECK(with_sweep("{method: halton}") != "");
    CHECK(with_sweep("[policy.timeout]") != "");
}

TEST_CASE("every key of call settings has a rule or kinds, and an example in help") {
    for (const auto& doc : sim::list_parameters<models::CallPolicy>()) {
        INFO(doc.key);
        const auto* note = models::find_key_note("policy", doc.key);
        CHECK((doc.kinds != nullptr || (note != nullptr && !note->rule.empty())));
        CHECK(models::default_text("policy", doc.key) != "");
    }
}

TEST_CASE("the examples of help can be pasted into a scenario") {
    const std::string kBase =
        "version: 1\n"
        "services:\n"
        "  web: {concurrency: 8, latency: 10ms, endpoints: {call: [db]}}\n"
        "  db: {concurrency: 8, latency: 10ms}\n"
        "  cache: {concurrency: 8, latency: 1ms}\n"
        "workload: {users: {rate: 1/s, entry: web, mix: {call: 100%}}}\n";
    std::size_t examples = 0;
    for (const auto& field : models::schema_fields()) {
        const auto* note = models::find_key_note(field.section, field.key);
        if (note == nullptr) continue;
        ++examples;
        INFO(note->example);
        sim::SourceMap sources;
        sim::Diagnostics diagnostics;
        const auto base = sim::load_text(sources, diagnostics, "base", kBase);
        const auto example =
            sim::load_text(sources, diagnostics, "example", std::string(note->example));
        REQUIRE((base && example));
        auto merged = models::merge_nodes(*base, *example);
        // Of the ways to say how many, the example's is to stand alone.
        if (note->key == "users" || note->key == "thinkTime") {
            models::remove_key(*models::find_value(merged, "workload"), "users");
            auto& people = *models::find_value(*models::find_value(merged, "workload"), "people");
            models::put(people, "entry", models::scalar_node("web"));
        }
        const auto loaded = load(sim::write_yaml(merged));
        INFO(loaded->messages());
        CHECK(loaded->scenario);
    }
    CHECK(examples > 60);
}

TEST_CASE("the reference names every key") {
    const auto reference = read_repository_file("scenarios/README.md");
    for (const auto& field : models::schema_fields()) {
        if (field.section == "namedFault") continue;  // `firedrill help fault NAME`
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
