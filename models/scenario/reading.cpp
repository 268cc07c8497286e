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

}  // namespace

std::optional<Name> read_placed_name(const sim::Node& node, sim::Diagnostics& diagnostics,
                                     std::string_view what) {
    const auto text = sim::read_name(node, diagnostics, what);
    if (!text) return std::nullopt;
    return Name{*text, node.range};
}

std::vector<Name> read_expected_rules(const sim::Node& node, sim::Diagnostics& diagnostics) {
    const auto is_rule = [](const std::string& text) {
        return text.size() == 3 && text[0] == 'F' && std::isdigit(text[1]) != 0 &&
               std::isdigit(text[2]) != 0;
    };
    std::vector<Name> rules;
    for (const sim::Node& item : sim::read_list(node, diagnostics, "rules")) {
        if (item.is_scalar() && is_rule(item.text)) {
            rules.push_back({item.text, item.range});
        } else {
            sim::report(diagnostics, item,
                        "expected a rule such as `F07`, found " + sim::describe(item),
                        "`firedrill check --explain` lists them");
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
