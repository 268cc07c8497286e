// Which replica a try goes to when the rules need more than tries in flight: what was learned from
// replies, hash tables, parts of the replicas, ejections, zone-aware routing. In this order:
//
//   narrow to the caller's or customer's part -> health and ejections -> routing (zones) ->
//   the call's own exclusions -> the balancer picks
//
// An exclusion that would leave nobody does not count.
#include <algorithm>

#include "models/engine/world.hpp"

namespace models {
namespace {

constexpr std::uint64_t kRouteSalt = 0x9FB21C651E98DF25ULL;
constexpr std::uint64_t kBreakerSalt = 0xC2B2AE3D27D4EB4FULL;

}  // namespace

InstanceId World::choose_by_rules(const Call& call, ObserverId observer) {
    auto& rules = rule_balancer(call, observer);
    refresh(rules, call);
    const auto members = options_for(rules, call);
    if (members.empty()) return InstanceId{};
    const auto& siblings = model_.topology[rules.callee].instances;
    BalanceQuery query;
    query.now = simulator_.now();
    query.members = members;
    query.candidates = without_excluded(call.self, rules, members);
    query.in_flight = balancers_[rules.balancer.value].in_flight;
    query.names = {instance_names_.data() + siblings.front().value, siblings.size()};
    query.weights = slow_start_weights(rules);
    query.caller = caller_number(call);
    if (!rules.peer_of.empty()) query.peer = rules.peer_of[query.caller];
    query.peers = rules.peers;
    if (rules.needs->tables) query.key = customer_of(call);
    sim::KeyedRng rng(edge_streams_[call.edge].balance, call.number,
                      call.path + static_cast<std::uint64_t>(call.tries));
    const auto picked = pick_replica(rules.policy->load_balancing, rules.state, query, rng);
    if (call.policy->avoid_previous_hosts) tried_by(call.self).replicas.push_back(picked);
    return siblings[picked];
}

RuleBalancer* World::known_rule_balancer(const Call& call) {
    const auto group = model_.replica_rules[call.site->policy].balancing;
    for (const auto& [rule, index] : balancers_[call.balancer.value].rules) {
        if (rule == group) return &rule_balancers_[index];
    }
    return nullptr;
}

RuleBalancer& World::rule_balancer(const Call& call, ObserverId observer) {
    if (auto* known = known_rule_balancer(call)) return *known;
    const auto index = make_rule_balancer(call, observer);
    const auto group = model_.replica_rules[call.site->policy].balancing;
    balancers_[call.balancer.value].rules.emplace_back(group, index);
    return rule_balancers_[index];
}

std::uint32_t World::make_rule_balancer(const Call& call, ObserverId observer) {
    const auto& topology = model_.topology;
    const auto callee = model_.endpoints[call.endpoint.value].service;
    RuleBalancer rules;
    rules.balancer = call.balancer;
    rules.observer = observer;
    rules.callee = callee;
    rules.policy = call.policy;
    rules.needs = &model_.replica_rules[call.site->policy].needs;
    if (call.policy->outlier_detection) rules.detector = detector_for(call, observer);
    rules.state = initial_state(call.policy->load_balancing);
    const auto& breaker = call.policy->circuit_breaker;
    if (breaker && breaker_scope(*breaker) == BreakerScope::host) {
        rules.breakers.assign(topology[callee].instances.size(), new_breaker(*breaker, call.edge));
    }
    rules.routing = model_.services[callee.value].routing;
    // One table for all calls: Envoy, too, knows no zones under its hash tables.
    if (rules.needs->tables && !is_plain(rules.routing))
        rules.routing = without_zones(rules.routing);
    for (const InstanceId id : topology[callee].instances) {
        const auto zone = topology[id].zone;
        rules.replicas.push_back({zone.value, routing_.tier(observer, zone), true, true});
        // A bought-in service has no zone.
        rules.regions.push_back(zone.valid() ? topology[zone].region.value : 0);
    }
    count_callers(rules, model_.edges[call.edge].caller_service);
    rule_balancers_.push_back(std::move(rules));
    return static_cast<std::uint32_t>(rule_balancers_.size() - 1);
}

/// Who else calls from this region, and from this zone.
void World::count_callers(RuleBalancer& rules, ServiceId caller) const {
    const auto& topology = model_.topology;
    rules.callers.resize(topology.zones.size(), 0);
    if (!caller.valid()) return;
    rules.peers = 0;
    for (const InstanceId id : topology[caller].instances) {
        const auto zone = topology[id].zone;
        const bool here = zone.valid() && zone.value == rules.observer.value;
        rules.peer_of.push_back(here ? rules.peers++ : 0);
        const bool near =
            zone.valid() && topology[zone].region == routing_.region_of(rules.observer);
        if (near) ++rules.callers[zone.value];
    }
    rules.peers = std::max(rules.peers, 1U);
}

/// Brings the routes up to date with health, ejections and, where that matters, who is calling.
void World::refresh(RuleBalancer& rules, const Call& call) {
    const auto routing = routing_.version(rules.observer, rules.callee);
    const bool detects = rules.detector != RuleBalancer::kNone;
    const auto ejections = detects ? detectors_[rules.detector].version : 0;
    const bool stale = routing != rules.seen_routing || ejections != rules.seen_ejections;
    if (!stale && !rules.needs->narrows) return;
    if (stale) see_replicas(rules);
    rules.seen_routing = routing;
    rules.seen_ejections = ejections;
    if (rules.needs->narrows) narrow(rules, call);
    RouteQuery query{rules.replicas, rules.callers, RuleBalancer::kNone};
    if (rules.observer.value < model_.topology.zones.size()) query.zone = rules.observer.value;
    routes_of(rules.routing, query, rules.routes);
    rules.spill_over.clear();
    const auto& config = model_.services[rules.callee.value];
    if (config.spill_when == SpillWhen::never || !is_plain(rules.routing)) return;
    if (!prefers_own_zone(rules.routing) || rules.routes.replicas.empty()) return;
    if (rules.replicas[rules.routes.replicas.front()].tier != 0) return;
    for (std::uint32_t i = 0; i < rules.replicas.size(); ++i) {
        const auto& one = rules.replicas[i];
        if (one.tier == 1 && one.allowed && one.healthy) rules.spill_over.push_back(i);
    }
}

/// Health as the callers see it. With too few healthy replicas `failOpen` uses them all.
void World::see_replicas(RuleBalancer& rules) {
    const auto& instances = model_.topology[rules.callee].instances;
    const auto& check = model_.services[rules.callee.value].health_check;
    const OutlierDetector* detector =
        rules.detector == RuleBalancer::kNone ? nullptr : &detectors_[rules.detector];
    const auto look = [&](bool heed_ejections) {
        std::uint32_t healthy = 0;
        for (std::uint32_t i = 0; i < instances.size(); ++i) {
            const bool passes =
                is_known(rules, instances[i]) && routing_.healthy(rules.observer, instances[i]);
            const bool out = heed_ejections && detector->state.hosts[i].ejected;
            rules.replicas[i].healthy = passes && !out;
            healthy += passes && !out ? 1 : 0;
        }
        return healthy;
    };
    auto healthy = look(detector != nullptr);
    const auto all = static_cast<double>(std::count_if(
        instances.begin(), instances.end(), [&](InstanceId id) { return is_known(rules, id); }));
    if (detector != nullptr && healthy < ejection_rule(*detector->rule).min_health_percent * all) {
        healthy = look(false);
    }
    if (check && check->uses_all(healthy, static_cast<std::size_t>(all))) {
        for (std::uint32_t i = 0; i < instances.size(); ++i) {
            rules.replicas[i].healthy = is_known(rules, instances[i]);
        }
    }
    leave_shifted_zones(rules);
}

/// Unless there is nowhere else to go.
void World::leave_shifted_zones(RuleBalancer& rules) {
    if (!routing_.any_shifts()) return;
    const auto& instances = model_.topology[rules.callee].instances;
    bool elsewhere = false;
    for (std::uint32_t i = 0; i < instances.size(); ++i) {
        const bool shifted = routing_.shifted(rules.observer, instances[i]);
        elsewhere = elsewhere || (rules.replicas[i].healthy && !shifted);
    }
    for (std::uint32_t i = 0; i < instances.size() && elsewhere; ++i) {
        if (routing_.shifted(rules.observer, instances[i])) rules.replicas[i].healthy = false;
    }
}

/// Sets which replicas the caller or the customer may see at all, whatever their health.
void World::narrow(RuleBalancer& rules, const Call& call) {
    const auto& siblings = model_.topology[rules.callee].instances;
    SubsetQuery query;
    query.names = {instance_names_.data() + siblings.front().value, siblings.size()};
    query.regions = rules.regions;
    query.caller = caller_number(call);
    const std::vector<std::uint8_t>* part = &allowed_;
    if (rules.needs->customer) {
        query.key = customer_of(call);
        allowed_.resize(siblings.size());
        narrow_replicas(rules.policy->load_balancing, query, allowed_);
    } else {
        if (rules.parts.size() <= query.caller) rules.parts.resize(query.caller + 1U);
        auto& own = rules.parts[query.caller];
        if (own.empty()) {
            query.caller_name = caller_name(call);
            own.resize(siblings.size());
            narrow_replicas(rules.policy->load_balancing, query, own);
        }
        part = &own;
    }
    for (std::size_t i = 0; i < rules.replicas.size(); ++i) {
        rules.replicas[i].allowed = (*part)[i] != 0;
    }
}

/// Like `seems_full`, with numbers for ids.
bool World::spills(const RuleBalancer& rules, const Call& call) const {
    if (rules.spill_over.empty()) return false;
    if (call.saw_503) return true;
    const auto& in_flight = balancers_[rules.balancer.value].in_flight;
    const auto slots = model_.services[rules.callee.value].concurrency;
    return std::all_of(rules.routes.replicas.begin(), rules.routes.replicas.end(),
                       [&](std::uint32_t one) { return in_flight[one] >= slots; });
}

std::span<const std::uint32_t> World::options_for(RuleBalancer& rules, const Call& call) {
    const auto& options = rules.routes.options;
    if (options.empty()) return {};
    if (spills(rules, call)) return rules.spill_over;
    if (options.size() == 1) return rules.routes.of(options.front());
    sim::KeyedRng rng(edge_streams_[call.edge].balance, call.number,
                      (call.path ^ kRouteSalt) + static_cast<std::uint64_t>(call.tries));
    const double drawn = rng.unit();
    for (const auto& option : options) {
        if (drawn < option.until) return rules.routes.of(option);
    }
    return rules.routes.of(options.back());
}

TriedReplicas& World::tried_by(CallId id) {
    const auto& call = calls_[id];
    if (tried_.size() <= id.value) tried_.resize(calls_.capacity());
    auto& tried = tried_[id.value];
    if (tried.number != call.number || tried.path != call.path) {
        tried.number = call.number;
        tried.path = call.path;
        tried.replicas.clear();
    }
    return tried;
}

/// What this call does not go to although others may: replicas that it was sent to (`previousHosts:
/// avoid`), that another of its tries is at (hedges), or whose breaker is open.
std::span<const std::uint32_t> World::without_excluded(CallId id, RuleBalancer& rules,
                                                       std::span<const std::uint32_t> members) {
    const auto& call = calls_[id];
    const bool apart = call.hedging.valid() && hedge_of(call).distinct_hosts;
    const TriedReplicas* tried = call.policy->avoid_previous_hosts ? &tried_by(id) : nullptr;
    if (tried != nullptr && tried->replicas.empty()) tried = nullptr;
    if (!apart && tried == nullptr && rules.breakers.empty()) return members;
    const auto& siblings = model_.topology[rules.callee].instances;
    remaining_.clear();
    for (const std::uint32_t one : members) {
        if (!rules.breakers.empty() && refuses(rules, call, one)) continue;
        if (apart && is_taken(call, siblings[one])) continue;
        if (tried != nullptr && std::find(tried->replicas.begin(), tried->replicas.end(), one) !=
                                    tried->replicas.end()) {
            continue;
        }
        remaining_.push_back(one);
    }
    return remaining_.empty() ? members : remaining_;
}

/// Empty while no replica has come back within the window.
std::span<const double> World::slow_start_weights(RuleBalancer& rules) {
    const auto& slow_start = rules.needs->slow_start;
    if (!slow_start.on()) return {};
    const auto now = simulator_.now();
    const auto last = routing_.last_return(rules.observer, rules.callee);
    if (sim::saturated_add(last, slow_start.window) <= now) return {};
    const auto& instances = model_.topology[rules.callee].instances;
    rules.weights.resize(instances.size());
    for (std::size_t i = 0; i < instances.size(); ++i) {
        const auto age = now - routing_.healthy_since(rules.observer, instances[i]);
        rules.weights[i] = slow_start.weight(age);
    }
    return rules.weights;
}

/// Among the replicas of the calling service; a group of customers is one caller.
std::uint32_t World::caller_number(const Call& call) const {
    return call.sender.outside ? 0 : position_of(InstanceId{call.sender.caller});
}

std::uint64_t World::caller_name(const Call& call) const {
    const auto& sender = call.sender;
    return sender.outside ? groups_[sender.group].path : instance_names_[sender.caller];
}

/// A try has been answered or given up: balancers that learn and outlier detection hear of it.
void World::balancers_see_answer(const Call& call, Try& one, const Ending& ending) {
    if (!one.counted) return;
    auto* rules = known_rule_balancer(call);
    if (rules == nullptr) return;  // a write, which goes to the primary
    const auto now = simulator_.now();
    const auto replica = position_of(one.instance);
    const auto took = now - one.sent_at;
    balancing_on_try_end(rules->policy->load_balancing, rules->state, caller_number(call),
                         {now, replica, took});
    if (one.at_host_breaker) {
        const auto& breaker = *rules->policy->circuit_breaker;
        sim::KeyedRng rng(edge_streams_[call.edge].balance, call.number,
                          (call.path ^ kBreakerSalt) + static_cast<std::uint64_t>(call.tries));
        breaker_record(breaker, host_breaker(*rules, replica),
                       {now, counts_as_failure(breaker, ending.outcome), took, one.host_probe,
                        one.is_repeat, ending.outcome == Outcome::throttled},
                       rng);
        one.at_host_breaker = false;
    }
    if (rules->detector == RuleBalancer::kNone) return;
    detector_sees(rules->detector, replica, host_result(ending.outcome, ending.as_503));
}

/// Nobody waits for the try any more. That it was waited for so long says something of its replica
/// all the same: a request that is dropped counts with its age (FIN-EWMA, TOWER-EWMA). A caller
/// that has lost its power has measured nothing.
void World::balancers_see_dropped(const Call& call, const Try& one) {
    if (!one.counted) return;
    if (call.parent.valid()) {
        const auto caller = attempts_[call.parent].instance;
        if (stations_[caller.value].state != InstanceState::up) return;
    }
    auto* rules = known_rule_balancer(call);
    if (rules == nullptr) return;
    const auto now = simulator_.now();
    balancing_on_try_end(rules->policy->load_balancing, rules->state, caller_number(call),
                         {now, position_of(one.instance), now - one.sent_at});
}

/// Breakers of scope `host` do not refuse a try: it goes to another replica, or through.
bool World::refuses(const RuleBalancer& rules, const Call& call, std::uint32_t replica) const {
    const auto& breaker = *rules.policy->circuit_breaker;
    const bool only_retries =
        std::visit([](const auto& kind) { return kind.retries_only(); }, breaker);
    if (only_retries && call.tries == 1) return false;
    return breaker_is_open(breaker, rules.breakers[replica].state, simulator_.now());
}

void World::ask_host_breaker(const Call& call, Try& one) {
    auto* rules = known_rule_balancer(call);
    if (rules == nullptr || rules->breakers.empty()) return;
    sim::KeyedRng rng(edge_streams_[call.edge].balance, call.number,
                      (call.path ^ ~kBreakerSalt) + static_cast<std::uint64_t>(call.tries));
    const auto answer = breaker_admit(*rules->policy->circuit_breaker,
                                      host_breaker(*rules, position_of(one.instance)),
                                      {simulator_.now(), one.is_repeat}, rng);
    one.at_host_breaker = answer.admitted;
    one.host_probe = answer.probe;
}

/// Nobody will know how the try would have ended.
void World::leave_host_breaker(const Call& call, Try& one) {
    auto* rules = known_rule_balancer(call);
    SIM_ASSERT(rules != nullptr);
    breaker_release(*rules->policy->circuit_breaker,
                    host_breaker(*rules, position_of(one.instance)),
                    {simulator_.now(), one.host_probe, one.is_repeat});
    one.at_host_breaker = false;
}

}  // namespace models
