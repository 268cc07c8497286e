// Every registered fault effect obeys its contract.
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "models/fault/fault.hpp"
#include "tests/catch.hpp"

using models::FaultEffect;

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

/// What a kind says of itself, and one of it with what it strikes. (The tests are written over
/// these: written over types each would be compiled for every kind.)
struct Example {
    std::string_view name;
    std::array<std::string_view, 3> words;  ///< summary, source, example
    models::EffectPlaces places;
    FaultEffect effect;

    [[nodiscard]] models::FaultTarget target() const {
        if (places.groups) return customers();
        return places.zones || places.instances ? first_zone() : call();
    }
};

template <class... Effects>
std::vector<Example> one_of_each(std::in_place_type_t<std::variant<Effects...>>) {
    return {{Effects::name,
             {Effects::summary, Effects::source, Effects::example},
             Effects::places,
             sample<Effects>()}...};
}

std::vector<Example> every_kind() { return one_of_each(std::in_place_type<FaultEffect>); }

/// Of a list of conditions: all strike the first instance and not the second.
template <class List>
bool hits_one(const List& all) {
    return std::all_of(all.begin(), all.end(), [](const auto& one) {
        return one.instances == std::vector<std::uint8_t>{1, 0};
    });
}

template <class List>
void name_fault(List& all, std::uint32_t fault) {
    for (auto& one : all) one.fault = fault;
}

}  // namespace

TEST_CASE("an effect is described, and strikes something") {
    for (const auto& kind : every_kind()) {
        CAPTURE(kind.name);
        CHECK_FALSE(kind.name.empty());
        for (const auto word : kind.words) CHECK_FALSE(word.empty());
        const auto& places = kind.places;
        CHECK((places.instances || places.traffic || places.groups || places.zones));
    }
}

TEST_CASE("an effect changes its target only, while it is active, exactly") {
    const auto topology = two_services();
    const auto nominal = models::Conditions::nominal(topology);
    for (const auto& kind : every_kind()) {
        CAPTURE(kind.name);
        const std::vector<models::ScheduledFault> plan = {
            {"one", {}, sim::whole_seconds(1), kind.target(), kind.effect}};
        CHECK(models::conditions_under(topology, plan, {false}) == nominal);
        const auto struck = models::conditions_under(topology, plan, {true});
        CHECK_FALSE(struck == nominal);
        CHECK(struck.instances[1] == nominal.instances[1]);
        CHECK(struck.zone_cut[1] == 0);
        for (const auto& load : struck.load) {
            CHECK(load.strikes(1));
            CHECK_FALSE(load.strikes(0));
        }
        CHECK(struck.load.empty() != kind.places.groups);
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
        const auto& places = kind.places;
        CHECK(struck.traffic.empty() == (places.instances || places.groups || places.zones));
    }
}

TEST_CASE("an effect on a call leaves the instances alone") {
    const auto topology = two_services();
    const auto nominal = models::Conditions::nominal(topology);
    for (const auto& kind : every_kind()) {
        if (!kind.places.traffic) continue;
        CAPTURE(kind.name);
        const std::vector<models::ScheduledFault> plan = {
            {"one", {}, sim::whole_seconds(1), call(), kind.effect}};
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

TEST_CASE("two faults of a kind leave together what each would leave alone") {
    const auto topology = two_services();
    for (const auto& kind : every_kind()) {
        CAPTURE(kind.name);
        const std::vector<models::ScheduledFault> plan = {
            {"one", {}, sim::whole_seconds(9), kind.target(), kind.effect},
            {"two", {}, sim::whole_seconds(3), kind.target(), kind.effect}};
        auto alone = models::conditions_under(topology, plan, {true, false});
        name_fault(alone.work, 1);
        name_fault(alone.traffic, 1);
        name_fault(alone.load, 1);
        name_fault(alone.hangs, 1);
        name_fault(alone.wear, 1);
        name_fault(alone.rollouts, 1);
        name_fault(alone.calls, 1);
        name_fault(alone.hot, 1);
        name_fault(alone.lags, 1);
        name_fault(alone.poison, 1);
        name_fault(alone.levels, 1);
        CHECK(models::conditions_under(topology, plan, {false, true}) == alone);
        CHECK(models::conditions_under(topology, plan, {false, false}) ==
              models::Conditions::nominal(topology));
    }
}
