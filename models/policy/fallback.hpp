#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "sim/core/source_map.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
struct Misfit;
}  // namespace sim

namespace models {

/// What a caller remembers of its fallback, per endpoint that it calls.
struct FallbackState {
    std::int64_t last_success_ns = INT64_MIN;  ///< of the call itself; INT64_MIN: none yet
    std::uint32_t running = 0;                 ///< fallbacks under way
};

/// What all kinds of fallback have in common. Hystrix runs a fallback on failure, timeout,
/// rejection and an open breaker, and lets at most ten run at once.
struct FallbackBase {
    double quality = 0.5;  ///< of the reply, in [0, 1]; a success from 0.5 on
    sim::Duration latency{};
    std::uint32_t max_concurrent = 10;

    /// Whether it may run now.
    [[nodiscard]] bool admits(const FallbackState& state) const {
        return state.running < max_concurrent;
    }

  protected:
    void common_parameters(sim::Parameters& p);
};

/// A fixed answer.
struct StaticFallback : FallbackBase {
    static constexpr std::string_view name = "static";
    static constexpr std::string_view summary = "a fixed answer in place of the failed call's";
    static constexpr std::string_view formula = "degraded reply of `quality` after `latency`";
    static constexpr std::string_view source = "POLICIES 9, HYS-PROP";
    static constexpr std::string_view example = "fallback: {kind: static, quality: 70%}";
    void parameters(sim::Parameters& p);
};

/// An empty answer.
struct SilentFallback : FallbackBase {
    static constexpr std::string_view name = "silent";
    static constexpr std::string_view summary = "an empty answer in place of an error";
    static constexpr std::string_view formula = "degraded reply of `quality` after `latency`";
    static constexpr std::string_view source = "POLICIES 9, HYS-PROP";
    static constexpr std::string_view example = "fallback: silent";
    void parameters(sim::Parameters& p);
};

/// The last good answer that this caller had from this endpoint, unless it is too old.
struct StaleCacheFallback : FallbackBase {
    static constexpr std::string_view name = "staleCache";
    static constexpr std::string_view summary =
        "the last good answer that this caller had from this endpoint";
    static constexpr std::string_view formula =
        "degraded reply of `quality` when now - last success <= maxStaleness";
    static constexpr std::string_view source = "POLICIES 9";
    static constexpr std::string_view example = "fallback: {kind: staleCache, maxStaleness: 10m}";
    sim::Duration max_staleness = sim::whole_seconds(600);
    StaleCacheFallback() { quality = 0.8; }
    void parameters(sim::Parameters& p);
    [[nodiscard]] bool has_answer(const FallbackState& state, sim::SimTime now) const;
};

/// The endpoint that another call goes to, `service` or `service.endpoint`.
struct FallbackTarget {
    std::string text;
    sim::SourceRange place;
};

/// Another service answers.
struct CallFallback : FallbackBase {
    static constexpr std::string_view name = "call";
    static constexpr std::string_view summary = "another endpoint is called instead";
    static constexpr std::string_view formula =
        "degraded reply of min(quality, the quality of its reply); it has no fallback of its own";
    static constexpr std::string_view source = "POLICIES 9, HYS-PROP";
    static constexpr std::string_view example =
        "fallback: {kind: call, call: catalogue.lite, quality: 60%}";
    FallbackTarget target;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
};

/// A queue takes the request for later.
struct QueueFallback : FallbackBase {
    static constexpr std::string_view name = "queue";
    static constexpr std::string_view summary = "a queue takes the request for later";
    static constexpr std::string_view formula =
        "degraded reply of `quality` once the queue has stored the message";
    static constexpr std::string_view source = "POLICIES 9";
    static constexpr std::string_view example =
        "fallback: {kind: queue, call: outbox.put, quality: 80%}";
    FallbackTarget target;
    QueueFallback() { quality = 0.8; }
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
};

/// The registry of fallbacks.
using Fallback =
    std::variant<StaticFallback, SilentFallback, StaleCacheFallback, CallFallback, QueueFallback>;

/// What is common to them.
inline const FallbackBase& base_of(const Fallback& fallback) {
    return std::visit([](const auto& kind) -> const FallbackBase& { return kind; }, fallback);
}
/// Where the call that it makes goes to; null when it makes none.
const FallbackTarget* target_of(const Fallback& fallback);
/// Whether it can answer at all: not too many at once, and something to answer with.
[[nodiscard]] bool can_answer(const Fallback& fallback, const FallbackState& state,
                              sim::SimTime now);

}  // namespace models
