#include "sim/cli/help_kinds.hpp"

#include <fmt/format.h>

#include <variant>

#include "models/action/action.hpp"
#include "models/action/service_level.hpp"
#include "models/fault/fault.hpp"
#include "models/policy/call_policy.hpp"
#include "models/policy/outcome.hpp"
#include "models/policy/policy_families.hpp"
#include "models/scenario/preset_catalog.hpp"
#include "models/scenario/slo.hpp"
#include "sim/cli/help_keys.hpp"
#include "sim/cli/help_meanings.hpp"
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
        const auto one = static_cast<Enum>(i);
        kinds.push_back({models::to_string(one), meaning_of(one), {}, {}, {}, {}});
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

/// A kind that serves two families has an example of one of them.
std::string example_of(const Family& family, const KindDoc& kind) {
    if (family.name == "action") return fmt::format("{}: {}", kind.name, kind.example);
    if (kind.example.starts_with('{')) {  // the whole value of a key
        const auto key = family.name == "schedule" ? family.where : std::string(family.name);
        return fmt::format("{}: {}", key, kind.example);
    }
    const auto colon = kind.example.find(':');
    if (colon == std::string_view::npos) return {};
    return std::string(family.name) + std::string(kind.example.substr(colon));
}

Json kind_json(const Family& family, const KindDoc& kind) {
    Json json = {{"family", family.name},
                 {"where", family.where},
                 {"name", kind.name},
                 {"summary", kind.summary},
                 {"formula", kind.formula},
                 {"source", kind.source},
                 {"example", example_of(family, kind)},
                 {"parameters", Json::array()},
                 {"presets", presets_with(family.name, kind.name)}};
    for (const auto& one : kind.parameters) json["parameters"].push_back(parameter_json(one));
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
    const auto example = example_of(family, kind);
    if (!example.empty()) {
        document.blocks.emplace_back(
            Paragraph{fmt::format("example  {}", example), Tone::plain, 2, 9, false});
    }
    document.data["kinds"].push_back(kind_json(family, kind));
}

Document kind_help_data() {
    Document document;
    document.data = {{"formatVersion", "1.0"}, {"command", "help"}};
    return document;
}

/// Parts that may be missing leave blank lines beside each other, and at the end.
void drop_blank_lines(Document& document) {
    std::vector<Block> kept;
    for (auto& block : document.blocks) {
        const bool is_blank = std::holds_alternative<BlankLine>(block);
        if (is_blank && !kept.empty() && std::holds_alternative<BlankLine>(kept.back())) continue;
        kept.push_back(std::move(block));
    }
    if (!kept.empty() && std::holds_alternative<BlankLine>(kept.back())) kept.pop_back();
    document.blocks = std::move(kept);
}

void add_family(Document& document, const Family& family) {
    if (!document.blocks.empty()) document.blocks.emplace_back(BlankLine{});
    document.blocks.emplace_back(
        Paragraph{fmt::format("kinds of {} ({})", family.name, family.where), Tone::strong});
    document.blocks.emplace_back(BlankLine{});
    Table table;
    table.columns = {{"kind"}, {""}};
    for (const auto& kind : family.kinds) {
        table.rows.push_back({{std::string(kind.name)}, {std::string(kind.summary)}});
        document.data["kinds"].push_back(kind_json(family, kind));
    }
    document.blocks.emplace_back(std::move(table));
    document.blocks.emplace_back(BlankLine{});
    const auto presets = presets_with(family.name, "");
    add_field(document, "presets", fmt::format("{}", fmt::join(presets, ", ")));
    const auto* rule = models::find_policy_family(family.name);
    for (const auto& kind : family.kinds) {
        const bool is_default = rule == nullptr || rule->options.default_kind.empty() ||
                                rule->options.default_kind == kind.name;
        if (!is_default) continue;
        add_field(document, "example", example_of(family, kind));
        break;
    }
    document.data["presets"] = presets;
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
    all.push_back({"effect", "faults.NAME.effect", sim::describe_kinds<models::FaultEffect>()});
    all.push_back({"schedule", "faults.NAME", sim::describe_kinds<models::FaultSchedule>()});
    all.push_back({"monkey", "faults.NAME.monkey", sim::describe_kinds<models::Monkey>()});
    all.push_back({"action", "actions.NAME", sim::describe_kinds<models::ActionKind>()});
    all.push_back({"distribution", "latency, network, thinkTime: the key `shape`",
                   KindsOf<DistributionKind>::names()});
    all.push_back({"metric", "slos.NAME", enum_kinds<models::SloMetric>(kMetrics)});
    all.push_back(
        {"liveMetric", "actions.NAME.when", enum_kinds<models::LiveMetric>(models::kLiveMetrics)});
    all.push_back({"selfMetric", "services.NAME.levels.NAME.when",
                   enum_kinds<models::SelfMetric>(models::kSelfMetrics)});
    all.push_back({"outcome", "how a request ends, in results",
                   enum_kinds<models::Outcome>(models::kOutcomes)});
    return all;
}

namespace {

void add_rows(Table& table, const std::vector<ParameterDoc>& parameters,
              const std::string& indent) {
    for (const auto& one : parameters) {
        table.rows.push_back(
            {{indent + one.key}, {one.otherwise}, {one.summary}, {values_text(one)}});
        add_rows(table, one.nested, indent + "  ");
    }
}

}  // namespace

Table parameter_table(const std::vector<ParameterDoc>& parameters) {
    Table table;
    table.columns = {{"key"}, {"default"}, {"meaning"}, {"values"}};
    add_rows(table, parameters, "");
    return table;
}

Json parameter_json(const ParameterDoc& parameter) {
    Json json = {{"key", parameter.key},
                 {"type", values_text(parameter)},
                 {"range", parameter.range},
                 {"default", parameter.otherwise},
                 {"summary", parameter.summary}};
    for (const auto& one : parameter.nested) json["keys"].push_back(parameter_json(one));
    return json;
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

Document word_document(const std::string& name) {
    Document document = kind_help_data();
    document.data.update(
        {{"keys", Json::array()}, {"kinds", Json::array()}, {"parameters", Json::array()}});
    add_key(document, name);
    for (const auto& family : families()) {
        // A family that is named like its only kind (`hedge`) is that kind.
        const bool is_its_kind = family.kinds.size() == 1 && family.kinds[0].name == name;
        if (family.name == name && !is_its_kind) add_family(document, family);
    }
    for (const auto& family : families()) {
        for (const auto& kind : family.kinds) {
            if (kind.name == name) add_kind(document, family, kind);
        }
    }
    if (document.blocks.empty()) add_value(document, name);
    drop_blank_lines(document);
    return document;
}

Document policy_document() {
    Document document = kind_help_data();
    document.blocks.emplace_back(
        Paragraph{"policy: how services call each other; the keys of `policy`, `policyFor`, "
                  "strategies and calls",
                  Tone::strong, 0, 2, true});
    document.blocks.emplace_back(BlankLine{});
    const auto parameters = list_parameters<models::CallPolicy>();
    auto keys = parameters;
    for (auto& one : keys) one.nested.clear();
    document.blocks.emplace_back(parameter_table(keys));
    document.blocks.emplace_back(BlankLine{});
    document.blocks.emplace_back(
        Paragraph{"firedrill help KEY: what stands inside, how it works, an example to paste; "
                  "firedrill help presets: named settings of real clients and proxies",
                  Tone::plain, 0, 2, true});
    document.data["parameters"] = Json::array();
    for (const auto& one : parameters) {
        document.data["parameters"].push_back(parameter_json(one));
    }
    return document;
}

}  // namespace sim::cli
