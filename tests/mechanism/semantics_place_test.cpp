// SEMANTICS 6 and 7 on places: which replicas callers and customers go to, and whom an outlier
// detection takes out. See semantics_call_test for what is tested where.
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::CallPolicy;
using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

/// Zones 0 and 1 in a region, zone 2 in a far one, zone 3 in a near one. One way: 0 within a zone,
/// 1 ms to the other zone, 10 ms to the near region, 30 ms to the far one.
class Continents : public TestSystem {
  public:
    Continents() : TestSystem(4) {
        auto& topology = model.topology;
        topology.regions[0].zones = {models::ZoneId{0}, models::ZoneId{1}};
        topology.regions.push_back({"far", {models::ZoneId{2}}});
        topology.regions.push_back({"near", {models::ZoneId{3}}});
        topology.zones[2].region = models::RegionId{1};
        topology.zones[3].region = models::RegionId{2};
        topology.delays.clear();
        for (const int ms : {0, 1, 10, 30}) {
            topology.delays.push_back(sim::constant_distribution(milliseconds(ms)));
        }
        topology.delay_between = {0, 1, 3, 2,   //
                                  1, 0, 3, 2,   //
                                  3, 3, 0, 3,   //
                                  2, 2, 3, 0};  //
    }
    models::FaultTarget replica(models::EndpointId endpoint, std::uint32_t number) {
        models::FaultTarget target;
        target.instances = {instances_of(endpoint).instances[number]};
        return target;
    }
    /// Each loses its replicas for good: the first at 2 s, the others 2 s after each other.
    void lose_one_by_one(models::EndpointId endpoint, const std::vector<std::uint32_t>& order) {
        const auto service = model.endpoints[endpoint.value].service;
        model.services[service.value].health_check =
            models::HealthCheckConfig{milliseconds(100), 1, 1, milliseconds(90), false};
        auto at = whole_seconds(2);
        for (const auto number : order) {
            add_fault(models::CrashEffect{}, replica(endpoint, number), at, whole_seconds(20));
            at = at + whole_seconds(2);
        }
    }
};

/// Mean latency of the second, in milliseconds.
double latency_ms(const models::RunResult& result, std::size_t second) {
    const auto& window = result.flows[0].windows[second];
    return 1e3 * window.latency_sum_s / window.success;
}

}  // namespace

// 6. "`sameZoneFirst` leaves the zone only when no local replica is healthy in the caller's view:
// then other zones of the region, then other regions, nearest first"
TEST_CASE("callers go to their zone, their region, the nearest region, the farthest") {
    Continents system;
    const auto front = system.add_service("front", {}, 100, {0});
    const auto back = system.add_service("back", milliseconds(5), 100, {0, 1, 2, 3});
    system.add_step(front, {system.call(front, back)});
    system.add_users("people", front, 1, milliseconds(20));
    system.lose_one_by_one(back, {0, 1, 3, 2});
    const auto result = system.run();
    CHECK(latency_ms(result, 1) == Approx(5));
    CHECK(latency_ms(result, 3) == Approx(5 + 2));
    CHECK(latency_ms(result, 5) == Approx(5 + 20));
    CHECK(latency_ms(result, 7) == Approx(5 + 60));
    CHECK(result.flows[0].windows[9].success == 0);
    CHECK(tries_ended(result, 0, Outcome::no_healthy_instance) > 0);
}

// 7. "one entry balancer per group ranges over the healthy entry replicas of that region, other
// regions only when none is healthy"
TEST_CASE("customers are served anywhere in their region, elsewhere only when nobody is there") {
    Continents system;
    const auto shop = system.add_service("shop", milliseconds(5), 100, {0, 1, 2, 3});
    system.add_users("people", shop, 1, milliseconds(20));
    system.lose_one_by_one(shop, {0, 1, 3});
    const auto result = system.run();
    CHECK(latency_ms(result, 1) > 5);  // half of them are 1 ms away
    CHECK(latency_ms(result, 1) < 5 + 2);
    CHECK(latency_ms(result, 3) == Approx(5 + 2));
    CHECK(latency_ms(result, 5) == Approx(5 + 20));
    CHECK(latency_ms(result, 7) == Approx(5 + 60));
}

// 7. "Each request picks a zone of `from` uniformly (keyed) for distance only"
TEST_CASE("half the requests of a group in two zones start in each, wherever they go") {
    Continents system;
    const auto shop = system.add_service("shop", milliseconds(5), 1'000, {1});
    system.add_users("people", shop, 0, {});
    auto& group = system.model.groups[0];
    group.rate_per_s = 400;
    group.zones = {models::ZoneId{0}, models::ZoneId{1}};
    const auto result = system.run();
    const auto& latency = result.flows[0].slices[0].latency;
    CHECK(*latency.min() == 5'000'000);
    CHECK(*latency.max() == 7'000'000);
    // 4000 requests: a standard error of 0.8 % of them
    CHECK(result.flows[0].windows.size() == 10);
    CHECK(*latency.mean() == Approx(6e6).epsilon(0.01));
}

// 7. "They are outside every zone and survive zone faults."
TEST_CASE("customers outlive the zone that they are in") {
    Continents system;
    const auto shop = system.add_service("shop", milliseconds(5), 100, {0, 1});
    system.add_users("people", shop, 1, milliseconds(20));
    system.model.services[0].health_check =
        models::HealthCheckConfig{milliseconds(100), 1, 1, milliseconds(90), false};
    auto target = system.replica(shop, 0);
    target.zones = {models::ZoneId{0}};
    system.add_fault(models::DownEffect{}, target, whole_seconds(2), whole_seconds(20));
    auto& group = system.model.groups[0];
    group.zones = {models::ZoneId{0}};
    group.patience = milliseconds(100);
    const auto result = system.run();
    for (const std::size_t second : {5U, 6U, 7U}) {
        CHECK(result.flows[0].windows[second].offered > 30);
        CHECK(result.flows[0].windows[second].success == result.flows[0].windows[second].offered);
    }
}

// 6. "`spillWhen: full` also leaves on what the caller itself has seen ..., never on the callee's
// queue: that would be an oracle"
TEST_CASE("callers do not leave a zone whose queue others have filled") {
    Continents system;
    const auto front = system.add_service("front", {}, 100, {0});
    const auto other = system.add_service("other", {}, 100, {0});
    const auto back = system.add_service("back", milliseconds(100), 2, {0, 1});
    system.model.services[2].spill_when = models::SpillWhen::full;
    system.add_step(front, {system.call(front, back)});
    auto crowd = system.call(other, back);
    system.add_step(other, {crowd});
    system.add_users("crowd", other, 2, milliseconds(8'950));
    system.add_users("people", front, 1, whole_seconds(9));
    const auto result = system.run();
    // Both slots are taken until 9.05 s; the caller waits 50 ms rather than go 1 ms away.
    CHECK(*result.flows[1].slices[0].latency.max() == 150'000'000);
}

namespace {

/// Two customers ask at one instant; each call takes 100 ms and each of the two replicas of `back`
/// has one slot. Who shares the turns of a round robin is done after 100 ms, else after 200 ms.
struct Turns {
    TestSystem system{2};
    models::EndpointId back = system.add_service("back", milliseconds(100), 1, {0, 0});
    CallPolicy policy = TestSystem::no_retries();

    Turns() {
        system.model.services[0].routing = models::AnyZone{};
        policy.load_balancing = models::RoundRobin{};
    }
    models::EndpointId caller(const std::string& name, std::vector<std::uint32_t> zones) {
        const auto front = system.add_service(name, {}, 100, std::move(zones));
        system.model.services.back().routing = models::AnyZone{};
        system.add_step(front, {system.call(front, back, policy)});
        return front;
    }
    bool share() {
        const auto result = system.run();
        sim::Histogram all;
        for (const auto& flow : result.flows) all.merge(flow.slices[0].latency);
        REQUIRE(all.count() == 2);
        return *all.max() == 100'000'000;
    }
};

}  // namespace

// 6. "Balancer state lives per (caller service, caller zone, callee)"
TEST_CASE("replicas of a caller in one zone share a balancer, in two zones they do not") {
    for (const std::uint32_t zone : {0U, 1U}) {
        Turns turns;
        const auto front = turns.caller("front", {0, zone});
        turns.system.add_users("people", front, 2, whole_seconds(9),
                               turns.policy);  // one at each replica
        CHECK(turns.share() == (zone == 0));
    }
}

TEST_CASE("two services have a balancer each, two endpoints of a service share it") {
    for (const bool same : {true, false}) {
        Turns turns;
        const auto one = turns.caller("one", {0});
        auto two = one;
        if (same) {
            two = turns.system.add_endpoint(one);
            turns.system.add_step(two, {turns.system.call(two, turns.back, turns.policy)});
        } else {
            two = turns.caller("two", {0});
        }
        turns.system.add_users("people", one, 1, whole_seconds(9));
        turns.system.add_users("others", two, 1, whole_seconds(9));
        CHECK(turns.share() == same);
    }
}

// 7. "one entry balancer per group"
TEST_CASE("customers of a group share a balancer, two groups do not") {
    for (const bool same : {true, false}) {
        Turns turns;
        turns.system.add_users("people", turns.back, same ? 2 : 1, whole_seconds(9), turns.policy);
        if (!same) turns.system.add_users("others", turns.back, 1, whole_seconds(9), turns.policy);
        CHECK(turns.share() == same);
    }
}

// 6. "and counts the attempts that it has in flight per replica"
TEST_CASE("least request goes by the tries of its own callers, not by those of others") {
    for (const bool own : {true, false}) {
        std::uint32_t collisions = 0;
        for (std::uint32_t replication = 0; replication < 20; ++replication) {
            Turns turns;
            turns.policy.load_balancing = models::LeastRequest{};
            const auto front = turns.caller("front", {0});
            const auto other = turns.caller("other", {0});
            turns.system.add_users("busy", own ? front : other, 1, whole_seconds(9));
            turns.system.add_users("people", front, 1, whole_seconds(9) + milliseconds(50));
            const auto result = turns.system.run(replication);
            collisions += *result.flows[1].slices[0].latency.max() > 100'000'000 ? 1 : 0;
        }
        CAPTURE(own, collisions);
        CHECK((own ? collisions == 0 : collisions > 4 && collisions < 16));
    }
}

namespace {

/// Nine replicas that all answer with errors; replica `slow` works twice as long once detection has
/// had its time. How many replicas get no tries then?
std::uint32_t ejected_of_nine(const models::OutlierDetection& rule) {
    std::uint32_t ejected = 0;
    for (std::uint32_t slow = 0; slow < 9; ++slow) {
        Continents system;
        const auto front = system.add_service("front", {}, 1'000, {0});
        const auto back =
            system.add_service("back", milliseconds(10), 100, std::vector<std::uint32_t>(9, 0));
        system.model.duration = whole_seconds(14);
        system.model.endpoints[back.value].error_share = 1;
        auto policy = TestSystem::no_retries();
        policy.load_balancing = models::RoundRobin{};
        policy.outlier_detection = rule;
        system.add_step(front, {system.call(front, back, policy)});
        system.add_users("people", front, 20, milliseconds(90));
        system.add_fault(models::SlowEffect{2}, system.replica(back, slow), whole_seconds(11),
                         whole_seconds(20));
        const auto result = system.run();
        const auto& service = result.services[1];
        CHECK(tries_ended(result, 0, Outcome::no_healthy_instance) == 0);
        CHECK(service.completions > 2'000);
        const double more = service.work_done_s - 0.01 * static_cast<double>(service.completions);
        ejected += more < 0.005 ? 1 : 0;
    }
    return ejected;
}

}  // namespace

// POLICIES 0.3
TEST_CASE("trap 4 in a run: of nine failing hosts Envoy ejects none, gRPC one") {
    CHECK(ejected_of_nine(models::EnvoyOutliers{}) == 0);
    CHECK(ejected_of_nine(models::GrpcOutliers{}) == 1);
    models::EnvoyOutliers at_least_one;
    at_least_one.always_eject_one_host = true;
    CHECK(ejected_of_nine(at_least_one) == 1);
}
