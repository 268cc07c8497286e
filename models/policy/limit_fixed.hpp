#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/policy/limit_common.hpp"
#include "models/policy/rule_scope.hpp"

namespace models {

/// What takes a place of a caller's limit.
enum class LimitAround : std::uint8_t {
    each_try,    ///< every try takes one of its own, inside the retries (resilience4j, Hystrix)
    whole_call,  ///< one for a call and all its tries, outside the retries (.NET: DOTNET-STD)
};

/// A semaphore (R4J bulkhead, Hystrix semaphore, Polly concurrency limiter).
struct FixedLimit {
    static constexpr std::string_view name = "fixed";
    static constexpr std::string_view summary = "at most `max` calls at once";
    static constexpr std::string_view formula =
        "a try starts while tries in flight < max; around: call: one place for a call with all its "
        "tries and backoffs, and a call that finds none is not retried";
    static constexpr std::string_view source = "R4J-BH, HYS-PROP, POLLY-RL";
    static constexpr std::string_view example = "bulkhead: {kind: fixed, max: 25}";
    std::int64_t max = 25;
    LimitQueue waiting;
    std::optional<LimitPartitions> partitions;
    RuleScope scope = RuleScope::client;
    LimitAround around = LimitAround::each_try;  ///< of a server's limit, what arrives counts
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    struct State {};
    [[nodiscard]] std::int64_t limit(const State& /*state*/) const { return max; }
};

/// A pool of threads in the way of java.util.concurrent: it grows to `coreSize`, then calls queue,
/// and when the queue is full it grows to `maxSize` (Hystrix: no queue unless maxQueueSize >= 0;
/// resilience4j: core = cores - 1, max = cores, queue 100). A thread beyond the core ends when it
/// finds no call waiting.
struct ThreadPoolLimit {
    static constexpr std::string_view name = "threadPool";
    static constexpr std::string_view summary =
        "a pool of threads with a queue of its own (Hystrix, resilience4j)";
    static constexpr std::string_view formula =
        "start while threads < coreSize; else wait while waiting < min(maxQueueSize, "
        "queueSizeRejectionThreshold); else start while threads < maxSize; else reject";
    static constexpr std::string_view source = "HYS-TP, R4J-BH";
    static constexpr std::string_view example =
        "bulkhead: {kind: threadPool, coreSize: 10, maxQueueSize: 100}";
    std::int64_t core_size = 10;
    std::int64_t max_size = 0;  ///< 0: the core
    std::int64_t max_queue_size = -1;
    std::int64_t queue_rejection = INT64_MAX;
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    struct State {
        std::int64_t threads = 0;  ///< that exist, idle ones beyond the core excepted
    };
    [[nodiscard]] std::int64_t limit(const State& /*state*/) const { return most_threads(); }
    bool admit(State& state, const LimitAsk& ask) const;
    LimitVerdict arrive(State& state, const LimitAsk& ask) const;
    /// A call waits for as long as its caller does.
    [[nodiscard]] LimitQueue pool_queue() const;

  private:
    [[nodiscard]] std::int64_t most_threads() const;
};

}  // namespace models
