#include "models/fault/ramp.hpp"

#include <vector>

#include "models/fault/recurrence.hpp"
#include "tests/catch.hpp"

using models::Ramp;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

struct Change {
    sim::Duration at;
    double strength;
};

std::vector<Change> changes_of(const Ramp& ramp, sim::Duration length) {
    std::vector<Change> changes = {{{}, ramp.strength({}, length)}};
    while (const auto next = ramp.next_change(changes.back().at, length)) {
        REQUIRE(*next > changes.back().at);
        if (*next >= length) break;
        changes.push_back({*next, ramp.strength(*next, length)});
    }
    return changes;
}

/// Strength x time, in seconds.
double area(const std::vector<Change>& changes, sim::Duration length) {
    double sum = 0;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const auto end = i + 1 < changes.size() ? changes[i + 1].at : length;
        sum += changes[i].strength * (end - changes[i].at).seconds();
    }
    return sum;
}

}  // namespace

TEST_CASE("a ramp rises in twenty steps, holds, and falls; its area is that of the lines") {
    const Ramp ramp{whole_seconds(30), whole_seconds(10)};
    const auto changes = changes_of(ramp, whole_seconds(120));
    REQUIRE(changes.size() == 20 + 1 + 20 - 0);
    CHECK(changes[0].strength == Approx(0.025));
    CHECK(changes[1].at == milliseconds(1500));
    CHECK(changes[20].at == whole_seconds(30));
    CHECK(changes[20].strength == 1);
    CHECK(changes[21].at == whole_seconds(110));
    CHECK(changes[21].strength == Approx(0.975));
    CHECK(changes.back().strength == Approx(0.025));
    CHECK(area(changes, whole_seconds(120)) == Approx(15 + 80 + 5));
}

TEST_CASE("no step is below 100 ms") {
    CHECK(changes_of({milliseconds(500), {}}, whole_seconds(9)).size() == 5 + 1);
    CHECK(changes_of({milliseconds(50), {}}, whole_seconds(9)).size() == 1 + 1);
    CHECK(changes_of({}, whole_seconds(9)).size() == 1);
}

TEST_CASE("a visit too short for its ramps has both shortened alike") {
    const Ramp ramp{whole_seconds(30), whole_seconds(10)};
    const auto changes = changes_of(ramp, whole_seconds(4));
    CHECK(area(changes, whole_seconds(4)) == Approx(2));
    CHECK(changes.back().at < whole_seconds(4));
}

TEST_CASE("strength scales what an effect adds; full strength is the effect itself") {
    const models::FaultEffect slow = models::SlowEffect{5, 1};
    CHECK(std::get<models::SlowEffect>(at_strength(slow, 0.5)).factor == Approx(3));
    CHECK(std::get<models::SlowEffect>(at_strength(slow, 1)).factor == 5);
    CHECK(std::get<models::LoadEffect>(at_strength(models::LoadEffect{2}, 0.5)).factor ==
          Approx(1.5));
    CHECK(std::get<models::LoadEffect>(at_strength(models::LoadEffect{0}, 0.25)).factor ==
          Approx(0.75));
    const auto delay = std::get<models::DelayEffect>(
        at_strength(models::DelayEffect{milliseconds(200), milliseconds(50), 1}, 0.1));
    CHECK(delay.delay == milliseconds(20));
    CHECK(delay.jitter == milliseconds(5));
    CHECK(std::get<models::ErrorsEffect>(at_strength(models::ErrorsEffect{0.4}, 0.25)).share ==
          Approx(0.1));
    CHECK(std::get<models::LossEffect>(at_strength(models::LossEffect{0.2, 3}, 0.5)).probability ==
          Approx(0.1));
    CHECK_FALSE(has_strength(models::DownEffect{}));
    CHECK(has_strength(slow));
}

TEST_CASE("a pick is among what is not struck yet, fair, and never more than there is") {
    models::Recurrence recurrence;
    recurrence.units.resize(5);
    models::FaultProcess process{"target", {0, 1, 2, 3, 4}, 1, false, {}};
    const sim::RngStream stream(3, 0, "fault", "pick");
    recurrence.pick = models::Pick::one;
    std::vector<int> seen(5, 0);
    for (std::uint64_t i = 0; i < 6000; ++i) {
        sim::KeyedRng rng(stream, i, 0);
        const auto units = pick_units(recurrence, process, {false, true, false, false, true}, rng);
        REQUIRE(units.size() == 1);
        ++seen[units[0]];
    }
    CHECK(seen[1] + seen[4] == 0);
    for (const auto unit : {0u, 2u, 3u}) CHECK(std::abs(seen[unit] - 2000) < 3 * 37);
    sim::KeyedRng rng(stream, 0, 0);
    CHECK(pick_units(recurrence, process, std::vector<bool>(5, true), rng).empty());
    recurrence.pick = models::Pick::share;
    recurrence.share = 0.6;
    CHECK(pick_units(recurrence, process, std::vector<bool>(5, false), rng).size() == 3);
    process.strikes_all = true;
    CHECK(pick_units(recurrence, process, std::vector<bool>(5, true), rng) == process.units);
}
