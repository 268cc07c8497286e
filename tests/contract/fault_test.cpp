// Every registered fault effect obeys its contract.
#include "models/fault/fault.hpp"
#include "tests/catch.hpp"

namespace {

models::Topology two_services() {
    models::Topology topology;
    topology.regions = {{"r", {models::ZoneId{0}, models::ZoneId{1}}}};
    topology.zones = {{"a", models::RegionId{0}}, {"b", models::RegionId{0}}};
    topology.services = {{"x", models::ServiceKind::service, {models::InstanceId{0}}},
                         {"y", models::ServiceKind::service, {models::InstanceId{1}}}};
    topology.instances = {{"x/a/0", models::ServiceId{0}, models::ZoneId{0}},
                          {"y/b/0", models::ServiceId{1}, models::ZoneId{1}}};
    return topology;
}

models::FaultTarget first_zone() {
    models::FaultTarget target;
    target.instances = {models::InstanceId{0}};
    target.zones = {models::ZoneId{0}};
    return target;
}

template <class Effect>
Effect sample() {
    if constexpr (std::is_same_v<Effect, models::SlowEffect>)
        return {5.0};
    else if constexpr (std::is_same_v<Effect, models::DelayEffect>)
        return {sim::milliseconds(9)};
    else if constexpr (std::is_same_v<Effect, models::ErrorsEffect>)
        return {0.3};
    else
        return {};
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("an effect changes its target only, while it is active, exactly", "",
                        models::FaultEffect) {
    STATIC_REQUIRE_FALSE(TestType::name.empty());
    STATIC_REQUIRE_FALSE(TestType::summary.empty());
    const auto topology = two_services();
    const auto nominal = models::Conditions::nominal(topology);
    const std::vector<models::ScheduledFault> plan = {
        {"one", {}, sim::whole_seconds(1), first_zone(), sample<TestType>()}};
    CHECK(models::conditions_under(topology, plan, {false}) == nominal);
    const auto struck = models::conditions_under(topology, plan, {true});
    CHECK_FALSE(struck == nominal);
    CHECK_FALSE(struck.instances[0] == nominal.instances[0]);
    CHECK(struck.instances[1] == nominal.instances[1]);
    CHECK(struck.zone_cut[1] == 0);
    CHECK(struck.edges == nominal.edges);
}

TEMPLATE_LIST_TEST_CASE("an effect on a call leaves the instances alone", "", models::FaultEffect) {
    if constexpr (!std::is_same_v<TestType, models::SlowEffect>) {  // slows work, not messages
        const auto topology = two_services();
        const auto nominal = models::Conditions::nominal(topology);
        models::FaultTarget target;
        target.calls = {{models::ServiceId{0}, models::ServiceId{1}}};
        const std::vector<models::ScheduledFault> plan = {
            {"one", {}, sim::whole_seconds(1), target, sample<TestType>()}};
        const auto struck = models::conditions_under(topology, plan, {true});
        CHECK(struck.instances == nominal.instances);
        REQUIRE(struck.edges.size() == 4);  // nominal conditions have none: all is well on each
        CHECK_FALSE(struck.edges[1] == models::EdgeConditions{});
        CHECK(struck.edges[2] == models::EdgeConditions{});
    }
}

TEMPLATE_LIST_TEST_CASE("two faults of a kind leave together what each would leave alone", "",
                        models::FaultEffect) {
    const auto topology = two_services();
    const std::vector<models::ScheduledFault> plan = {
        {"one", {}, sim::whole_seconds(9), first_zone(), sample<TestType>()},
        {"two", {}, sim::whole_seconds(3), first_zone(), sample<TestType>()}};
    const auto alone = models::conditions_under(topology, plan, {true, false});
    CHECK(models::conditions_under(topology, plan, {false, true}) == alone);
    CHECK(models::conditions_under(topology, plan, {false, false}) ==
          models::Conditions::nominal(topology));
}
