// Every preset against the table of the values that it is made from, and through the readers that
// a scenario uses.
#include "models/scenario/preset_catalog.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "sim/yaml/write_yaml.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenario/support.hpp"

using namespace scenario_test;
using models::Preset;
using models::PresetUse;

namespace {

/// A line of presets.tsv: what the source says, and what the preset makes of it.
struct Line {
    std::string family;
    std::string name;
    std::string key;    ///< of the source; `-`: the preset adds it
    std::string value;  ///< of the source
    std::string path;   ///< in the preset; `-`: it has no such setting, `ours` says why
    std::string ours;
};

std::vector<Line> table() {
    std::istringstream text(read_repository_file("tests/unit/scenario/presets.tsv"));
    std::vector<Line> lines;
    for (std::string row; std::getline(text, row);) {
        if (row.empty() || row[0] == '#') continue;
        std::istringstream cells(row);
        Line line;
        for (std::string* cell :
             {&line.family, &line.name, &line.key, &line.value, &line.path, &line.ours}) {
            std::getline(cells, *cell, '\t');
        }
        lines.push_back(line);
    }
    return lines;
}

void list_values(const sim::Node& node, const std::string& path,
                 std::map<std::string, std::string>& values) {
    const bool inner = node.is_list() && !node.items.empty() && node.items[0].is_map();
    if (inner) {
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            list_values(node.items[i], path + "." + std::to_string(i), values);
        }
    } else if (node.is_map()) {
        for (const auto& entry : node.entries) {
            list_values(entry.value, path.empty() ? entry.key : path + "." + entry.key, values);
        }
    } else {
        values[path.empty() ? "." : path] = node.is_scalar() ? node.text : sim::write_flow(node);
    }
}

/// Whether `ours` is `theirs` by one of the rules of translation.
bool is_translation(const Line& line) {
    if (line.ours == line.value) return true;
    std::string camel;
    for (std::size_t i = 0; i < line.value.size(); ++i) {
        const bool up = line.value[i] == '_' && i + 1 < line.value.size();
        camel += up ? static_cast<char>(std::toupper(line.value[++i])) : line.value[i];
    }
    if (line.ours == camel) return true;
    std::size_t read = 0;
    double number = 0;
    try {
        number = std::stod(line.value, &read);
    } catch (const std::exception&) {
        return false;
    }
    if (read != line.value.size()) return false;
    if (line.key == "max_attempts") return line.ours == std::to_string(std::lround(number) - 1);
    if (line.ours.ends_with("/s")) return std::stod(line.ours) == Approx(number);
    const double ours = std::stod(line.ours);
    if (line.ours.ends_with('%')) {
        return ours == Approx(100 * number) || (number > 1 && ours == Approx(number));
    }
    return ours == Approx(number);
}

std::string scenario_with(const std::string& policy, const std::string& service) {
    return "version: 1\nservices:\n  web: {concurrency: 8, latency: 5ms, endpoints: {browse: "
           "[catalog]}}\n  catalog: {" +
           service + "}\nworkload:\n  users: {rate: 20/s, mix: {browse: 100%}}\npolicy: {" +
           policy + "}\nexperiment: {duration: 1m}\n";
}

std::string service_with(const std::string& setting, const Preset& preset) {
    std::string text = setting;
    if (preset.settings.find("concurrency") == nullptr) text += ", concurrency: 8";
    return text + ", latency: 10ms";
}

/// A queue needs somebody who gets its messages.
std::string queue_with(const std::string& name) {
    return scenario_with("timeout: 1s",
                         "kind: queue, concurrency: 8, latency: 1ms, delivery: {preset: " + name +
                             ", consumers: 3}, endpoints: {put: [worker]}}\n  worker: {"
                             "concurrency: 8, latency: 1ms");
}

/// Every way in which a scenario may name the preset.
std::vector<std::string> scenarios_of(const models::PresetFamily& family, const Preset& preset) {
    const std::string plain = "concurrency: 8, latency: 10ms";
    std::vector<std::string> all;
    switch (family.use) {
        case PresetUse::policy:
            if (models::find_policy_preset(preset.name) == &preset) {
                all.push_back(scenario_with("preset: " + preset.name, plain));
            }
            break;
        case PresetUse::policy_key:
            for (const std::string key :
                 {"backoff", "retryBudget", "hedge", "circuitBreaker", "outlierDetection",
                  "bulkhead", "rateLimit", "throttle", "loadBalancing"}) {
                if (models::preset_family_of_policy_key(key) != family.name) continue;
                all.push_back(scenario_with("retries: 1, " + key + ": " + preset.name, plain));
            }
            break;
        case PresetUse::service:
            all.push_back(
                scenario_with("timeout: 1s", service_with("preset: " + preset.name, preset)));
            break;
        case PresetUse::service_key: {
            const std::string key(models::preset_key(family.name));
            if (key == "autoscale") {
                all.push_back(scenario_with(
                    "timeout: 1s",
                    service_with("autoscale: {max: 4, preset: " + preset.name + "}", preset)));
                break;
            }
            if (key == "failover") {
                all.push_back(scenario_with(
                    "timeout: 1s",
                    service_with("kind: database, primary: local-1, failover: " + preset.name,
                                 preset)));
                break;
            }
            all.push_back(
                key == "delivery"
                    ? queue_with(preset.name)
                    : scenario_with("timeout: 1s", service_with(key + ": " + preset.name, preset)));
            break;
        }
        case PresetUse::planned:
            break;
    }
    return all;
}

}  // namespace

TEST_CASE("all 172 presets are there, 17 of them profiles") {
    std::size_t count = 0;
    std::set<std::string> names;
    for (const auto& family : models::preset_families()) {
        for (const auto& preset : models::presets_of(family.name)) {
            ++count;
            CHECK(names.insert(preset.family + " " + preset.name).second);
        }
    }
    CHECK(count == 172);
    CHECK(models::presets_of("profiles").size() == 17);
}

TEST_CASE("every value of a preset is that of its source, translated") {
    std::map<std::string, std::map<std::string, std::string>> wanted;
    for (const Line& line : table()) {
        auto& values = wanted[line.family + " " + line.name];
        if (line.path == "-") continue;
        values[line.path] = line.ours;
        INFO(line.family << " " << line.name << ": " << line.key << " " << line.value);
        if (line.key != "-" && !line.key.starts_with("=")) CHECK(is_translation(line));
    }
    CHECK(wanted.size() == 172);
    for (const auto& family : models::preset_families()) {
        for (const Preset& preset : models::presets_of(family.name)) {
            INFO(preset.family << " " << preset.name);
            std::map<std::string, std::string> values;
            list_values(preset.settings, "", values);
            CHECK(values == wanted[preset.family + " " + preset.name]);
        }
    }
}

TEST_CASE("a scenario may name every preset, and its readers take it") {
    for (const auto& family : models::preset_families()) {
        for (const Preset& preset : models::presets_of(family.name)) {
            for (const std::string& text : scenarios_of(family, preset)) {
                const auto loaded = load(text);
                INFO(text << loaded->messages());
                CHECK(loaded->scenario);
                CHECK(loaded->diagnostics.warning_count() == 0);
            }
        }
    }
}

TEST_CASE("sources, assumptions and flags of presets lead somewhere") {
    const auto exists = [](const Preset& preset, const std::string& path) {
        return models::find_path(preset.settings, path) != nullptr;
    };
    for (const auto& family : models::preset_families()) {
        for (const Preset& preset : models::presets_of(family.name)) {
            INFO(preset.family << " " << preset.name);
            for (const auto& key : preset.sources) CHECK_FALSE(models::preset_source(key).empty());
            for (const auto& path : preset.assumed) {
                CHECK((path == "composition" || exists(preset, path)));
            }
            for (const auto& flag : preset.flags) {
                CHECK(exists(preset, flag.path));
                CHECK(flag.reason.size() > 30);
            }
        }
    }
    CHECK(models::preset_source_keys().size() > 90);
    CHECK(models::preset_source("NOBODY").empty());
}
