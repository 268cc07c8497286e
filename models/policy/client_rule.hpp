#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "models/policy/call_policy.hpp"
#include "models/policy/rule_scope.hpp"

namespace models {

/// The rule's key in `policy`.
std::string_view key_of(ClientRule rule);
/// Who shares the rule's state; nothing when the policy does not have the rule.
std::optional<RuleScope> scope_of(const CallPolicy& policy, ClientRule rule);

/// Whether a try has to pass the rule before it is sent.
bool is_gate(ClientRule rule);

/// Where a call finds the states of its rules among those of its caller: calls of one caller that
/// share a state have the same number.
struct CallSite {
    static constexpr std::uint32_t kNone = 0xFFFFFFFFU;
    std::uint32_t policy = 0;  ///< index into SystemModel::policies
    std::array<std::uint32_t, kClientRules> slots{};
    bool plain = true;         ///< no rule remembers anything
    bool gated = false;        ///< tries have to ask before they are sent
    bool limits_call = false;  ///< the bulkhead is around the whole call
    /// Choosing a replica needs nothing but tries in flight and the nearest healthy replicas.
    bool plain_balancing = true;
    std::uint32_t stand_in = kNone;  ///< index into SystemModel::stand_ins

    [[nodiscard]] std::uint32_t slot(ClientRule rule) const {
        return slots[static_cast<std::size_t>(rule)];
    }
};

}  // namespace models
