// Queues in the engine, by scripted sequences.
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::MessageEvent;
using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

/// Users put messages into a queue (1 ms of own work) that a worker consumes.
struct QueueSystem : TestSystem {
    explicit QueueSystem(sim::Duration work, models::CallPolicy to_worker = no_retries()) {
        queue = add_service("queue", milliseconds(1), 1000);
        worker = add_service("worker", work, 1000);
        add_step(queue, {call(queue, worker, std::move(to_worker))});
        model.duration = whole_seconds(400);
    }
    models::RunResult run() {
        model.services[0].delivery = delivery;
        return TestSystem::run();
    }
    /// One message per sender, at that time and never again.
    void send_once(sim::Duration at, std::uint32_t senders = 1,
                   models::CallPolicy policy = no_retries()) {
        add_users("senders" + std::to_string(model.groups.size()), queue, senders, at,
                  std::move(policy));
        model.groups.back().think_time = sim::constant_distribution(at);
    }

    models::EndpointId queue;
    models::EndpointId worker;
    models::DeliveryPolicy delivery;
};

std::uint64_t events(const models::RunResult& result, MessageEvent event) {
    return result.queues[0].count(event);
}

/// Every message that came in has gone out in one way, or is still there.
void check_conserved(const models::RunResult& result) {
    CHECK(events(result, MessageEvent::stored) ==
          events(result, MessageEvent::acknowledged) + events(result, MessageEvent::dead) +
              events(result, MessageEvent::expired) + events(result, MessageEvent::lost) +
              result.queues[0].left);
}

}  // namespace

TEST_CASE("a call to a queue is answered as soon as the message is stored") {
    QueueSystem system(whole_seconds(5));
    system.send_once(whole_seconds(201));
    const auto result = system.run();
    CHECK(count(result, Outcome::ok) == 1);
    CHECK(*result.flows[0].slices[0].latency.max() == 1'000'000);
    CHECK(events(result, MessageEvent::delivered) == 1);
    CHECK(events(result, MessageEvent::acknowledged) == 1);
    CHECK(*result.queues[0].age.max() == 5'000'000'000);
    CHECK(result.services[0].busy_s == Approx(0.001));  // no slot while it is delivered
    CHECK(result.services[1].wasted_s == 0);            // although the customer is long gone
    check_conserved(result);
}

TEST_CASE("processing that outlasts the visibility is delivered again while it goes on") {
    QueueSystem system(whole_seconds(40));
    system.delivery.consumers = 4;
    system.delivery.max_receive = 3;
    system.send_once(whole_seconds(201));
    const auto result = system.run();
    // Delivered at 0, 30 and 60 s; at 40 and 70 s the receipts are no longer the latest.
    CHECK(events(result, MessageEvent::delivered) == 1);
    CHECK(events(result, MessageEvent::redelivered) == 2);
    CHECK(events(result, MessageEvent::acknowledged) == 0);
    CHECK(events(result, MessageEvent::dead) == 1);
    CHECK(events(result, MessageEvent::duplicate) == 2);
    check_conserved(result);
}

TEST_CASE("with one consumer a late acknowledgement still removes the message") {
    QueueSystem system(whole_seconds(40));
    system.send_once(whole_seconds(201));
    const auto result = system.run();
    CHECK(events(result, MessageEvent::delivered) == 1);
    CHECK(events(result, MessageEvent::redelivered) == 0);
    CHECK(events(result, MessageEvent::acknowledged) == 1);
    CHECK(events(result, MessageEvent::duplicate) == 0);
}

TEST_CASE("an acknowledgement at exactly the end of the visibility counts") {
    QueueSystem system(whole_seconds(30));
    system.delivery.consumers = 2;
    system.send_once(whole_seconds(201));
    const auto result = system.run();
    CHECK(events(result, MessageEvent::redelivered) == 0);
    CHECK(events(result, MessageEvent::acknowledged) == 1);
}

TEST_CASE("a message that always fails is delivered exactly maxReceive times, then it is dead") {
    QueueSystem system(milliseconds(10));
    system.model.endpoints[system.worker.value].error_share = 1;
    system.model.duration = whole_seconds(800);
    system.send_once(whole_seconds(401));
    const auto result = system.run();
    CHECK(events(result, MessageEvent::delivered) == 1);
    CHECK(events(result, MessageEvent::redelivered) == 9);
    CHECK(events(result, MessageEvent::dead) == 1);
    CHECK(result.services[1].arrivals == 10);
    CHECK(result.queues[0].left == 0);
}

TEST_CASE("an execution whose answer is lost is a duplicate the second time") {
    auto hasty = TestSystem::no_retries();
    hasty.timeout = milliseconds(10);
    QueueSystem system(milliseconds(10), hasty);
    system.model.topology.delays = {sim::constant_distribution(milliseconds(1))};
    system.delivery.max_receive = 3;
    system.send_once(whole_seconds(201));
    const auto lost = system.run();  // 12 ms are needed: all three deliveries time out
    CHECK(events(lost, MessageEvent::dead) == 1);
    CHECK(lost.services[1].completions == 3);
}

TEST_CASE("a full queue sheds") {
    QueueSystem system(whole_seconds(10));
    system.delivery.capacity = 3;
    system.send_once(whole_seconds(201), 5);
    const auto result = system.run();
    CHECK(count(result, Outcome::ok) == 3);
    CHECK(count(result, Outcome::shed) == 2);
    CHECK(result.services[0].shed == 2);
    CHECK(events(result, MessageEvent::stored) == 3);
    check_conserved(result);
}

TEST_CASE("a backlog of B drains in B / (mu - lambda)") {
    QueueSystem system(milliseconds(100));
    system.add_users("steady", system.queue, 1, milliseconds(199));  // 5/s against 10/s
    system.send_once(whole_seconds(201), 100);
    const auto result = system.run();
    const auto& windows = result.queues[0].windows;
    CHECK(windows[200].messages <= 1);
    CHECK(windows[202].messages > 90);
    CHECK(windows[201 + 18].messages > 5);
    CHECK(windows[201 + 21].messages <= 1);
    CHECK(windows[201 + 10].oldest_s > 4);
    check_conserved(result);
}

TEST_CASE("the newest message first: the backlog waits, fresh messages do not") {
    for (const bool lifo : {false, true}) {
        QueueSystem system(milliseconds(100));
        system.delivery.order = lifo ? models::MessageOrder::lifo : models::MessageOrder::fifo;
        system.send_once(whole_seconds(201), 100);
        system.send_once(milliseconds(201'500));
        const auto result = system.run();
        // The backlog is done after 10 s; the fresh message before or after it.
        CHECK(*result.queues[0].age.max() == (lifo ? 10'100'000'000 : 10'000'000'000));
        CHECK(result.queues[0].windows[209].oldest_s == Approx(7.999F).margin(0.01));
        check_conserved(result);
    }
}

TEST_CASE("messages are dropped when they are older than the queue keeps them") {
    QueueSystem system(whole_seconds(10));
    system.delivery.retention = whole_seconds(15);
    system.send_once(whole_seconds(201), 5);
    const auto result = system.run();
    CHECK(events(result, MessageEvent::acknowledged) == 1);  // the second would end after 20 s
    CHECK(events(result, MessageEvent::expired) == 4);
    CHECK(result.services[1].completions == 2);
    check_conserved(result);
}

TEST_CASE("a durable queue keeps its messages over a loss of power, another does not") {
    for (const bool durable : {true, false}) {
        QueueSystem system(whole_seconds(10));
        system.delivery.durable = durable;
        system.model.services[0].restart = whole_seconds(1);
        system.send_once(whole_seconds(201), 3);
        system.add_fault(models::CrashEffect{}, system.instances_of(system.queue),
                         whole_seconds(206), whole_seconds(4));
        const auto result = system.run();
        CHECK(events(result, MessageEvent::lost) == (durable ? 0 : 3));
        CHECK(events(result, MessageEvent::acknowledged) == (durable ? 3 : 0));
        // The delivery that went down with the queue is made again when its visibility ends.
        CHECK(events(result, MessageEvent::redelivered) == (durable ? 1 : 0));
        check_conserved(result);
    }
}

TEST_CASE("work for a delivery of a message that was delivered again is wasted") {
    QueueSystem system(whole_seconds(5));
    system.delivery.visibility = whole_seconds(3);
    system.delivery.max_receive = 2;
    system.delivery.consumers = 8;
    system.send_once(whole_seconds(201));
    const auto result = system.run();
    // Delivered again after 3 s, while the first delivery still works for 2 s; at 6 s it is a dead
    // letter, so that the second delivery works for nothing, too.
    CHECK(events(result, MessageEvent::redelivered) == 1);
    CHECK(result.services[1].work_done_s == Approx(10));
    CHECK(result.services[1].wasted_s == Approx(10));
    system.delivery.visibility = whole_seconds(6);
    const auto patient = system.run();
    CHECK(patient.services[1].work_done_s == Approx(5));
    CHECK(patient.services[1].wasted_s == Approx(0));
}
