#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "models/scenario/names.hpp"
#include "models/scenario/policy_layers.hpp"
#include "models/scenario/validate.hpp"

namespace models {

using sim::Node;

namespace {

/// A hedge that does not wait for the first try does a write twice.
bool may_do_twice(const CallPolicy& policy) {
    if (!policy.hedge) return false;
    return std::visit([](const Hedge& hedge) { return hedge.mode != HedgeMode::on_completion; },
                      *policy.hedge);
}

void check_hedge(const Node& hedge, const EndpointSpec& endpoint, const CallEntry& call,
                 sim::Diagnostics& diagnostics) {
    if (!endpoint.write || endpoint.idempotent) return;
    sim::report(diagnostics, hedge,
                fmt::format("a hedged call of `{}.{}`, a write that is not idempotent, would do it "
                            "twice",
                            call.service.text, endpoint.name.text),
                fmt::format("write `idempotent: true` at the endpoint if it is, or `hedge: none` "
                            "under `policyFor`, for `{}`",
                            call.service.text));
}

/// Every call and every customer group under one strategy.
struct StrategyCalls {
    const SystemSpec& system;
    NameIndex names;
    PolicyLayers& layers;
    std::vector<FallbackUse> fallbacks;
    sim::Diagnostics& diagnostics;
    std::vector<PooledCall> pooled = {};

    void check() {
        for (const GroupSpec& group : system.groups) {
            const auto policy = layers.of_customers(group);
            note_pool({group.name.text, group.entry.text}, policy);
            for (const MixEntry& one : group.mix) {
                note_fallback(std::nullopt, callee_of(group.entry.text, one.journey.text), policy);
            }
        }
        for (std::size_t s = 0; s < system.services.size(); ++s) {
            const auto& endpoints = system.services[s].endpoints;
            for (std::size_t e = 0; e < endpoints.size(); ++e) {
                for (const auto& step : endpoints[e].steps) {
                    for (const CallEntry& call : step) check_call({s, e}, call);
                }
            }
        }
        validate_fallbacks(system, fallbacks, diagnostics);
    }

  private:
    void check_call(const EndpointRef& caller, const CallEntry& call) {
        const auto policy = layers.between(system.services[caller.service].name.text,
                                           call.service.text, call.policy);
        const EndpointRef callee = callee_of(call.service.text, call.endpoint->text);
        note_fallback(caller, callee, policy);
        note_pool({system.services[caller.service].name.text, call.service.text}, policy);
        const Node* hedge = layers.hedge_of(policy);
        if (hedge == nullptr || !may_do_twice(layers.policy(policy))) return;
        check_hedge(*hedge, system.services[callee.service].endpoints[callee.endpoint], call,
                    diagnostics);
    }

    /// Names are resolved.
    [[nodiscard]] EndpointRef callee_of(const std::string& service,
                                        const std::string& endpoint) const {
        const auto callee = *names.service(service);
        return {callee, *find_endpoint(system.services[callee], endpoint)};
    }

    void note_pool(PooledCall call, std::uint32_t policy) {
        if (layers.policy(policy).pool) pooled.push_back(std::move(call));
    }

    void note_fallback(std::optional<EndpointRef> caller, const EndpointRef& callee,
                       std::uint32_t policy) {
        const auto& fallback = layers.policy(policy).fallback;
        const FallbackTarget* target = fallback ? target_of(*fallback) : nullptr;
        if (target == nullptr) return;
        fallbacks.push_back(
            {caller, callee, *target, std::holds_alternative<QueueFallback>(*fallback)});
        const auto stand_in = find_target(target->text, names);
        if (!caller || !stand_in) return;
        // The layers of the call that stands in meet nowhere else.
        layers.between(system.services[caller->service].name.text,
                       system.services[stand_in->service].name.text, Node{});
    }
};

/// A layer that no call meets is a misunderstanding.
void warn_without_effect(const SystemSpec& system, const PolicyFor& layer,
                         sim::Diagnostics& diagnostics) {
    const auto enters = [&](const GroupSpec& group) {
        return group.entry.text == layer.callee &&
               (!layer.caller || *layer.caller == group.name.text);
    };
    if (std::any_of(system.groups.begin(), system.groups.end(), enters)) {
        diagnostics.warning(layer.place,
                            "this changes nothing: customers have a client of their own",
                            "write `policy: strategy` in their group to make them follow it");
    } else {
        diagnostics.warning(
            layer.place,
            fmt::format("this changes nothing: {} never calls `{}`",
                        layer.caller ? "`" + *layer.caller + "`" : "a service", layer.callee));
    }
}

class PolicyValidator {
  public:
    PolicyValidator(const Scenario& scenario, sim::Diagnostics& diagnostics)
        : scenario_(scenario), diagnostics_(diagnostics) {}

    void validate() {
        for (std::size_t i = 0; i < scenario_.strategies.size(); ++i) check_strategy(i);
        validate_pools(scenario_.faults, pooled_, diagnostics_);
        for (const auto& [place, used] : budgets_) {
            if (used) continue;
            diagnostics_.warning(place, "a `retryBudget` without `retries` pays for nothing",
                                 "write `retries: 2` beside it");
        }
        warn_of_layers(scenario_.systems[0], scenario_.systems[0].policy_for);
        for (std::size_t i = 0; i < scenario_.strategies.size(); ++i) {
            warn_of_layers(scenario_.system(i), scenario_.strategies[i].policy_for);
        }
    }

  private:
    void check_strategy(std::size_t strategy) {
        const SystemSpec& system = scenario_.system(strategy);
        PolicyLayers layers(system, scenario_.strategies[strategy], diagnostics_);
        StrategyCalls calls{system, NameIndex(system), layers, {}, diagnostics_};
        calls.check();
        pooled_.insert(pooled_.end(), calls.pooled.begin(), calls.pooled.end());
        // A budget that any strategy uses has its use.
        for (const auto& [place, used] : layers.budgets()) {
            bool& anywhere = budgets_.try_emplace(place, false).first->second;
            anywhere = anywhere || used;
        }
        met_.insert(layers.met().begin(), layers.met().end());
        for (const ActionSpec& action : system.actions) check_switch(system, action);
    }

    /// The settings of another strategy in this one's system, by an action.
    void check_switch(const SystemSpec& system, const ActionSpec& action) {
        const auto* how = std::get_if<SwitchStrategyAction>(&action.kind);
        if (how == nullptr || diagnostics_.has_errors()) return;
        for (const StrategySpec& other : scenario_.strategies) {
            if (other.name.text != how->strategy.text) continue;
            PolicyLayers layers(system, other, diagnostics_);
            StrategyCalls{system, NameIndex(system), layers, {}, diagnostics_}.check();
        }
    }

    void warn_of_layers(const SystemSpec& system, const std::vector<PolicyFor>& layers) {
        for (const PolicyFor& layer : layers) {
            if (!met_.contains(layer.place)) warn_without_effect(system, layer, diagnostics_);
        }
    }

    const Scenario& scenario_;
    sim::Diagnostics& diagnostics_;
    std::vector<PooledCall> pooled_;
    PolicyLayers::BudgetUses budgets_;
    PolicyLayers::Places met_;
};

}  // namespace

void validate_policies(const Scenario& scenario, sim::Diagnostics& diagnostics) {
    PolicyValidator(scenario, diagnostics).validate();
}

}  // namespace models
