// Every registered fault effect obeys its contract.
#include <algorithm>

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

models::FaultTarget call() {
    models::FaultTarget target;
    target.traffic = {
        models::traffic_between(two_services(), models::ServiceId{0}, models::ServiceId{1})};
    return target;
}

models::FaultTarget customers() {
    models::FaultTarget target;
    target.groups = {0, 1};
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
    else if constexpr (std::is_same_v<Effect, models::LoadEffect>)
        return {3.0};
    else if constexpr (std::is_same_v<Effect, models::HerdEffect>)
        return {50};
    else if constexpr (std::is_same_v<Effect, models::MixEffect>)
        return {{{"buy", 1.0}}};
    else if constexpr (std::is_same_v<Effect, models::SlowCloseEffect>)
        return {sim::milliseconds(500)};
    else if constexpr (std::is_same_v<Effect, models::BandwidthEffect>)
        return {1'000'000};
    else if constexpr (std::is_same_v<Effect, models::LevelEffect>)
        return {"lean"};
    else if constexpr (std::is_same_v<Effect, models::TimeoutEffect>)
        return {sim::milliseconds(1), {}};
    else if constexpr (std::is_same_v<Effect, models::HangEffect>)
        return {0.25};
    else if constexpr (std::is_same_v<Effect, models::MemoryEffect>)
        return {1'000'000, 1'000};
    else if constexpr (std::is_same_v<Effect, models::CrashLoopEffect>)
        return {sim::whole_seconds(20)};
    else if constexpr (std::is_same_v<Effect, models::CallsEffect>)
        return {4, "y"};
    else if constexpr (std::is_same_v<Effect, models::HotEffect>)
        return {0.6};
    else if constexpr (std::is_same_v<Effect, models::LagEffect>)
        return {sim::whole_seconds(30)};
    else if constexpr (std::is_same_v<Effect, models::PoisonEffect>)
        return {0.01};
    else if constexpr (std::is_same_v<Effect, models::DuplicateEffect>)
        return {0.05};
    else
        return {};
}

template <class Effect>
models::FaultTarget its_target() {
    if (Effect::places.groups) return customers();
    if (Effect::places.zones) return first_zone();
    return Effect::places.instances ? first_zone() : call();
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("an effect is described, and strikes something", "", models::FaultEffect) {
    STATIC_REQUIRE_FALSE(TestType::name.empty());
    STATIC_REQUIRE_FALSE(TestType::summary.empty());
    STATIC_REQUIRE_FALSE(TestType::source.empty());
    STATIC_REQUIRE_FALSE(TestType::example.empty());
    STATIC_REQUIRE((TestType::places.instances || TestType::places.traffic ||
                    TestType::places.groups || TestType::places.zones));
}

TEMPLATE_LIST_TEST_CASE("an effect changes its target only, while it is active, exactly", "",
                        models::FaultEffect) {
    const auto topology = two_services();
    const auto nominal = models::Conditions::nominal(topology);
    const std::vector<models::ScheduledFault> plan = {
        {"one", {}, sim::whole_seconds(1), its_target<TestType>(), sample<TestType>()}};
    CHECK(models::conditions_under(topology, plan, {false}) == nominal);
    const auto struck = models::conditions_under(topology, plan, {true});
    CHECK_FALSE(struck == nominal);
    CHECK(struck.instances[1] == nominal.instances[1]);
    CHECK(struck.zone_cut[1] == 0);
    for (const auto& load : struck.load) {
        CHECK(load.strikes(1));
        CHECK_FALSE(load.strikes(0));
    }
    CHECK(struck.load.empty() != TestType::places.groups);
    const auto hits_one = [](const auto& all) {
        return std::all_of(all.begin(), all.end(), [](const auto& one) {
            return one.instances == std::vector<std::uint8_t>{1, 0};
        });
    };
    CHECK(hits_one(struck.work));
    CHECK(hits_one(struck.hangs));
    CHECK(hits_one(struck.wear));
    CHECK(hits_one(struck.rollouts));
    CHECK(hits_one(struck.calls));
    CHECK(hits_one(struck.hot));
    CHECK(hits_one(struck.lags));
    CHECK(hits_one(struck.poison));
    CHECK(struck.control_off[1] == 0);
    CHECK(struck.capacity_off[1] == 0);
    CHECK(struck.traffic.empty() ==
          (TestType::places.instances || TestType::places.groups || TestType::places.zones));
}

TEMPLATE_LIST_TEST_CASE("an effect on a call leaves the instances alone", "", models::FaultEffect) {
    if constexpr (TestType::places.traffic) {
        const auto topology = two_services();
        const auto nominal = models::Conditions::nominal(topology);
        const std::vector<models::ScheduledFault> plan = {
            {"one", {}, sim::whole_seconds(1), call(), sample<TestType>()}};
        const auto struck = models::conditions_under(topology, plan, {true});
        CHECK(struck.instances == nominal.instances);
        CHECK(struck.work.empty());
        REQUIRE(struck.traffic.size() == 1);
        const auto& where = struck.traffic[0].where;
        CHECK(where.has(0, models::InstanceId{1}, models::EndpointId{7}));
        CHECK_FALSE(where.has(1, models::InstanceId{0}, models::EndpointId{7}));
        auto harmless = models::TrafficConditions{};
        harmless.where = where;
        CHECK_FALSE(struck.traffic[0] == harmless);
    }
}

TEMPLATE_LIST_TEST_CASE("two faults of a kind leave together what each would leave alone", "",
                        models::FaultEffect) {
    const auto topology = two_services();
    const auto target = its_target<TestType>();
    const std::vector<models::ScheduledFault> plan = {
        {"one", {}, sim::whole_seconds(9), target, sample<TestType>()},
        {"two", {}, sim::whole_seconds(3), target, sample<TestType>()}};
    auto alone = models::conditions_under(topology, plan, {true, false});
    for (auto& one : alone.work) one.fault = 1;
    for (auto& one : alone.traffic) one.fault = 1;
    for (auto& one : alone.load) one.fault = 1;
    for (auto& one : alone.hangs) one.fault = 1;
    for (auto& one : alone.wear) one.fault = 1;
    for (auto& one : alone.rollouts) one.fault = 1;
    for (auto& one : alone.calls) one.fault = 1;
    for (auto& one : alone.hot) one.fault = 1;
    for (auto& one : alone.lags) one.fault = 1;
    for (auto& one : alone.poison) one.fault = 1;
    for (auto& one : alone.levels) one.fault = 1;
    CHECK(models::conditions_under(topology, plan, {false, true}) == alone);
    CHECK(models::conditions_under(topology, plan, {false, false}) ==
          models::Conditions::nominal(topology));
}
