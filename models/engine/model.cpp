#include "models/engine/model.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace models {
namespace {

bool has_host_breaker(const CallPolicy& policy) {
    return policy.circuit_breaker && breaker_scope(*policy.circuit_breaker) == BreakerScope::host;
}

/// The number of the settings of the breaker that each replica has, if it has one.
std::optional<std::uint32_t> host_breaker_settings(const CallPolicy& policy) {
    if (!has_host_breaker(policy)) return std::nullopt;
    return policy.rule_settings[static_cast<std::size_t>(ClientRule::circuit_breaker)];
}

/// Numbers the states that one caller keeps, and the sites that use them.
class SiteTable {
  public:
    explicit SiteTable(SystemModel& model) : model_(model) {
        model.sites.clear();
        model.client_rules.assign(model.topology.services.size() + model.groups.size(), {});
    }

    std::uint32_t site(std::size_t caller, std::uint32_t policy, EndpointId endpoint,
                       std::uint32_t stand_in = kNoStandIn) {
        CallSite site;
        site.stand_in = stand_in;
        site.policy = policy;
        for (std::size_t rule = 0; rule < kClientRules; ++rule) {
            site.slots[rule] = slot(caller, static_cast<ClientRule>(rule), policy, endpoint);
            if (site.slots[rule] == CallSite::kNone) continue;
            site.plain = false;
            site.gated = site.gated || is_gate(static_cast<ClientRule>(rule));
        }
        const auto& bulkhead = model_.policies[policy].bulkhead;
        site.limits_call = bulkhead && limits_whole_call(*bulkhead);
        site.plain_balancing = plain_balancing(policy, endpoint);
        model_.sites.push_back(site);
        places_.push_back({caller, endpoint});
        return static_cast<std::uint32_t>(model_.sites.size() - 1);
    }

    /// The sites of calls as an action has them made.
    void add_meanwhile(ActionTarget& target) {
        target.sites.clear();
        for (std::uint32_t i = 0; i < target.policies.size(); ++i) {
            const auto policy = target.policies[i];
            const Place place = places_[i];
            target.sites.push_back(
                policy == kSamePolicy
                    ? i
                    : site(place.caller, policy, place.endpoint, target.stand_ins[i]));
        }
    }

  private:
    /// Caller, rule, its settings, what of the callee tells states apart.
    using Key = std::tuple<std::size_t, ClientRule, std::uint32_t, std::uint32_t>;

    std::uint32_t slot(std::size_t caller, ClientRule rule, std::uint32_t policy,
                       EndpointId endpoint) {
        const auto scope = scope_of(model_.policies[policy], rule);
        if (!scope) return CallSite::kNone;
        std::uint32_t part = 0;
        if (*scope == RuleScope::client) part = model_.endpoints[endpoint.value].service.value;
        if (*scope == RuleScope::client_endpoint) part = endpoint.value;
        const auto settings = model_.policies[policy].rule_settings[static_cast<std::size_t>(rule)];
        auto& slots = model_.client_rules[caller][static_cast<std::size_t>(rule)];
        const auto [known, fresh] = known_.emplace(Key{caller, rule, settings, part},
                                                   static_cast<std::uint32_t>(slots.size()));
        if (fresh) slots.push_back(policy);
        return known->second;
    }

    [[nodiscard]] bool plain_balancing(std::uint32_t policy, EndpointId endpoint) const {
        const auto& rules = model_.policies[policy];
        const auto callee = model_.endpoints[endpoint.value].service;
        return model_.replica_rules[policy].needs.nothing && !rules.outlier_detection &&
               !rules.avoid_previous_hosts && !has_host_breaker(rules) &&
               is_plain(model_.services[callee.value].routing);
    }

    /// Whose calls a site makes, and to whom.
    struct Place {
        std::size_t caller;
        EndpointId endpoint;
    };

    SystemModel& model_;
    std::map<Key, std::uint32_t> known_;
    std::vector<Place> places_;  ///< by site
};

/// Policies whose rules about replicas are equal share what balancers know.
void compare_replica_rules(SystemModel& model) {
    model.replica_rules.clear();
    for (std::uint32_t i = 0; i < model.policies.size(); ++i) {
        const auto& own = model.policies[i];
        ReplicaRules rules{i, i, needs_of(own.load_balancing)};
        for (std::uint32_t other = i; other-- > 0;) {
            const auto& same = model.policies[other];
            if (!(same.outlier_detection == own.outlier_detection)) continue;
            rules.detection = other;
            if (same.load_balancing == own.load_balancing &&
                host_breaker_settings(same) == host_breaker_settings(own)) {
                rules.balancing = other;
            }
        }
        model.replica_rules.push_back(rules);
    }
}

}  // namespace

void finish_model(SystemModel& model) {
    compare_replica_rules(model);
    SiteTable table(model);
    for (Endpoint& endpoint : model.endpoints) {
        for (CallStep& step : endpoint.steps) {
            for (CallSpec& call : step.calls) {
                call.site =
                    table.site(endpoint.service.value, call.policy, call.endpoint, call.stand_in);
            }
        }
    }
    for (std::size_t i = 0; i < model.groups.size(); ++i) {
        for (Journey& journey : model.groups[i].journeys) {
            journey.site = table.site(model.topology.services.size() + i, model.groups[i].policy,
                                      journey.endpoint, journey.stand_in);
        }
    }
    for (StandIn& stand_in : model.stand_ins) {
        CallSpec& call = stand_in.call;
        call.site = table.site(stand_in.caller, call.policy, call.endpoint);
    }
    for (PlannedAction& action : model.actions) table.add_meanwhile(action.target);
}

bool knows_sizes(const SystemModel& model) {
    return std::any_of(model.endpoints.begin(), model.endpoints.end(), [](const Endpoint& one) {
        return one.request_bytes > 0 || one.reply_bytes > 0;
    });
}

std::uint32_t counting_edge(const SystemModel& model, std::uint32_t edge, BreakerScope scope) {
    if (scope == BreakerScope::client_endpoint) return edge;
    const auto& own = model.edges[edge];
    const auto service_of = [&](const Edge& one) {
        return model.endpoints[one.endpoint.value].service;
    };
    for (std::uint32_t i = 0; i < edge; ++i) {
        const auto& other = model.edges[i];
        if (other.caller != own.caller || !(other.caller_service == own.caller_service)) continue;
        if (scope == BreakerScope::process || service_of(other) == service_of(own)) return i;
    }
    return edge;
}

SystemModel::SystemModel() = default;
SystemModel::SystemModel(const SystemModel&) = default;
SystemModel::SystemModel(SystemModel&&) noexcept = default;
SystemModel& SystemModel::operator=(const SystemModel&) = default;
SystemModel& SystemModel::operator=(SystemModel&&) noexcept = default;
SystemModel::~SystemModel() = default;

}  // namespace models
