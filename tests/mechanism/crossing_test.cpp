// Bytes between zones (BLAST_RADIUS.md B21): what is counted of which message.
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::EdgeResult;
using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

constexpr std::uint64_t kRequest = 1'000;
constexpr std::uint64_t kReply = 50'000;

/// Zones 0 and 1 are a region, zone 2 is another one. A customer asks `front`, in zone 0, once a
/// second, which calls `back` in the zone that is given.
struct Crossing : TestSystem {
    explicit Crossing(std::uint32_t zone) : TestSystem(3) {
        auto& topology = model.topology;
        topology.regions[0].zones = {models::ZoneId{0}, models::ZoneId{1}};
        topology.regions.push_back({"far", {models::ZoneId{2}}});
        topology.zones[2].region = models::RegionId{1};
        front = add_service("front", milliseconds(1), 10, {0});
        back = add_service("back", milliseconds(1), 10, {zone});
        add_step(front, {call(front, back)});
        add_users("people", front, 1, milliseconds(900));
        for (auto& endpoint : model.endpoints) {
            endpoint.request_bytes = kRequest;
            endpoint.reply_bytes = kReply;
        }
    }
    /// Of the calls of `back`.
    EdgeResult edge() { return run().edges[0]; }

    models::EndpointId front;
    models::EndpointId back;
};

}  // namespace

TEST_CASE("requests and replies that leave their zone are weighed, and those that do not are not") {
    const auto beside = Crossing(1).edge();
    CHECK(beside.calls == 11);
    CHECK(beside.crossed_bytes == 11 * (kRequest + kReply));
    CHECK(beside.region_bytes == 0);
    const auto far = Crossing(2).edge();
    CHECK(far.crossed_bytes == 11 * (kRequest + kReply));
    CHECK(far.region_bytes == far.crossed_bytes);
    CHECK(Crossing(0).edge().crossed_bytes == 0);
}

TEST_CASE("customers are outside every zone: their messages do not go from one to another") {
    CHECK(Crossing(1).run().edges[1].crossed_bytes == 0);
}

TEST_CASE("a failure weighs nothing, its request does") {
    Crossing system(1);
    system.model.endpoints[system.back.value].error_share = 1;
    const auto edge = system.edge();
    CHECK(edge.outcomes[static_cast<std::size_t>(Outcome::error)] == edge.calls);
    CHECK(edge.crossed_bytes == edge.calls * kRequest);
}

TEST_CASE("every try is weighed, and one that nobody takes is not") {
    Crossing retried(1);
    auto& policy = retried.model.policies[retried.model.endpoints[0].steps[0].calls[0].policy];
    const auto same = policy.rule_settings;
    policy = TestSystem::retrying(2, sim::kForever, milliseconds(1));
    policy.rule_settings = same;
    retried.model.endpoints[retried.back.value].error_share = 1;
    const auto edge = retried.edge();
    CHECK(edge.tries == 3 * edge.calls);
    CHECK(edge.crossed_bytes == edge.tries * kRequest);

    Crossing refused(1);
    refused.add_fault(models::CrashEffect{}, refused.instances_of(refused.back), {},
                      whole_seconds(20));
    refused.model.services[1].health_check =
        models::HealthCheckConfig{milliseconds(100), 1, 1, milliseconds(90), false};
    const auto gone = refused.edge();
    CHECK(gone.outcomes[static_cast<std::size_t>(Outcome::no_healthy_instance)] >= 9);
    CHECK(gone.crossed_bytes <= 2 * kRequest);
}

TEST_CASE("sizes of messages change nothing else") {
    Crossing weighed(1);
    Crossing plain(1);
    for (auto& endpoint : plain.model.endpoints) {
        endpoint.request_bytes = endpoint.reply_bytes = 0;
    }
    auto with = weighed.run();
    const auto without = plain.run();
    CHECK(with.fingerprint == without.fingerprint);
    CHECK(without.edges[0].crossed_bytes == 0);
    with.edges[0].crossed_bytes = 0;
    CHECK(with == without);
}
