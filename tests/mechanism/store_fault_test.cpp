// Hot keys, quorums that are missed, replicas that fall behind.
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::Outcome;
using models::Quorum;
using models::ReplicationMode;
using models::ReplicationPolicy;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

/// A database with a replica in each of three zones, 10 ms from one another and from themselves.
struct Store {
    TestSystem system;
    models::EndpointId store;

    explicit Store(const ReplicationPolicy& replication, std::uint32_t primary = 0,
                   sim::Duration network = milliseconds(10),
                   models::TimedFailover failover = {sim::kForever})
        : system(3, network), store(system.add_service("store", milliseconds(5), 8, {0, 1, 2})) {
        system.model.services[0].database =
            models::FailoverConfig{models::ZoneId{primary}, failover, replication};
        system.model.services[0].restart = whole_seconds(100);
        system.model.endpoints[0].write = true;
    }
    void crash(std::vector<std::uint32_t> replicas, std::int64_t at_ms) {
        models::FaultTarget target;
        for (const auto replica : replicas) target.instances.push_back(models::InstanceId{replica});
        system.add_fault(models::CrashEffect{}, target, milliseconds(at_ms), whole_seconds(90));
    }
};

}  // namespace

TEST_CASE("calls for a hot key queue at the one replica that has it") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(100), 1, {0, 0, 0, 0});
    system.add_users("people", shop, 4, whole_seconds(1));
    system.add_fault(models::HotEffect{1.0}, system.instances_of(shop), {}, milliseconds(1'500));
    system.model.duration = milliseconds(2'000);
    auto result = system.run();
    CHECK(*result.flows[0].slices[0].latency.min() == 100'000'000);
    CHECK(*result.flows[0].slices[0].latency.max() == 400'000'000);
    system.model.faults.clear();
    result = system.run();
    CHECK(*result.flows[0].slices[0].latency.max() < 400'000'000);
}

TEST_CASE("of four shards one has its share of the hot key, the others the rest") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(1), 100, {0, 0, 0, 0});
    auto policy = TestSystem::no_retries();
    policy.load_balancing = models::RandomBalancing{};
    system.add_users("people", shop, 50, milliseconds(9), policy);
    system.add_fault(models::HotEffect{0.6}, system.instances_of(shop), {}, whole_seconds(100));
    // Three of four replicas refuse what comes: what they would have had is the rest.
    models::FaultTarget others;
    others.instances = {models::InstanceId{1}, models::InstanceId{2}, models::InstanceId{3}};
    system.add_fault(models::StopEffect{}, others, {}, whole_seconds(100));
    const auto result = system.run();
    const auto ok = static_cast<double>(count(result, Outcome::ok));
    const auto refused = static_cast<double>(count(result, Outcome::refused));
    CHECK(ok / (ok + refused) == Approx(0.6 + 0.4 / 4).epsilon(0.02));
}

TEST_CASE("a write with a quorum of two waits for the nearest other, of three for the farthest") {
    for (const std::uint32_t write : {1U, 2U, 3U}) {
        Store store({ReplicationMode::async, {}, Quorum{write, 1}});
        auto& topology = store.system.model.topology;
        topology.delays.push_back(sim::constant_distribution(milliseconds(30)));
        topology.delay_between[2] = topology.delay_between[6] = 1;  // z0 to z2 and back
        store.system.add_users("people", store.store, 1, whole_seconds(1));
        const auto result = store.system.run();
        const std::int64_t wait_ms = write == 1 ? 0 : write == 2 ? 20 : 60;
        CHECK(*result.flows[0].slices[0].latency.max() == (10 + 5 + wait_ms + 10) * 1'000'000);
    }
}

TEST_CASE("with fewer live replicas than its quorum a write fails at once, a read goes on") {
    for (const bool write : {true, false}) {
        Store store({ReplicationMode::async, {}, Quorum{2, 1}});
        store.system.model.endpoints[0].write = write;
        store.system.add_users("people", store.store, 1, whole_seconds(1));
        store.crash({1}, 1'500);
        store.crash({2}, 3'500);
        store.system.model.duration = whole_seconds(6);
        const auto result = store.system.run();
        // One of three is no loss; with two gone the primary is alone.
        CHECK(result.databases[0].without_quorum == (write ? 2 : 0));
        CHECK(count(result, Outcome::error) == (write ? 2 : 0));
        // Without health checks some reads are sent to replicas that are gone.
        CHECK(count(result, Outcome::ok) + count(result, Outcome::refused) == (write ? 3 : 5));
        CHECK(*result.flows[0].slices[0].latency.max() == (write ? 45 : 25) * 1'000'000);
    }
}

TEST_CASE("a primary that is cut off from the others has no quorum") {
    Store store({ReplicationMode::async, {}, Quorum{2, 1}});
    models::FaultTarget zones;
    zones.zones = {models::ZoneId{1}, models::ZoneId{2}};
    store.system.add_users("people", store.store, 1, whole_seconds(1));
    store.system.add_fault(models::DownEffect{}, zones, {}, whole_seconds(100));
    store.system.model.duration = whole_seconds(4);
    CHECK(store.system.run().databases[0].without_quorum == 3);
}

TEST_CASE("writes lost with a primary: the lag grows by a second each second, up to the fault's") {
    for (const auto& [since_ms, lost] : {std::pair(0, 20), std::pair(3'000, 10)}) {
        models::TimedFailover failover{milliseconds(100)};
        Store store({ReplicationMode::async, {}, {}}, 0, {}, failover);
        store.system.model.endpoints[0].latency = sim::constant_distribution({});
        store.system.add_users("people", store.store, 1, milliseconds(100));
        store.system.add_fault(models::LagEffect{whole_seconds(2)},
                               store.system.instances_of(store.store), milliseconds(since_ms),
                               whole_seconds(100));
        store.crash({0}, 4'050);
        store.system.model.duration = whole_seconds(5);
        const auto result = store.system.run();
        CHECK(result.databases[0].failovers == 1);
        CHECK(result.databases[0].lost_writes == static_cast<std::uint64_t>(lost));
    }
}

TEST_CASE("a read is stale that a replica answers without the customer's own last write") {
    for (const std::uint32_t primary : {0U, 1U}) {
        for (const bool same : {true, false}) {
            Store store({ReplicationMode::async, {}, {}}, primary);
            auto& system = store.system;
            const auto read = system.add_endpoint(store.store);
            system.model.endpoints[read.value].write = false;
            system.add_users("people", store.store, 1, milliseconds(50));
            auto& group = system.model.groups[0];
            const auto edge = static_cast<std::uint32_t>(system.model.edges.size());
            system.model.edges.push_back({"people", models::ServiceId{}, read});
            if (!same) {  // somebody new each time
                group.users = 0;
                group.rate_per_s = 100;
            }
            group.journeys[0].share = 0.5;
            group.journeys.push_back({"look", read, 0.5, system.model.flows++, edge});
            system.add_fault(models::LagEffect{whole_seconds(60)}, system.instances_of(store.store),
                             {}, whole_seconds(100));
            const auto result = system.run();
            const auto stale = result.databases[0].stale_reads;
            const auto reads = static_cast<double>(count(result, Outcome::ok, 1));
            // Two reads of three are at a replica that is not the primary.
            const double share = static_cast<double>(stale) / reads;
            CHECK(share == Approx(same ? 2.0 / 3 : 0).margin(same ? 0.15 : 0));
        }
    }
}
