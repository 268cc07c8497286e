#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/action/action_name.hpp"

namespace sim {
struct Misfit;
}

// Actions on how calls are made. Calls that are under way end as they began.
namespace models {

/// New calls follow the call settings of another strategy.
struct SwitchStrategyAction {
    static constexpr std::string_view name = "switchStrategy";
    static constexpr std::string_view summary =
        "new calls follow the settings of another strategy: its retries, timeouts, breakers";
    static constexpr std::string_view formula =
        "rules that are written alike in both keep what they know; what `set` changes stays";
    static constexpr std::string_view source = "a configuration push; Envoy xDS";
    static constexpr std::string_view example = "{strategy: budget}";
    static constexpr ActionSpelling spelling = {"strategy"};
    static constexpr bool lasts = true;

    ActionName strategy;
    ActionName from;
    ActionName to;

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
};

/// New calls are tried again so often; everything else of their settings stays.
struct SetRetriesAction {
    static constexpr std::string_view name = "setRetries";
    static constexpr std::string_view summary = "new calls are tried again at most so often";
    static constexpr std::string_view formula = "tries = 1 + retries; hedges stay as they are";
    static constexpr std::string_view source = "a retry switch; SRE: retries off in overload";
    static constexpr std::string_view example = "{retries: 0}";
    static constexpr ActionSpelling spelling = {"retries"};
    static constexpr bool lasts = true;

    std::uint32_t retries = 0;
    ActionName from;
    ActionName to;

    void parameters(sim::Parameters& p);
};

/// A feature is switched off at its caller, or a breaker opened by hand.
struct StopCallsAction {
    static constexpr std::string_view name = "stopCalls";
    static constexpr std::string_view summary =
        "a service makes no more calls to another: a feature switched off, a breaker opened by "
        "hand";
    static constexpr std::string_view formula =
        "each call ends at once, outcome breakerOpen: a fallback answers, an optional call leaves "
        "the reply degraded, a required one fails it";
    static constexpr std::string_view source = "feature flags; Hystrix forceOpen";
    static constexpr std::string_view example = "{from: web, to: recommendations}";
    static constexpr ActionSpelling spelling = {""};
    static constexpr bool lasts = true;

    ActionName from;
    ActionName to;

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
};

}  // namespace models
