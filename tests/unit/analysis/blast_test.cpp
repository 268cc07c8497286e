// Incidents made by hand whose blast radius is known by counting.
#include "models/analysis/blast.hpp"

#include <cmath>

#include "models/analysis/blast_story.hpp"
#include "models/analysis/blast_text.hpp"
#include "models/analysis/blast_value.hpp"
#include "tests/catch.hpp"
#include "tests/unit/analysis/incident.hpp"

using incident::fail;
using incident::frame_of_two_regions;
using incident::Incident;
using incident::kSeconds;
using models::BlastVerdict;

namespace {

const models::SliceStory& slice_of(const models::StudyFrame& frame, const models::BlastStory& story,
                                   const std::string& name) {
    for (const auto& one : story.slices) {
        if (models::slice_name(frame, one.slice) == name) return one;
    }
    FAIL("no slice " + name);
    return story.slices.front();
}

}  // namespace

TEST_CASE("slices: coarse ones first, and none twice") {
    const auto frame = frame_of_two_regions();
    std::vector<std::string> names;
    for (const auto& one : models::blast_slices(frame)) {
        names.push_back(models::slice_name(frame, one));
    }
    // `america` has one journey in one zone: its journey, region and zone are the group itself, and
    // all of `eu` is `europe`.
    const std::vector<std::string> expected = {"everybody",
                                               "europe",
                                               "america",
                                               "buy",
                                               "browse",
                                               "everybody in a",
                                               "everybody in b",
                                               "europe/buy",
                                               "europe/buy in a",
                                               "europe/buy in b",
                                               "europe/browse in a",
                                               "europe/browse in b"};
    CHECK(names == expected);
}

// 20 s with half of the 200 purchases a second of Europe failing, all of them in zone a: 2000 lost.
TEST_CASE("volume, peak and length of an impact are those that were counted") {
    Incident incident;
    fail(incident.run, 0, 0, 100, 120, 100);
    const auto story = incident.story();
    const auto& all = slice_of(incident.frame, story, "everybody");
    CHECK(all.lost.estimate->value == 2000);
    CHECK(all.peak.estimate->value == Approx(100.0 / 500));
    const auto& buy = slice_of(incident.frame, story, "europe/buy");
    CHECK(buy.lost.estimate->value == 2000);
    CHECK(buy.peak.estimate->value == Approx(0.5));
    CHECK(buy.lasts_s == 20);
    CHECK(buy.until_s == 20);
    CHECK(buy.share.estimate->value == Approx(2000.0 / (200 * 50)));
    CHECK(buy.hit == models::SliceHit::yes);
    const auto& there = slice_of(incident.frame, story, "europe/buy in a");
    CHECK(there.peak.estimate->value == Approx(1));
    CHECK(slice_of(incident.frame, story, "europe/buy in b").hit == models::SliceHit::no);
    CHECK(slice_of(incident.frame, story, "america").lost.estimate->value == 0);
    CHECK(story.radii.realised == std::vector<std::string>{"europe/buy"});
    CHECK(story.radii.places == std::vector<std::string>{"a"});
}

TEST_CASE("what fails in the twin as well is no impact") {
    Incident incident;
    fail(incident.run, 0, 0, 100, 200, 30);
    fail(incident.twin, 0, 0, 100, 200, 30);
    const auto story = incident.story();
    CHECK(story.verdict == BlastVerdict::pass);
    CHECK(slice_of(incident.frame, story, "everybody").lost.estimate->value == 0);
    CHECK(models::blast_sentence(incident.frame, story) ==
          "PASS in 1 of 1 run: no customer notices");
}

TEST_CASE("when half of the runs harm nobody, the sentence says in how many customers notice") {
    Incident bad;
    fail(bad.run, 0, 0, 100, 150, 100);
    Incident good;
    bad.story();
    good.story();
    const auto story = models::blast_story(
        bad.frame, {{&bad.digest, &bad.nobody}, {&good.digest, &good.nobody}}, 0.95);
    CHECK(models::blast_sentence(bad.frame, story) ==
          "DEVIATED_TRANSIENT in 1 of 2 runs: customers notice in 1 of 2");
}

TEST_CASE("a slice with hardly any requests says nothing") {
    Incident incident;
    for (auto* run : {&incident.run, &incident.twin}) {
        for (auto& window : run->flows[2].places[2]) window = {1, 1};
        for (auto& window : run->flows[2].windows) window = {1, 1, 0};
    }
    const auto story = incident.story();
    CHECK(slice_of(incident.frame, story, "america").hit == models::SliceHit::too_few);
}

TEST_CASE("the four radii are told apart") {
    Incident incident;
    fail(incident.run, 2, 2, 100, 150, 100);
    incident.run.seen_down[3] = sim::SimTime{} + sim::whole_seconds(104);
    const auto story = incident.story();
    REQUIRE(story.radii.target.size() == 1);
    CHECK(story.radii.target[0].service == "db");
    CHECK(story.radii.target[0].replicas == 3);
    // Browsing does without the database.
    CHECK(story.radii.potential == std::vector<std::string>{"europe/buy", "america/buy"});
    CHECK(story.radii.potential_share == Approx(300.0 / 500));
    CHECK(story.radii.realised == std::vector<std::string>{"america/buy"});
    REQUIRE(story.radii.observed.size() == 1);
    CHECK(story.radii.observed[0].service == "a");
    CHECK(story.radii.observed[0].replicas == 1);
    CHECK(*story.times[static_cast<std::size_t>(models::BlastInstant::noticed)].at ==
          sim::Estimate{4, {}, {}, story.times[1].at->method, 1});
}

// The fault is at 100 s for 50 s; customers fail from 103 s to 170 s.
TEST_CASE("instants count from the start of the fault") {
    Incident incident;
    fail(incident.run, 0, 0, 103, 170, 100);
    const auto times = models::blast_times(incident.frame, incident.run, incident.twin);
    CHECK(times.impact == 3.0);
    CHECK(times.fault_end_s == 50);
    CHECK(times.recovered == 70.0);
    CHECK(times.all_clear == 70.0);
    CHECK(times.stable == 70.0);
    CHECK(*times.recovery_ratio() == Approx(20.0 / 50));
    CHECK(times.seen_s == 200);
    CHECK_FALSE(times.healed);
}

TEST_CASE("all clear waits for the backlog, and stable for the capacity") {
    Incident incident;
    fail(incident.run, 0, 0, 100, 150, 100);
    for (std::uint32_t t = 100; t < 180; ++t) incident.run.services[0].windows[t].queued_s = 50;
    for (std::uint32_t t = 100; t < 210; ++t) incident.run.services[0].windows[t].capacity_s = 60;
    const auto times = models::blast_times(incident.frame, incident.run, incident.twin);
    CHECK(times.recovered == 50.0);
    CHECK(times.all_clear == 80.0);
    CHECK(times.stable == 110.0);
}

TEST_CASE("the last remedy before recovery is when it has healed itself; people end that") {
    Incident incident;
    fail(incident.run, 0, 0, 100, 150, 100);
    const auto at = [](int s) { return sim::SimTime{} + sim::whole_seconds(s); };
    using Kind = models::RemedyKind;
    incident.run.remedies = {
        {Kind::avoided, 1, at(104)}, {Kind::failover, 1, at(120)}, {Kind::readmitted, 1, at(290)}};
    CHECK(models::blast_times(incident.frame, incident.run, incident.twin).healed.value() ==
          Approx(20));
    incident.twin.remedies = {{Kind::failover, 1, at(120)}};  // it would have come anyhow
    CHECK(models::blast_times(incident.frame, incident.run, incident.twin).healed.value() ==
          Approx(4));
    models::ActionResult action;
    action.fired = 1;
    action.first_s = 110;
    incident.run.actions = {action};
    incident.frame.ends_faults = {0};
    const auto times = models::blast_times(incident.frame, incident.run, incident.twin);
    CHECK(times.human);
    CHECK_FALSE(times.healed);
}

TEST_CASE("every verdict has its incident") {
    Incident incident;
    const auto verdict = [&] { return incident.story().verdict; };
    CHECK(verdict() == BlastVerdict::pass);
    fail(incident.run, 0, 0, 100, 150, 100);
    CHECK(verdict() == BlastVerdict::deviated_transient);

    for (std::uint32_t t = 100; t < kSeconds; ++t) {  // twice the machines, for ever
        incident.run.services[0].windows[t].capacity_s = 60;
    }
    CHECK(verdict() == BlastVerdict::recovered_with_residue);
    const auto story = incident.story();
    REQUIRE(story.residue.size() == 1);
    CHECK(story.residue[0].run == 6);
    CHECK(story.residue[0].twin == 3);
    CHECK(models::residue_text(incident.frame, story.residue[0]) == "web: 6 replicas instead of 3");

    fail(incident.run, 0, 0, 150, kSeconds, 100);
    CHECK(verdict() == BlastVerdict::no_recovery);
    CHECK_FALSE(incident.digest.times.recovered);

    incident.frame.faults[0].duration = sim::whole_seconds(200);
    CHECK(verdict() == BlastVerdict::deviated);

    models::ActionResult action;
    action.fired = 1;
    incident.run.actions = {action};
    incident.frame.ends_faults = {1};
    CHECK(verdict() == BlastVerdict::aborted);
}

TEST_CASE("spread counts calls from what is struck to what fails") {
    Incident incident;
    auto& tries = incident.run.edges[0].try_outcomes;
    tries[static_cast<std::size_t>(models::Outcome::ok)] = 500;
    tries[static_cast<std::size_t>(models::Outcome::error)] = 500;
    const auto story = incident.story();
    CHECK(story.spread_to == std::vector<std::string>{"web"});
    CHECK(story.spread_hops == 1);
    CHECK(incident.digest.services[0].tries_failed == Approx(500.0 / 2000));
}

// 10 s lose 1000 purchases, the next 10 s win 400 of them back; a purchase is worth 20.
TEST_CASE("value: gross, rebound, net and money") {
    Incident incident;
    fail(incident.run, 0, 0, 100, 110, 100);
    for (std::uint32_t t = 110; t < 120; ++t) {
        for (auto* window : {&incident.run.flows[0].windows[t]}) window->offered += 40;
        incident.run.flows[0].windows[t].success += 40;
        incident.run.flows[0].places[0][t].offered += 40;
        incident.run.flows[0].places[0][t].success += 40;
    }
    incident.story();
    const std::vector<models::BlastRun> runs = {{&incident.digest, &incident.nobody}};
    const std::vector<models::JourneyValue> values = {{"buy", {}, "order", 20.0, "EUR"}};
    const auto stories = models::value_stories(incident.frame, runs, values, 0.95);
    CHECK(stories[0].gross.estimate->value == 1000);
    CHECK(stories[0].rebound.estimate->value == 400);
    CHECK(stories[0].net.estimate->value == 600);
    CHECK(stories[0].money.estimate->value == 12'000);
    const auto money = models::money_stories(incident.frame, runs, values, 0.95);
    CHECK(models::value_text(stories, money) == "600 orders (12 k EUR)");
}
