// Who gets a slot, and when: every instant is worked out by hand.
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

/// One request of a group of its own that comes at `at`; its latency is that of the group's flow.
struct Guest {
    sim::Duration at;
    std::uint8_t priority = 1;
    sim::Duration timeout = sim::kForever;
};

void invite(TestSystem& system, models::EndpointId entry, const std::vector<Guest>& guests) {
    for (const auto& guest : guests) {
        auto policy = TestSystem::no_retries();
        policy.timeout = guest.timeout;
        policy.pass_deadline_down = guest.timeout != sim::kForever;
        const auto name = "guest-" + std::to_string(system.model.groups.size());
        system.add_users(name, entry, 1, guest.at, policy);
        system.model.groups.back().priority = guest.priority;
    }
}

/// Latency of the guests' requests in whole milliseconds, -1 for those that failed.
std::vector<std::int64_t> latencies(const models::RunResult& result) {
    std::vector<std::int64_t> all;
    for (const auto& flow : result.flows) {
        const auto& latency = flow.slices[0].latency;
        all.push_back(latency.count() == 0 ? -1 : *latency.max() / 1'000'000);
    }
    return all;
}

using Latencies = std::vector<std::int64_t>;

/// One slot, 100 ms of work; somebody is served from 9 s on while three others come.
Latencies served_in(models::QueueOrder order, std::vector<Guest> guests,
                    sim::Duration standing_after = milliseconds(100)) {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(100));
    system.model.services[0].server.order = order;
    system.model.services[0].server.standing_after = standing_after;
    guests.insert(guests.begin(), {milliseconds(9'000)});
    invite(system, shop, guests);
    return latencies(system.run());
}

const std::vector<Guest> kThree = {
    {milliseconds(9'010)}, {milliseconds(9'020)}, {milliseconds(9'030)}};

}  // namespace

TEST_CASE("fifo serves in the order of arrival, lifo the last one first") {
    CHECK(served_in(models::QueueOrder::fifo, kThree) == Latencies{100, 190, 280, 370});
    CHECK(served_in(models::QueueOrder::lifo, kThree) == Latencies{100, 390, 280, 170});
}

TEST_CASE("adaptive lifo is fifo until the queue has stood for so long") {
    // At 9.1 the queue has not been empty for 90 ms, at 9.2 for 190 ms.
    CHECK(served_in(models::QueueOrder::adaptive_lifo, kThree) == Latencies{100, 190, 380, 270});
    CHECK(served_in(models::QueueOrder::adaptive_lifo, kThree, milliseconds(89)) ==
          Latencies{100, 390, 280, 170});
    CHECK(served_in(models::QueueOrder::adaptive_lifo, kThree, milliseconds(90)) ==
          Latencies{100, 190, 380, 270});
    CHECK(served_in(models::QueueOrder::adaptive_lifo, kThree, whole_seconds(1)) ==
          Latencies{100, 190, 280, 370});
}

TEST_CASE("by priority, the most important class is next, fifo within a class") {
    CHECK(served_in(models::QueueOrder::priority, {{milliseconds(9'010), 3},
                                                   {milliseconds(9'020), 1},
                                                   {milliseconds(9'030), 0},
                                                   {milliseconds(9'040), 1}}) ==
          Latencies{100, 490, 280, 170, 360});
}

TEST_CASE("earliest deadline first; who has none comes last") {
    CHECK(served_in(models::QueueOrder::edf, {{milliseconds(9'010)},
                                              {milliseconds(9'020), 1, milliseconds(900)},
                                              {milliseconds(9'030), 1, milliseconds(500)},
                                              {milliseconds(9'040), 1, milliseconds(880)}}) ==
          Latencies{100, 490, 280, 170, 360});  // equal deadlines: who came first
}

TEST_CASE("fair: groups that wait take turns") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(100));
    system.model.services[0].server.order = models::QueueOrder::fair;
    system.add_users("many", shop, 4, milliseconds(9'000));
    system.add_users("one", shop, 1, milliseconds(9'050));
    const auto result = system.run();
    CHECK(*result.flows[1].slices[0].latency.max() == 250'000'000);  // after one that waited
    CHECK(*result.flows[0].slices[0].latency.max() == 500'000'000);
    CHECK(count(result, Outcome::ok, 0) == 4);
}

TEST_CASE("a full queue refuses the last, or with queueDrop: head the one that waits longest") {
    for (const auto drop : {models::QueueDrop::tail, models::QueueDrop::head}) {
        TestSystem system;
        const auto shop = system.add_service("shop", milliseconds(100));
        system.model.services[0].queue = 2;
        system.model.services[0].server.drop = drop;
        invite(system, shop, {{milliseconds(9'000)}, kThree[0], kThree[1], kThree[2]});
        const auto result = system.run();
        CHECK(latencies(result) == (drop == models::QueueDrop::tail
                                        ? Latencies{100, 190, 280, -1}
                                        : Latencies{100, -1, 180, 270}));
        CHECK(result.services[0].shed == 1);
    }
}

TEST_CASE("queueDrop: head never gives up somebody more important for a newcomer") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(100));
    auto& service = system.model.services[0];
    service.queue = 2;
    service.server.drop = models::QueueDrop::head;
    service.server.order = models::QueueOrder::priority;
    invite(system, shop,
           {{milliseconds(9'000)},
            {milliseconds(9'010), 2},  // given up for the fourth
            {milliseconds(9'020), 0},
            {milliseconds(9'030), 1},
            {milliseconds(9'040), 3}});  // refused itself
    CHECK(latencies(system.run()) == Latencies{100, -1, 180, 270, -1});
}

TEST_CASE("work past its deadline is dropped when it is its turn, and not done") {
    for (const bool plain : {true, false}) {
        TestSystem system;
        const auto shop = system.add_service("shop", milliseconds(100));
        if (!plain) system.model.services[0].server.order = models::QueueOrder::priority;
        // At 9.1 the second has 1 ns left, the third is 1 ns late.
        invite(system, shop,
               {{milliseconds(9'000)},
                {milliseconds(9'010), 1, milliseconds(90) + sim::Duration{1}},
                {milliseconds(9'020), 1, milliseconds(180) - sim::Duration{1}},
                {milliseconds(9'030)}});
        const auto result = system.run();
        CHECK(latencies(result) == Latencies{100, -1, -1, 270});
        CHECK(result.services[0].expired == 1);
        CHECK(result.services[0].work_done_s == Approx(0.3));
    }
}

TEST_CASE("java.util.concurrent: core threads, then the queue, then more threads, then no") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(100), 2);
    system.model.services[0].queue = 1;
    system.model.services[0].server.threads = models::ThreadPool{1, false};
    invite(system, shop, {{milliseconds(9'000)}, kThree[0], kThree[1], kThree[2]});
    // The second waits although a thread may still start: the third gets it and overtakes.
    CHECK(latencies(system.run()) == Latencies{100, 190, 100, -1});
}

TEST_CASE("Tomcat: all threads, then the queue, then no") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(100), 2);
    system.model.services[0].queue = 1;
    system.model.services[0].server.threads = models::ThreadPool{1, true};
    invite(system, shop, {{milliseconds(9'000)}, kThree[0], kThree[1], kThree[2]});
    CHECK(latencies(system.run()) == Latencies{100, 100, 180, -1});
}

TEST_CASE("threads beyond the core end when they idle for so long") {
    const auto last_two_take = [](sim::Duration keep_alive) {
        TestSystem system;
        const auto shop = system.add_service("shop", milliseconds(100), 2);
        system.model.services[0].queue = 1;
        system.model.services[0].server.threads = models::ThreadPool{1, false, keep_alive};
        // Three at once start the second thread, which runs until 9.1 and idles; the first goes on
        // until 9.2. At 9.5 two more come.
        invite(system, shop,
               {{milliseconds(9'000)},
                {milliseconds(9'000)},
                {milliseconds(9'000)},
                {milliseconds(9'500)},
                {milliseconds(9'500)}});
        auto all = latencies(system.run());
        return Latencies(all.begin() + 3, all.end());
    };
    CHECK(last_two_take(milliseconds(401)) == Latencies{100, 100});  // idle since 9.1
    CHECK(last_two_take(milliseconds(400)) == Latencies{100, 200});
}

TEST_CASE("a server says how its work failed") {
    for (const auto as :
         {models::ErrorReply::error, models::ErrorReply::status_503, models::ErrorReply::reset}) {
        TestSystem system;
        const auto shop = system.add_service("shop", milliseconds(10));
        system.model.endpoints[0].error_share = 1.0;
        system.model.endpoints[0].error_as = as;
        auto policy = TestSystem::retrying(2, sim::kForever, milliseconds(1));
        policy.retry_on = {};
        policy.retry_on.add(models::RetryCondition::status_503);
        const auto edge = system.add_users("people", shop, 1, milliseconds(9'000), policy);
        const auto result = system.run();
        const bool reset = as == models::ErrorReply::reset;
        CHECK(count(result, reset ? Outcome::reset : Outcome::error) == 1);
        CHECK(result.edges[edge].tries == (as == models::ErrorReply::status_503 ? 3 : 1));
    }
}

TEST_CASE("a bought-in service is in no zone: no distance, no queue, no power loss of ours") {
    TestSystem system(1, milliseconds(5));
    const auto front = system.add_service("front", milliseconds(1), 8);
    const auto bought = system.add_service("bought", milliseconds(100), models::kUnlimited);
    system.model.topology.instances[1].zone = models::ZoneId{};
    system.add_step(front, {system.call(front, bought)});
    system.add_users("people", front, 4, milliseconds(9'000));
    const auto result = system.run();
    CHECK(count(result, Outcome::ok) == 4);
    CHECK(*result.flows[0].slices[0].latency.max() == 111'000'000);  // 5 + 1 + 100 + 5 ms
    CHECK(result.services[1].capacity_s == 0);
}

// Four at once begin as the first, second, third and fourth of their replica: 100 ms times
// 1 + 0.1 (n - 1) + 0.05 n (n - 1), so that the last takes 100 (1 + 0.3 + 0.6) ms.
TEST_CASE("crowding: own work takes longer the more requests are at the replica") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(100), 4);
    system.model.endpoints[0].scalability = {0.1, 0.05};
    system.add_users("people", shop, 4, milliseconds(9'000));
    const auto result = system.run();
    CHECK(count(result, Outcome::ok) == 4);
    const auto& latency = result.flows[0].slices[0].latency;
    CHECK(*latency.min() == 100'000'000);
    CHECK(*latency.max() == 190'000'000);
    CHECK(models::Scalability{}.cost(1'000) == 1);
}

TEST_CASE("sameOnRetry: the tries of a call take the same own work") {
    const auto calls_ok = [](double share, int retries) {
        TestSystem system;
        const auto shop = system.add_service("shop", milliseconds(100), 4'000);
        system.model.endpoints[0].latency.kind = sim::ExponentialDistribution{0.1};
        system.model.endpoints[0].same_on_retry = share;
        system.add_users("people", shop, 2'000, milliseconds(9'000),
                         TestSystem::retrying(retries, milliseconds(100), milliseconds(1)));
        return count(system.run(), Outcome::ok);
    };
    const auto first = calls_ok(0, 0);
    CHECK(static_cast<double>(first) == Approx(2'000 * (1 - std::exp(-1.0))).margin(60));
    CHECK(calls_ok(1, 0) == first);  // first tries draw what they always drew
    CHECK(calls_ok(1, 3) == first);  // and another try does not help
    CHECK(static_cast<double>(calls_ok(0, 3)) == Approx(2'000 * (1 - std::exp(-4.0))).margin(25));
    const double half = (static_cast<double>(first) + 2'000 * (1 - std::exp(-4.0))) / 2;
    CHECK(static_cast<double>(calls_ok(0.5, 3)) == Approx(half).margin(60));
}
