#include "sim/cli/help_meanings.hpp"

#include "sim/core/assert.hpp"

namespace sim::cli {

std::string_view meaning_of(models::Jitter jitter) {
    switch (jitter) {
        case models::Jitter::none:
            return "the nominal delay e itself";
        case models::Jitter::full:
            return "uniform in [0, e)";
        case models::Jitter::equal:
            return "e/2 + uniform in [0, e/2)";
        case models::Jitter::decorrelated:
            return "min(max, uniform in [base, 3 * the delay before)), which starts at base";
        case models::Jitter::plus_minus:
            return "uniform in [(1 - f) e, (1 + f) e), f is jitterFactor (gRPC, Kafka)";
        case models::Jitter::additive:
            return "e + uniform in [0, f e), at most max (Linkerd)";
        case models::Jitter::additive_absolute:
            return "e + uniform in [0, jitterMax), at most max (urllib3)";
    }
    SIM_ASSERT(false);
}

std::string_view meaning_of(models::RetryCondition condition) {
    switch (condition) {
        case models::RetryCondition::timeout:
            return "outcomes timeout and blackholed: nothing came back in time";
        case models::RetryCondition::connect_failure:
            return "outcomes refused, dns, and blackholed while connecting: the work was not begun";
        case models::RetryCondition::status_503:
            return "outcomes shed, noHealthyInstance, poolTimeout, and replies that carry a 503";
        case models::RetryCondition::status_429:
            return "outcome throttled: a rate limit";
        case models::RetryCondition::reset:
            return "outcome reset: the connection broke while the server had the work";
        case models::RetryCondition::error:
            return "outcome error: an error reply";
        case models::RetryCondition::status_5xx:
            return "error and 503 together";
    }
    SIM_ASSERT(false);
}

std::string_view meaning_of(models::Outcome outcome) {
    switch (outcome) {
        case models::Outcome::ok:
            return "a full answer";
        case models::Outcome::degraded:
            return "an answer without an optional call's part, or from a fallback";
        case models::Outcome::error:
            return "an error reply";
        case models::Outcome::timeout:
            return "the caller's timer fired while the server had the work";
        case models::Outcome::refused:
            return "nobody listens: known after one round trip";
        case models::Outcome::reset:
            return "the connection broke while the server had the work";
        case models::Outcome::blackholed:
            return "the message was lost and the caller's timer fired";
        case models::Outcome::shed:
            return "the server refused it: its queue was full, or it sheds load (503)";
        case models::Outcome::throttled:
            return "over a rate limit (429)";
        case models::Outcome::breaker_open:
            return "the caller's circuit breaker did not let it out";
        case models::Outcome::no_healthy_instance:
            return "the caller knew of no healthy replica";
        case models::Outcome::deadline:
            return "the time that was passed down was used up";
        case models::Outcome::pool_timeout:
            return "no connection of the caller's pool was free in time";
        case models::Outcome::dns:
            return "the name could not be resolved";
        case models::Outcome::abandoned:
            return "the customer's patience ended";
        case models::Outcome::unfinished:
            return "still open at the end of the run";
    }
    SIM_ASSERT(false);
}

std::string_view meaning_of(models::SloMetric metric) {
    switch (metric) {
        case models::SloMetric::success:
            return "share of offered requests that are ok, or degraded with a quality of 50% and "
                   "more";
        case models::SloMetric::ok:
            return "share of offered requests with a full answer";
        case models::SloMetric::degraded:
            return "share of offered requests with a degraded answer";
        case models::SloMetric::goodput:
            return "successes per second within the customers' patience";
        case models::SloMetric::mean:
            return "mean latency of the successes";
        case models::SloMetric::p50:
        case models::SloMetric::p90:
        case models::SloMetric::p95:
        case models::SloMetric::p99:
        case models::SloMetric::p999:
            return "latency quantile of all requests, a failure counting as infinitely late";
        case models::SloMetric::p50ok:
        case models::SloMetric::p90ok:
        case models::SloMetric::p95ok:
        case models::SloMetric::p99ok:
        case models::SloMetric::p999ok:
            return "latency quantile of the successes alone";
        case models::SloMetric::tries:
            return "tries per call";
        case models::SloMetric::duplicates:
            return "writes that were done twice";
        case models::SloMetric::recovery:
            return "time from the end of the fault until all is as without it";
        case models::SloMetric::utilisation:
            return "share of a service's slots that are held, over time";
        case models::SloMetric::amplification:
            return "tries that arrive at a service, against the same run without the fault";
        case models::SloMetric::wasted:
            return "share of work whose result nobody waited for";
    }
    SIM_ASSERT(false);
}

}  // namespace sim::cli
