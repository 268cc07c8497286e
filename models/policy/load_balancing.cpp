#include "models/policy/load_balancing.hpp"

#include <type_traits>

#include "sim/core/assert.hpp"

namespace models {

namespace {

template <class Kind>
constexpr bool kNarrows = requires(const Kind& kind, const SubsetQuery& query,
                                   std::span<std::uint8_t> allowed) {
    kind.narrow(query, allowed);
};

InnerState& inner_of(const InnerBalancing& child, InnerStates& states, std::uint32_t caller) {
    return states.of(child, caller);
}
/// Customers' parts are used by all callers: so is what is known of them.
InnerState& inner_of(const InnerBalancing& child, ShuffleShard::State& state,
                     std::uint32_t /*caller*/) {
    if (!state.begun) state.inner = initial_state(child);
    state.begun = true;
    return state.inner;
}

/// Calls `use(kind, state of that kind)` with the balancer that does the picking.
template <class Use>
decltype(auto) with_picker(const LoadBalancing& rule, LoadBalancingState& state,
                           std::uint32_t caller, const Use& use) {
    return with_state(rule, state, [&]<class Kind>(const Kind& kind, auto& own) -> decltype(auto) {
        if constexpr (kNarrows<Kind>) {
            return with_state(kind.child, inner_of(kind.child, own, caller), use);
        } else {
            return use(kind, own);
        }
    });
}

template <class Kind>
void add_needs(const Kind& kind, BalancingNeeds& needs) {
    if constexpr (requires { kind.slow_start; }) needs.slow_start = kind.slow_start;
    needs.load_reports = std::is_same_v<Kind, WeightedRoundRobin>;
    needs.nothing =
        kind == Kind{} && (std::is_same_v<Kind, LeastRequest> || std::is_same_v<Kind, RoundRobin> ||
                           std::is_same_v<Kind, RandomBalancing>);
}

}  // namespace

std::uint32_t pick_replica(const LoadBalancing& rule, LoadBalancingState& state,
                           const BalanceQuery& query, sim::KeyedRng& rng) {
    if (query.candidates.size() == 1) return query.candidates.front();
    return with_picker(rule, state, query.caller,
                       [&](const auto& kind, auto& own) { return kind.pick(own, query, rng); });
}

void balancing_on_try_end(const LoadBalancing& rule, LoadBalancingState& state,
                          std::uint32_t caller, const TrySample& sample) {
    with_picker(rule, state, caller, [&](const auto& kind, auto& own) {
        if constexpr (requires { kind.on_try_end(own, sample); }) kind.on_try_end(own, sample);
    });
}

void balancing_on_load(const LoadBalancing& rule, LoadBalancingState& state, std::uint32_t caller,
                       const LoadReport& report) {
    with_picker(rule, state, caller, [&](const auto& kind, auto& own) {
        if constexpr (requires { kind.on_load(own, report); }) kind.on_load(own, report);
    });
}

BalancingNeeds needs_of(const LoadBalancing& rule) {
    BalancingNeeds needs;
    std::visit(
        [&]<class Kind>(const Kind& kind) {
            if constexpr (kNarrows<Kind>) {
                std::visit([&](const auto& child) { add_needs(child, needs); }, kind.child);
                needs.nothing = false;
                needs.narrows = true;
                needs.customer = std::is_same_v<Kind, ShuffleShard> || std::is_same_v<Kind, Cells>;
            } else {
                add_needs(kind, needs);
                needs.tables = std::is_same_v<Kind, RingHash> || std::is_same_v<Kind, Maglev>;
                needs.customer = needs.tables;
            }
        },
        rule);
    return needs;
}

void narrow_replicas(const LoadBalancing& rule, const SubsetQuery& query,
                     std::span<std::uint8_t> allowed) {
    std::visit(
        [&]<class Kind>(const Kind& kind) {
            if constexpr (kNarrows<Kind>) {
                kind.narrow(query, allowed);
            } else {
                SIM_ASSERT(false);
            }
        },
        rule);
}

}  // namespace models
