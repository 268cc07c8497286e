#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::FailoverReads;
using models::Outcome;
using models::ReplicationMode;
using models::ReplicationPolicy;
using models::TimedFailover;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

/// A database with its primary in zone 0 and replicas in zones 1 and 2. The primary loses its power
/// at 2 s and restarts in 100 ms. One customer asks at 0.09 s, and again 90 ms after every answer:
/// every 100 ms when well, every 190 ms when the call has to time out.
struct FailoverFixture {
    TestSystem system;
    models::EndpointId front;
    models::EndpointId orders;
    std::uint32_t edge = 0;

    explicit FailoverFixture(TimedFailover failover, sim::Duration outage, bool write = true,
                             sim::Duration delay = {})
        : system(3, delay),
          front(system.add_service("front", milliseconds(0), 8, {1})),
          orders(system.add_service("orders", milliseconds(10), 8, {0, 1, 2})) {
        system.model.services[1].database = models::FailoverConfig{models::ZoneId{0}, failover};
        system.model.services[1].restart = milliseconds(100);
        system.model.endpoints[orders.value].write = write;
        auto policy = TestSystem::no_retries();
        policy.timeout = milliseconds(100);
        const auto spec = system.call(front, orders, policy);
        edge = spec.edge;
        system.add_step(front, {spec});
        models::FaultTarget primary;
        primary.instances = {models::InstanceId{1}};
        system.add_fault(models::DownEffect{}, primary, whole_seconds(2), outage);
        system.add_users("people", front, 1, milliseconds(90));
    }
    ReplicationPolicy& replication() {
        return system.model.services[1].database->replication.emplace();
    }
};

TimedFailover in_parts() { return {whole_seconds(1), whole_seconds(1), {}, whole_seconds(1)}; }

}  // namespace

TEST_CASE("detection, promotion and what callers know follow each other") {
    FailoverFixture fixture(in_parts(), whole_seconds(8));
    const auto result = fixture.system.run();
    // Dark from 2.0 to 5.0: asked at 1.99, then 2.18 + 0.19 k for k in 0..14.
    CHECK(tries_ended(result, fixture.edge, Outcome::blackholed) == 16);
    CHECK(count(result, Outcome::error) == 16);
    CHECK(result.databases[1].failovers == 1);
    CHECK(result.databases[1].misdirected == 0);  // the old one is still dark
}

TEST_CASE("an old primary that is back takes no writes: callers who do not know yet are refused") {
    FailoverFixture fixture(in_parts(), milliseconds(2'200));
    const auto result = fixture.system.run();
    // The promotion is at 4.0, the old primary is up again at 4.3. In the dark: 1.99, and 2.18 +
    // 0.19 k up to 4.27. Refused at once: 4.46 + 0.09 k up to 4.91. Known at 5.0.
    CHECK(tries_ended(result, fixture.edge, Outcome::blackholed) == 13);
    CHECK(tries_ended(result, fixture.edge, Outcome::error) == 6);
    CHECK(result.databases[1].misdirected == 6);
    CHECK(result.databases[1].failovers == 1);
}

TEST_CASE("a primary that is back during the promotion keeps the role and its writes") {
    FailoverFixture fixture(in_parts(), milliseconds(1'500));
    fixture.replication().lag = whole_seconds(1);
    const auto result = fixture.system.run();
    // Up at 3.6: asked in the dark at 1.99 and 2.18 + 0.19 k up to 3.51.
    CHECK(tries_ended(result, fixture.edge, Outcome::blackholed) == 9);
    CHECK(result.databases[1].failovers == 0);
    CHECK(result.databases[1].lost_writes == 0);
}

TEST_CASE("lost writes are those acknowledged within the lag before the loss") {
    // Acknowledged at 0.1, 0.2 ... 1.9; what was under way at 2.0 is not.
    for (const auto& [lag_ms, lost] : {std::pair(0, 0), std::pair(100, 0), std::pair(101, 1),
                                       std::pair(250, 2), std::pair(10'000, 19)}) {
        FailoverFixture fixture(in_parts(), whole_seconds(8));
        fixture.replication().lag = milliseconds(lag_ms);
        const auto result = fixture.system.run();
        INFO(lag_ms);
        CHECK(result.databases[1].lost_writes == static_cast<std::uint64_t>(lost));
    }
}

TEST_CASE("reads of a database whose standby answers nobody suffer what writes do") {
    for (const auto reads : {FailoverReads::replicas, FailoverReads::primary}) {
        auto failover = in_parts();
        failover.reads = reads;
        FailoverFixture fixture(failover, whole_seconds(8), false);
        const auto result = fixture.system.run();
        CHECK(count(result, Outcome::error) == (reads == FailoverReads::primary ? 16 : 0));
    }
}

TEST_CASE("a synchronous write waits for the nearest live replica and loses nothing") {
    FailoverFixture fixture(in_parts(), whole_seconds(8), true, milliseconds(5));
    fixture.replication().mode = ReplicationMode::sync;
    const auto result = fixture.system.run();
    // Four messages and 10 ms of work; and another two messages.
    CHECK(*result.flows[0].slices[0].latency.min() == 40'000'000);
    CHECK(*result.flows[0].slices[0].latency.max() == 40'000'000);
    CHECK(result.databases[1].lost_writes == 0);
    CHECK(result.databases[1].failovers == 1);
}

TEST_CASE("how long detection takes is drawn once for each loss, within its spread") {
    const TimedFailover failover{whole_seconds(10), {}, whole_seconds(5), {}};
    const sim::RngStream stream(1, 0, "orders", "failover");
    double sum = 0;
    for (std::uint64_t loss = 0; loss < 1'000; ++loss) {
        sim::KeyedRng rng(stream, loss, 0);
        const auto time = failover.detection(rng);
        CHECK(time >= whole_seconds(10));
        CHECK(time < whole_seconds(15));
        sum += time.seconds();
    }
    CHECK(sum / 1'000 == Approx(12.5).margin(0.15));
    CHECK(failover.longest() == whole_seconds(15));
}
