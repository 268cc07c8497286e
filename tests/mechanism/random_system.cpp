#include "tests/mechanism/random_system.hpp"

#include <random>

#include "tests/mechanism/recurring.hpp"

using models::PlannedAction;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

/// Small whole numbers from one generator; std::mt19937 has the same values everywhere.
class Dice {
  public:
    explicit Dice(std::uint32_t seed) : engine_(seed) {}
    std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(engine_()) % n; }
    bool once_in(std::uint32_t n) { return below(n) == 0; }
    sim::Duration ms(std::uint32_t least, std::uint32_t most) {
        return milliseconds(least + below(most - least + 1));
    }
    template <class T>
    T one_of(std::initializer_list<T> values) {
        return values.begin()[below(static_cast<std::uint32_t>(values.size()))];
    }
    /// The one that was drawn before.
    template <class T>
    static T one_of(std::initializer_list<T> values, std::uint32_t place) {
        return values.begin()[place];
    }

  private:
    std::mt19937 engine_;
};

models::LoadBalancing random_balancing(Dice& dice) {
    const auto kind = dice.below(12);
    models::LeastRequest least;
    least.choices = 2 + dice.below(3);
    least.with_replacement = dice.once_in(2);
    least.slow_start.window = dice.ms(0, 900);
    models::RingHash ring;
    ring.bound.factor = dice.once_in(2) ? 1.5 : 0.0;
    models::Maglev maglev;
    maglev.table_size = 251;
    models::WeightedRoundRobin weighted;
    weighted.blackout = dice.ms(0, 500);
    models::RandomSubsetting subset;
    subset.subset_size = 1 + dice.below(3);
    models::DeterministicSubsetting dealt;
    dealt.subset_size = subset.subset_size;
    models::DeterministicAperture aperture;
    aperture.min_aperture = subset.subset_size;
    models::ShuffleShard shard;
    shard.size = subset.subset_size;
    models::Cells cells;
    cells.count = 1 + dice.below(3);
    return dice.one_of<models::LoadBalancing>(
        {models::LeastRequest{}, models::RoundRobin{}, models::RandomBalancing{}, least, ring,
         maglev, weighted, subset, dealt, aperture, shard, cells},
        kind);
}

void add_random_replica_rules(Dice& dice, models::CallPolicy& policy) {
    policy.load_balancing = dice.once_in(2) ? random_balancing(dice) : models::PeakEwma{};
    if (dice.once_in(2)) policy.load_balancing = models::LeastRequest{};
    policy.avoid_previous_hosts = dice.once_in(4);
    if (!dice.once_in(3)) return;
    models::EnvoyOutliers envoy;
    envoy.always_eject_one_host = true;
    envoy.consecutive_5xx = 1 + dice.below(4);
    envoy.ejection.interval = dice.ms(50, 900);
    envoy.ejection.base_ejection_time = dice.ms(50, 2'000);
    envoy.ejection.max_ejection_percent = 0.5;
    envoy.success_rate.request_volume = 5;
    envoy.success_rate.minimum_hosts = 2;
    policy.outlier_detection = envoy;
}

models::CircuitBreaker random_breaker(Dice& dice) {
    const models::OpenPeriod period{dice.ms(1, 200), milliseconds(500), models::OpenJitter::none,
                                    0};
    const auto scope = static_cast<models::BreakerScope>(dice.below(4));
    models::ConsecutiveBreaker consecutive;
    models::UnifiedBreaker unified;
    models::FailureAccrualBreaker accrual;
    consecutive.failures = unified.failures = accrual.failures = 1 + dice.below(3);
    consecutive.open = unified.open = accrual.mark_dead_for = period;
    consecutive.scope = unified.scope = accrual.scope = scope;
    consecutive.break_retries_only = dice.once_in(3);
    models::CountBasedBreaker sliding;
    sliding.sliding_window_size = sliding.settings.minimum_number_of_calls = 1 + dice.below(5);
    sliding.settings.wait_in_open = period.base;
    sliding.settings.permitted_in_half_open = 1 + dice.below(3);
    models::PollyBreaker polly;
    polly.minimum_throughput = 2;
    polly.break_duration = period.base;
    models::ConcurrencyLimits limits;
    limits.max_requests = 1 + dice.below(8);
    limits.max_pending = dice.below(3);
    const auto kind = dice.below(6);
    return dice.one_of<models::CircuitBreaker>(
        {consecutive, unified, accrual, sliding, polly, limits}, kind);
}

models::Hedge random_hedge(Dice& dice) {
    models::Hedge hedge;
    hedge.delay = dice.ms(0, 40);
    hedge.most = 1 + static_cast<int>(dice.below(4));
    hedge.mode = static_cast<models::HedgeMode>(dice.below(4));
    const bool tied = hedge.mode == models::HedgeMode::tied;
    hedge.cancel_losers =
        tied ? models::CancelLosers::yes : static_cast<models::CancelLosers>(dice.below(3));
    if (dice.once_in(2)) hedge.budget = models::ConcurrentBudget{};
    return hedge;
}

/// What a try passes before it is sent, and what may happen to it afterwards.
void add_random_gates(Dice& dice, models::CallPolicy& policy) {
    policy.cancel = static_cast<models::Cancellation>(dice.below(4));
    policy.pass_deadline_down = dice.once_in(3);
    if (dice.once_in(3)) policy.hedge = random_hedge(dice);
    if (dice.once_in(3)) policy.circuit_breaker = random_breaker(dice);
    if (dice.once_in(4)) policy.throttle = models::SreThrottle{};
    if (dice.once_in(4)) {
        policy.rate_limit = models::TokenBucketRate{20.0 + dice.below(100), 2, dice.ms(0, 100), {}};
    }
    if (dice.once_in(2)) {
        models::FixedLimit limit;
        limit.max = 1 + dice.below(4);
        limit.around = static_cast<models::LimitAround>(dice.below(2));
        limit.waiting = {dice.below(4), dice.ms(1, 100),
                         static_cast<models::WaitOrder>(dice.below(2))};
        policy.bulkhead = limit;
    }
    if (dice.once_in(3)) {
        policy.pool.emplace();
        policy.pool->connections = 1 + dice.below(3);
        policy.pool->streams = 1 + dice.below(2);
        policy.pool->acquire_timeout = dice.ms(1, 200);
    }
}

models::CallPolicy random_policy(Dice& dice) {
    models::CallPolicy policy;
    policy.timeout = dice.one_of({sim::kForever, sim::Duration{1}, dice.ms(1, 400)});
    policy.per_try_timeout = dice.one_of({sim::kForever, dice.ms(1, 100)});
    policy.retries = static_cast<int>(dice.below(5));
    if (dice.once_in(2)) policy.retry_on.add(models::RetryCondition::status_5xx);
    if (dice.once_in(3)) {
        policy.backoff = models::NoBackoff{};
    } else {
        const auto jitter =
            dice.one_of({models::Jitter::none, models::Jitter::full, models::Jitter::decorrelated});
        policy.backoff = models::ExponentialBackoff{dice.ms(0, 50), 2.0, dice.ms(50, 500), jitter};
    }
    if (dice.once_in(2)) {
        policy.retry_budget = models::WindowedTokensBudget{0.01 + 0.5 * dice.below(3),
                                                           whole_seconds(1 + dice.below(5)), 0.5};
    }
    add_random_replica_rules(dice, policy);
    if (dice.once_in(2)) add_random_gates(dice, policy);
    policy.settle();
    return policy;
}

void shape_service(Dice& dice, models::ServiceConfig& config, std::uint32_t zone) {
    if (dice.once_in(2)) config.queue = dice.below(6);
    config.holds = dice.one_of({models::Holds::while_calling, models::Holds::own_work});
    models::ZoneAware zone_aware;
    zone_aware.min_cluster_size = 2;
    config.routing =
        dice.one_of<models::Routing>({models::SameZoneFirst{}, models::AnyZone{}, zone_aware,
                                      models::WeightedZones{}, models::PriorityZones{}});
    config.spill_when = dice.one_of({models::SpillWhen::never, models::SpillWhen::full});
    config.restart = dice.one_of({sim::Duration{}, dice.ms(1, 900)});
    if (dice.once_in(3)) {
        config.restart.start_up = dice.ms(0, 50);
        config.restart.warm_up = models::WarmUp{dice.ms(0, 900), 0.2};
        config.restart.backoff =
            models::RestartBackoff{dice.ms(1, 50), dice.ms(50, 200), dice.ms(1, 900)};
    }
    if (dice.once_in(2)) {
        config.health_check = models::HealthCheckConfig{
            dice.ms(50, 500), 1 + static_cast<int>(dice.below(3)),
            1 + static_cast<int>(dice.below(2)), dice.ms(1, 600), dice.once_in(3)};
        auto& check = *config.health_check;
        check.kind = static_cast<models::CheckDepth>(dice.below(2));
        check.needs_slot = dice.once_in(3);
        check.fail_open_below = dice.once_in(3) ? 0.5 : 0.0;
        check.initial_delay = dice.ms(0, 50);
        check.jitter = dice.ms(0, 50);
    }
    if (dice.once_in(4)) {
        models::DagorShedding dagor;
        dagor.window = dice.ms(50, 500);
        dagor.beta = 0.2;
        config.server.shedding = dagor;
    }
    if (dice.once_in(3)) {
        const auto failover = dice.one_of({sim::kForever, sim::Duration{}, dice.ms(100, 1'500)});
        config.database = models::FailoverConfig{models::ZoneId{zone}, failover};
        auto& parts = config.database->failover;
        if (dice.once_in(2)) parts.promote = dice.ms(1, 900);
        if (dice.once_in(2)) parts.dns = dice.ms(1, 900);
        if (dice.once_in(3)) parts.spread = dice.ms(1, 300);
        if (dice.once_in(3)) parts.lease = dice.ms(1, 900);
        if (dice.once_in(2)) parts.notice = dice.ms(0, 900);
        parts.fencing = static_cast<models::Fencing>(dice.below(parts.lease.ns > 0 ? 3 : 1));
        if (dice.once_in(3)) parts.reads = models::FailoverReads::primary;
        if (dice.once_in(2)) {
            const auto mode =
                dice.one_of({models::ReplicationMode::async, models::ReplicationMode::sync});
            config.database->replication = models::ReplicationPolicy{mode, dice.ms(0, 500)};
            if (dice.once_in(2)) {
                config.database->replication->quorum =
                    models::Quorum{1 + dice.below(3), 1 + dice.below(2)};
            }
        }
    }
}

/// A scaler that looks every second, and some replicas that are not there at the start.
void scale_at_random(Dice& dice, TestSystem& system) {
    auto& config = system.model.services.back();
    auto& topology = system.model.topology;
    if (config.database || !dice.once_in(3)) return;
    models::HpaScaling rule;
    const auto& instances = topology.services.back().instances;
    rule.bounds = {1, static_cast<std::uint32_t>(instances.size())};
    rule.target = 0.3;
    rule.period = whole_seconds(1);
    rule.delay = dice.one_of({sim::Duration{}, dice.ms(1, 1'500)});
    rule.start_up = dice.ms(0, 1'500);
    rule.scale_down.stabilisation = {};
    config.autoscale = rule;
    for (const auto id : instances) topology.instances[id.value].spare = dice.once_in(3);
    topology.instances[instances.front().value].spare = false;
}

void add_random_services(Dice& dice, TestSystem& system, std::uint32_t zones) {
    const auto services = 2 + dice.below(4);
    for (std::uint32_t i = 0; i < services; ++i) {
        std::vector<std::uint32_t> places;
        for (std::uint32_t z = 0; z < zones; ++z) {
            for (auto replicas = dice.below(3); replicas > 0; --replicas) places.push_back(z);
        }
        if (places.empty()) places.push_back(dice.below(zones));
        const auto work = dice.one_of({sim::Duration{}, dice.ms(1, 60)});
        system.add_service("s" + std::to_string(i), work, 1 + dice.below(4), places);
        shape_service(dice, system.model.services.back(), places.front());
        scale_at_random(dice, system);
        if (dice.once_in(3)) {
            system.model.services.back().dns = models::DnsPolicy{
                dice.ms(0, 900),   dice.ms(0, 300), dice.ms(0, 3), dice.ms(1, 90),
                1 + dice.below(3), dice.ms(0, 900), 0.2,           1 + dice.below(9)};
        }
        if (!system.model.services.back().database && dice.once_in(4)) {
            models::DeliveryPolicy delivery;
            delivery.consumers = 1 + dice.below(3);
            delivery.visibility = dice.ms(20, 900);
            delivery.max_receive = 1 + dice.below(4);
            delivery.order = static_cast<models::MessageOrder>(dice.below(3));
            delivery.durable = dice.once_in(2);
            system.model.services.back().delivery = delivery;
        }
        auto& endpoint = system.model.endpoints.back();
        endpoint.error_share = dice.once_in(4) ? 0.2 : 0.0;
        endpoint.write = dice.once_in(2);
        endpoint.idempotent = dice.once_in(2);
        if (dice.once_in(2) && work.ns > 0) {
            endpoint.latency = {sim::ExponentialDistribution{work.seconds()}};
        }
    }
}

/// Every service may call those behind it: no circles.
void add_random_calls(Dice& dice, TestSystem& system) {
    const auto services = static_cast<std::uint32_t>(system.model.services.size());
    for (std::uint32_t caller = 0; caller + 1 < services; ++caller) {
        for (auto steps = dice.below(3); steps > 0; --steps) {
            std::vector<models::CallSpec> calls;
            for (auto width = 1 + dice.below(3); width > 0; --width) {
                const models::EndpointId callee{caller + 1 + dice.below(services - caller - 1)};
                auto spec = system.call(models::EndpointId{caller}, callee, random_policy(dice));
                spec.optional = dice.once_in(3);
                spec.times = 1 + dice.below(2) * dice.below(3);
                spec.probability = dice.once_in(3) ? 0.5 : 1.0;
                calls.push_back(spec);
            }
            system.add_step(models::EndpointId{caller}, calls);
        }
    }
}

/// Effects on groups of customers, some of whom come at a rate.
models::FaultEffect random_load(Dice& dice) {
    const auto kind = dice.below(3);
    if (kind == 0) return models::LoadEffect{0.5 * dice.below(7)};
    if (kind == 1) return models::HerdEffect{1 + dice.below(200), dice.ms(1, 2'000)};
    return models::MixEffect{{{"visit", 0.5}, {"nothing", 0.5}}};
}

void add_random_loads(Dice& dice, TestSystem& system) {
    for (auto faults = dice.below(4); faults > 0; --faults) {
        models::FaultTarget target;
        for (std::size_t i = 0; i < system.model.groups.size(); ++i) {
            target.groups.push_back(dice.once_in(2) ? 1 : 0);
        }
        system.add_fault(random_load(dice), target, dice.ms(1, 4'000), dice.ms(1, 3'000));
    }
}

models::FaultTarget random_target(Dice& dice, const TestSystem& system, bool calls_too) {
    const auto& topology = system.model.topology;
    models::FaultTarget target;
    const auto kind = dice.below(calls_too ? 4 : 3);
    const auto zone = dice.below(static_cast<std::uint32_t>(topology.zones.size()));
    const auto service = dice.below(static_cast<std::uint32_t>(topology.services.size()));
    for (std::uint32_t i = 0; i < topology.instances.size(); ++i) {
        const auto& instance = topology.instances[i];
        const bool hit = (kind == 0 && instance.zone.value == zone) ||
                         (kind == 1 && instance.service.value == service) ||
                         (kind == 2 && dice.once_in(3));
        if (hit) target.instances.push_back(models::InstanceId{i});
    }
    if (kind == 0) target.zones.push_back(models::ZoneId{zone});
    if (kind == 3) {
        target.traffic = {
            models::traffic_between(topology, models::ServiceId{0}, models::ServiceId{service})};
        target.share = dice.once_in(2) ? 0.5 : 1.0;
        target.sticky = dice.once_in(2);
    }
    return target;
}

models::DnsEffect random_lookups(Dice& dice) {
    models::DnsEffect effect;
    effect.answer = static_cast<models::NameAnswer>(dice.below(7));
    effect.side = static_cast<models::NameSide>(dice.below(3));
    effect.delay = dice.ms(0, 90);
    return effect;
}

void add_random_faults(Dice& dice, TestSystem& system) {
    for (auto faults = dice.below(6); faults > 0; --faults) {
        const auto kind = dice.below(32);
        const auto way = static_cast<models::MessageDirection>(dice.below(3));
        const auto failure = static_cast<models::InjectedFailure>(dice.below(4));
        const auto when = static_cast<models::FailWhen>(dice.below(2));
        const auto effect = [&]() -> models::FaultEffect {
            if (kind == 0) return models::DownEffect{};
            if (kind == 1) return models::CrashEffect{};
            if (kind == 2) return models::SlowEffect{0.5 + dice.below(20), 0.7};
            if (kind == 3) return models::DelayEffect{dice.ms(1, 300), dice.ms(0, 1)};
            if (kind == 4) return models::StopEffect{};
            if (kind == 5) return models::RefuseEffect{};
            if (kind == 6) return models::LoseEffect{way};
            if (kind == 7) return models::ResetEffect{way, dice.ms(0, 20)};
            if (kind == 10) return models::PauseEffect{};
            if (kind == 11) return models::HangEffect{0.0, 1, dice.ms(50, 900)};
            if (kind == 12) return models::LeakEffect{0.2};
            if (kind == 13) {
                return models::MemoryEffect{1'000'000, 20'000, 30'000'000, 0.5, 4.0, 0.2};
            }
            if (kind == 14) return models::CrashLoopEffect{dice.ms(50, 900), 1 + dice.below(300)};
            if (kind == 15) return models::StopEffect{dice.ms(0, 300), dice.ms(0, 300)};
            if (kind == 16) return models::FlushEffect{};
            if (kind == 8) return models::LossEffect{0.3, 1 + dice.below(9)};
            if (kind == 17) return models::LossEffect{0.2, 1 + dice.below(9), 3};
            if (kind == 18) return models::BandwidthEffect{1 + dice.below(1'000'000), 1'000, way};
            if (kind == 19) return models::ControlPlaneEffect{};
            if (kind == 20) return models::CapacityEffect{};
            if (kind == 22) return models::HotEffect{0.6};
            if (kind == 23) return models::LagEffect{dice.ms(1, 900)};
            if (kind == 24) return models::TimeoutEffect{dice.ms(1, 90), dice.ms(1, 900)};
            if (kind == 27) return models::CertEffect{dice.ms(1, 900)};
            if (kind == 28) return models::TokenEffect{dice.ms(300, 900), dice.ms(0, 300)};
            if (kind == 29) return models::PoisonEffect{0.2, dice.once_in(2)};
            if (kind == 30) return models::DuplicateEffect{0.5};
            if (kind == 31) return models::HalfOpenEffect{0.7};
            if (kind >= 25) return random_lookups(dice);
            return models::ErrorsEffect{0.5, failure, when};
        }();
        const bool of_calls =
            kind < 10 ? kind != 2 && kind != 4
                      : kind == 12 || kind == 17 || kind == 18 || (kind > 23 && kind != 29);
        auto target = random_target(dice, system, of_calls);
        if (kind >= 25 && kind != 29 &&
            target.traffic.empty()) {  // as a scenario's places become messages
            const auto& topology = system.model.topology;
            target.traffic =
                models::traffic_at(topology, topology.instances.size() + 3, target.instances);
            target.of_place = !target.zones.empty();
            target.instances.clear();
            target.zones.clear();
        }
        const auto at = dice.one_of({sim::Duration{}, dice.ms(1, 4'000), whole_seconds(2)});
        const auto length = dice.one_of({sim::Duration{}, dice.ms(1, 200), dice.ms(200, 3'000)});
        system.add_fault(effect, target, at, length);
        system.model.faults.back().seen_by_checks = !dice.once_in(5);
        if (dice.once_in(3)) system.model.faults.back().control = target.zones;
    }
}

/// Versions of random services, which bring whatever a version may bring.
void add_random_deployments(Dice& dice, TestSystem& system) {
    for (auto versions = dice.below(3); versions > 0; --versions) {
        const auto service =
            dice.below(static_cast<std::uint32_t>(system.model.topology.services.size()));
        models::FaultTarget target;
        target.instances = system.model.topology.services[service].instances;
        const auto how = static_cast<models::Delivery>(dice.below(2));
        system.add_fault(models::DeployEffect{how, dice.ms(0, 900)}, target, dice.ms(0, 3'000),
                         dice.ms(1, 3'000));
        auto& also = system.model.faults.back().also;
        if (dice.once_in(2)) also.push_back({target, models::ErrorsEffect{0.5}});
        if (dice.once_in(2)) also.push_back({target, models::SlowEffect{3.0}});
        if (dice.once_in(3)) also.push_back({target, models::CallsEffect{2, "s1"}});
        if (dice.once_in(3)) also.push_back({target, models::CrashLoopEffect{dice.ms(50, 900)}});
    }
    for (auto& service : system.model.services) {
        auto& rollout = service.rollout;
        rollout.max_unavailable = 0.25 * dice.below(5);
        if (dice.once_in(2)) rollout.max_surge = 0.25 * dice.below(5);
        if (dice.once_in(2)) rollout.order = models::RolloutOrder::zone_by_zone;
        if (dice.once_in(2)) rollout.canary = models::Canary{0.3, dice.ms(0, 900)};
        rollout.pause = dice.ms(0, 200);
        rollout.deregister = dice.ms(0, 300);
        rollout.pre_stop = dice.ms(0, 300);
        rollout.drain = dice.ms(0, 300);
        if (dice.once_in(3)) continue;
        rollout.rollback.emplace();
        rollout.rollback->period = dice.ms(100, 900);
        rollout.rollback->delay = dice.ms(0, 300);
        rollout.rollback->fewest = 1;
        rollout.watch = dice.ms(0, 900);
    }
}

/// Half of the faults come again, at all or at one of their parts; those that can rise and fall.
void repeat_random_faults(Dice& dice, TestSystem& system) {
    for (auto& fault : system.model.faults) {
        if (dice.once_in(2) && has_strength(fault.effect)) {
            fault.ramp = {dice.ms(1, 900), dice.ms(1, 900)};
        }
        if (dice.once_in(2) || fault.target.instances.empty()) continue;
        models::EverySchedule every;
        every.every = dice.ms(50, 900);
        every.length = sim::Duration{1 + dice.ms(1, 40).ns};
        models::RenewalSchedule renewal;
        renewal.mtbf = dice.ms(20, 900);
        renewal.mttr = dice.ms(1, 900);
        const bool by_clock = dice.once_in(2);
        fault.recurrence = recurring::of_instances(
            system, fault.target.instances,
            by_clock ? models::FaultSchedule(every) : models::FaultSchedule(renewal),
            dice.once_in(2));
        fault.recurrence->pick = static_cast<models::Pick>(dice.below(3));
        fault.recurrence->share = 0.5;
        if (!by_clock && dice.once_in(2)) recurring::add_common_cause(*fault.recurrence, 0.4);
    }
}

void add_random_customers(Dice& dice, TestSystem& system) {
    for (auto groups = 1 + dice.below(3); groups > 0; --groups) {
        const auto name = "g" + std::to_string(groups);
        const auto think = dice.one_of({sim::Duration{}, dice.ms(1, 50)});
        system.add_users(name, models::EndpointId{0}, 1 + dice.below(8), think,
                         random_policy(dice));
        auto& group = system.model.groups.back();
        group.patience = dice.one_of({sim::kForever, sim::Duration{1}, dice.ms(1, 700)});
        group.access = dice.one_of({sim::Duration{}, dice.ms(1, 10)});
        group.zones = system.model.topology.regions[0].zones;
        if (dice.once_in(4)) {
            group.steering = models::Steering{dice.ms(100, 900), 1, 2, dice.ms(0, 900), 0.2, 9};
            group.steered_to = {{models::RegionId{0}}};
        }
        if (dice.once_in(2)) {
            group.users = 0;
            group.rate_per_s = 20.0 + dice.below(200);
        }
    }
}

models::LiveCondition random_condition(Dice& dice, const TestSystem& system) {
    models::LiveCondition condition;
    condition.metric = static_cast<models::LiveMetric>(dice.below(models::kLiveMetrics));
    condition.op = dice.once_in(2) ? models::LiveOp::below : models::LiveOp::at_least;
    condition.limit = dice.one_of({0.0, 0.5, 0.99, 5.0});
    condition.over = whole_seconds(1 + dice.below(2));
    const auto scope = models::facts_of(condition.metric).scope;
    const bool of_service = scope == models::LiveScope::service ||
                            (scope == models::LiveScope::both && dice.once_in(2));
    if (of_service) {
        const auto services = system.model.services.size();
        condition.service = models::ServiceId{dice.below(static_cast<std::uint32_t>(services))};
    } else if (scope == models::LiveScope::zone) {
        condition.zone = models::ZoneId{0};
    } else {
        condition.flows = {0};
    }
    return condition;
}

void aim_at_random(Dice& dice, TestSystem& system, PlannedAction& action) {
    auto& model = system.model;
    const models::ServiceId service{dice.below(static_cast<std::uint32_t>(model.services.size()))};
    if (std::holds_alternative<models::ShedAction>(action.kind)) {
        if (dice.once_in(2))
            action.target.service = service;
        else
            action.target.flows.assign(model.flows, 1);
    } else if (std::holds_alternative<models::StopCallsAction>(action.kind)) {
        for (std::size_t i = 0; i < model.edges.size(); ++i) {
            action.target.edges.push_back(model.edges[i].caller_service.valid() ? 1 : 0);
        }
    } else if (std::holds_alternative<models::RestartAction>(action.kind)) {
        action.target.instances = model.topology[service].instances;
    } else if (std::holds_alternative<models::EvacuateAction>(action.kind)) {
        action.target.zone = models::ZoneId{0};
    } else {
        action.target.policies.assign(
            1, dice.below(static_cast<std::uint32_t>(model.policies.size())));
        action.target.stand_ins.assign(1, models::kNoStandIn);
    }
}

models::LevelCondition random_self_condition(Dice& dice) {
    models::LevelCondition condition;
    condition.metric = static_cast<models::SelfMetric>(dice.below(models::kSelfMetrics));
    condition.op = static_cast<models::LiveOp>(dice.below(4));
    condition.limit = dice.one_of({0.0, 0.05, 0.3, 2.0});
    condition.over = whole_seconds(1 + dice.below(3));
    condition.holds = dice.one_of({sim::Duration{}, dice.ms(1, 1'500)});
    return condition;
}

/// Levels of random services, and somebody who chooses one of them.
void add_random_levels(Dice& dice, TestSystem& system) {
    auto& model = system.model;
    if (dice.once_in(2)) return;
    for (std::uint32_t i = 0; i < model.services.size(); ++i) {
        if (model.services[i].stores() || dice.once_in(2)) continue;
        auto& levels = model.services[i].levels;
        for (auto count = 1 + dice.below(3); count > 0; --count) {
            auto& level = levels.emplace_back();
            level.name = dice.once_in(2) ? "a" : "b";
            if (!dice.once_in(4)) level.when = random_self_condition(dice);
            if (level.when && dice.once_in(2)) level.until = random_self_condition(dice);
            level.stay = dice.ms(0, 2'000);
            level.work = dice.one_of({0.0, 0.3, 1.0, 2.0});
            level.quality = dice.one_of({0.2, 0.7, 1.0});
            level.read_only = dice.once_in(3);
            level.off = dice.once_in(4);
            if (!dice.once_in(2)) continue;
            for (std::size_t edge = 0; edge < model.edges.size(); ++edge) {
                level.without.push_back(dice.once_in(3) ? 1 : 0);
            }
        }
        models::PlannedAction action;
        action.name = "level-" + std::to_string(i);
        action.kind = models::SetLevelAction{};
        action.target.service = models::ServiceId{i};
        action.target.level = dice.below(static_cast<std::uint32_t>(levels.size()) + 1);
        action.at = sim::SimTime{} + dice.ms(0, 5'000);
        action.duration = dice.ms(1, 2'000);
        if (dice.once_in(2)) model.actions.push_back(std::move(action));
    }
    auto target = random_target(dice, system, false);
    system.add_fault(models::LevelEffect{"b"}, target, dice.ms(0, 4'000), dice.ms(1, 2'000));
}

void add_random_actions(Dice& dice, TestSystem& system) {
    for (auto count = dice.below(4); count > 0; --count) {
        PlannedAction action;
        action.name = "action-" + std::to_string(count);
        const auto kind = dice.below(5);
        if (kind == 0) action.kind = models::ShedAction{0.5, {}, {}, {}};
        if (kind == 1) action.kind = models::StopCallsAction{};
        if (kind == 2) {
            action.kind =
                models::RestartAction{{}, {}, static_cast<models::RestartOrder>(dice.below(2))};
        }
        if (kind == 3) action.kind = models::EvacuateAction{};
        if (kind == 4) action.kind = models::SetRetriesAction{};
        aim_at_random(dice, system, action);
        if (dice.once_in(2)) {
            action.at = sim::SimTime{} + dice.ms(0, 5'000);
        } else {
            action.when = random_condition(dice, system);
            action.repeats = dice.once_in(2);
        }
        action.duration = dice.one_of({sim::kForever, sim::Duration{1}, dice.ms(1, 3'000)});
        if (dice.once_in(2)) action.until = random_condition(dice, system);
        system.model.actions.push_back(std::move(action));
    }
}

}  // namespace

TestSystem random_system(std::uint32_t seed) {
    Dice dice(seed);
    const auto zones = 1 + dice.below(3);
    TestSystem system(zones, dice.one_of({sim::Duration{}, sim::Duration{1}, dice.ms(1, 20)}));
    if (dice.once_in(3)) system.model.topology.delays = {{sim::ExponentialDistribution{0.01}}};
    add_random_services(dice, system, zones);
    add_random_calls(dice, system);
    add_random_customers(dice, system);
    add_random_faults(dice, system);
    if (dice.once_in(2)) repeat_random_faults(dice, system);
    add_random_loads(dice, system);
    add_random_deployments(dice, system);
    add_random_actions(dice, system);
    add_random_levels(dice, system);
    system.model.duration = milliseconds(5'500);
    system.model.warmup = dice.one_of({sim::Duration{}, dice.ms(1, 500)});
    system.model.drain = dice.one_of({sim::Duration{}, dice.ms(1, 1'000)});
    return system;
}
