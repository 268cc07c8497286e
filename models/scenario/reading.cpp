#include "models/scenario/reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "sim/core/did_you_mean.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

namespace {

/// A list of names for a hint, cut when it is long.
std::string some_of(std::span<const std::string_view> known) {
    constexpr std::size_t kMost = 8;
    if (known.empty()) return {};
    const auto shown = known.first(std::min(known.size(), kMost));
    return fmt::format("known: {}{}", fmt::join(shown, ", "), known.size() > kMost ? ", …" : "");
}

bool is_lint_rule(const std::string& text) {
    return text.size() == 3 && text[0] == 'F' && std::isdigit(text[1]) != 0 &&
           std::isdigit(text[2]) != 0;
}

}  // namespace

std::optional<Name> read_placed_name(const sim::Node& node, sim::Diagnostics& diagnostics,
                                     std::string_view what) {
    const auto text = sim::read_name(node, diagnostics, what);
    if (!text) return std::nullopt;
    return Name{*text, node.range};
}

std::vector<ExpectedRule> read_expected_rules(const sim::Node& node,
                                              sim::Diagnostics& diagnostics) {
    constexpr const char* kHint = "`firedrill check --explain` lists them";
    std::vector<ExpectedRule> rules;
    if (node.is_map()) {
        for (const sim::MapEntry& entry : node.entries) {
            if (!is_lint_rule(entry.key)) {
                sim::report_key(diagnostics, entry,
                                "expected a rule such as `F07`, found " + sim::quote(entry.key),
                                kHint);
            } else if (!entry.value.is_scalar() || entry.value.text.empty()) {
                sim::report_key(diagnostics, entry,
                                fmt::format("why is {} broken on purpose? found {}", entry.key,
                                            sim::describe(entry.value)),
                                "`expect: {F26: \"the queue is what this is about\"}`");
            } else {
                rules.push_back({{entry.key, entry.key_range}, entry.value.text});
            }
        }
        return rules;
    }
    for (const sim::Node& item : sim::read_list(node, diagnostics, "rules")) {
        if (item.is_scalar() && is_lint_rule(item.text)) {
            rules.push_back({{item.text, item.range}});
        } else {
            sim::report(diagnostics, item,
                        "expected a rule such as `F07`, found " + sim::describe(item), kHint);
        }
    }
    return rules;
}

void report_missing(sim::Diagnostics& diagnostics, const Name& name, std::string message,
                    std::span<const std::string_view> known) {
    const std::string hint = sim::did_you_mean_hint(name.text, known);
    diagnostics.error(name.range, std::move(message), hint.empty() ? some_of(known) : hint);
}

void report_unknown(sim::Diagnostics& diagnostics, const Name& name, std::string_view what,
                    std::span<const std::string_view> known) {
    report_missing(diagnostics, name, fmt::format("unknown {} {}", what, sim::quote(name.text)),
                   known);
}

}  // namespace models
