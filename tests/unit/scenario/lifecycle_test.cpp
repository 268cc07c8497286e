// How replicas come back, how callers learn of it, and the faults that ask for it, as a file writes
// them.
#include <string>

#include "tests/catch.hpp"
#include "tests/unit/scenario/support.hpp"

using namespace scenario_test;
using sim::whole_seconds;

namespace {

models::SystemModel model_of(const std::string& keys, const std::string& fault = "") {
    const auto loaded =
        load("version: 1\nservices: {web: {concurrency: 8, latency: 10ms" + keys +
             "}}\nworkload: {customers: {rate: 80/s, mix: {call: 100%}}}\n" +
             (fault.empty() ? "" : "faults: {bad: {at: 1m, for: 1m, " + fault + "}}\n"));
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    return models::build_model(*loaded->scenario, 0);
}

template <class Effect>
Effect effect_of(const std::string& effect) {
    return std::get<Effect>(model_of("", "service: web, effect: " + effect).faults[0].effect);
}

}  // namespace

TEST_CASE("a restart is a time or a map with what makes it longer") {
    CHECK(model_of(", restart: 5s").services[0].restart == whole_seconds(5));
    const auto model = model_of(
        ", restart: {time: 1s, startUp: 9s, backoff: {max: 1m}, warmUp: {for: 30s, from: 10%}}");
    const auto& restart = model.services[0].restart;
    CHECK(restart.until_ready() == whole_seconds(10));
    REQUIRE(restart.backoff);
    CHECK(*restart.backoff ==
          models::RestartBackoff{whole_seconds(10), whole_seconds(60), whole_seconds(600)});
    CHECK(restart.warm_up == models::WarmUp{whole_seconds(30), 0.1});
    CHECK_FALSE(model_of(", restart: {time: 1s}").services[0].restart.warm_up);
}

TEST_CASE("the back-off of crashes: nothing, the base, then twice as long up to the most") {
    const models::RestartBackoff backoff;
    const std::vector<std::int64_t> seconds = {0, 0, 10, 20, 40, 80, 160, 300, 300};
    for (std::uint32_t crash = 0; crash < seconds.size(); ++crash) {
        CHECK(backoff.delay(crash) == whole_seconds(seconds[crash]));
    }
    CHECK(backoff.delay(1'000'000) == whole_seconds(300));
}

TEST_CASE("a process warms up in a straight line") {
    const models::WarmUp warm_up{whole_seconds(10), 0.2};
    CHECK(warm_up.speed({}) == Approx(0.2));
    CHECK(warm_up.speed(whole_seconds(5)) == Approx(0.6));
    CHECK(warm_up.speed(whole_seconds(10)) == 1);
    CHECK(warm_up.speed(whole_seconds(99)) == 1);
}

TEST_CASE("a health check is read with all its keys, and keeps the defaults of the others") {
    const auto model = model_of(
        ", healthCheck: {kind: deep, failAfter: 5, failOpenBelow: 50%, needsSlot: true, "
        "initialDelay: 3s, jitter: 100ms}");
    const auto& check = *model.services[0].health_check;
    CHECK(check.kind == models::CheckDepth::deep);
    CHECK(check.fail_after == 5);
    CHECK(check.interval == whole_seconds(2));
    CHECK(check.fail_open_below == Approx(0.5));
    CHECK(check.needs_slot);
    CHECK(check.initial_delay == whole_seconds(3));
    CHECK(check.jitter == sim::milliseconds(100));
    CHECK(check.uses_all(0, 4));
    CHECK(check.uses_all(1, 4));
    CHECK_FALSE(check.uses_all(2, 4));
}

TEST_CASE("effects on processes: the short and the long way to write them") {
    CHECK(effect_of<models::StopEffect>("stop").drain == sim::kForever);
    const auto stop = effect_of<models::StopEffect>("{stop: 30s, deregister: 5s}");
    CHECK(stop.drain == whole_seconds(30));
    CHECK(stop.deregister == whole_seconds(5));
    CHECK(effect_of<models::HangEffect>("{hang: 10%, every: 1s}").share == Approx(0.1));
    CHECK(effect_of<models::HangEffect>("{kind: hang, slots: 2}").every == sim::kForever);
    const auto memory = effect_of<models::MemoryEffect>(
        "{memory: 2GB, perRequest: 20kB, perMinute: 50MiB, watermark: 50%, slowdown: 5x}");
    CHECK(memory.limit == 2'000'000'000);
    CHECK(memory.per_request == 20'000);
    CHECK(memory.per_minute == 50LL * 1024 * 1024);
    CHECK(memory.slow == 5);
    CHECK(effect_of<models::CrashLoopEffect>("{crashLoop: 20s}").runs == whole_seconds(20));
    CHECK(effect_of<models::CrashLoopEffect>("{kind: crashLoop, requests: 7}").requests == 7);
}

TEST_CASE("a fault may be hidden from health checks") {
    CHECK(model_of("", "service: web, effect: down").faults[0].seen_by_checks);
    const auto hidden = model_of("", "service: web, effect: down, visibleTo: {healthCheck: false}");
    CHECK_FALSE(hidden.faults[0].seen_by_checks);
}
