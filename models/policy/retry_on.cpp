#include "models/policy/retry_on.hpp"

#include <fmt/format.h>

#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"

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

namespace {

bool read_conditions(const sim::Node& node, sim::Diagnostics& diagnostics, std::string_view key,
                     RetryOn& conditions) {
    RetryOn set;
    if (node.is_null()) {
        sim::report(diagnostics, node, fmt::format("`{}` has no value", key),
                    "write `[]` for none");
        return false;
    }
    bool good = true;
    for (const sim::Node& item : sim::read_list_or_one(node)) {
        const auto condition =
            sim::read_enum<RetryCondition>(item, diagnostics, fmt::format("{} condition", key),
                                           {{"timeout", RetryCondition::timeout},
                                            {"connect-failure", RetryCondition::connect_failure},
                                            {"503", RetryCondition::status_503},
                                            {"429", RetryCondition::status_429},
                                            {"reset", RetryCondition::reset},
                                            {"error", RetryCondition::error},
                                            {"5xx", RetryCondition::status_5xx}});
        if (condition) set.add(*condition);
        good = good && condition.has_value();
    }
    conditions = set;
    return good;
}

std::string list_of(RetryOn conditions) {
    constexpr std::array<RetryCondition, kRetryConditions> kInOrder = {
        RetryCondition::timeout,    RetryCondition::connect_failure, RetryCondition::reset,
        RetryCondition::status_503, RetryCondition::status_429,      RetryCondition::error,
        RetryCondition::status_5xx};
    std::string text;
    for (const auto condition : kInOrder) {
        if (!conditions.has(condition)) continue;
        text += (text.empty() ? "" : ", ") + std::string(to_string(condition));
    }
    return "[" + text + "]";
}

}  // namespace

void retry_on_parameter(sim::Parameters& p, std::string_view key, RetryOn& conditions,
                        std::string_view summary) {
    p.other(
        key, "condition|[condition]", list_of(conditions), summary,
        [&conditions, key](const sim::Node& node, sim::Diagnostics& diagnostics, bool /*partial*/) {
            return read_conditions(node, diagnostics, key, conditions);
        });
}

}  // namespace models
