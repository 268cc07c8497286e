// Primaries that are paused or cut off, replaced, and back: what they write meanwhile.
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::Fencing;
using models::InstanceId;
using models::Outcome;
using models::TimedFailover;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

TimedFailover failover(sim::Duration detect, sim::Duration promote, sim::Duration lease,
                       Fencing fencing, sim::Duration notice = whole_seconds(1)) {
    TimedFailover rule;
    rule.detect = detect;
    rule.promote = promote;
    rule.lease = lease;
    rule.fencing = fencing;
    rule.notice = notice;
    return rule;
}

/// A database with its primary in zone 0, replicas in zones 1 and 2, and callers in zones 0 and 1.
struct Shop {
    TestSystem system{3};
    models::EndpointId near;
    models::EndpointId far;
    models::EndpointId orders;

    explicit Shop(const TimedFailover& rule, std::vector<std::uint32_t> zones = {0, 1, 2})
        : near(system.add_service("near", {}, 8, {0})),
          far(system.add_service("far", {}, 8, {1})),
          orders(system.add_service("orders", milliseconds(10), 8, std::move(zones))) {
        system.model.services[2].database = models::FailoverConfig{models::ZoneId{0}, rule};
        system.model.services[2].restart = whole_seconds(100);
        system.model.endpoints[orders.value].write = true;
        auto policy = TestSystem::no_retries();
        policy.timeout = milliseconds(100);
        for (const auto front : {near, far}) {
            system.add_step(front, {system.call(front, orders, policy)});
        }
    }
    void pause(std::int64_t at_ms, std::int64_t for_ms) {
        models::FaultTarget primary;
        primary.instances = {InstanceId{2}};
        system.add_fault(models::PauseEffect{}, primary, milliseconds(at_ms), milliseconds(for_ms));
    }
    /// Nothing gets into the zone or out of it; its customers stand inside.
    void isolate(std::uint32_t zone, std::int64_t at_ms, std::int64_t for_ms) {
        std::vector<InstanceId> inside;
        const auto& topology = system.model.topology;
        const auto all = static_cast<std::uint32_t>(topology.instances.size());
        for (InstanceId id{0}; id.value < all; ++id.value) {
            if (topology[id].zone.value == zone) inside.push_back(id);
        }
        models::FaultTarget border;
        border.traffic = traffic_at(topology, all, inside);
        for (const InstanceId id : inside) border.traffic[0].callers[id.value] = 0;
        system.add_fault(models::LoseEffect{}, border, milliseconds(at_ms), milliseconds(for_ms));
    }
    models::DatabaseResult database() { return system.run().databases[2]; }
};

constexpr sim::Duration kSecond = sim::whole_seconds(1);

}  // namespace

TEST_CASE("a paused primary that wakes up does what it had taken, until it notices") {
    // One customer asks at 0.09 s, and again 90 ms after every answer: one write is at work at 2.0;
    // those of 2.18 + 0.19 k before 3.0 wait at the paused one. It wakes up at 5.0.
    const auto run = [](Fencing fencing, sim::Duration notice) {
        Shop shop(failover(kSecond, {}, kSecond, fencing, notice));
        shop.pause(2'000, 3'000);
        shop.system.add_users("people", shop.far, 1, milliseconds(90));
        return shop.database();
    };
    const auto none = run(Fencing::none, kSecond);
    CHECK(none.failovers == 1);
    CHECK(none.conflicting == 6);
    CHECK(none.misdirected == 0);
    CHECK(none.two_primaries_s == 3.0);  // from 3.0 to 6.0
    const auto lease = run(Fencing::lease, kSecond);
    CHECK(lease.conflicting == 1);  // taken while the lease was good
    CHECK(lease.misdirected == 5);
    CHECK(lease.two_primaries_s == 0.0);
    const auto token = run(Fencing::token, kSecond);
    CHECK(token.conflicting == 0);
    CHECK(token.misdirected == 6);
    const auto at_once = run(Fencing::none, {});
    CHECK(at_once.conflicting == 0);
    CHECK(at_once.misdirected == 6);
    const auto soon = run(Fencing::none, milliseconds(5));  // before the work of the five is done
    CHECK(soon.conflicting == 1);
    CHECK(soon.misdirected == 5);
}

TEST_CASE("two primaries for the pause less the lease, when it notices as it wakes up") {
    for (const auto& [lease_ms, pause_ms] : {std::pair(1'000, 3'000), std::pair(2'500, 3'000)}) {
        Shop shop(failover({}, {}, milliseconds(lease_ms), Fencing::none, {}));
        shop.pause(2'000, pause_ms);
        CHECK(shop.database().two_primaries_s == 1e-3 * (pause_ms - lease_ms));
    }
}

TEST_CASE("a pause that ends before the promotion costs the primary nothing") {
    Shop shop(failover(kSecond, {}, {}, Fencing::none));
    shop.pause(2'000, 999);
    shop.system.add_users("people", shop.far, 1, milliseconds(90));
    const auto result = shop.database();
    CHECK(result.failovers == 0);
    CHECK(result.lost_writes == 0);
    CHECK(result.conflicting == 0);
    CHECK(result.two_primaries_s == 0.0);
}

TEST_CASE("callers on the old primary's side of a partition know no other") {
    // Zone 0 is cut off from 2.0 to 6.0; the new primary is there at 4.0 (with a lease of 1.5 s: at
    // 4.5). The customer inside has an answer every 105 ms.
    const auto run = [](sim::Duration lease, Fencing fencing) {
        Shop shop(failover(kSecond, kSecond, lease, fencing));
        shop.isolate(0, 2'000, 4'000);
        shop.system.add_users("people", shop.near, 1, milliseconds(95));
        return shop.database();
    };
    const auto none = run({}, Fencing::none);
    CHECK(none.failovers == 1);
    CHECK(none.lost_writes == 19);  // 2.1 to 3.99: acknowledged while nobody else was primary
    CHECK(none.conflicting == 28);  // 4.095 to 6.93
    CHECK(none.misdirected == 0);
    CHECK(none.two_primaries_s == 3.0);
    const auto lease = run(milliseconds(1'500), Fencing::lease);
    CHECK(lease.lost_writes == 14);  // to 3.465
    CHECK(lease.conflicting == 0);
    CHECK(lease.misdirected == 37);  // refused at once: 3.56 + 0.095 k to 6.98
    CHECK(lease.two_primaries_s == 0.0);
    const auto token = run({}, Fencing::token);
    CHECK(token.lost_writes == 19);
    CHECK(token.conflicting == 0);
    CHECK(token.misdirected == 28);
}

TEST_CASE("callers on the other side are in the dark until there is a new primary") {
    Shop shop(failover(kSecond, kSecond, {}, Fencing::none));
    shop.isolate(0, 2'000, 4'000);
    shop.system.add_users("people", shop.far, 1, milliseconds(90));
    const auto result = shop.system.run();
    // What was asked at 1.99 is lost on its way back; then 2.18 + 0.19 k before 4.0.
    CHECK(count(result, Outcome::error) == 11);
    CHECK(result.databases[2].conflicting == 0);
    CHECK(result.databases[2].two_primaries_s == 3.0);
}

TEST_CASE("the smaller side loses the role; of two equal ones, the one that reaches less") {
    for (const std::uint32_t zone : {0U, 1U, 2U}) {
        for (const std::uint32_t replicas : {3U, 2U}) {
            Shop shop(failover(kSecond, {}, {}, Fencing::none),
                      replicas == 3 ? std::vector<std::uint32_t>{0, 1, 2}
                                    : std::vector<std::uint32_t>{0, 1});
            shop.system.add_service("witness", {}, 1, {2});
            shop.isolate(zone, 2'000, 4'000);
            CHECK(shop.database().failovers == (zone == 0 ? 1 : 0));
        }
    }
}

TEST_CASE("what an old primary does ends with its power") {
    Shop shop(failover(kSecond, kSecond, {}, Fencing::none));
    shop.isolate(0, 2'000, 10'000);
    models::FaultTarget old;
    old.instances = {InstanceId{2}};
    shop.system.add_fault(models::DownEffect{}, old, milliseconds(5'250), whole_seconds(100));
    CHECK(shop.database().two_primaries_s == 1.25);
}

TEST_CASE("two primaries are counted to the end of the run when nothing ends them") {
    Shop shop(failover(kSecond, kSecond, {}, Fencing::none));
    shop.isolate(0, 2'000, 100'000);
    CHECK(shop.database().two_primaries_s == 6.0);
}

TEST_CASE("a quorum is a fence: a primary that is cut off from the others cannot write") {
    Shop shop(failover(kSecond, kSecond, {}, Fencing::none));
    shop.system.model.services[2].database->replication =
        models::ReplicationPolicy{models::ReplicationMode::async, {}, models::Quorum{2, 1}};
    shop.isolate(0, 2'000, 4'000);
    shop.system.add_users("people", shop.near, 1, milliseconds(95));
    const auto result = shop.database();
    CHECK(result.conflicting == 0);
    CHECK(result.lost_writes == 0);
    CHECK(result.without_quorum > 30);
}
