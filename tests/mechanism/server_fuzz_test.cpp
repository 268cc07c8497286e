// Servers of every kind under faults, cancellation and deadlines, put together at random: nothing
// asserts, every request ends once (the run checks it), no level goes below zero or above what is
// there, and the same seed gives the same run.
#include "sim/core/rng.hpp"
#include "tests/catch.hpp"
#include "tests/effort.hpp"
#include "tests/mechanism/system.hpp"

using sim::milliseconds;
using sim::whole_seconds;

namespace {

struct Dice {
    sim::KeyedRng rng;
    std::uint32_t below(std::uint32_t n) { return rng.below(n); }
    bool one_in(std::uint32_t n) { return below(n) == 0; }
};

models::Shedding any_shedding(Dice& dice) {
    switch (dice.below(6)) {
        case 0:
            return models::CodelShedding{};
        case 1:
            return models::QueueTimeoutShedding{};
        case 2:
            return models::PriorityShedding{};
        case 3:
            return models::DeadlineShedding{};
        case 4:
            return models::DagorShedding{};
        default:
            return models::PiRejectorShedding{};
    }
}

void any_server(Dice& dice, models::ServiceConfig& service) {
    auto& server = service.server;
    service.concurrency = 1 + dice.below(4);
    if (!dice.one_in(4)) service.queue = dice.below(6);
    if (service.queue.value_or(1) > 0) {
        server.order = static_cast<models::QueueOrder>(dice.below(6));
        if (service.queue && dice.one_in(2)) server.drop = models::QueueDrop::head;
    }
    if (dice.one_in(3)) {
        server.cores = 1 + dice.below(3);
        if (dice.one_in(2)) service.concurrency = models::kUnlimited;
    } else if (dice.one_in(3)) {
        const auto core = dice.below(service.concurrency + 1);
        server.threads = models::ThreadPool{core, dice.one_in(2), milliseconds(dice.below(300))};
    }
    if (dice.one_in(2)) server.shedding = any_shedding(dice);
    if (dice.one_in(3)) {
        server.rate_limit = models::TokenBucketRate{
            20.0 + dice.below(80), 5, milliseconds(dice.one_in(2) ? 300 : 0), {}};
    }
    if (dice.one_in(3)) {
        if (dice.one_in(2)) {
            server.concurrency_limit = models::FixedLimit{1 + dice.below(9), {}, {}, {}};
        } else {
            server.concurrency_limit = models::VegasLimit{};
        }
    }
    if (dice.one_in(3)) {
        server.max_wait =
            sim::Distribution{sim::ExponentialDistribution{0.01 + 0.001 * dice.below(300)}};
    }
    if (dice.one_in(2)) server.reject_cost = milliseconds(1 + dice.below(5));
    if (dice.one_in(3)) service.holds = models::Holds::own_work;
    service.restart = milliseconds(dice.below(500));
}

models::CallPolicy any_policy(Dice& dice) {
    auto policy = TestSystem::retrying(static_cast<int>(dice.below(3)),
                                       milliseconds(50 + dice.below(300)), milliseconds(20));
    policy.timeout = milliseconds(100 + dice.below(900));
    policy.pass_deadline_down = dice.one_in(2);
    policy.cancel = static_cast<models::Cancellation>(dice.below(4));
    return policy;
}

models::FaultEffect any_effect(Dice& dice) {
    switch (dice.below(4)) {
        case 0:
            return models::CrashEffect{};
        case 1:
            return models::DownEffect{};
        case 2:
            return models::SlowEffect{3.0};
        default:
            return models::ErrorsEffect{0.5};
    }
}

TestSystem any_system(std::uint32_t seed) {
    Dice dice{sim::KeyedRng(sim::RngStream(seed, 0, "fuzz", "servers"), 0, 0)};
    TestSystem system(2, milliseconds(1));
    const auto front = system.add_service("front", milliseconds(5), 4, {0, 1});
    const auto back = system.add_service("back", milliseconds(20), 2, {0, 1});
    for (auto& service : system.model.services) any_server(dice, service);
    for (auto& endpoint : system.model.endpoints) {
        endpoint.latency.kind = sim::ExponentialDistribution{0.005 + 0.001 * dice.below(20)};
        endpoint.error_share = dice.one_in(3) ? 0.1 : 0.0;
        endpoint.error_as = static_cast<models::ErrorReply>(dice.below(3));
        endpoint.same_on_retry = dice.one_in(3) ? 0.5 : 0.0;
        if (dice.one_in(4)) endpoint.priority = static_cast<std::uint8_t>(dice.below(4));
    }
    auto call = system.call(front, back, any_policy(dice));
    call.optional = dice.one_in(3);
    system.add_step(front, {call, system.call(front, back, any_policy(dice))});
    for (std::uint32_t g = 0; g < 3; ++g) {
        system.add_users("group-" + std::to_string(g), front, 1 + dice.below(12),
                         milliseconds(50 + dice.below(200)), any_policy(dice));
        system.model.groups.back().priority = static_cast<std::uint8_t>(dice.below(4));
    }
    for (std::uint32_t f = 0; f < 3; ++f) {
        system.add_fault(any_effect(dice), system.instances_of(dice.one_in(2) ? front : back),
                         milliseconds(1'000 + dice.below(7'000)), milliseconds(dice.below(1'500)));
    }
    return system;
}

}  // namespace

TEST_CASE("servers of every kind survive whatever happens to them") {
    std::uint64_t refused = 0;
    for (std::uint32_t seed = 0; seed < 400; ++seed) {
        CAPTURE(seed);
        auto system = any_system(seed);
        const auto result = system.run();
        if (!tests::kSanitized) {
            CHECK(any_system(seed).run().fingerprint == result.fingerprint);
        }
        for (const auto& service : result.services) {
            CHECK(service.busy_s >= 0);
            CHECK(service.queued_s >= 0);
            CHECK(service.working_s <= service.busy_s + 1e-9);
            if (service.capacity_s > 0) CHECK(service.busy_s <= service.capacity_s + 1e-9);
            CHECK(service.wasted_s <= service.work_done_s + 1e-9);
            refused += service.shed + service.throttled + service.expired;
        }
    }
    CHECK(refused > 10'000);  // the rules have been at work
}
