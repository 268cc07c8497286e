#include "models/scenario/policy_layers.hpp"

#include "models/policy/client_rule.hpp"
#include "models/scenario/check_policy.hpp"
#include "models/scenario/complete.hpp"
#include "models/scenario/merge.hpp"
#include "models/scenario/policy_reader.hpp"
#include "sim/yaml/scalars.hpp"
#include "sim/yaml/write_yaml.hpp"

namespace models {

using sim::Node;

namespace {

std::optional<sim::Duration> duration_of(const Node* node) {
    if (node == nullptr || !node->is_scalar() || node->text == "none") return std::nullopt;
    sim::Diagnostics ignored;  // the reader complains
    return sim::read_duration(*node, ignored, {});
}

/// A perTryTimeout that lies below the timeout, as a preset's does below every written one, and is
/// longer never fires. It becomes that timeout, so that the settings make sense when they are
/// written out as one map. `layers` are those that can be written out, and `settings` what they say
/// together: what a call says itself is laid over it.
/// True when it did.
bool cap_per_try(Node& settings, std::span<const Node* const> layers) {
    Node* per_try = find_value(settings, "perTryTimeout");
    const auto try_limit = duration_of(per_try);
    const auto limit = duration_of(settings.find("timeout"));
    if (!try_limit || !limit || *try_limit <= *limit) return false;
    if (!is_laid_over(layers, "timeout", "perTryTimeout")) return false;
    *per_try = *settings.find("timeout");
    return true;
}

}  // namespace

PolicyLayers::PolicyLayers(const SystemSpec& system, const StrategySpec& strategy,
                           sim::Diagnostics& diagnostics)
    : system_(system),
      strategy_(&strategy),
      diagnostics_(diagnostics),
      built_in_(built_in_policy()) {}

const PolicyFor* PolicyLayers::find(const std::vector<PolicyFor>& layers, const std::string* caller,
                                    const std::string& callee) {
    for (const PolicyFor& layer : layers) {
        if (layer.callee != callee || layer.caller.has_value() != (caller != nullptr)) continue;
        if (caller == nullptr || *layer.caller == *caller) return &layer;
    }
    return nullptr;
}

std::uint32_t PolicyLayers::policy_for(const Key& layers) {
    const auto [known, fresh] =
        known_.emplace(layers, static_cast<std::uint32_t>(policies_.size()));
    if (!fresh) return known->second;
    const Node settings = merged(layers);
    policies_.push_back(read_policy(settings, diagnostics_, "policy", PolicyPart::whole));
    policies_.back().settle();
    number_settings(settings, policies_.back());
    check_policy(settings, policies_.back(), layers, diagnostics_);
    note_rules(settings, policies_.back());
    return known->second;
}

/// Places that only a look at all calls, or at the callee, can judge.
void PolicyLayers::note_rules(const Node& merged, const CallPolicy& policy) {
    const Node* hedge = policy.hedge ? merged.find("hedge") : nullptr;
    hedges_.push_back(hedge == nullptr ? Node{} : *hedge);
    const Node* budget = policy.retry_budget ? merged.find("retryBudget") : nullptr;
    if (budget == nullptr || !is_written(*budget)) return;
    bool& used = budgets_.try_emplace(budget->range, false).first->second;
    used = used || policy.retries > 0 || policy.hedge;
}

/// The layers, weakest first; null where there is none.
Node PolicyLayers::merged(const Key& layers, bool* cut) const {
    Node settings = built_in_;
    for (std::size_t i = layers.size(); i-- > 0;) {
        const Node* preset = layers[i] == nullptr ? nullptr : layers[i]->find("preset");
        if (preset == nullptr) continue;
        if (preset->is_map()) settings = merge_policies(settings, *preset);  // else: `none`
        break;
    }
    const auto written_out = std::span(layers).first(layers.size() - 1);
    const auto lay_over = [&](const Node* layer) {
        if (layer != nullptr) settings = merge_policies(settings, *layer);
        remove_key(settings, "preset");
    };
    for (const Node* layer : written_out) lay_over(layer);
    const bool was_cut = cap_per_try(settings, written_out);
    if (cut != nullptr) *cut = was_cut;
    lay_over(layers.back());
    return settings;
}

/// Rules that say the same are one rule, wherever they are written, and whether or not they write
/// out what they would be anyway: the resolved scenario does.
void PolicyLayers::number_settings(const Node& merged, CallPolicy& policy) {
    Node complete = merged;
    fill_policy(complete);
    sort_keys(complete);
    for (std::size_t i = 0; i < kClientRules; ++i) {
        const Node* settings = complete.find(key_of(static_cast<ClientRule>(i)));
        const std::string text = settings == nullptr ? "" : write_flow(*settings);
        policy.rule_settings[i] =
            settings_.emplace(text, static_cast<std::uint32_t>(settings_.size())).first->second;
    }
}

PolicyLayers::Key PolicyLayers::layers_of(const std::string& caller, const std::string& callee,
                                          const Node* own) const {
    const auto settings = [&](const std::vector<PolicyFor>& layers, const std::string* of) {
        const PolicyFor* layer = find(layers, of, callee);
        return layer == nullptr ? nullptr : &layer->settings;
    };
    return {&system_.policy,
            &strategy_->policy,
            settings(system_.policy_for, nullptr),
            settings(strategy_->policy_for, nullptr),
            settings(system_.policy_for, &caller),
            settings(strategy_->policy_for, &caller),
            own};
}

void PolicyLayers::note_met(const std::string& caller, const std::string& callee) {
    for (const auto* layers : {&system_.policy_for, &strategy_->policy_for}) {
        for (const std::string* of : {static_cast<const std::string*>(nullptr), &caller}) {
            const PolicyFor* layer = find(*layers, of, callee);
            if (layer != nullptr) met_.insert(layer->place);
        }
    }
}

std::uint32_t PolicyLayers::between(const std::string& caller, const std::string& callee,
                                    const Node& own) {
    note_met(caller, callee);
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

bool PolicyLayers::cuts_per_try() const {
    bool cut = false;
    static_cast<void>(merged(layers_of("", "", nullptr), &cut));
    return cut;
}

Node PolicyLayers::flat_own(const GroupSpec& group) const { return merged({&group.policy}); }

}  // namespace models
