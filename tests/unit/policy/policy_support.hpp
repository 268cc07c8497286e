#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "models/policy/retry_occasion.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/rng.hpp"
#include "sim/yaml/load.hpp"
#include "sim/yaml/parameters.hpp"

// What the tests of backoffs share.
namespace policy_tests {

/// Just below 1, the largest that a draw can be.
inline constexpr double kAlmostOne = 1 - 0x1.0p-53;

inline sim::KeyedRng rng_at(std::uint64_t number, std::uint64_t path = 0) {
    return {sim::RngStream(7, 0, "test", "policy"), number, path};
}

inline models::RetryOccasion occasion_of(int retry) {
    models::RetryOccasion occasion;
    occasion.retry = occasion.since_hint = retry;
    return occasion;
}

inline double ms_of(sim::Duration delay) { return static_cast<double>(delay.ns) * 1e-6; }

/// The delays in ms before the first `retries` retries of one call that always draws `u`.
template <class Kind>
std::vector<double> delays_at(const Kind& kind, double u, int retries) {
    std::vector<double> delays;
    models::BackoffState state;
    for (int n = 1; n <= retries; ++n) {
        delays.push_back(ms_of(*kind.delay_at(occasion_of(n), state, u)));
    }
    return delays;
}

/// What many calls drew before retry i + 1, in ms, sorted; `sums`: up to that retry.
struct Draws {
    std::vector<std::vector<double>> delays;
    std::vector<std::vector<double>> sums;

    [[nodiscard]] double mean(std::size_t i) const {
        double sum = 0;
        for (const double delay : delays[i]) sum += delay;
        return sum / static_cast<double>(delays[i].size());
    }
    [[nodiscard]] double median(std::size_t i) const { return delays[i][delays[i].size() / 2]; }
    [[nodiscard]] double median_sum(std::size_t i) const { return sums[i][sums[i].size() / 2]; }
    [[nodiscard]] double min(std::size_t i) const { return delays[i].front(); }
    [[nodiscard]] double max(std::size_t i) const { return delays[i].back(); }
    /// Share of exactly `ms`.
    [[nodiscard]] double share_of(std::size_t i, double ms) const {
        const auto count = std::count(delays[i].begin(), delays[i].end(), ms);
        return static_cast<double>(count) / static_cast<double>(delays[i].size());
    }
};

template <class Kind>
Draws draw_many(const Kind& kind, int retries, int calls) {
    Draws draws;
    draws.delays.resize(static_cast<std::size_t>(retries));
    draws.sums.resize(static_cast<std::size_t>(retries));
    for (int call = 0; call < calls; ++call) {
        models::BackoffState state;
        double sum = 0;
        for (int n = 1; n <= retries; ++n) {
            auto rng = rng_at(static_cast<std::uint64_t>(call), static_cast<std::uint64_t>(n));
            const double ms = ms_of(*kind.delay(occasion_of(n), state, rng));
            sum += ms;
            draws.delays[static_cast<std::size_t>(n) - 1].push_back(ms);
            draws.sums[static_cast<std::size_t>(n) - 1].push_back(sum);
        }
    }
    for (auto& of_retry : draws.delays) std::sort(of_retry.begin(), of_retry.end());
    for (auto& of_retry : draws.sums) std::sort(of_retry.begin(), of_retry.end());
    return draws;
}

template <class Family>
struct ReadFamily {
    std::optional<Family> value;
    std::string messages;
};

template <class Family>
ReadFamily<Family> read_family(const std::string& text, const sim::FamilyOptions& options) {
    sim::SourceMap sources;
    sim::Diagnostics diagnostics;
    ReadFamily<Family> result;
    if (const auto node = sim::load_text(sources, diagnostics, "p.yaml", text)) {
        result.value = sim::read_family<Family>(*node, diagnostics, "policy", options);
    }
    result.messages = diagnostics.render(sources);
    return result;
}

}  // namespace policy_tests
