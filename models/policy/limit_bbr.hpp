#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "models/policy/limit_common.hpp"
#include "models/policy/rule_scope.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace models {

/// BBR for servers (Alibaba Sentinel, Kratos): while the processor is busy, no more requests than
/// the best throughput seen times the least round trip seen.
struct BbrLimit {
    static constexpr std::string_view name = "bbr";
    static constexpr std::string_view summary =
        "while the processor is busy, best throughput times least round trip (Sentinel, Kratos)";
    static constexpr std::string_view formula =
        "reject iff (cpu >= cpuThreshold, or less than coolOff since rejecting began) and in "
        "flight > 1 and in flight > floor(max passes per bucket * min mean rtt in ms * buckets per "
        "second / 1000); cpu: average of .95 old + .05 new every 500 ms";
    static constexpr std::string_view source = "KRATOS";
    static constexpr std::string_view example =
        "concurrencyLimit: {kind: bbr, window: 10s, buckets: 100, cpuThreshold: 80%}";
    sim::Duration window = sim::whole_seconds(10);
    std::int64_t buckets = 100;
    double cpu_threshold = 0.8;
    sim::Duration cool_off = sim::whole_seconds(1);
    LimitQueue waiting;
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    struct Bucket {
        std::int64_t number = INT64_MIN;  ///< of the bucket that the counts belong to
        std::int64_t passes = 0;
        std::int64_t sum_ms = 0;
    };
    struct State {
        std::vector<Bucket> buckets;
        bool started = false;
        std::int64_t limit = 1;            ///< of the current bucket
        std::int64_t limit_of_bucket = 0;  ///< number of the bucket it was found in
        bool rejecting = false;
        sim::SimTime rejecting_since{};
        double cpu = 0;         ///< the average
        std::int64_t tick = 0;  ///< number of the current 500 ms
        double tick_sum = 0;    ///< of what was seen of the processor in it
        std::int64_t tick_count = 0;
    };
    [[nodiscard]] State initial() const;
    /// What applies while the processor is busy.
    [[nodiscard]] std::int64_t limit(const State& state) const {
        return std::max<std::int64_t>(1, state.limit);
    }
    bool admit(State& state, const LimitAsk& ask) const;
    void sample(State& state, const LimitSample& sample, sim::KeyedRng& rng) const;

  private:
    [[nodiscard]] sim::Duration bucket_length() const { return {window.ns / buckets}; }
    void see_processor(State& state, const LimitAsk& ask) const;
    void find_limit(State& state, sim::SimTime now) const;
};

}  // namespace models
