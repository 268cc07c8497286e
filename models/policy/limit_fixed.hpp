#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/policy/limit_common.hpp"
#include "models/policy/rule_scope.hpp"

namespace models {

/// A semaphore (R4J bulkhead, Hystrix semaphore, Polly concurrency limiter).
struct FixedLimit {
    static constexpr std::string_view name = "fixed";
    static constexpr std::string_view summary = "at most `max` calls at once";
    static constexpr std::string_view formula = "a call starts while calls in flight < max";
    static constexpr std::string_view source = "R4J-BH, HYS-PROP, POLLY-RL";
    static constexpr std::string_view example = "bulkhead: {kind: fixed, max: 25}";
    std::int64_t max = 25;
    LimitQueue waiting;
    std::optional<LimitPartitions> partitions;
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);

    struct State {};
    [[nodiscard]] std::int64_t limit(const State& /*state*/) const { return max; }
};

}  // namespace models
