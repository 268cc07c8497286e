// The highest load of an M/M/8 under an SLO on its p99 against theory: the load at which 1 % of the
// requests are longer in the system than the limit, from Erlang's C and the two exponential parts
// of what they take.
#include <cmath>
#include <string>

#include "tests/catch.hpp"
#include "tests/program.hpp"

namespace {

constexpr double kServers = 8;
constexpr double kMean = 0.010;
constexpr double kRate = 640;  ///< of scenarios/mm8.yaml, per second

/// The chance to wait.
double erlang_c(double rate) {
    const double load = rate * kMean;
    double term = 1;
    double sum = 1;
    for (int k = 1; k < kServers; ++k) {
        term *= load / k;
        sum += term;
    }
    const double all = term * load / kServers / (1 - load / kServers);
    return all / (sum + all);
}

/// The chance to take longer than `limit_s` in all.
double longer_than(double limit_s, double rate) {
    const double work = 1 / kMean;
    const double drain = kServers * work - rate;  // a wait, when there is one, is exponential
    const double waited =
        (drain * std::exp(-work * limit_s) - work * std::exp(-drain * limit_s)) / (drain - work);
    const double c = erlang_c(rate);
    return (1 - c) * std::exp(-work * limit_s) + c * waited;
}

/// As a factor of the scenario's rate.
double highest_load(double limit_s, double share) {
    double low = 0.1 * kRate;
    double high = 0.9999 * kServers / kMean;
    for (int i = 0; i < 100; ++i) {
        const double middle = (low + high) / 2;
        (longer_than(limit_s, middle) <= share ? low : high) = middle;
    }
    return low / kRate;
}

tests::Json search(const std::string& limit) {
    const auto run = tests::run_program(
        {"search", "max-load", FIREDRILL_SOURCE_DIR "/scenarios/mm8.yaml", "--json", "-q", "--set",
         "slos.fast={objective: serve.p99 <= " + limit + ", in: 50%}", "--set",
         "experiment.duration=40s", "--set", "experiment.warmup=10s", "--tolerance", "4%", "--from",
         "0.5x", "--to", "1.2x", "--runs", "40"});
    INFO(run.err);
    REQUIRE(run.code == 0);
    return tests::Json::parse(run.out)["strategies"][0];
}

}  // namespace

TEST_CASE("the highest load of an M/M/8 is where theory says") {
    for (const auto& [limit, limit_s] : {std::pair{"60ms", 0.060}, std::pair{"80ms", 0.080}}) {
        const double exact = highest_load(limit_s, 0.01);
        const auto found = search(limit);
        INFO("limit " << limit << ": theory " << exact << ", found " << found["met"] << " to "
                      << found["missed"]);
        REQUIRE(found["met"].is_number());
        REQUIRE(found["missed"].is_number());
        const double met = found["met"];
        const double missed = found["missed"];
        CHECK(met <= exact);
        CHECK(exact <= missed);
        CHECK(missed / met < 1.12);
        // What the check is worth: the load of another percentile is told apart.
        const double of_p95 = highest_load(limit_s, 0.05);
        CHECK_FALSE((met <= of_p95 && of_p95 <= missed));
    }
}
