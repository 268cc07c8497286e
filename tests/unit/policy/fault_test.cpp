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
const FaultTarget kCall{{}, {}, {{ServiceId{0}, ServiceId{1}}}};

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
    CHECK(call.edges[1].lost);
    CHECK_FALSE(call.edges[2].lost);
}

TEST_CASE("a crash refuses, unless there is no power to refuse with") {
    CHECK(under({fault(CrashEffect{}, kReplica)}).instances[0].power == Power::crashed);
    CHECK(under({fault(CrashEffect{}, kCall)}).edges[1].refused);
    CHECK(
        under({fault(DownEffect{}, kReplica), fault(CrashEffect{}, kReplica)}).instances[0].power ==
        Power::lost);
    CHECK(
        under({fault(CrashEffect{}, kReplica), fault(DownEffect{}, kReplica)}).instances[0].power ==
        Power::lost);
}

TEST_CASE("factors multiply, delays add up, shares combine") {
    const auto slow = under({fault(SlowEffect{5}, kZone), fault(SlowEffect{2}, kReplica)});
    CHECK(slow.instances[0].slow_factor == 10.0);
    CHECK(slow.instances[2].slow_factor == 5.0);
    CHECK(slow.instances[1].slow_factor == 1.0);
    const auto late = under({fault(DelayEffect{sim::milliseconds(5)}, kReplica),
                             fault(DelayEffect{sim::milliseconds(7)}, kReplica),
                             fault(DelayEffect{sim::milliseconds(9)}, kCall)});
    CHECK(late.instances[0].extra_work == sim::milliseconds(12));
    CHECK(late.edges[1].extra_delay == sim::milliseconds(9));
    const auto errors =
        under({fault(ErrorsEffect{0.5}, kReplica), fault(ErrorsEffect{0.2}, kReplica),
               fault(ErrorsEffect{0.3}, kCall)});
    CHECK(errors.instances[0].error_share == Approx(0.6));
    CHECK(errors.edges[1].error_share == Approx(0.3));
}
