#include "sim/cli/help_kinds.hpp"

#include <fmt/format.h>

#include <variant>

#include "models/fault/fault.hpp"
#include "models/policy/call_policy.hpp"
#include "models/policy/outcome.hpp"
#include "models/policy/policy_families.hpp"
#include "models/scenario/preset_catalog.hpp"
#include "models/scenario/slo.hpp"
#include "sim/core/distribution.hpp"

namespace sim::cli {

namespace {

using Json = nlohmann::ordered_json;

/// Kinds that read themselves, without declared parameters.
template <class Variant>
struct KindsOf;
template <class... Types>
struct KindsOf<std::variant<Types...>> {
    static std::vector<KindDoc> with_summary() {
        return {{Types::name, Types::summary, {}, {}, {}, {}}...};
    }
    static std::vector<KindDoc> names() { return {{Types::name, {}, {}, {}, {}, {}}...}; }
};

template <class Enum>
std::vector<KindDoc> enum_kinds(std::size_t count) {
    std::vector<KindDoc> kinds;
    for (std::size_t i = 0; i < count; ++i) {
        kinds.push_back({models::to_string(static_cast<Enum>(i)), {}, {}, {}, {}, {}});
    }
    return kinds;
}

/// The family of presets that goes with a family of kinds.
std::string_view preset_family(std::string_view key) {
    const auto of_policy = models::preset_family_of_policy_key(key);
    return of_policy.empty() ? models::preset_family_of_service_key(key) : of_policy;
}

/// The presets of a family (`backoff`) that are of one kind; of all kinds when it is empty.
std::vector<std::string> presets_with(std::string_view key, std::string_view kind) {
    std::vector<std::string> names;
    for (const auto& preset : models::presets_of(preset_family(key))) {
        const auto* of = preset.settings.find("kind");
        if (kind.empty() || (of != nullptr && of->text == kind)) names.push_back(preset.name);
    }
    return names;
}

void add_field(Document& document, std::string_view name, const std::string& text) {
    if (text.empty()) return;
    document.blocks.emplace_back(
        Paragraph{fmt::format("{:<9}{}", name, text), Tone::plain, 2, 9, true});
}

/// "AWS-SIM, SRE" with what the keys stand for, one a line.
void add_sources(Document& document, std::string_view keys) {
    std::string_view name = "source";
    while (!keys.empty()) {
        const auto comma = keys.find(", ");
        const auto key = keys.substr(0, comma);
        const auto meaning = models::preset_source(key);
        add_field(document, name,
                  meaning.empty() ? std::string(key) : fmt::format("{}: {}", key, meaning));
        name = "";
        keys = comma == std::string_view::npos ? "" : keys.substr(comma + 2);
    }
}

Json kind_json(const Family& family, const KindDoc& kind) {
    Json json = {{"family", family.name},
                 {"where", family.where},
                 {"name", kind.name},
                 {"summary", kind.summary},
                 {"formula", kind.formula},
                 {"source", kind.source},
                 {"example", kind.example},
                 {"parameters", Json::array()},
                 {"presets", presets_with(family.name, kind.name)}};
    for (const auto& one : kind.parameters) {
        json["parameters"].push_back({{"key", one.key},
                                      {"type", one.type},
                                      {"range", one.range},
                                      {"default", one.otherwise},
                                      {"summary", one.summary}});
    }
    return json;
}

void add_kind(Document& document, const Family& family, const KindDoc& kind) {
    if (!document.blocks.empty()) document.blocks.emplace_back(BlankLine{});
    document.blocks.emplace_back(
        Paragraph{fmt::format("{} is a kind of {} ({}){}{}", kind.name, family.name, family.where,
                              kind.summary.empty() ? "" : ": ", kind.summary),
                  Tone::strong, 0, 2, true});
    if (!kind.parameters.empty()) {
        document.blocks.emplace_back(BlankLine{});
        document.blocks.emplace_back(parameter_table(kind.parameters));
        document.blocks.emplace_back(BlankLine{});
    }
    add_field(document, "formula", std::string(kind.formula));
    add_sources(document, kind.source);
    add_field(document, "presets",
              fmt::format("{}", fmt::join(presets_with(family.name, kind.name), ", ")));
    if (!kind.example.empty()) {
        document.blocks.emplace_back(
            Paragraph{fmt::format("example  {}", kind.example), Tone::plain, 2, 9, false});
    }
    document.data["kinds"].push_back(kind_json(family, kind));
}

Document help_data() {
    Document document;
    document.data = {{"formatVersion", "1.0"}, {"command", "help"}};
    return document;
}

}  // namespace

std::vector<Family> families() {
    constexpr auto kMetrics = static_cast<std::size_t>(models::SloMetric::wasted) + 1;
    std::vector<Family> all;
    for (const auto& family : models::policy_families()) {
        all.push_back({family.key, fmt::format("policy.{}", family.key), family.kinds()});
    }
    for (const auto& family : models::service_families()) {
        all.push_back({family.key, fmt::format("services.NAME.{}", family.key), family.kinds()});
    }
    all.push_back(
        {"jitter", "policy.backoff.jitter", enum_kinds<models::Jitter>(models::kJitters)});
    all.push_back({"retryOn", "policy.retryOn",
                   enum_kinds<models::RetryCondition>(models::kRetryConditions)});
    all.push_back({"effect", "faults.NAME.effect", KindsOf<models::FaultEffect>::with_summary()});
    all.push_back({"distribution", "latency, network, thinkTime: the key `shape`",
                   KindsOf<DistributionKind>::names()});
    all.push_back({"metric", "slos.NAME", enum_kinds<models::SloMetric>(kMetrics)});
    all.push_back({"outcome", "how a request ends, in results",
                   enum_kinds<models::Outcome>(models::kOutcomes)});
    return all;
}

Table parameter_table(const std::vector<ParameterDoc>& parameters) {
    Table table;
    table.columns = {{"key"}, {"default"}, {"values"}, {"meaning"}};
    for (const auto& one : parameters) {
        table.rows.push_back(
            {{one.key},
             {one.otherwise},
             {one.range.empty() ? one.type : fmt::format("{}, {}", one.type, one.range)},
             {one.summary}});
    }
    return table;
}

Document family_document(const Family& family) {
    Document document = help_data();
    document.blocks.emplace_back(
        Paragraph{fmt::format("{} ({})", family.name, family.where), Tone::strong});
    document.data["kinds"] = Json::array();
    Table table;
    table.columns = {{"kind"}, {""}};
    for (const auto& kind : family.kinds) {
        table.rows.push_back({{std::string(kind.name)}, {std::string(kind.summary)}});
        document.data["kinds"].push_back(kind_json(family, kind));
    }
    document.blocks.emplace_back(std::move(table));
    const auto presets = presets_with(family.name, "");
    if (!presets.empty()) {
        document.blocks.emplace_back(Paragraph{fmt::format("presets: {}", fmt::join(presets, ", ")),
                                               Tone::plain, 2, 2, true});
    }
    document.data["presets"] = presets;
    return document;
}

Document kind_document(const std::string& name) {
    Document document = help_data();
    document.data["kinds"] = Json::array();
    for (const auto& family : families()) {
        for (const auto& kind : family.kinds) {
            if (kind.name == name) add_kind(document, family, kind);
        }
    }
    return document;
}

Document policy_document() {
    Document document = help_data();
    document.blocks.emplace_back(
        Paragraph{"policy: how services call each other; the keys of `policy`, `policyFor`, "
                  "strategies and calls",
                  Tone::strong, 0, 2, true});
    document.blocks.emplace_back(BlankLine{});
    const auto parameters = list_parameters<models::CallPolicy>();
    document.blocks.emplace_back(parameter_table(parameters));
    document.data["parameters"] = Json::array();
    for (const auto& one : parameters) {
        document.data["parameters"].push_back({{"key", one.key},
                                               {"type", one.type},
                                               {"range", one.range},
                                               {"default", one.otherwise},
                                               {"summary", one.summary}});
    }
    return document;
}

}  // namespace sim::cli
