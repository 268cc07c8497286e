// Faults that come again, and strengths that change, in the engine.
#include "tests/catch.hpp"
#include "tests/mechanism/recurring.hpp"

using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

models::EverySchedule every(std::int64_t seconds, std::int64_t length) {
    models::EverySchedule rule;
    rule.every = whole_seconds(seconds);
    rule.length = whole_seconds(length);
    return rule;
}

models::RenewalSchedule renewal(std::int64_t mtbf, std::int64_t mttr) {
    models::RenewalSchedule rule;
    rule.mtbf = whole_seconds(mtbf);
    rule.mttr = whole_seconds(mttr);
    return rule;
}

/// Four replicas that crash, and one lonely customer.
struct Four {
    explicit Four(models::FaultSchedule schedule, bool each = false) {
        system.model.duration = whole_seconds(100);
        shop = system.add_service("shop", milliseconds(1), 1, {0, 1, 2, 3});
        system.model.services[0].restart = sim::Duration{};
        system.add_users("people", shop, 1, whole_seconds(30));
        const auto target = system.instances_of(shop);
        recurring::add(
            system, models::CrashEffect{}, target,
            recurring::of_instances(system, target.instances, std::move(schedule), each));
    }
    models::Recurrence& recurrence() { return *system.model.faults[0].recurrence; }
    std::vector<double> run(std::uint32_t replication = 0) {
        return recurring::capacity(system.run(replication));
    }

    TestSystem system{4};
    models::EndpointId shop;
};

}  // namespace

TEST_CASE("every ten seconds the fault is there for two, on all of its target") {
    Four four(every(10, 2));
    const auto capacity = four.run();
    REQUIRE(capacity.size() == 100);
    for (std::size_t i = 0; i < 100; ++i) CHECK(capacity[i] == (i >= 10 && i % 10 < 2 ? 0 : 4));
}

TEST_CASE("each visit picks anew, among those that are not struck") {
    Four four(every(10, 2));
    four.recurrence().pick = models::Pick::one;
    const auto capacity = four.run();
    for (std::size_t i = 0; i < 100; ++i) CHECK(capacity[i] == (i >= 10 && i % 10 < 2 ? 3 : 4));
    four.recurrence().pick = models::Pick::share;
    four.recurrence().share = 0.6;
    CHECK(four.run()[50] == 1);
}

TEST_CASE("visits of one fault to the same part become one; a struck part is no prey") {
    // Two processes over the same four: at 10 and 20 both begin; each takes two of the four.
    Four four(every(10, 2));
    auto& recurrence = four.recurrence();
    recurrence.processes.push_back(recurrence.processes[0]);
    recurrence.processes[1].name = "other";
    CHECK(four.run()[10] == 0);
    CHECK(four.run()[12] == 4);
    recurrence.pick = models::Pick::share;
    recurrence.share = 0.5;
    CHECK(four.run()[10] == 0);
    recurrence.share = 1;
    recurrence.pick = models::Pick::one;
    CHECK(four.run()[10] == 2);
}

TEST_CASE("of a fault on a part that slows, overlapping visits do not multiply") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(100));
    auto twice = recurring::of_instances(system, {models::InstanceId{0}}, every(2, 1), false);
    twice.processes.push_back({"again", {0}, 1, false, {}});
    recurring::add(system, models::SlowEffect{5}, system.instances_of(shop), twice);
    system.add_users("people", shop, 1, milliseconds(2'500));
    CHECK(*system.run().flows[0].slices[0].latency.max() == 500'000'000);
}

TEST_CASE("visits are the same whatever else is in the system, and differ between replications") {
    Four plain(renewal(10, 2), true);
    const auto visits = plain.run();
    Four retrying(renewal(10, 2), true);
    retrying.system.model.policies.back() =
        TestSystem::retrying(3, milliseconds(1), milliseconds(10));
    CHECK(retrying.run() == visits);
    Four beside(renewal(10, 2), true);
    beside.system.add_fault(models::SlowEffect{9}, beside.system.instances_of(beside.shop),
                            whole_seconds(3), whole_seconds(50));
    CHECK(beside.run() == visits);
    CHECK(plain.run(1) != visits);
}

TEST_CASE("another replica moves the visits of no other") {
    Four four(renewal(10, 2), true);
    const auto all = four.run();
    four.recurrence().processes.erase(four.recurrence().processes.begin());
    const auto three = four.run();
    Four first(renewal(10, 2), true);
    first.recurrence().processes.resize(1);
    const auto one = first.run();
    for (std::size_t i = 0; i < 100; ++i) CHECK(all[i] == Approx(three[i] + one[i] - 4));
}

TEST_CASE("a common cause of two faults strikes both targets at once") {
    Four four(renewal(10, 2), false);
    const auto other = four.system.add_service("other", milliseconds(1), 1, {0});
    four.system.model.services[1].restart = sim::Duration{};
    const auto target = four.system.instances_of(other);
    recurring::add(four.system, models::CrashEffect{}, target,
                   recurring::of_instances(four.system, target.instances, renewal(10, 2), false));
    recurring::add_common_cause(four.recurrence(), 1);
    four.recurrence().processes.back().faults = {1};
    four.system.model.faults[1].recurrence->processes[0].share = 0;
    const auto result = four.system.run();
    CHECK(recurring::capacity(result, 1)[0] == 1);
    CHECK(result.services[0].capacity_s < 395);
    CHECK(result.services[1].capacity_s == Approx(result.services[0].capacity_s / 4));
}

TEST_CASE("a ramp: work that begins on it is slowed by its step, and nominal at its end") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(100));
    system.add_fault(models::SlowEffect{5}, system.instances_of(shop), whole_seconds(2),
                     whole_seconds(4));
    system.model.faults[0].ramp = {whole_seconds(2), whole_seconds(1)};
    system.add_users("people", shop, 1, whole_seconds(1));
    system.model.duration = milliseconds(7'250);
    system.model.drain = whole_seconds(1);
    // In steps of 100 ms, each with the mean of its part. Asks at 1.0; at 2.1, strength 0.075 and
    // 130 ms; at 3.23, 0.625 and 350 ms; at 4.58, 1 and 500 ms; at 6.08 and 7.18, all over.
    const auto result = system.run();
    CHECK(count(result, Outcome::ok) == 6);
    CHECK(*result.flows[0].slices[0].latency.min() == 100'000'000);
    CHECK(*result.flows[0].slices[0].latency.max() == 500'000'000);
    CHECK(*result.flows[0].slices[0].latency.mean() ==
          Approx((100 + 130 + 350 + 500 + 100 + 100) * 1e6 / 6));
}

TEST_CASE("a ramp on messages falls, too") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(100));
    models::FaultTarget target;
    target.traffic = models::traffic_at(system.model.topology, 2, {models::InstanceId{0}});
    system.add_users("people", shop, 1, milliseconds(1'450));
    system.add_fault(models::DelayEffect{milliseconds(200)}, target, whole_seconds(1),
                     whole_seconds(1));
    system.model.faults[0].ramp = {{}, whole_seconds(1)};
    system.model.duration = milliseconds(1'500);
    system.model.drain = whole_seconds(1);
    // Asks at 1.45 (step 4 of 10, strength 0.55), is answered at 1.66 (step 6, 0.35).
    CHECK(*system.run().flows[0].slices[0].latency.max() == (110 + 100 + 70) * 1'000'000);
}
