#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "sim/core/time.hpp"

namespace sim {
class MapReader;
}

namespace models {

/// Finagle's retry budget: every first try deposits `percent` of a token, every retry withdraws
/// one; deposits and withdrawals count for about `ttl` (ten slices), on top of a reserve of
/// minPerSecond * ttl tokens. Integer milli-tokens: deposit 1000, withdrawal floor(1000 / percent).
struct WindowedTokensBudget {
    static constexpr std::string_view name = "windowedTokens";
    static constexpr std::string_view summary =
        "each call deposits a share of a retry, kept for ttl (Finagle, Linkerd)";
    double percent = 0.1;  ///< (0, 1000 %]
    sim::Duration ttl = sim::whole_seconds(10);
    double min_per_second = 0;
    static std::optional<WindowedTokensBudget> read(sim::MapReader& reader);

    /// Running state, one per (caller instance, callee).
    struct State {
        std::array<std::int64_t, 10> slices{};
        std::int64_t sum = 0;
        std::int64_t current = INT64_MIN;  ///< number of the newest slice
    };
    void deposit(State& state, sim::SimTime now) const;
    /// True when the retry may be made; it is then paid for.
    bool withdraw(State& state, sim::SimTime now) const;

  private:
    void advance(State& state, sim::SimTime now) const;
    [[nodiscard]] std::int64_t withdrawal() const;
};

/// The registry of retry budgets.
using RetryBudget = std::variant<WindowedTokensBudget>;

}  // namespace models
