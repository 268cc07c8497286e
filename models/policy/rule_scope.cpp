#include "models/policy/rule_scope.hpp"

#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

std::string_view to_string(RuleScope scope) {
    switch (scope) {
        case RuleScope::client:
            return "client";
        case RuleScope::client_endpoint:
            return "clientEndpoint";
        case RuleScope::process:
            return "process";
    }
    SIM_ASSERT(false);
}

void scope_parameter(sim::Parameters& parameters, RuleScope& scope) {
    parameters.choice<RuleScope>("scope", scope,
                                 "who shares it: one caller and callee, one caller and endpoint, "
                                 "or all calls of one caller",
                                 {{"client", RuleScope::client},
                                  {"clientEndpoint", RuleScope::client_endpoint},
                                  {"process", RuleScope::process}});
}

}  // namespace models
