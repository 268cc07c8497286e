#include <algorithm>
#include <optional>

#include "models/analysis/capacity.hpp"

namespace models {

double most_tries(const CallPolicy& policy) {
    if (!policy.retry_budget) return 1.0 + policy.retries;
    return std::min(1.0 + policy.retries, 1 + long_run_retries_per_call(*policy.retry_budget));
}

namespace {

/// The worst path from each endpoint to the target, found once per endpoint.
class PathSearch {
  public:
    PathSearch(const CapacityInput& input, ServiceId target)
        : input_(input), target_(target), memo_(input.endpoints.size()) {}

    const TriesUpTo& from(std::size_t endpoint) {
        auto& memo = memo_[endpoint];
        if (memo) return *memo;
        TriesUpTo best;
        if (input_.endpoints[endpoint].service == target_) best.product = 1;
        for (const auto& step : input_.endpoints[endpoint].steps) {
            for (const auto& call : step.calls) {
                const auto& rest = from(call.endpoint.value);
                const double tries = most_tries(input_.policies[call.policy]);
                if (rest.product * tries * call.times <= best.product) continue;
                best = prepend(tries, rest);
                best.product *= call.times;
            }
        }
        memo_[endpoint] = std::move(best);
        return *memo_[endpoint];
    }

    static TriesUpTo prepend(double tries, const TriesUpTo& rest) {
        TriesUpTo path = rest;
        path.product *= tries;
        if (tries > 1) path.layers.insert(path.layers.begin(), tries);
        return path;
    }

  private:
    const CapacityInput& input_;
    ServiceId target_;
    std::vector<std::optional<TriesUpTo>> memo_;
};

}  // namespace

TriesUpTo tries_up_to(const CapacityInput& input, ServiceId service) {
    PathSearch search(input, service);
    TriesUpTo worst;
    for (const auto& group : input.groups) {
        for (const auto& journey : group.journeys) {
            const auto path = PathSearch::prepend(most_tries(input.policies[group.policy]),
                                                  search.from(journey.endpoint.value));
            if (path.product <= worst.product) continue;
            worst = path;
            worst.journey = journey.name;
        }
    }
    return worst;
}

double events_per_second(const std::vector<ServiceLoad>& loads) {
    // A try takes some events: it arrives, its work ends, the reply arrives, and its share
    // of timers and arrivals.
    constexpr double kEventsPerTry = 3.5;
    double tries = 0;
    for (const auto& load : loads) tries += load.per_s;
    return tries * kEventsPerTry;
}

}  // namespace models
