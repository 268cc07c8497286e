#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>

// A policy is immutable configuration: a std::variant of kinds, the registry. What a kind remembers
// while it runs is its `State`, kept by the engine in a variant of the same shape.
namespace models {

template <class Rules>
struct StateVariant;
template <class... Kinds>
struct StateVariant<std::variant<Kinds...>> {
    using type = std::variant<typename Kinds::State...>;
};
/// The running state of a rule, whatever its kind.
template <class Rules>
using StateOf = typename StateVariant<Rules>::type;

namespace detail {
template <class Kind, class Rules>
struct IndexOfKind;
template <class Kind, class... Kinds>
struct IndexOfKind<Kind, std::variant<Kinds...>> {
    static constexpr std::size_t value = [] {
        const bool same[] = {std::is_same_v<Kind, Kinds>...};
        std::size_t index = 0;
        while (!same[index]) ++index;
        return index;
    }();
};
}  // namespace detail

/// A fresh state for `rule`: what a process knows when it starts. A kind whose state depends on its
/// configuration has `State initial() const`.
/// (Not inlined: g++ 12 then takes the end of a temporary for a free of what was never allocated.)
template <class Rules>
[[gnu::noinline]] StateOf<Rules> initial_state(const Rules& rule) {
    return std::visit(
        []<class Kind>(const Kind& kind) {
            constexpr std::size_t kIndex = detail::IndexOfKind<Kind, Rules>::value;
            if constexpr (requires { kind.initial(); }) {
                return StateOf<Rules>(std::in_place_index<kIndex>, kind.initial());
            } else {
                return StateOf<Rules>(std::in_place_index<kIndex>);
            }
        },
        rule);
}

/// Calls `use(kind, state of that kind)`. The state must come from `initial_state(rule)`.
template <class Rules, class Use>
decltype(auto) with_state(const Rules& rule, StateOf<Rules>& state, Use&& use) {
    return std::visit(
        [&]<class Kind>(const Kind& kind) -> decltype(auto) {
            constexpr std::size_t kIndex = detail::IndexOfKind<Kind, Rules>::value;
            return use(kind, std::get<kIndex>(state));
        },
        rule);
}

}  // namespace models
