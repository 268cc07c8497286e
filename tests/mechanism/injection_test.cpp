// What a caller learns of each injected outcome, and when, to the nanosecond; and whether the
// server did the work (FAULTS.md B.2).
#include <cmath>

#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::MessageDirection;
using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

/// One customer asks `front` at 1 s; front (no own work) asks `back` (10 ms) 5 ms away.
struct TwoServices {
    TestSystem system{1, milliseconds(5)};
    models::EndpointId front = system.add_service("front", milliseconds(0), 8);
    models::EndpointId back = system.add_service("back", milliseconds(10), 8);
    std::uint32_t edge = 0;

    explicit TwoServices(const models::FaultEffect& effect, double share = 1,
                         std::uint32_t users = 1) {
        auto policy = TestSystem::no_retries();
        policy.timeout = milliseconds(700);
        const auto spec = system.call(front, back, policy);
        edge = spec.edge;
        system.add_step(front, {spec});
        models::FaultTarget target;
        target.traffic = {models::traffic_between(system.model.topology, models::ServiceId{0},
                                                  models::ServiceId{1})};
        target.share = share;
        system.add_fault(effect, target, {}, whole_seconds(10));
        system.add_users("people", front, users, whole_seconds(1));
        system.model.duration = milliseconds(1'900);
        system.model.drain = whole_seconds(2);
    }
    /// How long front waited for back.
    static double waited(const models::RunResult& result) { return result.services[0].busy_s; }
};

double work_at_back(const models::RunResult& result) { return result.services[1].work_done_s; }

}  // namespace

TEST_CASE("refused: known after one round trip, no work") {
    TwoServices two(models::RefuseEffect{});
    const auto result = two.system.run();
    CHECK(tries_ended(result, two.edge, Outcome::refused) == 1);
    CHECK(TwoServices::waited(result) == Approx(0.010));
    CHECK(work_at_back(result) == 0);
}

TEST_CASE("lost requests: known at the timeout, no work") {
    for (const auto direction : {MessageDirection::request, MessageDirection::both}) {
        TwoServices two(models::LoseEffect{direction});
        const auto result = two.system.run();
        CHECK(tries_ended(result, two.edge, Outcome::blackholed) == 1);
        CHECK(TwoServices::waited(result) == Approx(0.7));
        CHECK(work_at_back(result) == 0);
    }
}

TEST_CASE("lost replies: known at the timeout, and the work was done for nobody") {
    TwoServices two(models::LoseEffect{MessageDirection::reply});
    const auto result = two.system.run();
    CHECK(tries_ended(result, two.edge, Outcome::blackholed) == 1);
    CHECK(TwoServices::waited(result) == Approx(0.7));
    CHECK(work_at_back(result) == Approx(0.01));
}

TEST_CASE("a reset request: known one message later, no work; a reset reply: after the work") {
    TwoServices request(models::ResetEffect{MessageDirection::request, milliseconds(3)});
    const auto early = request.system.run();
    CHECK(tries_ended(early, request.edge, Outcome::reset) == 1);
    CHECK(TwoServices::waited(early) == Approx(0.005 + 0.003));
    CHECK(work_at_back(early) == 0);
    TwoServices reply(models::ResetEffect{MessageDirection::reply, milliseconds(3)});
    const auto late = reply.system.run();
    CHECK(tries_ended(late, reply.edge, Outcome::reset) == 1);
    CHECK(TwoServices::waited(late) == Approx(0.020 + 0.003));
    CHECK(work_at_back(late) == Approx(0.01));
}

TEST_CASE("an error on a call is the sidecar's: known at once, no work") {
    const std::vector<std::pair<models::InjectedFailure, Outcome>> all = {
        {models::InjectedFailure::error, Outcome::error},
        {models::InjectedFailure::status_503, Outcome::error},
        {models::InjectedFailure::status_429, Outcome::throttled},
        {models::InjectedFailure::reset, Outcome::reset}};
    for (const auto& [failure, outcome] : all) {
        TwoServices two(models::ErrorsEffect{1.0, failure});
        const auto result = two.system.run();
        CHECK(tries_ended(result, two.edge, outcome) == 1);
        CHECK(TwoServices::waited(result) == 0);
        CHECK(work_at_back(result) == 0);
    }
}

TEST_CASE("an injected 503 is retried as 503, another error is not") {
    for (const bool status : {false, true}) {
        TwoServices two(models::ErrorsEffect{
            1.0, status ? models::InjectedFailure::status_503 : models::InjectedFailure::error});
        auto& policy =
            two.system.model.policies[two.system.model.endpoints[0].steps[0].calls[0].policy];
        policy.retries = 2;
        policy.retry_on = {};
        policy.retry_on.add(models::RetryCondition::status_503);
        policy.backoff = models::ConstantBackoff{milliseconds(10), models::Jitter::none};
        CHECK(two.system.run().edges[two.edge].tries == (status ? 3 : 1));
    }
}

TEST_CASE("errors at a server: after the work, or before it at once") {
    for (const auto when : {models::FailWhen::after, models::FailWhen::before}) {
        TestSystem system(1, milliseconds(5));
        const auto shop = system.add_service("shop", milliseconds(100));
        system.add_fault(models::ErrorsEffect{1.0, models::InjectedFailure::status_429, when},
                         system.instances_of(shop), {}, whole_seconds(10));
        const auto edge = system.add_users("people", shop, 1, whole_seconds(1));
        system.model.duration = milliseconds(1'900);
        const auto result = system.run();
        CHECK(tries_ended(result, edge, Outcome::throttled) == 1);
        const bool after = when == models::FailWhen::after;
        CHECK(result.services[0].busy_s == Approx(after ? 0.1 : 0.0));
    }
}

TEST_CASE("a stopped replica refuses what comes and finishes what it has") {
    TestSystem system(1, milliseconds(5));
    const auto shop = system.add_service("shop", milliseconds(300));
    system.model.services[0].health_check =
        models::HealthCheckConfig{milliseconds(50), 1, 1, milliseconds(40), true};
    system.add_fault(models::StopEffect{}, system.instances_of(shop), milliseconds(1'100),
                     milliseconds(1'000));
    const auto edge = system.add_users("people", shop, 2, milliseconds(1'000));
    system.model.groups[0].think_time = sim::constant_distribution(milliseconds(700));
    // both ask at 0.7; one works from 0.705 to 1.005, the other from then to 1.305, after the
    // door was closed; they ask again at 1.71 (refused at 1.72) and 2.01 (2.02); then all is well.
    const auto result = system.run();
    CHECK(tries_ended(result, edge, Outcome::refused) == 2);
    CHECK(tries_ended(result, edge, Outcome::reset) == 0);
    CHECK(count(result, Outcome::ok) > 4);
}

TEST_CASE("a share of the tries: as many as it says, the same ones both ways") {
    TwoServices two(models::LoseEffect{MessageDirection::both}, 0.3, 8);
    two.system.model.groups[0].think_time = sim::constant_distribution(milliseconds(10));
    two.system.model.duration = whole_seconds(60);
    two.system.model.faults[0].duration = whole_seconds(100);
    const auto result = two.system.run();
    const auto lost = static_cast<double>(tries_ended(result, two.edge, Outcome::blackholed));
    const auto tries = static_cast<double>(result.edges[two.edge].tries);
    CHECK(tries > 1'500);
    CHECK(lost / tries == Approx(0.3).margin(4 * 0.46 / std::sqrt(tries)));
    // a try whose request got through is not struck on the way back
    CHECK(work_at_back(result) == Approx((tries - lost) * 0.01).epsilon(0.01));
}

TEST_CASE("a sticky share strikes the same connections again and again") {
    TestSystem system(1, milliseconds(1));
    const auto shop = system.add_service("shop", milliseconds(10), 100);
    auto policy = TestSystem::no_retries();
    policy.timeout = milliseconds(50);
    system.add_users("people", shop, 40, milliseconds(100), policy);
    models::FaultTarget target;
    models::Traffic traffic;
    traffic.callers = {0, 1};  // the group, after the only instance
    traffic.replicas = {1};
    target.traffic = {traffic};
    target.share = 0.5;
    target.sticky = true;
    system.add_fault(models::LoseEffect{}, target, {}, whole_seconds(10));
    const auto result = system.run();
    // A customer either never gets an answer, 10 s / 150 ms = 66 times, or always, 10 / 112 ms.
    const auto lost = tries_ended(result, 0, Outcome::blackholed);
    CHECK(lost % 66 == 0);
    const auto struck = lost / 66;
    CHECK(struck > 10);
    CHECK(struck < 30);
    CHECK(count(result, Outcome::ok) == (40 - struck) * 89);
}

TEST_CASE("packet loss is late, not lost: the share and the length of the delays") {
    TwoServices two(models::LossEffect{0.1, 1}, 1, 8);
    two.system.model.groups[0].think_time = sim::constant_distribution(milliseconds(10));
    two.system.model.duration = whole_seconds(60);
    two.system.model.faults[0].duration = whole_seconds(100);
    auto& policy =
        two.system.model.policies[two.system.model.endpoints[0].steps[0].calls[0].policy];
    policy.timeout = sim::kForever;
    const auto result = two.system.run();
    const auto& latency = result.flows[0].slices[0].latency;
    const auto calls = static_cast<double>(latency.count());
    CHECK(count(result, Outcome::ok) == latency.count());
    CHECK(*latency.min() == 30'000'000);  // 5 + 5 + 10 + 5 + 5 ms
    // Each of two messages waits 0.2 s x (2^k - 1) with probability 0.9 x 0.1^k: 0.2 x 0.1 / 0.8.
    const double mean = 0.030 + 2 * 0.2 * 0.1 / 0.8;
    CHECK(*latency.mean() * 1e-9 == Approx(mean).margin(4 * 0.16 / std::sqrt(calls)));
}

TEST_CASE("jitter spreads a delay evenly around its middle") {
    TwoServices two(models::DelayEffect{milliseconds(100), milliseconds(40)}, 1, 8);
    two.system.model.groups[0].think_time = sim::constant_distribution(milliseconds(10));
    two.system.model.duration = whole_seconds(100);
    two.system.model.faults[0].duration = whole_seconds(200);
    const auto result = two.system.run();
    const auto& latency = result.flows[0].slices[0].latency;
    CHECK(*latency.min() >= 30'000'000 + 2 * 60'000'000);
    CHECK(*latency.max() < 30'000'000 + 2 * 140'000'000);
    const auto calls = static_cast<double>(latency.count());
    CHECK(*latency.mean() * 1e-9 == Approx(0.230).margin(4 * 0.033 / std::sqrt(calls)));
}

TEST_CASE("slow requests are a share of them") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(10), 100);
    system.add_fault(models::SlowEffect{3.0, 0.25}, system.instances_of(shop), {},
                     whole_seconds(100));
    system.add_users("people", shop, 8, milliseconds(10));
    system.model.duration = whole_seconds(60);
    const auto result = system.run();
    const auto& latency = result.flows[0].slices[0].latency;
    const auto calls = static_cast<double>(latency.count());
    CHECK(*latency.mean() * 1e-9 == Approx(0.015).margin(4 * 0.0087 / std::sqrt(calls)));
}

TEST_CASE("a link that is cut one way: requests there and replies from there") {
    // messages of a to b are lost: a's calls to b vanish, b's calls to a are done in vain.
    TestSystem system(1, milliseconds(1));
    const auto a = system.add_service("a", milliseconds(10), 8);
    const auto b = system.add_service("b", milliseconds(10), 8);
    const auto b_entry = system.add_endpoint(b);
    const auto a_leaf = system.add_endpoint(a);
    auto policy = TestSystem::no_retries();
    policy.timeout = milliseconds(100);
    const auto forth = system.call(a, b, policy);
    const auto back = system.call(b_entry, a_leaf, policy);
    system.add_step(a, {forth});
    system.add_step(b_entry, {back});
    auto there =
        models::traffic_between(system.model.topology, models::ServiceId{0}, models::ServiceId{1});
    there.replies = false;
    auto here =
        models::traffic_between(system.model.topology, models::ServiceId{1}, models::ServiceId{0});
    here.requests = false;
    models::FaultTarget target;
    target.traffic = {there, here};
    system.add_fault(models::LoseEffect{}, target, {}, whole_seconds(10));
    system.add_users("of-a", a, 1, whole_seconds(1));
    system.add_users("of-b", b_entry, 1, whole_seconds(1));
    system.model.duration = milliseconds(1'900);
    const auto result = system.run();
    CHECK(tries_ended(result, forth.edge, Outcome::blackholed) == 1);
    CHECK(tries_ended(result, back.edge, Outcome::blackholed) == 1);
    CHECK(result.services[1].arrivals == 1);  // only its customer's
    CHECK(result.services[0].arrivals == 2);
}

TEST_CASE("a narrow link lets messages leave one after the other, each way for itself") {
    TwoServices two(models::BandwidthEffect{std::uint64_t{1} << 20}, 1, 3);
    const auto result = two.system.run();
    // Three requests of 10 KiB at once, replies one by one: 9.765625 ms each.
    constexpr double kEach = 0.009765625;
    CHECK(TwoServices::waited(result) ==
          Approx((1 + 2 + 3) * kEach + 3 * (0.005 + 0.010 + kEach + 0.005)).epsilon(1e-7));
    TwoServices replies(models::BandwidthEffect{1 << 20, 10 << 10, MessageDirection::reply}, 1, 3);
    const auto late = replies.system.run();
    CHECK(TwoServices::waited(late) == Approx((1 + 2 + 3) * kEach + 3 * 0.020).epsilon(1e-7));
}

TEST_CASE("delay in one direction is added once") {
    models::DelayEffect effect{milliseconds(30)};
    effect.direction = MessageDirection::reply;
    TwoServices two(effect);
    CHECK(TwoServices::waited(two.system.run()) == Approx(0.020 + 0.030));
    effect.direction = MessageDirection::both;
    TwoServices both(effect);
    CHECK(TwoServices::waited(both.system.run()) == Approx(0.020 + 0.060));
}

TEST_CASE("a timeout that somebody has edited holds for calls that begin meanwhile") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(10), 4);
    const auto back = system.add_service("back", milliseconds(50), 4);
    auto policy = TestSystem::no_retries();
    policy.per_try_timeout = whole_seconds(1);
    system.add_step(shop, {system.call(shop, back, policy)});
    system.add_users("people", shop, 1, milliseconds(40));
    models::FaultTarget target;
    target.traffic = {
        models::traffic_between(system.model.topology, models::ServiceId{0}, models::ServiceId{1})};
    // Requests at 40, 140, … ms, their calls 10 ms later.
    system.add_fault(models::TimeoutEffect{milliseconds(20), {}}, target, milliseconds(5'060),
                     whole_seconds(2));
    const auto result = system.run();
    // The call that began at 5.050 s has the old one; later ones give up after 20 ms: a request
    // every 70 ms from 5.140 s until 7.060 s.
    CHECK(count(result, models::Outcome::error) == 28);
    CHECK(tries_ended(result, 0, models::Outcome::timeout) == 28);
}
