// `*` in a path stands for every name there.
#include "models/scenario/wildcard.hpp"

#include "models/scenario/sweep.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenario/support.hpp"

using namespace scenario_test;
using Texts = std::vector<std::string>;

namespace {

const std::string kGroups = R"yaml(version: 1
services:
  web: {concurrency: 4, latency: 5ms, endpoints: {page: [disk]}}
  disk.old: {concurrency: 2, latency: 5ms, queue: 10, endpoints: {read: []}}
  disk: {concurrency: 2, latency: 5ms, endpoints: {read: []}}
workload:
  eu: {rate: 10/s, mix: {page: 100%}, entry: web}
  us: {rate: 20/s, mix: {page: 100%}, entry: web}
  clerks: {users: 3, thinkTime: 1s, mix: {page: 100%}, entry: web}
)yaml";

std::optional<double> rate_of(const models::Scenario& scenario, std::size_t group) {
    return models::build_model(scenario, 0).groups[group].rate_per_s;
}

}  // namespace

TEST_CASE("* in --set reaches every name") {
    const auto loaded = load(kGroups, {"services.*.queue=7", "workload.*.rate=5/s"});
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    for (const auto& service : loaded->scenario->systems[0].services) CHECK(service.queue == 7U);
    CHECK(rate_of(*loaded->scenario, 0) == 5.0);
    CHECK(rate_of(*loaded->scenario, 1) == 5.0);
}

TEST_CASE("* leaves out groups that come by users, not at a rate") {
    const auto loaded = load(kGroups, {"workload.*.rate=5/s", "workload.*.users=9"});
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    const auto model = models::build_model(*loaded->scenario, 0);
    CHECK(model.groups[2].users == 9);
    CHECK_FALSE(model.groups[2].rate_per_s);
    CHECK(model.groups[0].users == 0);
}

TEST_CASE("a * that matches nothing is an error where it is written") {
    const auto nothing = load(kGroups, {"faults.*.for=1s"});
    CHECK_FALSE(nothing->scenario);
    CHECK(nothing->messages() ==
          "--set:1:1: error: `faults.*.for` matches nothing\n"
          "    1 | faults.*.for=1s\n"
          "      | ^^^^^^^^^^^^\n"
          "   hint: `*` stands for every name there: `workload.*.rate` for the rates of all groups "
          "that have one\n");
    const auto open =
        replaced(replaced(kGroups, "rate: 10/s", "users: 1"), "rate: 20/s", "users: 1");
    CHECK(load(open, {"workload.*.rate=5/s"})->messages().find("matches nothing") !=
          std::string::npos);
}

TEST_CASE("paths with * know what else is the same place") {
    CHECK(models::paths_overlap("workload.*.rate", "workload.eu.rate"));
    CHECK(models::paths_overlap("workload.eu", "workload.*.rate"));
    CHECK_FALSE(models::paths_overlap("workload.*.rate", "workload.eu.users"));
    CHECK(models::path_lies_in("workload.eu.rate", "workload.*.rate"));
    CHECK(models::path_lies_in("policy.backoff.base", "policy.backoff"));
    CHECK_FALSE(models::path_lies_in("workload.*.rate", "workload.eu.rate"));
    CHECK_FALSE(models::path_lies_in("policy", "policy.backoff"));
    CHECK(models::has_wildcard("a.*.b"));
    CHECK_FALSE(models::has_wildcard("a.b*.c"));
}
