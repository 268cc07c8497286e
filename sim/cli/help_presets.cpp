#include "sim/cli/help_presets.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/scenario/preset_catalog.hpp"
#include "sim/core/assert.hpp"
#include "sim/yaml/write_yaml.hpp"

namespace sim::cli {

namespace {

using Json = nlohmann::ordered_json;
using models::Preset;
using models::PresetFamily;
using models::PresetUse;

/// How a scenario names a preset of the family.
std::string usage(const PresetFamily& family, std::string_view name) {
    switch (family.use) {
        case PresetUse::policy:
            return fmt::format("policy: {{preset: {}}}", name);
        case PresetUse::policy_key:
            return fmt::format("policy: {{{}: {}}}", models::preset_key(family.name), name);
        case PresetUse::service:
            return fmt::format("services: {{web: {{preset: {}}}}}", name);
        case PresetUse::service_key:
            if (family.name == "autoscale") {  // how many there may be no preset knows
                return fmt::format("services: {{web: {{autoscale: {{preset: {}, max: 9}}}}}}",
                                   name);
            }
            return fmt::format("services: {{web: {{{}: {}}}}}", models::preset_key(family.name),
                               name);
        case PresetUse::planned:
            return "planned: not for scenarios in this version";
    }
    SIM_ASSERT(false);
}

std::string_view reason_of(const Preset& preset, std::string_view path) {
    for (const auto& flag : preset.flags) {
        if (flag.path == path) return flag.reason;
    }
    return {};
}

bool is_assumed(const Preset& preset, std::string_view path) {
    return std::find(preset.assumed.begin(), preset.assumed.end(), path) != preset.assumed.end();
}

struct Value {
    std::string path;
    std::string text;
};

void list_values(const Node& node, const std::string& path, std::vector<Value>& values) {
    if (!node.is_map()) {
        values.push_back({path, node.is_scalar() ? node.text : sim::write_flow(node)});
        return;
    }
    for (const auto& entry : node.entries) {
        list_values(entry.value, path.empty() ? entry.key : path + "." + entry.key, values);
    }
}

Table value_table(const Preset& preset, const std::vector<Value>& values) {
    Table table;
    table.columns = {{"setting"}, {"value"}, {""}};
    for (const auto& [path, text] : values) {
        const auto reason = reason_of(preset, path);
        // The table is of one preset, so its name need not be said again.
        const auto colon = reason.find("): ");
        std::string remark =
            colon == std::string_view::npos ? "" : fmt::format("! {}", reason.substr(colon + 3));
        if (is_assumed(preset, path)) remark = "assumed: the source has no default";
        table.rows.push_back({{path.empty() ? preset.family : path},
                              {text},
                              {remark, reason.empty() ? Tone::quiet : Tone::unsure}});
    }
    return table;
}

void add_preset_field(Document& document, std::string_view name, const std::string& text,
                      bool wrap = true) {
    document.blocks.emplace_back(
        Paragraph{fmt::format("{:<9}{}", name, text), Tone::plain, 2, 9, wrap});
}

Json preset_json(const PresetFamily& family, const Preset& preset,
                 const std::vector<Value>& values) {
    Json json = {{"family", family.name},
                 {"name", preset.name},
                 {"usable", family.use != PresetUse::planned},
                 {"settings", Json::array()},
                 {"parts", preset.parts},
                 {"sources", Json::array()},
                 {"notes", preset.notes}};
    for (const auto& [path, text] : values) {
        const auto reason = reason_of(preset, path);
        json["settings"].push_back({{"path", path},
                                    {"value", text},
                                    {"assumed", is_assumed(preset, path)},
                                    {"flag", reason.empty() ? Json() : Json(reason)}});
    }
    for (const auto& key : preset.sources) {
        json["sources"].push_back({{"key", key}, {"text", models::preset_source(key)}});
    }
    return json;
}

/// A bundle that another of the same name hides can only be written out.
std::string example_of(const PresetFamily& family, const Preset& preset) {
    const bool is_hidden =
        family.use == PresetUse::policy && models::find_policy_preset(preset.name) != &preset;
    return is_hidden ? fmt::format("policy: {}", sim::write_flow(preset.settings))
                     : usage(family, preset.name);
}

void add_preset(Document& document, const PresetFamily& family, const Preset& preset) {
    if (!document.blocks.empty()) document.blocks.emplace_back(BlankLine{});
    document.blocks.emplace_back(
        Paragraph{fmt::format("{} is a preset of {}: {}", preset.name, family.name, family.summary),
                  Tone::strong, 0, 2, true});
    document.blocks.emplace_back(BlankLine{});
    std::vector<Value> values;
    list_values(preset.settings, "", values);
    if (!values.empty()) {
        document.blocks.emplace_back(value_table(preset, values));
        document.blocks.emplace_back(BlankLine{});
    }
    if (!preset.parts.empty()) {
        add_preset_field(document, "made of", fmt::format("{}", fmt::join(preset.parts, ", ")));
    }
    std::string_view name = "source";
    for (const auto& key : preset.sources) {
        add_preset_field(document, name, fmt::format("{}: {}", key, models::preset_source(key)));
        name = "";
    }
    if (is_assumed(preset, "composition")) {
        add_preset_field(document, "assumed", "that its parts are used together");
    }
    for (const auto& note : preset.notes) add_preset_field(document, "note", note);
    add_preset_field(document, "example", example_of(family, preset));
    document.data["presets"].push_back(preset_json(family, preset, values));
}

Document preset_help_data() {
    Document document;
    document.data = {{"formatVersion", "1.0"}, {"command", "help"}, {"presets", Json::array()}};
    return document;
}

}  // namespace

Document presets_document() {
    Document document = preset_help_data();
    document.blocks.emplace_back(
        Paragraph{"Named settings of real clients, proxies and servers. `firedrill help preset "
                  "NAME` shows every value with its source; ! marks defaults that are dangerous "
                  "as they are. Own keys beside a preset override it.",
                  Tone::plain, 0, 0, true});
    for (const auto& family : models::preset_families()) {
        std::string names;
        for (const auto& preset : models::presets_of(family.name)) {
            names += (names.empty() ? "" : ", ") + preset.name + (preset.flags.empty() ? "" : "!");
            std::vector<Value> values;
            list_values(preset.settings, "", values);
            document.data["presets"].push_back(preset_json(family, preset, values));
        }
        document.blocks.emplace_back(BlankLine{});
        document.blocks.emplace_back(
            Paragraph{fmt::format("{}: {}. {}", family.name, family.summary, usage(family, "NAME")),
                      Tone::strong, 0, 2, true});
        document.blocks.emplace_back(Paragraph{names, Tone::plain, 2, 0, true});
    }
    return document;
}

Document preset_document(const std::string& name) {
    Document document = preset_help_data();
    for (const auto& family : models::preset_families()) {
        const auto* preset = models::find_preset(family.name, name);
        if (preset != nullptr) add_preset(document, family, *preset);
    }
    return document;
}

}  // namespace sim::cli
