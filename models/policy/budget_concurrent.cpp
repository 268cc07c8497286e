#include "models/policy/budget_concurrent.hpp"

#include <algorithm>
#include <cmath>

#include "sim/yaml/parameters.hpp"

namespace models {

void ConcurrentBudget::parameters(sim::Parameters& p) {
    constexpr std::int64_t kMost = 1'000'000'000;
    p.count("maxRetries", max_retries, "retries under way", {0, kMost});
    p.percent("budgetPercent", budget_percent,
              "of the tries in flight, in place of maxRetries; 0%: maxRetries");
    p.count("minRetryConcurrency", min_retry_concurrency, "with budgetPercent: always allowed",
            {0, kMost});
    p.flag("upToShare", up_to_share,
           "a retry may also begin while exactly budgetPercent of the tries are retries");
    p.flag("coversHedges", covers_hedges, "hedges ask for permission like retries");
    scope_parameter(p, scope);
}

std::int64_t ConcurrentBudget::limit(std::int64_t tries) const {
    if (budget_percent == 0) return max_retries;
    const double share = budget_percent * static_cast<double>(tries);
    const auto whole = static_cast<std::int64_t>(std::floor(share));
    return std::max<std::int64_t>(up_to_share ? whole + 1 : whole, min_retry_concurrency);
}

std::optional<std::int64_t> ConcurrentBudget::withdraw(State& state,
                                                       const RetryRequest& /*request*/) const {
    if (state.retries >= limit(state.tries)) return std::nullopt;
    ++state.retries;
    return 1;
}

}  // namespace models
