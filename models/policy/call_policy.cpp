#include "models/policy/call_policy.hpp"

#include "sim/core/assert.hpp"

namespace models {

std::string_view to_string(RetryCondition condition) {
    switch (condition) {
        case RetryCondition::timeout:
            return "timeout";
        case RetryCondition::connect_failure:
            return "connect-failure";
        case RetryCondition::status_503:
            return "503";
        case RetryCondition::status_429:
            return "429";
        case RetryCondition::reset:
            return "reset";
        case RetryCondition::error:
            return "error";
        case RetryCondition::status_5xx:
            return "5xx";
    }
    SIM_ASSERT(false);
}

std::string_view to_string(LoadBalancing balancing) {
    switch (balancing) {
        case LoadBalancing::least_request:
            return "leastRequest";
        case LoadBalancing::round_robin:
            return "roundRobin";
        case LoadBalancing::random:
            return "random";
    }
    SIM_ASSERT(false);
}

RetryOn default_retry_on() {
    RetryOn set;
    set.add(RetryCondition::timeout);
    set.add(RetryCondition::connect_failure);
    set.add(RetryCondition::reset);
    set.add(RetryCondition::status_503);
    return set;
}

bool RetryOn::covers(Outcome outcome, bool as_503) const {
    const bool retries_503 = has(RetryCondition::status_503) || has(RetryCondition::status_5xx);
    switch (outcome) {
        case Outcome::timeout:
        case Outcome::blackholed:
            return has(RetryCondition::timeout);
        case Outcome::refused:
        case Outcome::dns:
            return has(RetryCondition::connect_failure);
        case Outcome::shed:
        case Outcome::no_healthy_instance:
        case Outcome::pool_timeout:
            return retries_503;
        case Outcome::error:
            if (as_503) return retries_503;
            return has(RetryCondition::error) || has(RetryCondition::status_5xx);
        case Outcome::throttled:
            return has(RetryCondition::status_429);
        case Outcome::reset:
            return has(RetryCondition::reset);
        case Outcome::ok:
        case Outcome::degraded:
        case Outcome::breaker_open:
        case Outcome::deadline:
        case Outcome::abandoned:
        case Outcome::unfinished:
            return false;
    }
    SIM_ASSERT(false);
}

}  // namespace models
