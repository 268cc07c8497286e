#include "models/policy/breaker.hpp"

#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

std::string_view to_string(BreakerScope scope) {
    switch (scope) {
        case BreakerScope::client:
            return "client";
        case BreakerScope::client_endpoint:
            return "clientEndpoint";
        case BreakerScope::process:
            return "process";
        case BreakerScope::host:
            return "host";
    }
    SIM_ASSERT(false);
}

std::optional<RuleScope> rule_scope_of(BreakerScope scope) {
    switch (scope) {
        case BreakerScope::client:
            return RuleScope::client;
        case BreakerScope::client_endpoint:
            return RuleScope::client_endpoint;
        case BreakerScope::process:
            return RuleScope::process;
        case BreakerScope::host:
            return std::nullopt;
    }
    SIM_ASSERT(false);
}

void breaker_scope_parameter(sim::Parameters& p, BreakerScope& scope) {
    p.choice<BreakerScope>("scope", scope,
                           "who shares it: one caller and callee, one caller and endpoint, all "
                           "calls of one caller, or those of one balancer to one replica",
                           {{"client", BreakerScope::client},
                            {"clientEndpoint", BreakerScope::client_endpoint},
                            {"process", BreakerScope::process},
                            {"host", BreakerScope::host}});
}

void break_retries_only_parameter(sim::Parameters& p, bool& retries_only) {
    p.flag("breakRetriesOnly", retries_only, "first tries pass whatever its state");
}

bool is_callee_failure(Outcome outcome) {
    switch (outcome) {
        case Outcome::error:
        case Outcome::timeout:
        case Outcome::refused:
        case Outcome::reset:
        case Outcome::blackholed:
        case Outcome::shed:
        case Outcome::throttled:
        case Outcome::no_healthy_instance:
        case Outcome::pool_timeout:
        case Outcome::dns:
            return true;
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
