#include "models/validation/driver_rules.hpp"

#include <cstdint>

#include "models/policy/breaker_accrual.hpp"
#include "models/policy/rate_limit_bucket.hpp"
#include "sim/core/assert.hpp"
#include "sim/core/rng.hpp"

namespace models {

std::vector<double> token_bucket_driver(const DriverRun& run) {
    TokenBucketRate rule;
    rule.rate_per_s = run.parameter("rate");
    rule.burst = run.parameter("burst");
    TokenBucketRate::State state;
    state.used = run.parameter("full") == 0;
    const auto gap = sim::milliseconds(run.count("gap_ms"));
    const auto requests = run.count("requests");
    sim::SimTime now{};
    double admitted = 0;
    for (std::uint32_t i = 0; i < requests; ++i) {
        now = now + gap;
        if (rule.acquire(state, now)) ++admitted;
    }
    return {admitted};
}

std::vector<double> breaker_trip_driver(const DriverRun& run) {
    ConsecutiveBreaker rule;
    rule.failures = run.count("failures");
    const auto failure = run.parameter("failure");
    const auto trips = run.count("trips");
    const sim::RngStream outcomes(run.seed, run.replication, "breaker", "outcomes");
    const sim::RngStream own(run.seed, run.replication, "breaker", "own");
    std::uint64_t calls = 0;
    for (std::uint32_t trip = 0; trip < trips; ++trip) {
        ConsecutiveBreaker::State state;
        sim::SimTime now{};
        while (!rule.is_open(state, now)) {
            now = now + sim::milliseconds(1);
            sim::KeyedRng luck(outcomes, ++calls, 0);
            sim::KeyedRng rng(own, calls, 0);
            const auto admission = rule.admit(state, {now, false}, rng);
            SIM_ASSERT(admission.admitted);
            rule.record(state, {.now = now, .failure = luck.unit() < failure}, rng);
        }
    }
    return {static_cast<double>(calls) / trips};
}

}  // namespace models
