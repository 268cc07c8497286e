#include "models/scenario/policy_layers.hpp"

#include <variant>

#include "models/policy/client_rule.hpp"
#include "models/scenario/complete.hpp"
#include "models/scenario/merge.hpp"
#include "models/scenario/policy_reader.hpp"
#include "models/scenario/write_yaml.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

using sim::Node;

namespace {

/// Only the layers together show whether the longest delay is below the first.
void check_backoff(const Node& merged, const CallPolicy& policy, sim::Diagnostics& diagnostics) {
    const auto* backoff = std::get_if<ExponentialBackoff>(&policy.backoff);
    if (backoff == nullptr || backoff->max >= backoff->base) return;
    const Node* node = merged.find("backoff");
    if (node == nullptr) return;
    for (const std::string_view key : {"max", "base"}) {
        const Node* value = node->find(key);
        if (value == nullptr || !value->range.has_place()) continue;
        sim::report(diagnostics, *value, "the backoff's `max` is below its `base`",
                    "`base` is the delay before the first retry, `max` the longest delay (20s when "
                    "not written)");
        return;
    }
}

void check_fallback(const Node& merged, const CallPolicy& policy, sim::Diagnostics& diagnostics) {
    if (!policy.fallback) return;
    const auto misfit = sim::misfit_of(*policy.fallback);
    const Node* node = merged.find("fallback");
    if (misfit && node != nullptr) {
        sim::report(diagnostics, *node, misfit->message, misfit->hint);
    }
}

}  // namespace

PolicyLayers::PolicyLayers(const SystemSpec& system, const StrategySpec& strategy,
                           sim::Diagnostics& diagnostics)
    : system_(system),
      strategy_(strategy),
      diagnostics_(diagnostics),
      built_in_(built_in_policy()) {}

const Node* PolicyLayers::find(const std::vector<PolicyFor>& layers, const std::string* caller,
                               const std::string& callee) {
    for (const PolicyFor& layer : layers) {
        if (layer.callee != callee || layer.caller.has_value() != (caller != nullptr)) continue;
        if (caller == nullptr || *layer.caller == *caller) return &layer.settings;
    }
    return nullptr;
}

std::uint32_t PolicyLayers::policy_for(const Key& layers) {
    const auto [known, fresh] =
        known_.emplace(layers, static_cast<std::uint32_t>(policies_.size()));
    if (!fresh) return known->second;
    const Node settings = merged(layers);
    policies_.push_back(read_policy(settings, diagnostics_, "policy", PolicyPart::whole));
    number_settings(settings, policies_.back());
    check_backoff(settings, policies_.back(), diagnostics_);
    check_fallback(settings, policies_.back(), diagnostics_);
    return known->second;
}

/// The layers, weakest first; null where there is none.
Node PolicyLayers::merged(const Key& layers) const {
    Node settings = built_in_;
    for (std::size_t i = layers.size(); i-- > 0;) {
        const Node* preset = layers[i] == nullptr ? nullptr : layers[i]->find("preset");
        if (preset == nullptr) continue;
        if (preset->is_map()) settings = merge_policies(settings, *preset);  // else: `none`
        break;
    }
    for (const Node* layer : layers) {
        if (layer != nullptr) settings = merge_policies(settings, *layer);
        remove_key(settings, "preset");
    }
    return settings;
}

/// Rules that are written alike are one rule, wherever they are written.
void PolicyLayers::number_settings(const Node& merged, CallPolicy& policy) {
    for (std::size_t i = 0; i < kClientRules; ++i) {
        const Node* settings = merged.find(key_of(static_cast<ClientRule>(i)));
        const std::string text = settings == nullptr ? "" : write_flow(*settings);
        policy.rule_settings[i] =
            settings_.emplace(text, static_cast<std::uint32_t>(settings_.size())).first->second;
    }
}

PolicyLayers::Key PolicyLayers::layers_of(const std::string& caller, const std::string& callee,
                                          const Node* own) const {
    return {&system_.policy,
            &strategy_.policy,
            find(system_.policy_for, nullptr, callee),
            find(strategy_.policy_for, nullptr, callee),
            find(system_.policy_for, &caller, callee),
            find(strategy_.policy_for, &caller, callee),
            own};
}

std::uint32_t PolicyLayers::between(const std::string& caller, const std::string& callee,
                                    const Node& own) {
    return policy_for(layers_of(caller, callee, own.entries.empty() ? nullptr : &own));
}

std::uint32_t PolicyLayers::of_customers(const GroupSpec& group) {
    switch (group.client) {
        case GroupSpec::Client::plain:
            return policy_for({});
        case GroupSpec::Client::own:
            return policy_for({&group.policy});
        case GroupSpec::Client::strategy:
            return between(group.name.text, group.entry.text, Node{});
    }
    SIM_ASSERT(false);
}

Node PolicyLayers::flat(const std::string& caller, const std::string& callee) const {
    return merged(layers_of(caller, callee, nullptr));
}

Node PolicyLayers::flat_own(const GroupSpec& group) const { return merged({&group.policy}); }

}  // namespace models
