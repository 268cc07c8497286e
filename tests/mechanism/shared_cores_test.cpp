// Own work that shares cores: by hand, against exact fractions, and under faults.
#include <algorithm>
#include <numeric>
#include <vector>

#include "models/engine/processor_sharing.hpp"
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::AttemptId;
using models::Outcome;
using models::SharedCores;
using sim::milliseconds;
using sim::SimTime;
using sim::whole_seconds;

namespace {

/// What SharedCores needs of the attempts.
struct Attempts {
    std::vector<models::Attempt> records = std::vector<models::Attempt>(1'000);
    models::Attempt& operator[](AttemptId id) { return records[id.value]; }
};

/// Ends of the jobs that remain, in order.
std::vector<std::int64_t> run_out(SharedCores& cores, Attempts& attempts) {
    std::vector<std::int64_t> ends;
    while (cores.jobs() > 0) {
        const auto now = cores.next_end();
        cores.remove(attempts, cores.first(), now);
        ends.push_back(now.ns);
    }
    return ends;
}

TestSystem one_server(std::uint32_t cores, std::uint32_t concurrency = models::kUnlimited) {
    TestSystem system;
    system.add_service("shop", milliseconds(100), concurrency);
    system.model.services[0].server.cores = cores;
    return system;
}

constexpr models::EndpointId kShop{0};

std::int64_t latency_ms(const models::RunResult& result, std::size_t flow) {
    const auto& latency = result.flows[flow].slices[0].latency;
    return latency.count() == 0 ? -1 : *latency.max() / 1'000'000;
}

}  // namespace

TEST_CASE("up to as many jobs as cores do not disturb each other") {
    SharedCores cores(3);
    Attempts attempts;
    for (std::uint32_t i = 0; i < 3; ++i) {
        cores.add(attempts, AttemptId{i}, sim::Duration{100 + i}, SimTime{10 * i});
        CHECK(cores.busy() == i + 1);
    }
    CHECK(run_out(cores, attempts) == std::vector<std::int64_t>{100, 111, 122});
}

TEST_CASE("more jobs than cores progress at cores / jobs each") {
    SharedCores cores(2);
    Attempts attempts;
    // Three of 200 ns at rate 2/3: 300 ns.
    for (std::uint32_t i = 0; i < 3; ++i) {
        cores.add(attempts, AttemptId{i}, sim::Duration{200}, SimTime{});
    }
    CHECK(cores.busy() == 2);
    CHECK(run_out(cores, attempts) == std::vector<std::int64_t>{300, 300, 300});
    // One alone for 100 ns, then three with it at rate 1/2 (2 of 4): 100 + 100 / 0.5.
    cores.add(attempts, AttemptId{0}, sim::Duration{200}, SimTime{1'000});
    for (std::uint32_t i = 1; i < 4; ++i) {
        cores.add(attempts, AttemptId{i}, sim::Duration{500}, SimTime{1'100});
    }
    // Then the three have 400 left at rate 2/3: 600 more.
    CHECK(run_out(cores, attempts) == std::vector<std::int64_t>{1'300, 1'900, 1'900, 1'900});
}

TEST_CASE("ends are rounded up to whole nanoseconds, and all progress together is never more") {
    for (std::uint32_t jobs = 1; jobs <= 200; jobs += 7) {
        SharedCores cores(3);
        Attempts attempts;
        std::int64_t sum = 0;
        for (std::uint32_t i = 0; i < jobs; ++i) {
            const sim::Duration work{1 + (i * 7'919) % 1'009};
            sum += work.ns;
            cores.add(attempts, AttemptId{i}, work, SimTime{});
        }
        const auto ends = run_out(cores, attempts);
        CHECK(std::is_sorted(ends.begin(), ends.end()));
        CHECK(3 * ends.back() >= sum);                               // three cores cannot do more
        if (jobs > 3) CHECK(ends.back() <= 1'009 + sum / 3 + jobs);  // nor idle while there is work
    }
}

TEST_CASE("a job that leaves gives its share to the others, and knows what is left of it") {
    SharedCores cores(1);
    Attempts attempts;
    for (std::uint32_t i = 0; i < 4; ++i) {
        cores.add(attempts, AttemptId{i}, sim::Duration{100 * (i + 1)}, SimTime{});
    }
    CHECK(cores.remove(attempts, AttemptId{2}, SimTime{200}).ns == 250);  // 50 of 300 done
    // 50, 150, 350 left: 150, then 2 * 100, then 200.
    CHECK(run_out(cores, attempts) == std::vector<std::int64_t>{350, 550, 750});
}

TEST_CASE("a long history loses nothing: a lone job takes exactly its work") {
    SharedCores cores(2);
    Attempts attempts;
    SimTime now{-5'000'000'000};
    for (std::uint32_t round = 0; round < 2'000; ++round) {
        for (std::uint32_t i = 0; i < 5; ++i) {
            cores.add(attempts, AttemptId{i}, sim::Duration{1'000'003 + i * round}, now);
        }
        while (cores.jobs() > 0) {
            now = cores.next_end();
            cores.remove(attempts, cores.first(), now);
        }
    }
    cores.add(attempts, AttemptId{0}, sim::Duration{123'456'789}, now);
    CHECK(cores.next_end() == now + sim::Duration{123'456'789});
}

TEST_CASE("requests at one instance share its cores, and utilisation counts cores") {
    auto system = one_server(2);
    system.add_users("three", kShop, 3, milliseconds(9'000));
    system.add_users("late", kShop, 1, milliseconds(9'100));
    const auto result = system.run();
    // Two thirds each until 9.1; then half, for the third that is left of each: 200/3 ms.
    CHECK(*result.flows[0].slices[0].latency.max() == Approx(166'666'667).margin(8e5));
    CHECK(latency_ms(result, 1) == 133);  // 33 done by then, 67 alone
    CHECK(result.services[0].capacity_s == Approx(20));
    CHECK(result.services[0].busy_s == Approx(0.4));  // core-seconds: all work that was done
    CHECK(result.services[0].working_s == Approx(0.4));
    CHECK(result.services[0].work_done_s == Approx(0.4));
}

TEST_CASE("concurrency bounds what is in flight; the others wait") {
    auto system = one_server(1, 2);
    system.add_users("three", kShop, 3, milliseconds(9'000));
    const auto result = system.run();
    CHECK(*result.flows[0].slices[0].latency.min() == 200'000'000);
    CHECK(*result.flows[0].slices[0].latency.max() == 300'000'000);
    CHECK(result.services[0].positive_waits == 1);
}

TEST_CASE("slow work that begins during a fault composes with sharing") {
    auto system = one_server(1);
    system.add_users("early", kShop, 1, milliseconds(9'000));
    system.add_users("slow", kShop, 1, milliseconds(9'050));
    system.add_fault(models::SlowEffect{2.0}, system.instances_of(kShop), milliseconds(9'040),
                     milliseconds(20));
    const auto result = system.run();
    CHECK(latency_ms(result, 0) == 150);  // 50 alone, 50 at half speed
    CHECK(latency_ms(result, 1) == 250);  // 50 of its 200 by then, 150 alone
}

TEST_CASE("a crash takes the jobs with it, and the cores start empty") {
    auto system = one_server(1);
    system.model.services[0].restart = milliseconds(10);
    system.add_users("before", kShop, 3, milliseconds(9'000));
    system.add_users("after", kShop, 1, milliseconds(9'500));
    system.add_fault(models::CrashEffect{}, system.instances_of(kShop), milliseconds(9'050),
                     milliseconds(100));
    const auto result = system.run();
    CHECK(count(result, Outcome::reset, 0) == 3);
    CHECK(latency_ms(result, 1) == 100);
    CHECK(result.services[0].busy_s == Approx(0.15));
    CHECK(result.services[0].capacity_s == Approx(10 - 0.11));
}

TEST_CASE("cancelled work leaves the cores to the others") {
    auto system = one_server(1);
    auto policy = TestSystem::no_retries();
    policy.timeout = milliseconds(40);
    policy.cancel = models::Cancellation::immediate;
    system.add_users("impatient", kShop, 1, milliseconds(9'000), policy);
    system.add_users("patient", kShop, 1, milliseconds(9'000));
    const auto result = system.run();
    CHECK(count(result, Outcome::timeout, 0) == 1);
    CHECK(latency_ms(result, 1) == 120);
    CHECK(result.services[0].wasted_s == Approx(0.02));
    CHECK(result.services[0].busy_s == Approx(0.12));
}

TEST_CASE("jobs in each other's way progress by the universal scalability law") {
    // Two on enough cores: each at 1 / (1 + 0.5 + 2 x 0.25) = 1/2; then one alone at full speed.
    SharedCores cores(8, {.contention = 0.5, .coherency = 0.25});
    Attempts attempts;
    cores.add(attempts, AttemptId{0}, sim::Duration{200}, SimTime{});
    cores.add(attempts, AttemptId{1}, sim::Duration{300}, SimTime{});
    CHECK(run_out(cores, attempts) == std::vector<std::int64_t>{400, 500});
}

TEST_CASE("a job alone is in nobody's way, and too many share the cores besides") {
    SharedCores cores(1, {.contention = 1, .coherency = 0});
    Attempts attempts;
    cores.add(attempts, AttemptId{0}, sim::Duration{100}, SimTime{});
    CHECK(cores.next_end() == SimTime{100});
    // Half a core each, and half of that.
    cores.add(attempts, AttemptId{1}, sim::Duration{100}, SimTime{});
    CHECK(run_out(cores, attempts) == std::vector<std::int64_t>{400, 400});
}

TEST_CASE("a run with contention keeps its books, also when it is stopped and goes on") {
    auto system = one_server(4);
    system.model.services[0].server.scalability = {.contention = 1, .coherency = 0};
    system.add_users("people", kShop, 2, milliseconds(9'000));
    system.add_fault(models::PauseEffect{}, system.instances_of(kShop), milliseconds(9'050),
                     milliseconds(30));
    const auto result = system.run();
    CHECK(latency_ms(result, 0) == 230);  // at half speed, and 30 of standing still
}
