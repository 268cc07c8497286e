// The map of the retry storm against theory. With one layer that retries, a failed state feeds
// itself when the tries of all calls, each as many as fit into its timeout, are more than the
// service can do, and what it does comes too late: the wait in a full queue and the work are longer
// than a try waits. Both boundaries are computed here, from nothing but the scenario's numbers. The
// theory is one of ample queues: with the file's own 100 places a replica refuses what it has no
// room for, callers are sent there again because refusals leave nothing in flight, and the other
// replica comes back. So the first map has longer queues, and the second much more load than it
// takes.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/program.hpp"

namespace {

// scenarios/faults/retry-storm-metastable.yaml: 2 replicas of 10 slots, lognormal work.
constexpr double kReplicas = 2;
constexpr double kSlots = 10;
constexpr double kP50 = 0.035;
constexpr double kP99 = 0.140;
constexpr double kTimeout = 2;
constexpr double kPerTryTimeout = 0.3;
constexpr double kQueue = 500;
constexpr double kBackoffBase = 0.025;
constexpr double kBackoffMost = 0.250;

double mean_work() {
    constexpr double kZ99 = 2.3263478740408408;
    const double sigma = std::log(kP99 / kP50) / kZ99;
    return kP50 * std::exp(sigma * sigma / 2);
}

/// Per second.
double capacity() { return kReplicas * kSlots / mean_work(); }

/// How many tries of a call that always times out begin within its timeout, with the mean of a
/// backoff with full jitter between them.
double tries_that_fit(int retries, double per_try_timeout = kPerTryTimeout) {
    double at = 0;
    double backoff = kBackoffBase;
    double tries = 0;
    for (int i = 0; i <= retries && at < kTimeout; ++i) {
        ++tries;
        at += per_try_timeout + backoff / 2;
        backoff = std::min(2 * backoff, kBackoffMost);
    }
    return tries;
}

/// rate / capacity * tries > 1.
double metastable_from(int retries) { return capacity() / tries_that_fit(retries); }

/// The wait behind a full queue of this length, and the work itself.
double full_queue_s(double queue) { return queue * mean_work() / kSlots + mean_work(); }

struct Found {
    std::vector<double> values;  ///< of x
    /// By row: the number of x where it begins; infinity: nowhere.
    std::vector<double> begins;
};

double number_of(const tests::Json& axis, const std::string& value) {
    for (std::size_t i = 0; i < axis["values"].size(); ++i) {
        if (axis["values"][i] == value) return axis["numbers"][i];
    }
    throw std::runtime_error("no such value: " + value);
}

Found map_of(const std::string& x, const std::string& y, const std::string& set) {
    const auto run = tests::run_program(
        {"map",        FIREDRILL_SOURCE_DIR "/scenarios/faults/retry-storm-metastable.yaml",
         "--x",        x,
         "--y",        y,
         "--strategy", "naive",
         "--runs",     "1",
         "--extend",   "4",
         "--json",     "-q",
         "--set",      "experiment.duration=120s",
         "--set",      "faults.slow-disks.at=15s",
         "--set",      "faults.slow-disks.for=25s",
         "--set",      set});
    INFO(run.err);
    REQUIRE(run.code == 0);
    const auto json = tests::Json::parse(run.out);
    Found found;
    for (const auto& number : json["x"]["numbers"]) found.values.push_back(number);
    found.begins.assign(json["y"]["values"].size(), INFINITY);
    for (const auto& start : json["strategies"][0]["begins"]) {
        for (std::size_t row = 0; row < found.begins.size(); ++row) {
            if (json["y"]["values"][row] == start["y"]) {
                found.begins[row] = number_of(json["x"], start["x"]);
            }
        }
    }
    return found;
}

/// Whether the map has the boundary there, give or take one step of its grid: the first cell that
/// is metastable is at most one after the first that should be, or one before it.
bool is_within_a_step(const Found& found, std::size_t row, double boundary) {
    const auto& values = found.values;
    const auto index_of = [&](double value) {
        return std::lower_bound(values.begin(), values.end(), value) - values.begin();
    };
    return std::abs(index_of(found.begins[row]) - index_of(boundary)) <= 1;
}

}  // namespace

TEST_CASE("a retry storm feeds itself where all tries are more than the service can do") {
    REQUIRE(full_queue_s(kQueue) > kPerTryTimeout);
    const auto found = map_of("workload.*.rate=80/s..320/s log 15",
                              "strategies.naive.retries=1,2,3", "services.stock.queue=500");
    REQUIRE(found.values.size() == 15);
    for (int retries = 1; retries <= 3; ++retries) {
        const auto row = static_cast<std::size_t>(retries - 1);
        INFO("retries " << retries << ": theory " << metastable_from(retries) << ", map "
                        << found.begins[row]);
        CHECK(is_within_a_step(found, row, metastable_from(retries)));
        // What the check is worth: retries counted without the first try are told apart.
        CHECK_FALSE(is_within_a_step(found, row, capacity() / retries));
    }
}

TEST_CASE("only tries that fit into the timeout of the call count") {
    const auto found =
        map_of("workload.*.rate=80/s..250/s log 12", "strategies.naive.perTryTimeout=400ms,700ms",
               "services.stock.queue=500");
    CHECK(tries_that_fit(3, 0.4) == 4);
    CHECK(tries_that_fit(3, 0.7) == 3);
    INFO("map " << found.begins[0] << " and " << found.begins[1]);
    CHECK(is_within_a_step(found, 0, capacity() / 4));
    CHECK(is_within_a_step(found, 1, capacity() / 3));
    CHECK_FALSE(is_within_a_step(found, 1, capacity() / 4));
}

TEST_CASE("a retry storm needs a queue that is longer than a try waits") {
    const auto found = map_of("services.stock.queue=20..120 step 10", "strategies.naive.retries=3",
                              "workload.shoppers.rate=420/s");
    const double longest = (kPerTryTimeout - mean_work()) * kSlots / mean_work();
    INFO("theory " << longest << ", map " << found.begins[0]);
    CHECK(is_within_a_step(found, 0, longest));
    // The queue of all replicas together is another one.
    CHECK_FALSE(is_within_a_step(found, 0, longest / kReplicas));
}
