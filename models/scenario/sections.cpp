#include "models/scenario/sections.hpp"

#include <fmt/format.h>

#include "models/scenario/merge.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

using sim::MapEntry;
using sim::MapReader;
using sim::Node;

namespace {

/// What to point at when something is missing: the file's first key.
sim::SourceRange first_place(const Node& root) {
    for (const MapEntry& entry : root.entries) {
        if (entry.key_range.file == root.range.file) return entry.key_range;
    }
    return {root.range.file, 0, 0, 0};
}

bool check_version(const Node& root, sim::Diagnostics& diagnostics) {
    const Node* version = root.find("version");
    if (version == nullptr) {
        diagnostics.error(first_place(root), "the scenario has no `version`",
                          "write `version: 1` as its first line");
        return true;
    }
    if (version->is_scalar() && version->text == "1") return true;
    sim::report(diagnostics, *version, fmt::format("unknown version {}", sim::describe(*version)),
                "this program reads `version: 1`");
    return false;
}

void check_predictions(const Node& node, sim::Diagnostics& diagnostics) {
    for (const Node& item : sim::read_list(node, diagnostics, "predictions")) {
        MapReader reader(item, diagnostics, "prediction");
        if (const Node* who = reader.take("who")) sim::read_string(*who, diagnostics, "a name");
        if (const Node* says = reader.require("says")) {
            sim::read_string(*says, diagnostics, "a prediction");
        }
        if (const Node* sure = reader.take("sure")) sim::read_percent(*sure, diagnostics);
        reader.finish();
    }
}

void check_ignored(Node& root, sim::Diagnostics& diagnostics) {
    const MapEntry* entry = root.find_entry("predictions");
    if (entry == nullptr) return;
    check_predictions(entry->value, diagnostics);
    diagnostics.note(entry->key_range, "`predictions` is ignored in this version");
    remove_key(root, "predictions");
}

/// The section was taken out before: only an override can have put it there.
void check_no_sweep(Node& root, sim::Diagnostics& diagnostics) {
    const MapEntry* entry = root.find_entry("sweep");
    if (entry == nullptr) return;
    sim::report_key(diagnostics, *entry, "`--set` does not change what is swept",
                    "`firedrill sweep FILE --sweep PATH=VALUES` does");
    remove_key(root, "sweep");
}

void check_required(const Node& root, sim::Diagnostics& diagnostics) {
    for (const auto& [key, hint] :
         {std::pair("services", "`services: {web: {concurrency: 8, latency: 10ms}}`"),
          std::pair("workload", "`workload: {users: {rate: 100/s, mix: {call: 100%}}}`")}) {
        const MapEntry* entry = root.find_entry(key);
        if (entry == nullptr) {
            diagnostics.error(first_place(root), fmt::format("the scenario has no `{}`", key),
                              fmt::format("at the least: {}", hint));
        } else if (entry->value.is_null() ||
                   (entry->value.is_map() && entry->value.entries.empty())) {
            sim::report_key(diagnostics, *entry, fmt::format("`{}` is empty", key),
                            fmt::format("at the least: {}", hint));
        }
    }
}

}  // namespace

bool check_sections(Node& root, Reading& reading) {
    if (!check_version(root, reading.diagnostics)) return false;
    std::erase_if(root.entries, [](const MapEntry& entry) { return entry.key.starts_with("x-"); });
    MapReader reader(root, reading.diagnostics, "the scenario");
    for (const std::string_view key :
         {"version",  "name",     "question",   "include",   "regions",     "network", "defaults",
          "services", "workload", "policy",     "policyFor", "strategies",  "faults",  "actions",
          "slos",     "value",    "experiment", "expect",    "predictions", "sweep"}) {
        reader.take(key);
    }
    const std::size_t before = reading.diagnostics.error_count();
    reader.finish({{"slo", "slos", ""},
                   {"policies", "policy", ""},
                   {"action", "actions", ""},
                   {"values", "value", ""},
                   {"zones", "", "zones belong to a region: `regions: {eu: {zones: [eu-1]}}`"},
                   {"groups", "workload", ""},
                   {"customers", "workload", ""},
                   {"users", "workload", ""},
                   {"duration", "", "it belongs under `experiment`"},
                   {"seed", "", "it belongs under `experiment`"}});
    // What seems to be missing may be what is misspelt.
    if (reading.diagnostics.error_count() == before) check_required(root, reading.diagnostics);
    check_ignored(root, reading.diagnostics);
    check_no_sweep(root, reading.diagnostics);
    return true;
}

std::string scenario_name(std::string_view file) {
    if (file == "<stdin>") return "scenario";
    const std::size_t slash = file.rfind('/');
    if (slash != std::string_view::npos) file.remove_prefix(slash + 1);
    const std::size_t dot = file.rfind('.');
    if (dot != std::string_view::npos && dot > 0) file = file.substr(0, dot);
    return std::string(file);
}

}  // namespace models
