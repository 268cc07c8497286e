// What faults do to conditions, alone and overlapping.
#include "models/fault/fault.hpp"

#include "tests/catch.hpp"

using namespace models;

namespace {

/// Two services with two replicas each, in two zones.
Topology small_topology() {
    Topology topology;
    topology.regions.push_back({"eu", {ZoneId{0}, ZoneId{1}}});
    topology.zones = {{"eu-1", RegionId{0}}, {"eu-2", RegionId{0}}};
    for (std::uint32_t service = 0; service < 2; ++service) {
        topology.services.push_back({service == 0 ? "web" : "cart", ServiceKind::service, {}});
        for (std::uint32_t zone = 0; zone < 2; ++zone) {
            const InstanceId id{static_cast<std::uint32_t>(topology.instances.size())};
            topology.services.back().instances.push_back(id);
            topology.instances.push_back({"", ServiceId{service}, ZoneId{zone}});
        }
    }
    return topology;
}

ScheduledFault fault(FaultEffect effect, FaultTarget target) {
    return {"f", {}, sim::whole_seconds(1), std::move(target), effect};
}

const FaultTarget kZone{{InstanceId{0}, InstanceId{2}}, {ZoneId{0}}, {}};
const FaultTarget kReplica{{InstanceId{0}}, {}, {}};
const FaultTarget kCall{{}, {}, {traffic_between(small_topology(), ServiceId{0}, ServiceId{1})}};

Conditions under(const std::vector<ScheduledFault>& plan) {
    return conditions_under(small_topology(), plan, std::vector<bool>(plan.size(), true));
}

}  // namespace

TEST_CASE("nothing active is nominal") {
    const auto topology = small_topology();
    const std::vector<ScheduledFault> plan = {fault(DownEffect{}, kZone),
                                              fault(SlowEffect{5}, kReplica)};
    CHECK(conditions_under(topology, plan, {false, false}) == Conditions::nominal(topology));
    CHECK_FALSE(conditions_under(topology, plan, {false, true}) == Conditions::nominal(topology));
}

TEST_CASE("down silences replicas, zones and calls") {
    const auto zone = under({fault(DownEffect{}, kZone)});
    CHECK(zone.instances[0].power == Power::lost);
    CHECK(zone.instances[1].power == Power::on);
    CHECK(zone.instances[2].power == Power::lost);
    CHECK(zone.zone_cut == std::vector<std::uint8_t>{1, 0});
    const auto replica = under({fault(DownEffect{}, kReplica)});
    CHECK(replica.zone_cut == std::vector<std::uint8_t>{0, 0});
    const auto call = under({fault(DownEffect{}, kCall)});
    REQUIRE(call.traffic.size() == 1);
    CHECK(call.traffic[0].lost);
    CHECK(call.traffic[0].where.has(1, InstanceId{2}, EndpointId{0}));
    CHECK_FALSE(call.traffic[0].where.has(2, InstanceId{1}, EndpointId{0}));
}

TEST_CASE("a crash refuses, unless there is no power to refuse with") {
    CHECK(under({fault(CrashEffect{}, kReplica)}).instances[0].power == Power::crashed);
    CHECK(under({fault(CrashEffect{}, kCall)}).traffic[0].refused);
    CHECK(
        under({fault(DownEffect{}, kReplica), fault(CrashEffect{}, kReplica)}).instances[0].power ==
        Power::lost);
    CHECK(
        under({fault(CrashEffect{}, kReplica), fault(DownEffect{}, kReplica)}).instances[0].power ==
        Power::lost);
}

TEST_CASE("every fault keeps conditions of its own: the engine multiplies, adds and combines") {
    const auto slow = under({fault(SlowEffect{5}, kZone), fault(SlowEffect{2}, kReplica)});
    REQUIRE(slow.work.size() == 2);
    CHECK(slow.work[0].slow_factor == 5.0);
    CHECK(slow.work[0].instances == std::vector<std::uint8_t>{1, 0, 1, 0});
    CHECK(slow.work[1].instances == std::vector<std::uint8_t>{1, 0, 0, 0});
    CHECK(slow.work[1].fault == 1);
    const auto late = under({fault(DelayEffect{sim::milliseconds(7)}, kCall)});
    CHECK(late.work.empty());
    CHECK(late.traffic[0].delay == sim::milliseconds(7));
}

TEST_CASE("directions narrow what a fault has, shares of target and effect multiply") {
    const auto replies = under({fault(LoseEffect{MessageDirection::reply}, kCall)});
    CHECK_FALSE(replies.traffic[0].where.has_direction(true));
    CHECK(replies.traffic[0].where.has_direction(false));
    auto half = kCall;
    half.share = 0.5;
    half.sticky = true;
    const auto errors = under({fault(ErrorsEffect{0.2}, half)});
    CHECK(errors.traffic[0].share == Approx(0.1));
    CHECK(errors.traffic[0].sticky);
}
