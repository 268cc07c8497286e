#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "models/policy/rule_state.hpp"
#include "models/policy/shedding_codel.hpp"
#include "models/policy/shedding_common.hpp"
#include "models/policy/shedding_dagor.hpp"
#include "models/policy/shedding_plain.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace models {

/// The registry of what a server does with requests that it cannot serve in time. A kind has those
/// functions that it has an answer for:
///   on_arrival(state, Arrival, rng)    true: shed it
///   on_dequeue(state, Dequeue, rng)    true: shed it
///   queue_timeout(state, QueueHistory) how long the request that joins the queue may wait
///   admitted_level(state), level(…)    the level that callers learn with each reply, if it
///                                      has `tell_callers`, and believe for its `window`
using Shedding = std::variant<CodelShedding, QueueTimeoutShedding, PriorityShedding,
                              DeadlineShedding, DagorShedding, PiRejectorShedding>;
using SheddingState = StateOf<Shedding>;

/// Whether a request that has just come is turned away. `rng` is drawn from by some kinds only.
inline bool shed_on_arrival(const Shedding& rule, SheddingState& state, const Arrival& arrival,
                            sim::KeyedRng& rng) {
    return with_state(rule, state, [&](const auto& kind, auto& own) {
        if constexpr (requires { kind.on_arrival(own, arrival, rng); }) {
            return kind.on_arrival(own, arrival, rng);
        }
        return false;
    });
}

/// Whether the request that is next for a slot is turned away instead. Ask also for one that found
/// a free slot: it has waited 0.
inline bool shed_on_dequeue(const Shedding& rule, SheddingState& state, const Dequeue& dequeue,
                            sim::KeyedRng& rng) {
    return with_state(rule, state, [&](const auto& kind, auto& own) {
        if constexpr (requires { kind.on_dequeue(own, dequeue, rng); }) {
            return kind.on_dequeue(own, dequeue, rng);
        }
        return false;
    });
}

/// How long the request that joins the queue may wait in it; nothing: as long as it takes.
inline std::optional<sim::Duration> queue_timeout(const Shedding& rule, SheddingState& state,
                                                  const QueueHistory& history) {
    return with_state(rule, state,
                      [&](const auto& kind, auto& own) -> std::optional<sim::Duration> {
                          if constexpr (requires { kind.queue_timeout(own, history); }) {
                              return kind.queue_timeout(own, history);
                          }
                          return std::nullopt;
                      });
}

/// The level that goes with each reply: a caller that knows it need not send what lies above it
/// (`shed_by_level`). Nothing: the kind has none.
inline std::optional<std::int32_t> admitted_level(const Shedding& rule, SheddingState& state) {
    return with_state(rule, state, [&](const auto& kind, auto& own) -> std::optional<std::int32_t> {
        if constexpr (requires { kind.admitted_level(own); }) {
            return kind.admitted_level(own);
        }
        return std::nullopt;
    });
}

/// How long callers believe a level that they were told; nothing: they are not told any.
inline std::optional<sim::Duration> told_level_lasts(const Shedding& rule) {
    return std::visit(
        [](const auto& kind) -> std::optional<sim::Duration> {
            if constexpr (requires { kind.tell_callers; }) {
                if (kind.tell_callers) return kind.window;
            }
            return std::nullopt;
        },
        rule);
}

/// Whether the callee would turn this away, by the level that its last reply told.
inline bool shed_by_level(const Shedding& rule, std::int32_t admitted, const Arrival& request) {
    return std::visit(
        [&](const auto& kind) {
            if constexpr (requires { kind.level(request); }) return kind.level(request) > admitted;
            return false;
        },
        rule);
}

}  // namespace models
