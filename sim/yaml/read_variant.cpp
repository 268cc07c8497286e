#include "sim/yaml/read_variant.hpp"

#include <fmt/format.h>

#include "sim/core/did_you_mean.hpp"

namespace sim::detail {

std::optional<ChosenKind> choose_kind(const Node& node, MapReader& reader,
                                      std::span<const std::string_view> known,
                                      const VariantOptions& options) {
    if (!reader.valid()) return std::nullopt;
    if (node.is_scalar()) return ChosenKind{node.text, &node};
    const Node* kind = reader.take(options.kind_key);
    if (kind == nullptr) {
        if (!options.default_kind.empty()) return ChosenKind{options.default_kind, &node};
        reader.error(fmt::format("{} needs `{}`", reader.context(), options.kind_key),
                     fmt::format("known: {}", fmt::join(known, ", ")));
        return std::nullopt;
    }
    if (!kind->is_scalar()) {
        report(reader.diagnostics(), *kind,
               fmt::format("expected the {} of the {}, found {}", options.kind_key,
                           reader.context(), describe(*kind)));
        return std::nullopt;
    }
    return ChosenKind{kind->text, kind};
}

void report_unknown_kind(const ChosenKind& kind, const MapReader& reader,
                         std::span<const std::string_view> known, const VariantOptions& options) {
    std::string hint = did_you_mean_hint(kind.name, known);
    for (const KeyHint& entry : options.kind_hints) {
        if (entry.wrong != kind.name) continue;
        hint =
            entry.meant.empty() ? std::string() : fmt::format("did you mean `{}`? ", entry.meant);
        hint += entry.note;
    }
    if (hint.empty()) hint = fmt::format("known: {}", fmt::join(known, ", "));
    // A number is no name that somebody got wrong.
    const auto message = is_numeric(kind.name)
                             ? fmt::format("expected the {} of the {}, or a map with it, found {}",
                                           options.kind_key, reader.context(), quote(kind.name))
                             : fmt::format("unknown {} {}", reader.context(), quote(kind.name));
    report(reader.diagnostics(), *kind.place, message, std::move(hint));
}

Node map_of(const Node& node) {
    Node map;
    map.kind = Node::Kind::map;
    map.range = node.range;
    map.alias = node.alias;
    return map;
}

bool is_numeric(std::string_view text) {
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    if (text.starts_with('.')) text.remove_prefix(1);
    return !text.empty() && text[0] >= '0' && text[0] <= '9';
}

Node long_form_of(const Node& node, std::string_view short_key) {
    if (!node.is_scalar() || short_key.empty() || !is_numeric(node.text)) return node;
    Node map = map_of(node);
    map.entries.push_back({std::string(short_key), node.range, node});
    return map;
}

}  // namespace sim::detail
