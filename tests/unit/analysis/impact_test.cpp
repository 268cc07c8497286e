#include "models/analysis/study.hpp"
#include "tests/catch.hpp"
#include "tests/unit/analysis/fixture.hpp"

using models::ServiceWindow;

TEST_CASE("a spell starts with the first of five full seconds after the fault") {
    const auto fault = fixture::frame().faults[0];
    const auto calm = fixture::service(100, 2).windows;
    auto windows = fixture::service(100, 2, 112, 260, 4).windows;
    auto spell = models::find_full_spell(windows, calm, fault);
    REQUIRE(spell.seen);
    CHECK(spell.start_s == 12);
    CHECK(spell.length_s == 148);
    CHECK_FALSE(spell.until_end);
    CHECK(spell.attempts / spell.attempts_twin == 4);
    CHECK(spell.wasted_s / spell.worked_s == 0.75);

    for (std::size_t i = 112; i < 400; i += 4) windows[i].busy_s = 2;  // never five in a row
    CHECK_FALSE(models::find_full_spell(windows, calm, fault).seen);
    // Full before the fault only: that is not the fault's.
    CHECK_FALSE(
        models::find_full_spell(fixture::service(100, 2, 50, 100, 4).windows, calm, fault).seen);
}

TEST_CASE("short breaks do not end a spell") {
    const auto fault = fixture::frame().faults[0];
    const auto calm = fixture::service(100, 2).windows;
    auto windows = fixture::service(100, 2, 112, 260, 4).windows;
    windows[150].busy_s = windows[151].busy_s = 1;
    CHECK(models::find_full_spell(windows, calm, fault).length_s == 148);
}

TEST_CASE("full to the end by its own retries, or for another reason") {
    const auto fault = fixture::frame().faults[0];
    const auto calm = fixture::service(100, 2).windows;
    const auto retries = fixture::service(100, 2, 112, 400, 4).windows;
    CHECK(models::find_full_spell(retries, calm, fault).own_retries);
    // The twin is full as well, or nothing is retried: the load is simply too high.
    CHECK_FALSE(models::find_full_spell(retries, retries, fault).own_retries);
    const auto slow = fixture::service(100, 2, 112, 400, 1).windows;
    const auto spell = models::find_full_spell(slow, calm, fault);
    CHECK(spell.until_end);
    CHECK_FALSE(spell.own_retries);
}

TEST_CASE("a queue shows that a service is full in one region") {
    const auto fault = fixture::frame().faults[0];
    const auto calm = fixture::service(100, 2).windows;
    auto windows = calm;
    for (std::size_t i = 120; i < 200; ++i) {
        windows[i].busy_s = 4;  // half of the slots, in the other region
        windows[i].queued_s = 30;
    }
    const auto spell = models::find_full_spell(windows, calm, fault);
    REQUIRE(spell.seen);
    CHECK(spell.start_s == 20);
    CHECK(spell.length_s == 80);
}

TEST_CASE("who is hit, by how many requests and for how long") {
    const std::vector<models::Slo> none;
    const auto runs = fixture::strategy("sick", none, 130, 10);
    const auto losses = models::losses_of(fixture::settings(none), runs);
    REQUIRE(losses.size() == 3);
    CHECK_FALSE(losses[0].hit);
    CHECK(losses[0].lost.estimate->value == 0);
    CHECK(losses[1].hit);
    CHECK(losses[1].lasts_s == 30);
    CHECK_FALSE(losses[1].until_end);
    CHECK(losses[2].lost.estimate->value == 300);
    const auto forever = fixture::strategy("sick", none, 400, 10);
    CHECK(models::losses_of(fixture::settings(none), forever)[2].until_end);
}

TEST_CASE("the story of a service over its runs") {
    const std::vector<models::Slo> none;
    const auto stories = models::stories_of(fixture::strategy("sick", none, 400, 4));
    REQUIRE(stories.size() == 1);
    CHECK(stories[0].runs == 4);
    CHECK(stories[0].after_s == 6);
    CHECK(stories[0].until_end == 4);
    CHECK(stories[0].own_retries == 4);
    CHECK(stories[0].amplification == models::Measure{4.0});
    CHECK(stories[0].wasted == models::Measure{0.75});
    CHECK(models::stories_of(fixture::strategy("calm", none, 100, 4)).empty());
}
