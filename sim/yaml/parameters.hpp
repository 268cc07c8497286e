#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/core/diagnostics.hpp"
#include "sim/core/time.hpp"
#include "sim/yaml/map_reader.hpp"
#include "sim/yaml/node.hpp"
#include "sim/yaml/read_variant.hpp"
#include "sim/yaml/scalars.hpp"

// One declaration of a kind's parameters serves parsing, help and the schema. A kind is a plain
// struct with its defaults as initialisers and
//
//   static constexpr std::string_view name, summary, formula, source, example;
//   void parameters(sim::Parameters& p);   // one line per parameter
//
// A header that has such a kind forward-declares sim::Parameters; only its .cpp includes this file.
namespace sim {

/// How a family of kinds is written as the value of a key.
struct FamilyOptions {
    std::string_view default_kind = {};  ///< of a map without `kind`
    std::string_view short_key = {};     ///< a scalar that begins with a digit is {short_key: it}
    bool or_none = false;                ///< `none` stands for no such policy
};

struct KindDoc;

/// A parameter as help and the schema show it.
struct ParameterDoc {
    std::string key;
    /// In the notation of the schema: `duration|'none'`, `'a'|'b'`. `@` stands for a map with the
    /// keys of `nested`, or with those of one of the `kinds`.
    std::string type;
    std::string range;      ///< "1ms to 1h", ">= 1"; empty: any
    std::string otherwise;  ///< the default, as one would write it
    std::string summary;
    std::vector<ParameterDoc> nested = {};      ///< keys of the map that may stand there
    std::vector<KindDoc> (*kinds)() = nullptr;  ///< of the family that may stand there
    FamilyOptions family = {};                  ///< how its kinds are written
    std::optional<double> least = {};           ///< of a number or count
    std::optional<double> most = {};
};

/// Everything that is known of a kind without running it.
struct KindDoc {
    std::string_view name;
    std::string_view summary;
    std::string_view formula;  ///< may be empty
    std::string_view source;   ///< of the algorithm and its defaults: keys of POLICIES, papers
    std::string_view example;  ///< to paste under its key
    std::vector<ParameterDoc> parameters;
};

/// Parameters that are fine one by one and make no sense together. A kind with such rules has
/// `std::optional<Misfit> misfit() const`, asked once all layers are together.
struct Misfit {
    std::string_view key;  ///< the parameter to complain at
    std::string message;
    std::string hint;
};

/// What may stand inside a parameter, for help and the schema.
struct Inside {
    std::vector<ParameterDoc> nested = {};      ///< the keys of a map
    std::vector<KindDoc> (*kinds)() = nullptr;  ///< the kinds of a family
    FamilyOptions family = {};
};

/// What a kind's `parameters` talks to. Every call declares one parameter: its key, where its value
/// lives (holding the default), what it means, and the values that are allowed.
class Parameters {
  public:
    Parameters() = default;
    Parameters(const Parameters&) = delete;
    Parameters& operator=(const Parameters&) = delete;
    virtual ~Parameters() = default;

    virtual void duration(std::string_view key, Duration& value, std::string_view summary,
                          DurationLimits limits = {}) = 0;
    /// Like `duration`; `none` stands for kForever.
    virtual void timeout(std::string_view key, Duration& value, std::string_view summary,
                         DurationLimits limits = {Duration{1}, kForever}) = 0;
    /// `10%` as 0.1.
    virtual void percent(std::string_view key, double& value, std::string_view summary,
                         NumberLimits limits = {0, 1, false}) = 0;
    virtual void number(std::string_view key, double& value, std::string_view summary,
                        NumberLimits limits = {}) = 0;
    /// `2` or `2x`.
    virtual void factor(std::string_view key, double& value, std::string_view summary,
                        NumberLimits limits = {}) = 0;
    /// `500/s` as 500.
    virtual void rate(std::string_view key, double& per_s, std::string_view summary,
                      NumberLimits limits = {}) = 0;
    virtual void flag(std::string_view key, bool& value, std::string_view summary) = 0;

    using ReadValue = std::function<bool(const Node&, Diagnostics&, bool partial)>;
    /// A parameter of another type. `read` is false after an error; `partial`: the map is one layer
    /// of several, so what is missing in it may stand in another. `inside` is what the `@` of the
    /// type stands for.
    virtual void other(std::string_view key, std::string type, std::string otherwise,
                       std::string_view summary, const ReadValue& read,
                       const Inside& inside = {}) = 0;

    /// The largest value of `Int` stands for `unlimited`, which is allowed when the limits are.
    template <std::integral Int>
    void count(std::string_view key, Int& value, std::string_view summary,
               CountLimits limits = {}) {
        constexpr auto kMost = static_cast<std::int64_t>(
            std::min<std::uint64_t>(std::numeric_limits<Int>::max(), INT64_MAX));
        std::int64_t wide = static_cast<std::int64_t>(value);
        const bool unlimited = limits.max >= kMost;
        limits.max = std::min(limits.max, kMost);
        whole(key, wide, summary, limits, unlimited);
        value = static_cast<Int>(wide);
    }
    template <class Enum>
    void choice(std::string_view key, Enum& value, std::string_view summary,
                std::initializer_list<EnumName<Enum>> names) {
        std::vector<std::string_view> texts;
        std::size_t index = 0;
        for (const auto& name : names) {
            if (name.second == value) index = texts.size();
            texts.push_back(name.first);
        }
        one_of(key, index, texts, summary);
        value = names.begin()[index].second;
    }
    /// A family of kinds inside a kind.
    template <class Variant>
    void family(std::string_view key, Variant& value, std::string_view summary,
                const FamilyOptions& options);
    /// The same where `none` is allowed.
    template <class Variant>
    void family(std::string_view key, std::optional<Variant>& value, std::string_view summary,
                FamilyOptions options);
    /// A map with parameters of its own.
    template <class Struct>
    void group(std::string_view key, Struct& value, std::string_view summary);
    /// The same where `none` is allowed.
    template <class Struct>
    void optional_group(std::string_view key, std::optional<Struct>& value,
                        std::string_view summary);

  protected:
    virtual void whole(std::string_view key, std::int64_t& value, std::string_view summary,
                       CountLimits limits, bool unlimited) = 0;
    virtual void one_of(std::string_view key, std::size_t& index,
                        std::span<const std::string_view> names, std::string_view summary) = 0;
};

/// Reads declared parameters from a map. What the map does not have keeps its default.
class ParameterReader final : public Parameters {
  public:
    /// `partial`: the map is one layer of several.
    explicit ParameterReader(MapReader& reader, bool partial = false)
        : reader_(reader), partial_(partial) {}

    /// False when some value could not be read; it has been reported.
    [[nodiscard]] bool good() const { return good_; }

    void duration(std::string_view key, Duration& value, std::string_view summary,
                  DurationLimits limits) override;
    void timeout(std::string_view key, Duration& value, std::string_view summary,
                 DurationLimits limits) override;
    void percent(std::string_view key, double& value, std::string_view summary,
                 NumberLimits limits) override;
    void number(std::string_view key, double& value, std::string_view summary,
                NumberLimits limits) override;
    void factor(std::string_view key, double& value, std::string_view summary,
                NumberLimits limits) override;
    void rate(std::string_view key, double& per_s, std::string_view summary,
              NumberLimits limits) override;
    void flag(std::string_view key, bool& value, std::string_view summary) override;
    void other(std::string_view key, std::string type, std::string otherwise,
               std::string_view summary, const ReadValue& read, const Inside& inside) override;

  protected:
    void whole(std::string_view key, std::int64_t& value, std::string_view summary,
               CountLimits limits, bool unlimited) override;
    void one_of(std::string_view key, std::size_t& index, std::span<const std::string_view> names,
                std::string_view summary) override;

  private:
    template <class Value>
    void keep(const std::optional<Value>& read, Value& value) {
        good_ = good_ && read.has_value();
        if (read) value = *read;
    }

    MapReader& reader_;
    bool partial_;
    bool good_ = true;
};

/// Collects what is declared.
class ParameterLister final : public Parameters {
  public:
    std::vector<ParameterDoc> take() { return std::move(docs_); }

    void duration(std::string_view key, Duration& value, std::string_view summary,
                  DurationLimits limits) override;
    void timeout(std::string_view key, Duration& value, std::string_view summary,
                 DurationLimits limits) override;
    void percent(std::string_view key, double& value, std::string_view summary,
                 NumberLimits limits) override;
    void number(std::string_view key, double& value, std::string_view summary,
                NumberLimits limits) override;
    void factor(std::string_view key, double& value, std::string_view summary,
                NumberLimits limits) override;
    void rate(std::string_view key, double& per_s, std::string_view summary,
              NumberLimits limits) override;
    void flag(std::string_view key, bool& value, std::string_view summary) override;
    void other(std::string_view key, std::string type, std::string otherwise,
               std::string_view summary, const ReadValue& read, const Inside& inside) override;

  protected:
    void whole(std::string_view key, std::int64_t& value, std::string_view summary,
               CountLimits limits, bool unlimited) override;
    void one_of(std::string_view key, std::size_t& index, std::span<const std::string_view> names,
                std::string_view summary) override;

  private:
    ParameterDoc& add(std::string_view key, std::string type, std::string range,
                      std::string otherwise, std::string_view summary);
    std::vector<ParameterDoc> docs_;
};

namespace detail {
template <class Kind>
std::optional<Kind> read_declared(MapReader& reader) {
    Kind kind;
    ParameterReader parameters(reader);
    kind.parameters(parameters);
    if (!parameters.good()) return std::nullopt;
    return kind;
}
}  // namespace detail

/// The parameters of a struct with their defaults.
template <class Kind>
std::vector<ParameterDoc> list_parameters(Kind kind = {}) {
    ParameterLister lister;
    kind.parameters(lister);
    return lister.take();
}

template <class Kind>
KindDoc describe_kind() {
    return {Kind::name,   Kind::summary, Kind::formula,
            Kind::source, Kind::example, list_parameters<Kind>()};
}

/// Every kind of a std::variant in its order.
template <class Variant>
std::vector<KindDoc> describe_kinds() {
    return []<class... Kinds>(std::in_place_type_t<std::variant<Kinds...>>) {
        return std::vector<KindDoc>{describe_kind<Kinds>()...};
    }(std::in_place_type<Variant>);
}

/// The alternatives of a type.
std::vector<std::string_view> split_types(std::string_view types);

/// What a parameter takes, for people: "duration or `none`".
std::string values_text(const ParameterDoc& doc);

/// The keys of all kinds, each once, with the types that it has in any of them.
std::vector<ParameterDoc> keys_of_kinds(const std::vector<KindDoc>& kinds);

namespace detail {
/// Which other kinds of a family have a key: "it belongs to `kind: envoy`"; empty: none has.
template <class Variant>
std::string owner_hint(std::string_view key) {
    std::string owners;
    for (const KindDoc& kind : describe_kinds<Variant>()) {
        for (const ParameterDoc& doc : kind.parameters) {
            if (doc.key != key) continue;
            owners += (owners.empty() ? "`kind: " : ", `") + std::string(kind.name) + "`";
        }
    }
    return owners.empty() ? owners : "it belongs to " + owners;
}
}  // namespace detail

/// The value of a family's key: `{kind: x, …}`, `x`, or the short form. Nothing after an error.
template <class Variant>
std::optional<Variant> read_family(const Node& node, Diagnostics& diagnostics,
                                   std::string_view context, const FamilyOptions& options) {
    VariantOptions variant;
    variant.default_kind = options.default_kind;
    variant.key_owner = detail::owner_hint<Variant>;
    const Node long_form = detail::long_form_of(node, options.short_key);
    return read_variant<Variant>(long_form, diagnostics, std::string(context), variant);
}

/// One layer of a family's map: without a `kind` its keys may belong to any kind, and the layers
/// together will show whether their values fit.
template <class Variant>
bool check_layer(const Node& node, Diagnostics& diagnostics, std::string_view context) {
    MapReader reader(node, diagnostics, std::string(context));
    [&]<class... Kinds>(std::in_place_type_t<std::variant<Kinds...>>) {
        (
            [&] {
                for (const auto& doc : list_parameters<Kinds>()) reader.take(doc.key);
            }(),
            ...);
    }(std::in_place_type<Variant>);
    const auto before = diagnostics.error_count();
    reader.finish();
    return diagnostics.error_count() == before;
}

/// What is wrong with a kind's parameters together, if anything.
template <class Variant>
std::optional<Misfit> misfit_of(const Variant& value) {
    return std::visit(
        [](const auto& kind) -> std::optional<Misfit> {
            if constexpr (requires { kind.misfit(); }) return kind.misfit();
            return std::nullopt;
        },
        value);
}

namespace detail {
/// A map, the name of a kind or a preset, or what the short key takes, which the lister looks up.
inline std::string family_type(const FamilyOptions& options) {
    return options.short_key.empty() ? "@|name" : "@|name|#" + std::string(options.short_key);
}
}  // namespace detail

template <class Variant>
void Parameters::family(std::string_view key, Variant& value, std::string_view summary,
                        const FamilyOptions& options) {
    const auto read = [&](const Node& node, Diagnostics& diagnostics, bool partial) {
        if (partial && node.is_map() && node.find("kind") == nullptr) {
            return check_layer<Variant>(node, diagnostics, key);
        }
        auto found = read_family<Variant>(node, diagnostics, key, options);
        if (found) value = std::move(*found);
        return found.has_value();
    };
    const auto name = std::visit([](const auto& kind) { return kind.name; }, value);
    other(key, detail::family_type(options), std::string(name), summary, read,
          {{}, describe_kinds<Variant>, options});
}

template <class Variant>
void Parameters::family(std::string_view key, std::optional<Variant>& value,
                        std::string_view summary, FamilyOptions options) {
    const auto read = [&](const Node& node, Diagnostics& diagnostics, bool partial) {
        if (node.is_scalar() && node.text == "none") {
            value.reset();
            return true;
        }
        if (partial && node.is_map() && node.find("kind") == nullptr) {
            return check_layer<Variant>(node, diagnostics, key);
        }
        value = read_family<Variant>(node, diagnostics, key, options);
        return value.has_value();
    };
    const auto name =
        value ? std::visit([](const auto& kind) { return kind.name; }, *value) : "none";
    other(key, detail::family_type(options) + "|'none'", std::string(name), summary, read,
          {{}, describe_kinds<Variant>, options});
}

namespace detail {
template <class Struct>
bool read_group(Struct& value, const Node& node, Diagnostics& diagnostics, std::string_view key,
                bool partial) {
    if (!node.is_map() && !node.is_null()) {
        const auto first = list_parameters(value).front();
        report(diagnostics, node, std::string(key) + ": expected a map, found " + describe(node),
               "write its keys: `" + std::string(key) + ": {" + first.key + ": " + first.otherwise +
                   "}`");
        return false;
    }
    MapReader map(node, diagnostics, std::string(key));
    ParameterReader reader(map, partial);
    value.parameters(reader);
    map.finish();
    return map.valid() && reader.good();
}
}  // namespace detail

template <class Struct>
void Parameters::group(std::string_view key, Struct& value, std::string_view summary) {
    const auto read = [&](const Node& node, Diagnostics& diagnostics, bool partial) {
        return detail::read_group(value, node, diagnostics, key, partial);
    };
    std::string defaults;
    for (const auto& doc : list_parameters(value)) {
        defaults += (defaults.empty() ? "{" : ", ") + doc.key + ": " + doc.otherwise;
    }
    other(key, "@", defaults + "}", summary, read, {list_parameters(value)});
}

template <class Struct>
void Parameters::optional_group(std::string_view key, std::optional<Struct>& value,
                                std::string_view summary) {
    const auto read = [&](const Node& node, Diagnostics& diagnostics, bool partial) {
        value.reset();
        if (node.is_scalar() && node.text == "none") return true;
        value.emplace();
        return detail::read_group(*value, node, diagnostics, key, partial);
    };
    other(key, "@|'none'", value ? "" : "none", summary, read,
          {list_parameters(value.value_or(Struct{}))});
}

}  // namespace sim
