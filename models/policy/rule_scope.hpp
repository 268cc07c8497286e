#pragma once

#include <cstdint>
#include <string_view>

namespace sim {
class Parameters;
}

namespace models {

/// Who shares the state of a rule. A caller is one replica of a service, or a group of customers.
enum class RuleScope : std::uint8_t {
    client,           ///< one caller and the callee (gRPC: per server name; Finagle: per client)
    client_endpoint,  ///< one caller and one endpoint of the callee
    process,          ///< one caller, for all that it calls under this policy
};
std::string_view to_string(RuleScope scope);

/// Declares the parameter `scope`.
void scope_parameter(sim::Parameters& parameters, RuleScope& scope);

}  // namespace models
