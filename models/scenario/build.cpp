#include "models/scenario/build.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "models/scenario/build_parts.hpp"
#include "models/scenario/names.hpp"
#include "models/scenario/policy_layers.hpp"
#include "sim/core/assert.hpp"
#include "sim/core/diagnostics.hpp"

namespace models {

namespace {

/// Numbers edges in the order in which they are first asked for.
class EdgeTable {
  public:
    /// `caller_service` is none for customers.
    std::uint32_t edge(const std::string& caller, ServiceId caller_service, EndpointId endpoint) {
        const auto [known, fresh] = known_.emplace(std::pair(caller, endpoint.value),
                                                   static_cast<std::uint32_t>(edges_.size()));
        if (fresh) edges_.push_back({caller, caller_service, endpoint});
        return known->second;
    }
    std::vector<Edge> take() { return std::move(edges_); }

  private:
    std::map<std::pair<std::string, std::uint32_t>, std::uint32_t> known_;
    std::vector<Edge> edges_;
};

class ModelBuilder {
  public:
    ModelBuilder(const Scenario& scenario, std::size_t strategy, sim::Diagnostics& diagnostics)
        : system_(scenario.system(strategy)),
          strategies_(scenario.strategies),
          own_(scenario.strategies[strategy]),
          names_(system_),
          layers_(system_, own_, diagnostics) {
        std::uint32_t next = 0;
        for (const ServiceSpec& service : system_.services) {
            first_endpoint_.push_back(next);
            next += static_cast<std::uint32_t>(service.endpoints.size());
        }
    }

    SystemModel build() {
        model_.topology = build_topology(system_, names_);
        for (const ServiceSpec& service : system_.services) {
            model_.services.push_back(config_of(service));
        }
        for (const GroupSpec& group : system_.groups) model_.groups.push_back(group_of(group));
        for (std::uint32_t i = 0; i < system_.services.size(); ++i) {
            for (const EndpointSpec& endpoint : system_.services[i].endpoints) {
                model_.endpoints.push_back(endpoint_of(endpoint, ServiceId{i}));
            }
        }
        add_stand_ins();
        model_.actions = build_actions(system_, model_, names_);
        for (PlannedAction& action : model_.actions) switch_strategy(action);
        model_.edges = edges_.take();
        name_stopped_calls(model_);
        for (std::size_t i = 0; i < system_.services.size(); ++i) {
            model_.services[i].levels = build_levels(system_.services[i], model_);
        }
        model_.policies = layers_.take();
        for (PlannedAction& action : model_.actions) set_retries(action);
        finish_model(model_);
        return std::move(model_);
    }

    [[nodiscard]] const NameIndex& names() const { return names_; }

  private:
    [[nodiscard]] EndpointId endpoint_id(ServiceId service, const std::string& name) const {
        const auto found = find_endpoint(system_.services[service.value], name);
        SIM_ASSERT(found);
        return EndpointId{first_endpoint_[service.value] + static_cast<std::uint32_t>(*found)};
    }

    [[nodiscard]] ServiceConfig config_of(const ServiceSpec& spec) const {
        ServiceConfig config;
        config.concurrency = spec.concurrency;
        config.queue = spec.queue;
        config.server = spec.server;
        config.holds = spec.holds;
        config.routing = spec.routing;
        config.spill_when = spec.spill_when;
        config.health_check = spec.health_check;
        config.restart = spec.restart;
        config.rollout = spec.rollout;
        config.autoscale = spec.autoscale;
        config.grows_by_hand = added_by_hand(system_, spec.name.text) > 0;
        config.cache = spec.cache;
        config.delivery = spec.delivery;
        config.dns = spec.dns;
        if (spec.primary) {
            config.database = {names_.zone_id(spec.primary->text), spec.failover, spec.replication};
        }
        return config;
    }

    Endpoint endpoint_of(const EndpointSpec& spec, ServiceId service) {
        Endpoint endpoint;
        endpoint.name = spec.name.text;
        endpoint.service = service;
        endpoint.latency = spec.latency;
        endpoint.error_share = spec.errors;
        endpoint.error_as = spec.error_as;
        endpoint.same_on_retry = spec.same_on_retry;
        endpoint.scalability = spec.scalability;
        if (spec.priority) endpoint.priority = static_cast<std::uint8_t>(*spec.priority);
        endpoint.write = spec.write;
        endpoint.idempotent = spec.idempotent;
        endpoint.request_bytes = spec.request_bytes;
        endpoint.reply_bytes = spec.reply_bytes;
        std::uint32_t position = 0;
        for (const auto& step : spec.steps) {
            CallStep built;
            for (const CallEntry& call : step) {
                built.calls.push_back(call_of(call, service, position++));
            }
            endpoint.steps.push_back(std::move(built));
        }
        return endpoint;
    }

    CallSpec call_of(const CallEntry& call, ServiceId caller, std::uint32_t position) {
        const std::string& caller_name = system_.services[caller.value].name.text;
        CallSpec built;
        built.callee = names_.service_id(call.service.text);
        SIM_ASSERT(call.endpoint);
        built.endpoint = endpoint_id(built.callee, call.endpoint->text);
        built.optional = call.optional;
        built.probability = call.probability;
        built.times = call.times;
        built.policy = layers_.between(caller_name, call.service.text, call.policy);
        built.edge = edges_.edge(caller_name, caller, built.endpoint);
        built.position = position;
        return built;
    }

    Group group_of(const GroupSpec& spec) {
        Group group;
        group.name = spec.name.text;
        place(spec, group);
        group.rate_per_s = spec.rate_per_s;
        group.day = spec.day;
        group.regular = spec.regular;
        group.users = spec.users;
        group.think_time = spec.think_time;
        group.customers = spec.customers;
        group.access = spec.access;
        group.priority = static_cast<std::uint8_t>(spec.priority);
        group.entry = names_.service_id(spec.entry.text);
        group.patience = spec.patience;
        group.reclick = spec.reclick;
        group.policy = layers_.of_customers(spec);
        if (spec.steering) steer(*spec.steering, group);
        double total = 0;
        for (const MixEntry& entry : spec.mix) total += entry.share;
        for (const MixEntry& entry : spec.mix) {
            Journey journey;
            journey.name = entry.journey.text;
            journey.endpoint = endpoint_id(group.entry, journey.name);
            journey.share = entry.share / total;
            journey.flow = model_.flows++;
            journey.edge = edges_.edge(group.name, ServiceId{}, journey.endpoint);
            group.journeys.push_back(std::move(journey));
        }
        return group;
    }

    /// The calls that fallbacks make, once each for a caller and a target. Their edges come after
    /// all others, so that a strategy with fallbacks numbers the rest like one without.
    void add_stand_ins() {
        for (Endpoint& endpoint : model_.endpoints) {
            const auto& caller = system_.services[endpoint.service.value].name.text;
            for (CallStep& step : endpoint.steps) {
                for (CallSpec& call : step.calls) {
                    call.stand_in =
                        stand_in(caller, endpoint.service, endpoint.service.value, call.policy);
                }
            }
        }
        for (std::size_t i = 0; i < model_.groups.size(); ++i) {
            Group& group = model_.groups[i];
            for (Journey& journey : group.journeys) {
                const auto caller = static_cast<std::uint32_t>(system_.services.size() + i);
                journey.stand_in = stand_in(group.name, ServiceId{}, caller, group.policy);
            }
        }
    }

    std::uint32_t stand_in(const std::string& caller_name, ServiceId caller_service,
                           std::uint32_t caller, std::uint32_t policy) {
        const auto& fallback = layers_.policy(policy).fallback;
        const FallbackTarget* target = fallback ? target_of(*fallback) : nullptr;
        if (target == nullptr) return kNoStandIn;
        const auto next = static_cast<std::uint32_t>(model_.stand_ins.size());
        const auto [known, fresh] = stand_ins_.emplace(std::pair(caller, target->text), next);
        if (!fresh) return known->second;
        const auto ref = resolve_target(target->text, system_, names_);
        SIM_ASSERT(ref);
        CallSpec call;
        call.callee = ServiceId{static_cast<std::uint32_t>(ref->service)};
        call.endpoint =
            EndpointId{first_endpoint_[ref->service] + static_cast<std::uint32_t>(ref->endpoint)};
        const std::string& callee_name = system_.services[ref->service].name.text;
        call.policy =
            caller_service.valid() ? layers_.between(caller_name, callee_name, {}) : policy;
        call.edge = edges_.edge(caller_name, caller_service, call.endpoint);
        model_.stand_ins.push_back({caller, call});
        return next;
    }

    /// The policies of calls under another strategy, in the order of their sites.
    void switch_strategy(PlannedAction& action) {
        const auto* how = std::get_if<SwitchStrategyAction>(&action.kind);
        if (how == nullptr) return;
        const auto other = std::find_if(
            strategies_.begin(), strategies_.end(),
            [&](const StrategySpec& one) { return one.name.text == how->strategy.text; });
        SIM_ASSERT(other != strategies_.end());
        layers_.turn_to(*other);
        auto& target = action.target;
        for_each_call([&](const CallAt& call) {
            if (!concerns(*how, call)) return keep(target);
            const auto policy = call.entry != nullptr
                                    ? layers_.between(call.caller, call.callee, call.entry->policy)
                                    : layers_.of_customers(system_.groups[call.group]);
            target.policies.push_back(policy);
            target.stand_ins.push_back(
                stand_in(call.caller, call.service, call.caller_number, policy));
        });
        layers_.turn_to(own_);
    }

    /// The same policies with other retries.
    void set_retries(PlannedAction& action) {
        const auto* how = std::get_if<SetRetriesAction>(&action.kind);
        if (how == nullptr) return;
        std::map<std::uint32_t, std::uint32_t> copies;
        auto& target = action.target;
        for_each_call([&](const CallAt& call) {
            if (!concerns(*how, call)) return keep(target);
            const auto next = static_cast<std::uint32_t>(model_.policies.size());
            const auto [known, fresh] = copies.emplace(call.policy, next);
            if (fresh) {
                model_.policies.push_back(model_.policies[call.policy]);
                model_.policies.back().retries = static_cast<int>(how->retries);
            }
            target.policies.push_back(known->second);
            target.stand_ins.push_back(call.stand_in);
        });
    }

    /// A call in the order in which finish_model numbers their sites.
    struct CallAt {
        std::string caller;
        std::string callee;
        ServiceId service;  ///< of the caller; none for customers
        std::uint32_t caller_number = 0;
        const CallEntry* entry = nullptr;  ///< nothing for customers
        std::size_t group = 0;
        std::uint32_t policy = 0;
        std::uint32_t stand_in = kNoStandIn;
    };

    template <class How>
    static bool concerns(const How& how, const CallAt& call) {
        return (!how.from.written() || how.from.text == call.caller) &&
               (!how.to.written() || how.to.text == call.callee);
    }
    static void keep(ActionTarget& target) {
        target.policies.push_back(kSamePolicy);
        target.stand_ins.push_back(kNoStandIn);
    }

    template <class Use>
    void for_each_call(const Use& use) const {
        std::size_t endpoint = 0;
        for (std::uint32_t s = 0; s < system_.services.size(); ++s) {
            const auto& service = system_.services[s];
            for (const EndpointSpec& spec : service.endpoints) {
                const auto& built = model_.endpoints[endpoint++].steps;
                for (std::size_t i = 0; i < spec.steps.size(); ++i) {
                    for (std::size_t c = 0; c < spec.steps[i].size(); ++c) {
                        const CallEntry& entry = spec.steps[i][c];
                        const CallSpec& call = built[i].calls[c];
                        use(CallAt{service.name.text, entry.service.text, ServiceId{s}, s, &entry,
                                   0, call.policy, call.stand_in});
                    }
                }
            }
        }
        for (std::size_t g = 0; g < system_.groups.size(); ++g) {
            const auto& spec = system_.groups[g];
            const auto number = static_cast<std::uint32_t>(system_.services.size() + g);
            for (const Journey& journey : model_.groups[g].journeys) {
                use(CallAt{spec.name.text, spec.entry.text, ServiceId{}, number, nullptr, g,
                           model_.groups[g].policy, journey.stand_in});
            }
        }
    }

    void place(const GroupSpec& spec, Group& group) const {
        if (const auto region = names_.region(spec.from.text)) {
            group.region = RegionId{static_cast<std::uint32_t>(*region)};
            group.zones = model_.topology.regions[*region].zones;
            return;
        }
        const auto zone = names_.zone(spec.from.text);
        SIM_ASSERT(zone);
        group.zones = {ZoneId{static_cast<std::uint32_t>(*zone)}};
        group.region = model_.topology.zones[*zone].region;
    }

    void steer(const SteeringSpec& spec, Group& group) const {
        group.steering = spec.rule;
        for (const auto& tier : spec.regions) {
            auto& built = group.steered_to.emplace_back();
            for (const Name& name : tier) {
                const auto region = names_.region(name.text);
                SIM_ASSERT(region);
                built.push_back(RegionId{static_cast<std::uint32_t>(*region)});
            }
        }
    }

    const SystemSpec& system_;
    const std::vector<StrategySpec>& strategies_;
    const StrategySpec& own_;
    NameIndex names_;
    PolicyLayers layers_;
    EdgeTable edges_;
    std::vector<std::uint32_t> first_endpoint_;
    std::map<std::pair<std::uint32_t, std::string>, std::uint32_t> stand_ins_;
    SystemModel model_;
};

/// Of a twin: which requests come to where the faults strike in the run.
std::vector<Watch> watches_of(const std::vector<ScheduledFault>& faults, const SystemModel& model) {
    std::vector<Watch> watches;
    for (const ScheduledFault& fault : faults) {
        Watch watch;
        watch.from = fault.at;
        watch.to = fault.end();
        const auto add = [&](const FaultTarget& target) {
            const auto& calls = target.traffic;
            watch.calls.insert(watch.calls.end(), calls.begin(), calls.end());
            if (target.instances.empty()) return;
            const auto instances = model.topology.instances.size();
            Traffic all;
            all.callers.assign(instances + model.groups.size(), 1);
            all.replicas.assign(instances, 0);
            for (const InstanceId id : target.instances) all.replicas[id.value] = 1;
            watch.calls.push_back(std::move(all));
        };
        add(fault.target);
        for (const auto& one : fault.also) add(one.target);
        watch.groups = fault.target.groups;
        watches.push_back(std::move(watch));
    }
    return watches;
}

}  // namespace

SystemModel build_model(const Scenario& scenario, std::size_t strategy, Twin twin) {
    sim::Diagnostics diagnostics;
    ModelBuilder builder(scenario, strategy, diagnostics);
    SystemModel model = builder.build();
    SIM_ASSERT(!diagnostics.has_errors());  // load_scenario has read the same layers
    auto faults =
        build_faults(scenario.faults, scenario.system(strategy), model.topology, builder.names());
    if (twin == Twin::no) {
        model.faults = std::move(faults);
    } else {
        model.watched = watches_of(faults, model);
    }
    model.logs_customers = !scenario.faults.empty();
    model.slices = scenario.slices;
    model.warmup = scenario.experiment.warmup;
    model.duration = scenario.experiment.duration;
    model.drain = scenario.experiment.drain;
    model.window = scenario.experiment.windows;
    return model;
}

}  // namespace models
