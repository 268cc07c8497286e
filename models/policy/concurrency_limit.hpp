#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>

#include "models/policy/limit_bbr.hpp"
#include "models/policy/limit_common.hpp"
#include "models/policy/limit_envoy.hpp"
#include "models/policy/limit_failsafe.hpp"
#include "models/policy/limit_fixed.hpp"
#include "models/policy/limit_netflix.hpp"
#include "models/policy/rule_scope.hpp"
#include "models/policy/rule_state.hpp"
#include "sim/core/rng.hpp"

namespace models {

/// The registry of concurrency limits, of callers (`bulkhead`) and of servers (`concurrencyLimit`).
/// Every kind has `limit(state)`, `waiting` (or `pool_queue()`) and `scope`. What else one has:
///   admit(state, ask)            whether the call may start now; otherwise in flight < limit
///   arrive(state, ask)           what becomes of a new call, where waiting is not simply bounded
///   sample(state, sample, rng)   a call has given its place back
///   partitions                   shares by priority, which hold once the limit is reached
using ConcurrencyLimit =
    std::variant<FixedLimit, ThreadPoolLimit, VegasLimit, Gradient2Limit, AimdLimit,
                 EnvoyGradientLimit, BbrLimit, FailsafeAdaptiveLimit>;
using ConcurrencyLimitState = StateOf<ConcurrencyLimit>;

namespace detail {
template <class Kind>
LimitQueue waiting_of(const Kind& kind) {
    if constexpr (requires { kind.waiting; }) {
        return kind.waiting;
    } else {
        return kind.pool_queue();
    }
}

template <class Kind>
bool admits(const Kind& kind, typename Kind::State& state, const LimitAsk& ask) {
    if constexpr (requires { kind.admit(state, ask); }) {
        return kind.admit(state, ask);
    } else {
        const std::int64_t limit = kind.limit(state);
        if (ask.in_flight < limit) return true;
        if constexpr (requires { kind.partitions; }) {
            return kind.partitions &&
                   ask.in_flight_alike < kind.partitions->places(limit, ask.priority);
        }
        return false;
    }
}
}  // namespace detail

/// Calls that may be in flight now.
inline std::int64_t limit_of(const ConcurrencyLimit& rule, const ConcurrencyLimitState& state) {
    return std::visit(
        [&]<class Kind>(const Kind& kind) {
            constexpr std::size_t kIndex = detail::IndexOfKind<Kind, ConcurrencyLimit>::value;
            return kind.limit(std::get<kIndex>(state));
        },
        rule);
}

/// Whether a call that waits for a place may start. Ask whenever a place was given back, until no
/// call waits or the answer is no; `waiting` does not count the call that asks.
inline bool limit_admit(const ConcurrencyLimit& rule, ConcurrencyLimitState& state,
                        const LimitAsk& ask) {
    return with_state(rule, state,
                      [&](const auto& kind, auto& own) { return detail::admits(kind, own, ask); });
}

/// What becomes of a new call. It does not overtake those that wait, unless the last come first.
inline LimitVerdict limit_arrive(const ConcurrencyLimit& rule, ConcurrencyLimitState& state,
                                 const LimitAsk& ask) {
    return with_state(rule, state, [&](const auto& kind, auto& own) {
        if constexpr (requires { kind.arrive(own, ask); }) {
            return kind.arrive(own, ask);
        } else {
            const LimitQueue waiting = detail::waiting_of(kind);
            const bool next = ask.waiting == 0 || waiting.wait_order == WaitOrder::lifo;
            if (next && detail::admits(kind, own, ask)) return LimitVerdict::start;
            const bool room = ask.waiting < waiting.queue && waiting.max_wait.ns > 0;
            return room ? LimitVerdict::wait : LimitVerdict::reject;
        }
    });
}

/// A call that had started has given its place back.
inline void limit_sample(const ConcurrencyLimit& rule, ConcurrencyLimitState& state,
                         const LimitSample& sample, sim::KeyedRng& rng) {
    with_state(rule, state, [&](const auto& kind, auto& own) {
        if constexpr (requires { kind.sample(own, sample, rng); }) kind.sample(own, sample, rng);
    });
}

/// How long a call may wait for a place.
inline sim::Duration limit_max_wait(const ConcurrencyLimit& rule) {
    return std::visit([](const auto& kind) { return detail::waiting_of(kind).max_wait; }, rule);
}
/// How many calls may wait; the greatest std::int64_t: any number.
inline std::int64_t limit_queue(const ConcurrencyLimit& rule) {
    return std::visit([](const auto& kind) { return detail::waiting_of(kind).queue; }, rule);
}
/// Whether a call takes one place for all its tries, before the first.
inline bool limits_whole_call(const ConcurrencyLimit& rule) {
    const auto* fixed = std::get_if<FixedLimit>(&rule);
    return fixed != nullptr && fixed->around == LimitAround::whole_call;
}
inline WaitOrder limit_wait_order(const ConcurrencyLimit& rule) {
    return std::visit([](const auto& kind) { return detail::waiting_of(kind).wait_order; }, rule);
}

}  // namespace models
