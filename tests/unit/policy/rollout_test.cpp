#include "models/policy/rollout.hpp"

#include "sim/yaml/parameters.hpp"
#include "tests/catch.hpp"

using models::Rollout;
using models::RolloutAlarm;
using models::RolloutVerdict;
using models::VersionCounts;
using models::ZoneId;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

VersionCounts counts(int good, int bad, sim::Duration took = milliseconds(10)) {
    VersionCounts counts;
    for (int i = 0; i < good; ++i) counts.add(true, took);
    for (int i = 0; i < bad; ++i) counts.add(false, milliseconds(1));
    return counts;
}

const std::vector<ZoneId> kZones = {ZoneId{0}, ZoneId{0}, ZoneId{0}, ZoneId{1}, ZoneId{1}};

std::vector<ZoneId> ordered(const Rollout& rule) {
    std::vector<ZoneId> zones;
    for (const auto i : rule.sequence(kZones)) zones.push_back(kZones[i]);
    return zones;
}

}  // namespace

TEST_CASE("maxUnavailable is rounded down, maxSurge up, and one of them moves") {
    Rollout rule;
    CHECK(rule.room({4, 0, 0}).in_place == 1);
    CHECK(rule.room({7, 0, 0}).in_place == 1);
    CHECK(rule.room({8, 1, 0}).in_place == 1);
    CHECK(rule.room({8, 3, 0}).in_place == 0);
    CHECK(rule.room({3, 0, 0}).in_place == 1);  // else it would never end
    CHECK(rule.room({8, 0, 0}).beside == 0);
    rule.max_surge = 0.25;
    CHECK(rule.room({3, 0, 0}).in_place == 0);
    CHECK(rule.room({3, 0, 0}).beside == 1);
    CHECK(rule.room({5, 0, 1}).beside == 1);
    rule.max_unavailable = 0.6;
    CHECK(rule.room({5, 0, 2}).in_place == 3);
}

TEST_CASE("spread takes a replica of each zone in turn, zoneByZone the zones one by one") {
    Rollout rule;
    CHECK(rule.sequence(kZones) == std::vector<std::uint32_t>{0, 3, 1, 4, 2});
    rule.order = models::RolloutOrder::zone_by_zone;
    CHECK(rule.sequence(kZones) == std::vector<std::uint32_t>{0, 1, 2, 3, 4});
    CHECK(rule.bounds(ordered(rule)) == std::vector<std::uint32_t>{3, 5});
    rule.canary = models::Canary{};
    CHECK(rule.bounds(ordered(rule)) == std::vector<std::uint32_t>{1, 3, 5});
}

TEST_CASE("a canary is at least one replica; equal steps share the rest") {
    Rollout rule;
    CHECK(rule.bounds(kZones) == std::vector<std::uint32_t>{5});
    rule.canary = models::Canary{0.05, whole_seconds(7)};
    CHECK(rule.bounds(kZones) == std::vector<std::uint32_t>{1, 5});
    rule.steps = 2;
    rule.pause = whole_seconds(3);
    CHECK(rule.bounds(kZones) == std::vector<std::uint32_t>{1, 3, 5});
    CHECK(rule.pause_after(0, 3) == whole_seconds(7));
    CHECK(rule.pause_after(1, 3) == whole_seconds(3));
    CHECK(rule.pause_after(2, 3) == sim::Duration{});
    rule.canary->share = 1;
    CHECK(rule.bounds(kZones) == std::vector<std::uint32_t>{5});
    CHECK(rule.bounds({ZoneId{0}}) == std::vector<std::uint32_t>{1});
}

TEST_CASE("the alarm rings for more failures than allowed, when they are not the old version's") {
    const RolloutAlarm alarm;
    CHECK(alarm.judge(counts(18, 1), counts(100, 0)) == RolloutVerdict::unknown);
    CHECK(alarm.judge(counts(95, 5), counts(100, 0)) == RolloutVerdict::good);  // 5 % are allowed
    CHECK(alarm.judge(counts(94, 6), counts(100, 0)) == RolloutVerdict::worse);
    CHECK(alarm.judge(counts(94, 6), counts(95, 5)) ==
          RolloutVerdict::good);  // a point is no worse
    CHECK(alarm.judge(counts(94, 6), counts(5, 0)) ==
          RolloutVerdict::errors);  // nothing to compare
}

TEST_CASE("the alarm rings for a percentile of good answers, and for crashes") {
    RolloutAlarm alarm;
    CHECK(alarm.judge(counts(50, 0, milliseconds(19)), counts(50, 0)) == RolloutVerdict::good);
    CHECK(alarm.judge(counts(50, 0, milliseconds(25)), counts(50, 0)) == RolloutVerdict::slower);
    CHECK(alarm.judge(counts(50, 0, milliseconds(25)), counts(5, 0)) == RolloutVerdict::good);
    auto crashed = counts(0, 0);
    crashed.crashes = 1;
    CHECK(alarm.judge(crashed, counts(50, 0)) == RolloutVerdict::crashes);
    alarm.crashes = 0;
    CHECK(alarm.judge(crashed, counts(50, 0)) == RolloutVerdict::unknown);
}

TEST_CASE("a zone is a step: other steps do not go with it") {
    Rollout rule;
    rule.steps = 3;
    CHECK_FALSE(rule.misfit());
    rule.order = models::RolloutOrder::zone_by_zone;
    CHECK(rule.misfit());
}
