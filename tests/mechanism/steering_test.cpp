// When customers are sent to another region, and when they come back.
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::Outcome;
using models::RegionId;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

/// Three regions of one zone, `shop` in each of them; customers of the first come 1000 a second.
struct Steered {
    TestSystem system{3, {}};
    models::EndpointId shop;

    explicit Steered(sim::Duration ttl)
        : shop(system.add_service("shop", milliseconds(0), 1'000, {0, 1, 2})) {
        auto& topology = system.model.topology;
        topology.regions.clear();
        for (std::uint32_t r = 0; r < 3; ++r) {
            topology.regions.push_back({"r" + std::to_string(r), {models::ZoneId{r}}});
            topology.zones[r].region = RegionId{r};
        }
        system.model.services[0].health_check =
            models::HealthCheckConfig{milliseconds(100), 1, 1, milliseconds(50)};
        system.model.services[0].restart = milliseconds(1);
        models::CallPolicy policy = TestSystem::no_retries();
        policy.timeout = milliseconds(10);
        system.add_users("people", shop, 0, {}, policy);
        auto& group = system.model.groups[0];
        group.users = 0;
        group.rate_per_s = 1'000;
        group.steering = models::Steering{whole_seconds(1), 3, 2, ttl, 0, 100};
        group.steered_to = {{RegionId{0}}, {RegionId{1}, RegionId{2}}};
        models::FaultTarget first;
        first.instances = {models::InstanceId{0}};
        first.zones = {models::ZoneId{0}};
        system.add_fault(models::DownEffect{}, first, whole_seconds(5), whole_seconds(10));
        system.model.duration = whole_seconds(25);
    }
    models::Steering& rule() { return *system.model.groups[0].steering; }
    /// Of the looks, which come every second.
    static double phase() {
        const sim::RngStream stream(42, 0, "people", "steering");
        sim::KeyedRng rng(stream, 0, sim::hash_text("r0"));
        return rng.unit();
    }
};

/// Requests that ended well in the second that begins then, as a share.
double well(const models::RunResult& result, std::size_t second) {
    const auto& window = result.flows[0].windows[second];
    return static_cast<double>(window.success) / static_cast<double>(window.offered);
}

}  // namespace

TEST_CASE(
    "a region is left out at the third look that finds nobody, and answers last for the ttl") {
    Steered steered({});  // nobody keeps an answer
    const auto result = steered.system.run();
    // Dark from 5; looked at at 5, 6 and 7 + phase: from then on all go elsewhere.
    CHECK(well(result, 4) == 1);
    CHECK(well(result, 5) == 0);
    CHECK(well(result, 6) == 0);
    CHECK(well(result, 7) == Approx(1 - Steered::phase()).margin(0.05));
    CHECK(well(result, 8) == 1);
    CHECK(well(result, 23) == 1);
    // A dark region's edge does not answer: only the customers' own timers tell.
    CHECK(count(result, Outcome::no_healthy_instance) == 0);
    CHECK(count(result, Outcome::blackholed) + count(result, Outcome::timeout) > 2'000);
}

TEST_CASE("customers move one after the other, as their resolvers' answers age") {
    Steered steered(whole_seconds(4));
    const auto result = steered.system.run();
    const auto moved = 7 + Steered::phase();
    for (std::size_t second = 8; second < 12; ++second) {
        const auto since = static_cast<double>(second) + 0.5 - moved;
        INFO(second);
        CHECK(well(result, second) == Approx(std::min(1.0, since / 4)).margin(0.15));
    }
    CHECK(well(result, 13) == 1);
}

TEST_CASE("resolvers that ignore the ttl stay with the dark region") {
    Steered steered(whole_seconds(1));
    steered.rule().ignore_ttl = 0.3;
    const auto result = steered.system.run();
    CHECK(well(result, 4) == 1);
    CHECK(well(result, 12) == Approx(0.7).margin(0.12));
    CHECK(well(result, 23) == 1);
}

TEST_CASE("the two others share the customers, each resolver with a favourite") {
    Steered steered({});
    models::FaultTarget third;
    third.instances = {models::InstanceId{2}};
    models::ErrorsEffect errors;
    errors.share = 1;
    steered.system.add_fault(errors, third, {}, whole_seconds(100));
    const auto result = steered.system.run();
    CHECK(well(result, 4) == 1);
    CHECK(well(result, 10) == Approx(0.5).margin(0.12));  // of 100 resolvers
    // Back at 15; known at the second look after it.
    CHECK(well(result, 15) == Approx(0.5).margin(0.12));
    CHECK(well(result, 17) == 1);
}

TEST_CASE("without any region that is well the name is answered all the same") {
    Steered steered({});
    steered.system.model.faults[0].target.instances = {models::InstanceId{0}, models::InstanceId{1},
                                                       models::InstanceId{2}};
    steered.system.model.faults[0].target.zones = {models::ZoneId{0}, models::ZoneId{1},
                                                   models::ZoneId{2}};
    const auto result = steered.system.run();
    CHECK(well(result, 10) == 0);
    CHECK(tries_ended(result, 0, Outcome::dns) == 0);
    CHECK(well(result, 23) == 1);
}

TEST_CASE("a region whose processes have crashed has an edge that says so") {
    Steered steered({});
    steered.system.model.faults[0].effect = models::CrashEffect{};
    const auto result = steered.system.run();
    CHECK(count(result, Outcome::blackholed) == 0);
    CHECK(count(result, Outcome::no_healthy_instance) > 1'000);
}
