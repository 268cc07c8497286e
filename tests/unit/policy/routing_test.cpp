// Zones, priorities and panic: the vectors of POLICIES 7.
#include <vector>

#include "models/policy/priority_load.hpp"
#include "models/policy/routing_rule.hpp"
#include "models/policy/zone_aware.hpp"
#include "tests/catch.hpp"

using models::PlacedReplica;
using models::Routes;

namespace {

/// Levels of 100 replicas with so many healthy.
std::vector<std::uint32_t> loads(const std::vector<std::uint32_t>& healthy,
                                 std::vector<bool>* panic = nullptr) {
    std::vector<models::PriorityLevel> levels;
    for (const auto one : healthy) levels.push_back({one, 100});
    std::vector<std::uint32_t> percent;
    for (const auto& load : models::priority_loads(levels, {})) {
        percent.push_back(load.percent);
        if (panic != nullptr) panic->push_back(load.panic);
    }
    return percent;
}

/// Two replicas in each of three zones of the caller's region, two in another region.
std::vector<PlacedReplica> eight() {
    return {{0, 0}, {0, 0}, {1, 1}, {1, 1}, {2, 1}, {2, 1}, {3, 2}, {3, 2}};
}

struct RouteCase {
    std::vector<PlacedReplica> replicas = eight();
    std::vector<std::uint32_t> callers{2, 2, 2, 0};
    std::uint32_t zone = 0;

    [[nodiscard]] Routes routes(const models::Routing& rule) const {
        Routes out;
        models::routes_of(rule, {replicas, callers, zone}, out);
        return out;
    }
    /// Of the only option.
    [[nodiscard]] std::vector<std::uint32_t> all(const models::Routing& rule) const {
        const auto out = routes(rule);
        if (out.options.empty()) return {};
        CHECK(out.options.size() == 1);
        CHECK(out.options[0].until == 1.0);
        return out.replicas;
    }
    void fail(std::initializer_list<std::uint32_t> list) {
        for (const auto one : list) replicas[one].healthy = false;
    }
};

using Numbers = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("loads of priority levels, in Envoy's whole numbers") {
    CHECK(loads({72, 100}) == Numbers{100, 0});
    CHECK(loads({71, 100}) == Numbers{99, 1});
    CHECK(loads({50, 100}) == Numbers{70, 30});
    CHECK(loads({5, 65}) == Numbers{8, 92});  // not 7/93
    CHECK(loads({0, 100}) == Numbers{0, 100});
    CHECK(loads({0, 0}) == Numbers{50, 50});
    CHECK(models::priority_loads({}, {}).empty());
}

TEST_CASE("what rounding leaves goes to the first level; with all in panic, sizes decide") {
    const std::vector<models::PriorityLevel> levels{{25, 100}, {25, 100}, {20, 100}};
    const auto percent = [&](std::uint32_t panic) {
        Numbers found;
        for (const auto& load : models::priority_loads(levels, {140, panic})) {
            found.push_back(load.percent);
        }
        return found;
    };
    CHECK(percent(0) == Numbers{37, 35, 28});  // not 36/36/28
    CHECK(percent(50) == Numbers{34, 33, 33});
}

TEST_CASE("levels panic below half their health, and only when the whole is not healthy") {
    std::vector<bool> panic;
    CHECK(loads({25, 25}, &panic) == Numbers{50, 50});
    CHECK(panic == std::vector<bool>{true, true});
    panic.clear();
    loads({25, 100}, &panic);
    CHECK(panic == std::vector<bool>{false, false});
    panic.clear();
    loads({5, 65}, &panic);
    CHECK(panic == std::vector<bool>{true, false});
    panic.clear();
    loads({50, 10}, &panic);  // 70 + 14: exactly half is no panic
    CHECK(panic == std::vector<bool>{false, true});
}

TEST_CASE("all in panic: load by the number of replicas") {
    const std::vector<models::PriorityLevel> levels{{1, 30}, {0, 10}};
    const auto found = models::priority_loads(levels, {});
    CHECK(found[0].percent == 75);
    CHECK(found[1].percent == 25);
    const auto calm = models::priority_loads(levels, {140, 0});
    CHECK(calm[0].percent == 100);
    CHECK_FALSE(calm[0].panic);
}

TEST_CASE("zone-aware shares: 40/40/20 of callers against 25/50/25 of replicas") {
    const std::vector<models::ZoneHosts> zones{{4, 25}, {4, 50}, {2, 25}};
    const auto shares = models::zone_aware_shares(zones, 0, 6);
    REQUIRE(shares.size() == 3);
    CHECK(shares[0] == 0.625);
    CHECK(shares[1] == Approx(0.25));   // 10 points over
    CHECK(shares[2] == Approx(0.125));  // 5 points over
    CHECK(models::zone_aware_shares(zones, 1, 6) == std::vector<double>{0, 1, 0});
    CHECK(models::zone_aware_shares(zones, 2, 6) == std::vector<double>{0, 0, 1});
    const std::vector<models::ZoneHosts> few{{2, 1}, {8, 9}};
    CHECK(models::zone_aware_shares(few, 0, 6)[0] == 0.5);
}

TEST_CASE("zone-aware routing is off with one zone, none here, or fewer than six replicas") {
    using Zones = std::vector<models::ZoneHosts>;
    CHECK(models::zone_aware_shares(Zones{{4, 9}}, 0, 6).empty());
    CHECK(models::zone_aware_shares(Zones{{4, 0}, {4, 9}}, 0, 6).empty());
    CHECK(models::zone_aware_shares(Zones{{0, 5}, {4, 5}}, 0, 6).empty());
    CHECK(models::zone_aware_shares(Zones{{4, 2}, {4, 3}}, 0, 6).empty());
    CHECK_FALSE(models::zone_aware_shares(Zones{{4, 3}, {4, 3}}, 0, 6).empty());
}

TEST_CASE("a zone's weight counts in full while 1/1.4 of its replicas are healthy") {
    CHECK(models::locality_weight(2, 10, 10, 1.4) == 2);
    CHECK(models::locality_weight(2, 8, 10, 1.4) == 2);
    CHECK(models::locality_weight(2, 5, 10, 1.4) == Approx(1.4));
    CHECK(models::locality_weight(2, 0, 10, 1.4) == 0);
    CHECK(models::locality_weight(2, 0, 0, 1.4) == 0);
}

TEST_CASE("same zone first: the zone, then the region, then the nearest other region") {
    RouteCase one;
    CHECK(one.all(models::SameZoneFirst{}) == Numbers{0, 1});
    one.fail({0});
    CHECK(one.all(models::SameZoneFirst{}) == Numbers{1});
    one.fail({1});
    CHECK(one.all(models::SameZoneFirst{}) == Numbers{2, 3, 4, 5});
    one.fail({2, 3, 4, 5});
    CHECK(one.all(models::SameZoneFirst{}) == Numbers{6, 7});
    one.fail({6, 7});
    CHECK(one.all(models::SameZoneFirst{}).empty());
}

TEST_CASE("a replica that the caller may not see is not there, whatever its health") {
    RouteCase one;
    one.replicas[0].allowed = one.replicas[1].allowed = one.replicas[4].allowed = false;
    CHECK(one.all(models::SameZoneFirst{}) == Numbers{2, 3, 5});
}

TEST_CASE("any: the region's healthy replicas; below the panic threshold all of them") {
    RouteCase one;
    models::AnyZone rule;
    CHECK(one.all(rule) == Numbers{0, 1, 2, 3, 4, 5});
    one.fail({0, 1, 2});
    rule.panic.share = 0.5;
    CHECK(one.all(rule) == Numbers{3, 4, 5});  // exactly half
    one.fail({3});
    CHECK(one.all(rule) == Numbers{0, 1, 2, 3, 4, 5});
    rule.panic.share = 0;
    CHECK(one.all(rule) == Numbers{4, 5});
}

TEST_CASE("zone-aware routes have Envoy's probabilities over healthy replicas") {
    RouteCase one;
    CHECK(one.all(models::ZoneAware{}) == Numbers{0, 1});
    one.fail({0});
    CHECK(one.all(models::ZoneAware{}) == Numbers{1, 2, 3, 4, 5});  // five: too few
    models::ZoneAware rule;
    rule.min_cluster_size = 5;
    const auto routes = one.routes(rule);  // 20 % of the replicas, a third of the callers
    REQUIRE(routes.options.size() == 3);
    CHECK(routes.options[0].until == Approx(0.6).margin(1e-3));
    CHECK(routes.options[1].until == Approx(0.8).margin(1e-3));
    CHECK(routes.options[2].until == 1.0);
    CHECK(routes.of(routes.options[0]).size() == 1);
    rule.panic.share = 0.9;
    rule.fail_traffic_on_panic = true;
    CHECK(one.all(rule).empty());
    one.zone = 0xFFFFFFFFU;  // customers are outside every zone
    rule.panic.share = 0;
    CHECK(one.all(rule) == Numbers{1, 2, 3, 4, 5});
}

TEST_CASE("weighted zones keep their share while most of their replicas are healthy") {
    RouteCase one;
    models::WeightedZones rule;
    auto routes = one.routes(rule);
    REQUIRE(routes.options.size() == 3);
    CHECK(routes.options[0].until == Approx(0.8));
    CHECK(routes.options[1].until == Approx(0.9));
    one.fail({0});  // half of the zone: 0.8 * 0.7 against 0.1 + 0.1
    routes = one.routes(rule);
    CHECK(routes.options[0].until == Approx(0.56 / 0.76));
    one.fail({1, 2, 3, 4, 5});
    CHECK(one.all(rule) == Numbers{6, 7});
}

TEST_CASE("priorities spill to the region as the zone loses health") {
    RouteCase one;
    CHECK(one.all(models::PriorityZones{}) == Numbers{0, 1});
    one.fail({0});
    const auto routes = one.routes(models::PriorityZones{});  // health 70, 100
    REQUIRE(routes.options.size() == 2);
    CHECK(routes.options[0].until == Approx(0.7));
    CHECK(routes.of(routes.options[0]).size() == 1);
    CHECK(routes.of(routes.options[1]).size() == 4);
    one.fail({1, 2, 3, 4, 5, 6, 7});
    std::size_t used = 0;
    const auto panic = one.routes(models::PriorityZones{});
    for (const auto& option : panic.options) used += panic.of(option).size();
    CHECK(used == 8);
}

TEST_CASE("which rules are plain, and which prefer the own zone") {
    CHECK(models::is_plain(models::SameZoneFirst{}));
    CHECK(models::is_plain(models::AnyZone{}));
    CHECK_FALSE(models::is_plain(models::AnyZone{{0.5}}));
    CHECK_FALSE(models::is_plain(models::ZoneAware{}));
    CHECK(models::prefers_own_zone(models::SameZoneFirst{}));
    CHECK(models::prefers_own_zone(models::PriorityZones{}));
    CHECK_FALSE(models::prefers_own_zone(models::ZoneAware{}));
    CHECK(models::without_zones(models::PriorityZones{}).panic.share == 0.5);
}
