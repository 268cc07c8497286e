// Rules about replicas in the engine: each system is small enough to say what must happen.
#include <algorithm>

#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::CallPolicy;
using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

CallPolicy with(models::LoadBalancing rule) {
    auto policy = TestSystem::no_retries();
    policy.load_balancing = std::move(rule);
    return policy;
}

models::FaultTarget replica(const TestSystem& system, models::EndpointId endpoint,
                            std::uint32_t number) {
    models::FaultTarget target;
    const auto service = system.model.endpoints[endpoint.value].service;
    target.instances = {system.model.topology[service].instances[number]};
    return target;
}

/// Customers call a front service with one replica, which calls `back` under the policy; `back` has
/// a replica for each zone named. Every customer asks `think` after the last answer.
struct Chain {
    TestSystem system;
    models::EndpointId front;
    models::EndpointId back;

    Chain(CallPolicy policy, std::vector<std::uint32_t> zones, std::uint32_t customers = 1,
          sim::Duration think = milliseconds(90), sim::Duration work = milliseconds(10))
        : system(1 + *std::max_element(zones.begin(), zones.end())) {
        front = system.add_service("front", {}, 1'000);
        back = system.add_service("back", work, 100, std::move(zones));
        system.model.services[1].routing = models::AnyZone{};
        auto& instances = system.model.topology.instances;  // hashes go by their names
        for (std::size_t i = 0; i < instances.size(); ++i) instances[i].name += std::to_string(i);
        system.add_step(front, {system.call(front, back, std::move(policy))});
        system.add_users("people", front, customers, think);
    }
    /// One replica answers with errors from `from` on, for `length`.
    void spoil(std::uint32_t number, sim::Duration from, sim::Duration length) {
        system.add_fault(models::ErrorsEffect{1.0}, replica(system, back, number), from, length);
    }
    models::RunResult run() { return system.run(); }
};

models::EnvoyOutliers outliers() {
    models::EnvoyOutliers rule;
    rule.ejection.max_ejection_percent = 1.0;
    rule.consecutive_5xx = 3;
    rule.ejection.interval = whole_seconds(1);
    rule.ejection.base_ejection_time = whole_seconds(2);
    return rule;
}

/// That customers saw.
std::uint64_t errors(const models::RunResult& result) { return count(result, Outcome::error); }

}  // namespace

TEST_CASE("the general rules pick as the fast ones do") {
    const auto fingerprint = [](models::LoadBalancing rule, double panic) {
        Chain chain(with(std::move(rule)), {0, 0, 0, 0}, 7, milliseconds(13));
        chain.system.model.services[1].routing = models::AnyZone{{panic}};  // never in panic
        chain.system.add_fault(models::SlowEffect{3.0}, replica(chain.system, chain.back, 0), {},
                               whole_seconds(20));  // so that it matters who is picked
        return chain.run().fingerprint;
    };
    CHECK(fingerprint(models::LeastRequest{}, 0) == fingerprint(models::LeastRequest{}, 0.5));
    CHECK(fingerprint(models::RandomBalancing{}, 0) == fingerprint(models::RandomBalancing{}, 0.5));
    CHECK(fingerprint(models::RoundRobin{}, 0) == fingerprint(models::RoundRobin{}, 0.5));
    CHECK(fingerprint(models::LeastRequest{}, 0) != fingerprint(models::RandomBalancing{}, 0));
}

TEST_CASE("outlier detection that finds nothing changes nothing") {
    const auto fingerprint = [](bool detect) {
        auto policy = TestSystem::no_retries();
        if (detect) policy.outlier_detection = outliers();
        Chain chain(policy, {0, 0, 0}, 5, milliseconds(17));
        return chain.run().fingerprint;
    };
    CHECK(fingerprint(false) == fingerprint(true));
}

TEST_CASE("three errors in a row eject a replica; it comes back at a sweep and is ejected again") {
    auto policy = with(models::RoundRobin{});
    Chain plain(policy, {0, 0});
    plain.spoil(0, whole_seconds(1), whole_seconds(20));
    CHECK(errors(plain.run()) == 46);  // every second request that ends from 1 s on
    policy.outlier_detection = outliers();
    Chain chain(policy, {0, 0});
    chain.spoil(0, whole_seconds(1), whole_seconds(20));
    // Out from 1.4 s on, back at the sweep at 4 s; soon out again for twice as long, until 9 s.
    CHECK(errors(chain.run()) == 9);
}

TEST_CASE("trap 4 in a run: with Envoy's defaults nobody of two is ejected") {
    auto policy = with(models::RoundRobin{});
    policy.outlier_detection = models::EnvoyOutliers{};
    Chain chain(policy, {0, 0});
    chain.spoil(0, whole_seconds(1), whole_seconds(20));
    CHECK(errors(chain.run()) == 46);
    auto one = models::EnvoyOutliers{};
    one.always_eject_one_host = true;
    policy.outlier_detection = one;
    Chain better(policy, {0, 0});
    better.spoil(0, whole_seconds(1), whole_seconds(20));
    CHECK(errors(better.run()) == 5);
}

TEST_CASE("a health check that passes ends an ejection, unless it must not") {
    for (const bool ends : {true, false}) {
        auto policy = with(models::RoundRobin{});
        auto rule = outliers();
        rule.ejection.base_ejection_time = whole_seconds(60);
        rule.ejection.max_ejection_time = whole_seconds(60);
        rule.ejection.active_check_unejects = ends;
        policy.outlier_detection = rule;
        Chain chain(policy, {0, 0});
        chain.system.model.services[1].health_check =
            models::HealthCheckConfig{milliseconds(500), 2, 1, milliseconds(100), false};
        chain.spoil(0, whole_seconds(1), whole_seconds(20));
        const auto found = errors(chain.run());
        if (ends) {
            CHECK(found > 15);
        } else {
            CHECK(found == 3);
        }
    }
}

TEST_CASE("with all replicas ejected there is nobody, unless too few healthy hosts switch it off") {
    auto policy = TestSystem::no_retries();
    policy.outlier_detection = outliers();
    Chain chain(policy, {0, 0});
    chain.spoil(0, whole_seconds(1), whole_seconds(20));
    chain.spoil(1, whole_seconds(1), whole_seconds(20));
    const auto result = chain.run();
    CHECK(tries_ended(result, 0, Outcome::no_healthy_instance) > 20);
    auto rule = outliers();
    rule.ejection.min_health_percent = 0.5;
    policy.outlier_detection = rule;
    Chain istio(policy, {0, 0});
    istio.spoil(0, whole_seconds(1), whole_seconds(20));
    istio.spoil(1, whole_seconds(1), whole_seconds(20));
    CHECK(tries_ended(istio.run(), 0, Outcome::no_healthy_instance) == 0);
}

TEST_CASE("ejected replicas of a zone send its callers to other zones") {
    auto policy = TestSystem::no_retries();
    policy.outlier_detection = outliers();
    Chain chain(policy, {0, 1});
    chain.system.model.services[1].routing = models::SameZoneFirst{};
    chain.spoil(0, whole_seconds(1), whole_seconds(20));
    // Three errors, then the other zone until the sweep at 4 s (ejected at 1.3 s), three more, …
    const auto result = chain.run();
    CHECK(errors(result) >= 6);
    CHECK(errors(result) <= 9);
    CHECK(tries_ended(result, 0, Outcome::no_healthy_instance) == 0);
}

TEST_CASE("a retry avoids the replicas that were tried") {
    for (const bool avoid : {false, true}) {
        auto policy = TestSystem::retrying(2, sim::kForever, milliseconds(1));
        policy.load_balancing = models::RandomBalancing{};
        policy.avoid_previous_hosts = avoid;
        Chain chain(policy, {0, 0, 0}, 20, milliseconds(50));
        chain.spoil(0, {}, whole_seconds(20));
        chain.spoil(1, {}, whole_seconds(20));
        const auto found = errors(chain.run());
        if (avoid) {
            CHECK(found == 0);  // three tries, three replicas
        } else {
            CHECK(found > 100);
        }
    }
}

TEST_CASE("when every replica was tried, they may be tried again") {
    auto policy = TestSystem::retrying(5, sim::kForever, milliseconds(1));
    policy.avoid_previous_hosts = true;
    Chain chain(policy, {0, 0});
    chain.spoil(0, {}, whole_seconds(20));
    chain.spoil(1, {}, whole_seconds(20));
    const auto result = chain.run();
    CHECK(result.edges[0].tries == 6 * result.edges[0].calls);
}

TEST_CASE("a hash ring keeps a customer at one replica: the others never see his errors") {
    for (const bool hashed : {true, false}) {
        Chain chain(with(hashed ? models::LoadBalancing{models::RingHash{}}
                                : models::LoadBalancing{models::RandomBalancing{}}),
                    {0, 0, 0, 0}, 1, milliseconds(90));
        chain.spoil(0, {}, whole_seconds(20));
        const auto found = errors(chain.run());
        if (hashed) {
            CHECK((found == 0 || found == 100));  // one customer: all or nothing
        } else {
            CHECK(found > 5);
            CHECK(found < 60);
        }
    }
}

TEST_CASE("customers of an open group are drawn from its population and keep their replica") {
    Chain chain(with(models::Maglev{}), {0, 0, 0, 0});
    auto& group = chain.system.model.groups[0];
    group.users = 0;
    group.rate_per_s = 100;
    group.customers = 1;
    chain.spoil(0, {}, whole_seconds(20));
    const auto one = chain.run();
    const auto all = one.flows[0].slices[0].offered();
    CHECK((errors(one) == 0 || errors(one) + 10 > all));  // some are still open at the end
    group.customers = 1'000;
    const auto many = chain.run();
    CHECK(static_cast<double>(errors(many)) /
              static_cast<double>(many.flows[0].slices[0].offered()) ==
          Approx(0.25).margin(0.07));
}

TEST_CASE("peak EWMA avoids a slow replica that least request keeps using") {
    const auto slow_tries = [](models::LoadBalancing rule) {
        Chain chain(with(std::move(rule)), {0, 0}, 1, milliseconds(10));
        chain.system.add_fault(models::SlowEffect{20.0}, replica(chain.system, chain.back, 0), {},
                               whole_seconds(20));
        const auto result = chain.run();
        return static_cast<double>(result.services[1].work_done_s) /
               static_cast<double>(count(result, Outcome::ok));
    };
    CHECK(slow_tries(models::LeastRequest{}) > 0.08);  // the mean of 10 ms and 200 ms
    CHECK(slow_tries(models::PeakEwma{}) < 0.03);
}

TEST_CASE("weighted round robin gives a slow replica the share of work it can do") {
    models::WeightedRoundRobin rule;
    rule.blackout = whole_seconds(1);
    Chain chain(with(rule), {0, 0}, 40, milliseconds(30));
    chain.system.model.warmup = whole_seconds(5);
    chain.system.add_fault(models::SlowEffect{4.0}, replica(chain.system, chain.back, 0),
                           milliseconds(0) - whole_seconds(5), whole_seconds(20));
    const auto result = chain.run();
    // 1 of 5 tries takes 40 ms, 4 take 10 ms: 16 ms a request
    CHECK(result.services[1].work_done_s / static_cast<double>(count(result, Outcome::ok)) ==
          Approx(0.016).margin(0.0015));
}

TEST_CASE("a shard or cell of broken replicas takes down its customers and nobody else") {
    models::ShuffleShard shard;
    shard.size = 1;
    models::Cells cells;
    cells.count = 4;
    for (const auto& rule : {models::LoadBalancing{shard}, models::LoadBalancing{cells}}) {
        Chain chain(with(rule), {0, 0, 0, 0}, 200, whole_seconds(5));
        chain.system.model.services[1].health_check =
            models::HealthCheckConfig{milliseconds(200), 1, 1, milliseconds(100), false};
        chain.system.add_fault(models::DownEffect{}, replica(chain.system, chain.back, 0), {},
                               whole_seconds(30));
        const auto result = chain.run();
        const auto share = static_cast<double>(count(result, Outcome::error)) /
                           static_cast<double>(result.flows[0].slices[0].offered());
        INFO(std::visit([](const auto& kind) { return kind.name; }, rule));
        CHECK(share == Approx(0.25).margin(0.09));
        CHECK(tries_ended(result, 0, Outcome::no_healthy_instance) > 0);
    }
}

TEST_CASE("each caller of a random subset uses its own replicas only") {
    models::RandomSubsetting rule;
    rule.subset_size = 1;
    Chain chain(with(rule), {0, 0, 0, 0, 0, 0, 0, 0}, 1, milliseconds(90));
    for (std::uint32_t i = 0; i < 4; ++i) chain.spoil(i, {}, whole_seconds(20));
    const auto found = errors(chain.run());  // one caller with one replica
    CHECK((found == 0 || found == 100));
}

TEST_CASE("slow start: a replica that came back gets little at first") {
    const auto share_of_returned = [](models::RoundRobin rule) {
        Chain chain(with(rule), {0, 0}, 10, milliseconds(90));
        chain.system.model.services[1].health_check =
            models::HealthCheckConfig{milliseconds(100), 1, 1, milliseconds(50), false};
        chain.system.model.services[1].restart = sim::Duration{};
        chain.system.add_fault(models::CrashEffect{}, replica(chain.system, chain.back, 0),
                               whole_seconds(1), whole_seconds(1));
        chain.spoil(0, milliseconds(2'500), milliseconds(1'000));  // shows who goes there
        return errors(chain.run());
    };
    models::RoundRobin slow;
    slow.slow_start.window = whole_seconds(10);
    const auto at_once = share_of_returned(models::RoundRobin{});
    const auto slowly = share_of_returned(slow);
    CHECK(at_once > 40);
    CHECK(slowly < at_once / 2);
    CHECK(slowly > 0);
}

TEST_CASE("zone-aware callers keep what their zone can carry") {
    auto policy = TestSystem::no_retries();
    Chain chain(policy, {0, 1, 1, 1, 1, 1}, 50, milliseconds(90));
    chain.system.model.services[1].routing = models::ZoneAware{};
    chain.spoil(0, {}, whole_seconds(20));
    // All callers are in zone 0, with a sixth of the replicas.
    const auto result = chain.run();
    CHECK(static_cast<double>(errors(result)) /
              static_cast<double>(result.flows[0].slices[0].offered()) ==
          Approx(1.0 / 6).margin(0.02));
}

TEST_CASE("below the panic threshold health is ignored") {
    for (const double panic : {0.0, 0.6}) {
        Chain chain(TestSystem::no_retries(), {0, 0}, 10, milliseconds(90));
        chain.system.model.services[1].routing = models::AnyZone{{panic}};
        chain.system.model.services[1].health_check =
            models::HealthCheckConfig{milliseconds(100), 1, 1, milliseconds(50), false};
        chain.system.add_fault(models::CrashEffect{}, replica(chain.system, chain.back, 0),
                               whole_seconds(1), whole_seconds(30));
        const auto result = chain.run();
        if (panic > 0) {
            CHECK(errors(result) > 300);
        } else {
            CHECK(errors(result) < 30);
        }
    }
}

TEST_CASE("a breaker per replica sends tries elsewhere, and lets them through when all are open") {
    auto policy = with(models::RoundRobin{});
    models::CountBasedBreaker breaker;
    breaker.settings.scope = models::BreakerScope::host;
    breaker.sliding_window_size = 4;
    breaker.settings.minimum_number_of_calls = 4;
    policy.circuit_breaker = breaker;
    Chain chain(policy, {0, 0});
    chain.spoil(0, whole_seconds(1), whole_seconds(20));
    const auto result = chain.run();
    CHECK(errors(result) < 6);
    CHECK(tries_ended(result, 0, Outcome::breaker_open) == 0);
    Chain both(policy, {0, 0});
    both.spoil(0, whole_seconds(1), whole_seconds(20));
    both.spoil(1, whole_seconds(1), whole_seconds(20));
    CHECK(errors(both.run()) == 91);  // it fails open
}

TEST_CASE("the arcs of a zone's callers cover all replicas of the zone, wherever the zone comes") {
    models::DeterministicAperture aperture;
    aperture.min_aperture = 2;
    TestSystem system(2);
    const auto front = system.add_service("front", {}, 1'000, {0, 0, 1, 1});
    const auto back = system.add_service("back", milliseconds(10), 100, {0, 0, 0, 0, 1, 1, 1, 1});
    system.add_step(front, {system.call(front, back, with(aperture))});
    // Both callers of the second zone have an arc of half of its four replicas.
    system.add_fault(models::ErrorsEffect{1.0}, replica(system, back, 5), {}, whole_seconds(20));
    system.model.services[0].routing = models::AnyZone{};
    system.add_users("people", front, 40, milliseconds(90), with(models::RoundRobin{}));
    const auto result = system.run();
    CHECK(result.edges[0].tries > 3'500);
    const auto tries = static_cast<double>(result.edges[0].tries);
    const auto wrong = static_cast<double>(tries_ended(result, 0, Outcome::error));
    CHECK(wrong / tries == Approx(1.0 / 8).margin(0.02));
}
