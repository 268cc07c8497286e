#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "models/policy/call_policy.hpp"
#include "models/scenario/scenario.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/yaml/node.hpp"

namespace models {

/// An order of places.
struct BeforeInText {
    bool operator()(const sim::SourceRange& a, const sim::SourceRange& b) const {
        return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
    }
};

/// Lays call settings over each other (SEMANTICS 2), weakest first: the built-in settings, a
/// preset, `policy`, the strategy, `policyFor.callee`, `policyFor.caller->callee`, the call's own
/// keys. A strategy's `policyFor` lies above the file's for the same key. Of the layers that name a
/// preset the strongest decides, and its preset lies below all that is written. Equal layers share
/// one policy.
class PolicyLayers {
  public:
    /// `system` and `strategy` must outlive the layers.
    PolicyLayers(const SystemSpec& system, const StrategySpec& strategy,
                 sim::Diagnostics& diagnostics);

    /// Index of the policy of one call; `own` are the call's own keys.
    std::uint32_t between(const std::string& caller, const std::string& callee,
                          const sim::Node& own);
    /// Index of the policy of a group's own client.
    std::uint32_t of_customers(const GroupSpec& group);

    /// From now on the layers of another strategy, which must outlive them as well.
    void turn_to(const StrategySpec& strategy) { strategy_ = &strategy; }

    [[nodiscard]] const CallPolicy& policy(std::uint32_t index) const { return policies_[index]; }
    std::vector<CallPolicy> take() { return std::move(policies_); }

    /// Every `retryBudget` that is written, by its place, and whether a call under it may retry or
    /// hedge.
    using BudgetUses = std::map<sim::SourceRange, bool, BeforeInText>;
    [[nodiscard]] const BudgetUses& budgets() const { return budgets_; }
    /// The places of the `policyFor` layers that some call or group has met.
    using Places = std::set<sim::SourceRange, BeforeInText>;
    [[nodiscard]] const Places& met() const { return met_; }
    /// The settings of a policy's hedge, for complaints; null when it has none.
    [[nodiscard]] const sim::Node* hedge_of(std::uint32_t policy) const {
        return hedges_[policy].is_null() ? nullptr : &hedges_[policy];
    }

    /// The settings of a call without own keys as one map, without `preset`. Nothing beside the
    /// strategy: `callee` is empty.
    [[nodiscard]] sim::Node flat(const std::string& caller, const std::string& callee) const;
    /// The same for a group's own `policy`.
    /// Whether what holds for all calls cuts a preset's perTryTimeout by its timeout.
    [[nodiscard]] bool cuts_per_try() const;
    [[nodiscard]] sim::Node flat_own(const GroupSpec& group) const;

  private:
    using Key = std::array<const sim::Node*, 7>;
    [[nodiscard]] Key layers_of(const std::string& caller, const std::string& callee,
                                const sim::Node* own) const;
    /// `cut`: whether a perTryTimeout from below was cut by a timeout.
    [[nodiscard]] sim::Node merged(const Key& layers, bool* cut = nullptr) const;
    [[nodiscard]] static const PolicyFor* find(const std::vector<PolicyFor>& layers,
                                               const std::string* caller,
                                               const std::string& callee);
    void note_met(const std::string& caller, const std::string& callee);
    std::uint32_t policy_for(const Key& layers);
    void note_rules(const sim::Node& merged, const CallPolicy& policy);
    void number_settings(const sim::Node& merged, CallPolicy& policy);

    const SystemSpec& system_;
    const StrategySpec* strategy_;
    sim::Diagnostics& diagnostics_;
    sim::Node built_in_;
    std::map<Key, std::uint32_t> known_;
    std::map<std::string, std::uint32_t> settings_;  ///< numbers of rules, by their text
    std::vector<CallPolicy> policies_;
    std::vector<sim::Node> hedges_;  ///< of each policy; null: none
    BudgetUses budgets_;
    Places met_;
};

}  // namespace models
