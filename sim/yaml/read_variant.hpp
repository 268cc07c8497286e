#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/core/diagnostics.hpp"
#include "sim/yaml/map_reader.hpp"
#include "sim/yaml/node.hpp"

namespace sim {

struct VariantOptions {
    std::string_view default_kind = {};        ///< when the map has no kind; empty: it is required
    std::string_view kind_key = "kind";        ///< `shape`, `effect`, …
    std::span<const KeyHint> key_hints = {};   ///< for keys that the chosen kind does not have
    std::span<const KeyHint> kind_hints = {};  ///< for unknown kinds
    MapReader::OwnerHint key_owner = nullptr;  ///< where keys belong that the kind does not have
};

namespace detail {

/// The name of the kind that `node` asks for and where it stands; reports when there is none.
struct ChosenKind {
    std::string_view name;
    const Node* place = nullptr;
};
std::optional<ChosenKind> choose_kind(const Node& node, MapReader& reader,
                                      std::span<const std::string_view> known,
                                      const VariantOptions& options);
void report_unknown_kind(const ChosenKind& kind, const MapReader& reader,
                         std::span<const std::string_view> known, const VariantOptions& options);
/// What the reader of a kind sees: `node` if it is a map, else an empty map at the same place.
Node map_of(const Node& node);
/// Begins like a number, with or without its unit: no name does.
bool is_numeric(std::string_view text);
/// `{short_key: node}` for a scalar that is numeric; any other node as it is.
Node long_form_of(const Node& node, std::string_view short_key);

/// A kind without a `read` of its own: from its declared parameters (parameters.hpp).
template <class Kind>
std::optional<Kind> read_declared(MapReader& reader);

template <class Kind>
std::optional<Kind> read_kind(MapReader& reader) {
    if constexpr (requires { Kind::read(reader); }) {
        return Kind::read(reader);
    } else {
        return read_declared<Kind>(reader);
    }
}

}  // namespace detail

/// Reads one alternative of a std::variant, the list of kinds. Every alternative has
/// `static constexpr std::string_view name`, and either `static std::optional<T> read(MapReader&)`
/// or declared parameters.
/// `{kind: x, …}`, or `x` alone when everything else is default. Keys that the kind did not read
/// are errors, an unknown kind gets a suggestion. `context` is singular: "backoff".
template <class Variant>
std::optional<Variant> read_variant(const Node& node, Diagnostics& diagnostics, std::string context,
                                    const VariantOptions& options = {}) {
    const Node map = node.is_scalar() ? detail::map_of(node) : Node{};
    MapReader reader(node.is_scalar() ? map : node, diagnostics, std::move(context));
    const auto known = []<class... Ts>(std::in_place_type_t<std::variant<Ts...>>) {
        return std::array<std::string_view, sizeof...(Ts)>{Ts::name...};
    }(std::in_place_type<Variant>);
    const auto kind = detail::choose_kind(node, reader, known, options);
    if (!kind) return std::nullopt;
    std::optional<Variant> result;
    bool found = false;
    const auto try_kind = [&]<class T>(std::in_place_type_t<T>) {
        if (found || T::name != kind->name) return;
        found = true;
        if (auto value = detail::read_kind<T>(reader)) result.emplace(std::move(*value));
    };
    [&]<class... Ts>(std::in_place_type_t<std::variant<Ts...>>) {
        (try_kind(std::in_place_type<Ts>), ...);
    }(std::in_place_type<Variant>);
    if (found) {
        reader.finish(options.key_hints, options.key_owner);
    } else {
        detail::report_unknown_kind(*kind, reader, known, options);
    }
    return result;
}

}  // namespace sim
