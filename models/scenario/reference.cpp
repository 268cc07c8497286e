#include "models/scenario/reference.hpp"

#include <fmt/format.h>

#include <string_view>

#include "models/policy/call_policy.hpp"
#include "models/policy/policy_families.hpp"
#include "models/scenario/preset_catalog.hpp"

namespace models {

namespace {

/// "`max` 20s, `jitter` full"; what stands inside one follows it in brackets, unless its default
/// says it already.
std::string keys_text(const std::vector<sim::ParameterDoc>& docs) {
    std::string text;
    for (const sim::ParameterDoc& doc : docs) {
        if (!text.empty()) text += ", ";
        text += fmt::format("`{}` {}", doc.key, doc.otherwise);
        if (doc.nested.empty() || doc.otherwise.starts_with('{')) continue;
        text += fmt::format(" ({})", keys_text(doc.nested));
    }
    return text;
}

std::string key_table() {
    std::string text = "| key | value | default | meaning |\n|---|---|---|---|\n";
    for (const sim::ParameterDoc& doc : sim::list_parameters<CallPolicy>()) {
        text += fmt::format("| `{}` | {} | {} | {} |\n", doc.key, sim::values_text(doc),
                            doc.otherwise, doc.summary);
    }
    text += '\n';
    for (const sim::ParameterDoc& doc : sim::list_parameters<CallPolicy>()) {
        if (doc.nested.empty()) continue;
        text += fmt::format("* inside `{}`: {}\n", doc.key, keys_text(doc.nested));
    }
    return text;
}

std::string kind_line(const sim::KindDoc& kind) {
    const std::string parameters = keys_text(kind.parameters);
    return fmt::format("* `{}`: {}{}\n", kind.name, kind.summary,
                       parameters.empty() ? "" : ". " + parameters);
}

std::string family_text(const PolicyFamily& family, std::string_view presets, std::string notes) {
    if (!family.options.default_kind.empty()) {
        notes += fmt::format("; `kind` is `{}` when not written", family.options.default_kind);
    }
    if (!family.options.short_key.empty()) {
        notes += fmt::format("; a bare value is its `{}`", family.options.short_key);
    }
    std::string text = fmt::format("\n**{}**{}\n\n", family.key, notes);
    for (const sim::KindDoc& kind : family.kinds()) text += kind_line(kind);
    const auto names = preset_names(presets);
    if (!names.empty()) text += fmt::format("* presets: {}\n", fmt::join(names, ", "));
    return text;
}

}  // namespace

std::string policy_reference() {
    std::string text = key_table();
    for (const PolicyFamily& family : policy_families()) {
        text += family_text(family, preset_family_of_policy_key(family.key), "");
    }
    for (const PolicyFamily& family : service_families()) {
        text += family_text(family, preset_family_of_service_key(family.key), " of a service");
    }
    return text;
}

}  // namespace models
