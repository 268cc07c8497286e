// Messages that do harm, messages that come twice, and connections that are dead unseen.
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::MessageEvent;
using models::MessageOrder;
using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

/// Customers put messages into a queue (1 ms of own work) that a worker consumes in 10 ms.
struct Mail {
    TestSystem system;
    models::EndpointId queue;
    models::EndpointId worker;
    std::uint32_t delivery_edge = 0;
    models::DeliveryPolicy delivery;

    Mail()
        : queue(system.add_service("queue", milliseconds(1), 1000)),
          worker(system.add_service("worker", milliseconds(10), 1000)) {
        const auto spec = system.call(queue, worker);
        delivery_edge = spec.edge;
        system.add_step(queue, {spec});
        system.model.services[1].restart = whole_seconds(1);
        system.model.duration = whole_seconds(400);
        delivery.consumers = 2;
        delivery.max_receive = 3;
    }
    /// One request at that time and never again.
    void ask_once(models::EndpointId entry, std::int64_t at_ms) {
        system.add_users("people" + std::to_string(system.model.groups.size()), entry, 1,
                         milliseconds(at_ms));
    }
    void poison(std::int64_t until_ms, bool kills) {
        system.add_fault(models::PoisonEffect{1.0, kills}, system.instances_of(queue), {},
                         milliseconds(until_ms));
    }
    models::RunResult run() {
        system.model.services[0].delivery = delivery;
        return system.run();
    }
};

std::uint64_t events(const models::RunResult& result, MessageEvent event) {
    return result.queues[0].count(event);
}

}  // namespace

TEST_CASE("a poison message kills its consumer maxReceive times, and is dead then") {
    for (const bool kills : {true, false}) {
        Mail mail;
        mail.ask_once(mail.queue, 201'000);
        mail.poison(202'000, kills);  // what is stored stays poison when the fault is over
        const auto result = mail.run();
        CHECK(events(result, MessageEvent::delivered) == 1);
        CHECK(events(result, MessageEvent::redelivered) == 2);
        CHECK(events(result, MessageEvent::dead) == 1);
        CHECK(events(result, MessageEvent::acknowledged) == 0);
        CHECK(tries_ended(result, mail.delivery_edge, kills ? Outcome::reset : Outcome::error) ==
              3);
        // A process is away for a second each time, with its 1000 slots.
        CHECK(result.services[1].capacity_s == Approx(kills ? 397'000 : 400'000));
    }
}

TEST_CASE("without a limit a poison message goes on as long as the run") {
    Mail mail;
    mail.delivery.max_receive = models::DeliveryPolicy::kUnlimited;
    mail.ask_once(mail.queue, 201'000);
    mail.poison(202'000, true);
    const auto result = mail.run();
    CHECK(events(result, MessageEvent::redelivered) == 6);  // every 30 s up to 381
    CHECK(events(result, MessageEvent::dead) == 0);
    CHECK(result.queues[0].left == 1);
}

TEST_CASE("whoever is at work beside the poison is reset with it") {
    Mail mail;
    mail.delivery.max_receive = 1;
    mail.ask_once(mail.queue, 201'000);   // at the worker from 201.001 to 201.011
    mail.ask_once(mail.worker, 201'006);  // would be there to 201.016
    mail.poison(202'000, true);
    const auto result = mail.run();
    CHECK(count(result, Outcome::reset, 1) == 1);
}

TEST_CASE("what was stored before the fault, or after it, is good") {
    Mail mail;
    mail.ask_once(mail.queue, 203'000);
    mail.poison(203'000, true);
    const auto result = mail.run();
    CHECK(events(result, MessageEvent::acknowledged) == 1);
}

TEST_CASE("in strict order the head of the line blocks all behind it, else nobody") {
    for (const auto order : {MessageOrder::strict, MessageOrder::fifo}) {
        Mail mail;
        mail.delivery.order = order;
        mail.delivery.max_receive = 2;
        mail.ask_once(mail.queue, 201'000);
        mail.ask_once(mail.queue, 202'000);
        mail.poison(201'500, false);
        const auto result = mail.run();
        CHECK(events(result, MessageEvent::dead) == 1);
        CHECK(events(result, MessageEvent::acknowledged) == 1);
        // Delivered at 201.001 and 231.001, dead at 261.001: then the one that came at 202.001.
        const bool strict = order == MessageOrder::strict;
        CHECK(*result.queues[0].age.max() == (strict ? 59'010'000'000 : 10'000'000));
    }
}

TEST_CASE("in strict order one message is under way at a time") {
    Mail mail;
    mail.delivery.order = MessageOrder::strict;
    mail.system.add_users("crowd", mail.queue, 5, whole_seconds(201));
    const auto result = mail.run();
    CHECK(events(result, MessageEvent::acknowledged) == 5);
    CHECK(*result.queues[0].age.max() == 50'000'000);
}

TEST_CASE("a message that comes twice is processed twice and acknowledged once") {
    for (const std::uint32_t consumers : {1U, 2U}) {
        Mail mail;
        mail.delivery.consumers = consumers;
        mail.delivery.max_receive = 1;  // the copy is no second try
        mail.ask_once(mail.queue, 201'000);
        models::FaultTarget calls;
        calls.traffic = {
            models::traffic_at(mail.system.model.topology, 3, {models::InstanceId{0}})[0]};
        mail.system.add_fault(models::DuplicateEffect{1.0}, calls, {}, whole_seconds(300));
        const auto result = mail.run();
        CHECK(events(result, MessageEvent::stored) == 1);
        CHECK(events(result, MessageEvent::delivered) == 1);
        CHECK(events(result, MessageEvent::redelivered) == 1);
        CHECK(events(result, MessageEvent::duplicate) == 1);
        CHECK(events(result, MessageEvent::acknowledged) == 1);
        CHECK(events(result, MessageEvent::dead) == 0);
        CHECK(result.services[1].arrivals == 2);
        CHECK(*result.queues[0].age.max() == (consumers == 1 ? 20'000'000 : 10'000'000));
    }
}

namespace {

/// Customers with a pool, who ask together at 0.09 s and again 90 ms after each answer; at 2.0 s
/// a share of their connections dies.
models::RunResult with_dead_connections(std::uint32_t users, std::uint32_t connections,
                                        std::uint32_t streams, double share, bool pooled = true) {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(10), 1000);
    auto policy = TestSystem::no_retries();
    policy.timeout = milliseconds(100);
    if (pooled) {
        policy.pool.emplace();
        policy.pool->connections = connections;
        policy.pool->streams = streams;
    }
    system.add_users("people", shop, users, milliseconds(90), policy);
    models::FaultTarget calls;
    calls.traffic = {models::traffic_at(system.model.topology, 2, {models::InstanceId{0}})[0]};
    system.add_fault(models::HalfOpenEffect{share}, calls, whole_seconds(2), milliseconds(10));
    return system.run();
}

}  // namespace

TEST_CASE("the first try on a dead connection is a black hole, the next has a new one") {
    const auto result = with_dead_connections(1, 1, 1, 1);
    CHECK(tries_ended(result, 0, Outcome::blackholed) == 1);
    // 99 answers in 10 s without the fault; the 100 ms of one timeout are nearly one of them.
    CHECK(count(result, Outcome::ok) == 98);
}

TEST_CASE("each dead connection costs its streams once, however many callers there are") {
    CHECK(tries_ended(with_dead_connections(4, 4, 1, 1), 0, Outcome::blackholed) == 4);
    CHECK(tries_ended(with_dead_connections(4, 1, 8, 1), 0, Outcome::blackholed) == 4);
    CHECK(tries_ended(with_dead_connections(4, 4, 1, 1, false), 0, Outcome::blackholed) == 0);
}

TEST_CASE("a share of the connections is dead, and the rest go on") {
    const auto dead = tries_ended(with_dead_connections(200, 200, 1, 0.5), 0, Outcome::blackholed);
    CHECK(dead > 75);
    CHECK(dead < 125);
}
