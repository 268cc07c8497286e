// Faults that come again: what their keys become in the engine's input.
#include <algorithm>

#include "models/scenario/build.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenario/support.hpp"

using namespace scenario_test;

namespace {

using Names = std::vector<std::string>;

models::SystemModel model_of(const std::string& faults) {
    const auto loaded = load(
        "version: 1\n"
        "regions: {eu: {zones: [eu-1, eu-2]}, us: {zones: [us-1]}}\n"
        "services:\n"
        "  web: {concurrency: 8, latency: 5ms, endpoints: {page: [cart, bank]}}\n"
        "  cart: {concurrency: 8, latency: 5ms, replicasPerZone: 2}\n"
        "  bank: {kind: external, latency: 5ms}\n"
        "workload: {people: {from: eu, rate: 5/s, mix: {page: 100%}}}\n"
        "faults:\n" +
        faults +
        "slos: {works: page.success >= 99%}\n"
        "experiment: {duration: 10m}\n");
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    return models::build_model(*loaded->scenario, 0, models::Twin::no);
}

const models::Recurrence& recurrence_of(const models::SystemModel& model, std::size_t fault = 0) {
    REQUIRE(model.faults[fault].recurrence);
    return *model.faults[fault].recurrence;
}

Names units_of(const models::Recurrence& recurrence, std::size_t process) {
    Names names;
    for (const auto unit : recurrence.processes[process].units) {
        names.push_back(recurrence.units[unit].name);
    }
    return names;
}

Names processes_of(const models::Recurrence& recurrence) {
    Names names;
    for (const auto& process : recurrence.processes) names.push_back(process.name);
    return names;
}

}  // namespace

TEST_CASE("a schedule alone strikes the target as it stands") {
    const auto model = model_of("  f: {every: 1m, for: 5s, until: 4m, zone: eu-1, effect: down}\n");
    const auto& recurrence = recurrence_of(model);
    CHECK(recurrence.whole);
    CHECK(recurrence.until == sim::SimTime{} + sim::whole_seconds(240));
    CHECK_FALSE(recurrence.begins_written);
    CHECK(std::get<models::EverySchedule>(recurrence.schedule).every == sim::whole_seconds(60));
    CHECK(processes_of(recurrence) == Names{"target"});
    CHECK(model.faults[0].target.zones.size() == 1);
}

TEST_CASE("`per` gives each part a process, whole zones with their links") {
    const auto model = model_of(
        "  f: {mtbf: 1m, mttr: 5s, region: eu, per: zone, effect: down, correlation: {beta: "
        "0.3}}\n");
    const auto& recurrence = recurrence_of(model);
    CHECK(processes_of(recurrence) == Names{"eu-1", "eu-2", "common cause"});
    CHECK(recurrence.processes[0].share == Approx(0.7));
    CHECK(recurrence.processes[2].share == Approx(0.3));
    CHECK(recurrence.processes[2].strikes_all);
    CHECK(units_of(recurrence, 2) == Names{"eu-1", "eu-2"});
    CHECK(recurrence.units[0].instances.size() == 3);
    CHECK(recurrence.units[0].zones.size() == 1);
    const auto target = models::target_of_units(model.faults[0].target, recurrence, {1});
    CHECK(target.zones == std::vector<models::ZoneId>{models::ZoneId{1}});
}

TEST_CASE("a common cause of some parts leaves the others alone") {
    const auto model = model_of(
        "  f: {mtbf: 1m, mttr: 5s, service: cart, per: zone, effect: crash,\n"
        "      correlation: {group: [eu-1, us-1], beta: 0.5}}\n");
    const auto& recurrence = recurrence_of(model);
    CHECK(units_of(recurrence, 3) == Names{"eu-1", "us-1"});
    CHECK(recurrence.processes[1].share == 1);
    CHECK(recurrence.units[0].instances.size() == 2);
    CHECK(recurrence.units[0].zones.empty());
}

TEST_CASE("a common cause of several faults") {
    const auto model = model_of(
        "  a: {mtbf: 1m, mttr: 5s, zone: eu-1, effect: down, correlation: {group: [a, b], beta: "
        "0.2}}\n"
        "  b: {mtbf: 1m, mttr: 5s, zone: us-1, effect: down}\n");
    CHECK(processes_of(recurrence_of(model)) == Names{"target", "common cause"});
    CHECK(recurrence_of(model).processes[0].share == Approx(0.8));
    CHECK(recurrence_of(model).processes[1].faults == std::vector<std::uint32_t>{1});
    CHECK(processes_of(recurrence_of(model, 1)) == Names{"target"});
    CHECK(recurrence_of(model, 1).processes[0].share == Approx(0.8));
}

TEST_CASE("`pick` is among replicas, of a region among its zones, or what is written") {
    const auto kills =
        model_of("  f: {every: 1m, for: 5s, zone: eu-1, pick: one, effect: crash}\n");
    CHECK(units_of(recurrence_of(kills), 0) == Names{"web/eu-1/0", "cart/eu-1/0", "cart/eu-1/1"});
    const auto zones = model_of("  f: {every: 1m, for: 5s, region: eu, pick: one, effect: down}\n");
    CHECK(units_of(recurrence_of(zones), 0) == Names{"eu-1", "eu-2"});
    const auto each = model_of(
        "  f: {every: 1m, for: 5s, region: eu, per: zone, pick: 40%, among: service, effect: "
        "crash}\n");
    CHECK(units_of(recurrence_of(each), 1) == Names{"web", "cart"});
    CHECK(recurrence_of(each).share == Approx(0.4));
    const auto traffic =
        model_of("  f: {every: 1m, for: 5s, service: cart, pick: one, effect: {loss: 3%}}\n");
    const std::vector<models::FaultStrike> strikes = {
        {0, 1, models::target_of_units(traffic.faults[0].target, recurrence_of(traffic), {1})}};
    const auto struck = models::conditions_under(traffic.topology, traffic.faults, strikes);
    REQUIRE(struck.traffic.size() == 2);
    const auto& replicas = struck.traffic[0].where.replicas;
    CHECK(std::count(replicas.begin(), replicas.end(), 1) == 1);
    CHECK(struck.work.empty());
}

TEST_CASE("monkeys: services by region, zones, regions; each with the effect of its name") {
    const auto chaos = model_of("  f: {monkey: chaos, for: 5s}\n");
    CHECK(processes_of(recurrence_of(chaos)) == Names{"web/eu", "web/us", "cart/eu", "cart/us"});
    CHECK(units_of(recurrence_of(chaos), 0) == Names{"web/eu-1/0", "web/eu-2/0"});
    CHECK(std::holds_alternative<models::CrashEffect>(chaos.faults[0].effect));
    const auto together = model_of(
        "  f: {monkey: {kind: chaos, independentRegions: false}, for: 5s, service: cart}\n");
    CHECK(processes_of(recurrence_of(together)) == Names{"cart"});
    CHECK(units_of(recurrence_of(together), 0).size() == 6);
    const auto gorilla = model_of("  f: {monkey: gorilla, for: 5s}\n");
    CHECK(units_of(recurrence_of(gorilla), 0) == Names{"eu-1", "eu-2", "us-1"});
    CHECK(std::holds_alternative<models::DownEffect>(gorilla.faults[0].effect));
    const auto kong = model_of("  f: {monkey: kong, for: 5s}\n");
    CHECK(units_of(recurrence_of(kong), 0) == Names{"eu", "us"});
    CHECK(recurrence_of(kong).units[0].zones.size() == 2);
    const auto slow = model_of("  f: {monkey: chaos, for: 5s, slow: 9x}\n");
    CHECK(std::holds_alternative<models::SlowEffect>(slow.faults[0].effect));
}

TEST_CASE("a ramp, and a fault that comes again has no before and after") {
    const auto model = model_of(
        "  f: {at: 1m, for: 1m, service: cart, slow: 5x, ramp: {in: 30s, out: 10s}}\n"
        "  g: {cron: \"0 3 * * *\", start: Sun 02:30, for: 1m, service: cart, slow: 5x}\n");
    CHECK(model.faults[0].ramp.in == sim::whole_seconds(30));
    CHECK(model.faults[0].ramp.out == sim::whole_seconds(10));
    CHECK(std::none_of(model.slices.begin(), model.slices.end(),
                       [](const auto& slice) { return slice.fault == "g"; }));
    CHECK(std::any_of(model.slices.begin(), model.slices.end(),
                      [](const auto& slice) { return slice.fault == "f"; }));
}
