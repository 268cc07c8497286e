#include "sim/cli/help_faults.hpp"

#include <fmt/format.h>

#include "models/scenario/fault_catalog.hpp"
#include "sim/yaml/write_yaml.hpp"

namespace sim::cli {

namespace {

using Json = nlohmann::ordered_json;
using models::FaultParameter;
using models::NamedFault;

Document help_data() {
    Document document;
    document.data = {{"formatVersion", "1.0"}, {"command", "help"}, {"faults", Json::array()}};
    return document;
}

std::string tools_of(const NamedFault& fault) {
    return fmt::format("{}", fmt::join(fault.tools, ", "));
}

/// "duration", "a number of milliseconds or a duration".
std::string values_of(const FaultParameter& parameter) {
    const auto& type = parameter.type;
    if (type == "ms") return "milliseconds, or a duration";
    if (type == "s") return "seconds, or a duration";
    if (type == "points") return "per cent, with or without the sign";
    if (type == "fraction") return "0 to 1, or a percentage";
    if (type == "shares") return "a map of names to percentages";
    if (type != "choice") return type;
    std::string words;
    for (const auto& [word, ours] : parameter.values) {
        words += (words.empty() ? "`" : ", `") + word + "`";
    }
    return words;
}

Json parameters_json(const NamedFault& fault) {
    Json json = Json::array();
    for (const auto& one : fault.parameters) {
        json.push_back({{"key", one.key},
                        {"type", values_of(one)},
                        {"default", one.otherwise.empty() ? Json() : Json(one.otherwise)},
                        {"summary", one.summary}});
    }
    return json;
}

Json fault_json(const NamedFault& fault) {
    Json json = {{"family", fault.family},
                 {"name", fault.name},
                 {"summary", fault.summary},
                 {"tools", fault.tools},
                 {"usable", fault.usable()},
                 {"needs", fault.needs.empty() ? Json() : Json(fault.needs)},
                 {"instead", fault.instead.empty() ? Json() : Json(fault.instead)},
                 {"parameters", parameters_json(fault)}};
    if (!fault.usable()) return json;
    json["effects"] = models::fault_effects(fault);
    json["example"] = models::fault_example(fault);
    json["note"] = fault.note;
    return json;
}

void add_field(Document& document, std::string_view name, const std::string& text, bool wrap) {
    if (text.empty()) return;
    document.blocks.emplace_back(
        Paragraph{fmt::format("{:<9}{}", name, text), Tone::plain, 2, 9, wrap});
}

void add_parameters(Document& document, const NamedFault& fault) {
    if (fault.parameters.empty()) return;
    Table table;
    table.columns = {{"parameter"}, {"default"}, {"meaning"}, {"values"}};
    for (const auto& one : fault.parameters) {
        table.rows.push_back({{one.key},
                              {one.otherwise.empty() ? "has to be written" : one.otherwise},
                              {one.summary},
                              {values_of(one)}});
    }
    document.blocks.emplace_back(std::move(table));
    document.blocks.emplace_back(BlankLine{});
}

/// "zone.outage   the zone has no power … (AWS FIS, Litmus)", one fault a paragraph.
void add_line(Document& document, const NamedFault& fault) {
    constexpr int kName = 30;
    const auto mark = fault.usable() ? "" : fault.instead.empty() ? "- " : "= ";
    const auto name = mark + fault.name;
    const auto tools = fault.tools.empty() ? "" : fmt::format(" ({})", tools_of(fault));
    document.blocks.emplace_back(
        Paragraph{fmt::format("{:<{}}{}{}", name, kName, fault.summary, tools),
                  fault.usable() ? Tone::plain : Tone::quiet, 2, kName, true});
}

}  // namespace

Document faults_document() {
    Document document = help_data();
    document.blocks.emplace_back(
        Paragraph{"Faults by name. `firedrill help fault NAME` shows what one stands for, with its "
                  "parameters and an example; `firedrill help effect` lists what they are made of. "
                  "- marks what is planned, = what is written in another way.",
                  Tone::plain, 0, 0, true});
    for (const auto& family : models::fault_families()) {
        document.blocks.emplace_back(BlankLine{});
        document.blocks.emplace_back(Paragraph{fmt::format("{}: {}", family.name, family.summary),
                                               Tone::strong, 0, 2, true});
        for (const auto& fault : models::named_faults()) {
            if (fault.family != family.name) continue;
            add_line(document, fault);
            document.data["faults"].push_back(fault_json(fault));
        }
    }
    return document;
}

Document fault_document(const std::string& name) {
    Document document = help_data();
    const NamedFault* fault = models::find_named_fault(name);
    if (fault == nullptr) return document;
    document.data["faults"].push_back(fault_json(*fault));
    document.blocks.emplace_back(Paragraph{
        fmt::format("{} is a fault: {}", fault->name, fault->summary), Tone::strong, 0, 2, true});
    document.blocks.emplace_back(BlankLine{});
    if (!fault->usable()) {
        if (!fault->needs.empty()) {
            add_field(document, "planned", fmt::format("it needs {}", fault->needs), true);
        }
        add_field(document, "instead", fault->instead, true);
        add_field(document, "tools", tools_of(*fault), true);
        return document;
    }
    add_parameters(document, *fault);
    std::string_view field = "does";
    for (const auto& effect : models::fault_effects(*fault)) {
        add_field(document, field, fmt::format("effect: {}", effect), false);
        field = "";
    }
    if (const auto* share = fault->target.find("share")) {
        add_field(document, "",
                  fmt::format("to a share of the connections: {}", share->text.substr(1)), true);
    }
    if (fault->target.find("border") != nullptr) {
        add_field(document, "", "to messages that cross the border of its target", true);
    }
    add_field(document, "tools", tools_of(*fault), true);
    add_field(document, "note", fault->note, true);
    add_field(document, "example", models::fault_example(*fault), false);
    return document;
}

}  // namespace sim::cli
