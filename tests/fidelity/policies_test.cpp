// Policies of callers against closed forms. The rule is METHOD.md 12: |simulated - exact| <=
// max(3 standard errors over the replications, 0.1 %), the standard error being at most 1 % (3 %
// for a p99). Seed and replications are fixed, so the outcome is. Queues with limits (M/M/1/10,
// Erlang's B) and shared cores are in servers_test.
#include <cmath>
#include <functional>
#include <vector>

#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::CallPolicy;
using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

constexpr double kMean = 0.010;              // of exponential own work, in seconds
constexpr std::uint32_t kReplications = 40;  // with 10, 3 standard errors are exceeded too often

/// Customers come at a rate to one service with exponential own work and any number of slots.
struct OpenService : TestSystem {
    models::EndpointId shop = add_service("shop", {}, models::kUnlimited);

    OpenService(double rate, CallPolicy policy) {
        model.endpoints[shop.value].latency = {sim::ExponentialDistribution{kMean}};
        add_users("people", shop, 0, {}, std::move(policy));
        model.groups[0].rate_per_s = rate;
        model.warmup = whole_seconds(1);
        model.duration = whole_seconds(25);
        model.drain = whole_seconds(5);
    }
};

struct Estimate {
    double value = 0;
    double error = 0;  ///< standard error over the replications
};

/// One column a measure: what each replication found.
class Table {
  public:
    explicit Table(std::size_t measures) : columns_(measures) {}
    void add(const std::vector<double>& row) {
        for (std::size_t i = 0; i < row.size(); ++i) columns_[i].push_back(row[i]);
    }
    [[nodiscard]] Estimate of(std::size_t measure) const {
        const auto& values = columns_[measure];
        const auto n = static_cast<double>(values.size());
        double mean = 0;
        for (const double value : values) mean += value / n;
        double squares = 0;
        for (const double value : values) squares += (value - mean) * (value - mean);
        return {mean, std::sqrt(squares / (n - 1) / n)};
    }

  private:
    std::vector<std::vector<double>> columns_;
};

bool agrees(const Estimate& simulated, double exact, double extra = 0) {
    return std::abs(simulated.value - exact) <=
           std::max(3 * simulated.error, (0.001 + extra) * exact);
}
void check(const Estimate& simulated, double exact, double largest_error = 0.01) {
    CAPTURE(simulated.value, simulated.error, exact);
    CHECK(simulated.error <= largest_error * exact);
    CHECK(agrees(simulated, exact));
}
/// A quantile is read off a histogram, whose bins are no sampling error.
void check_p99(const Estimate& simulated, double exact) {
    CAPTURE(simulated.value, simulated.error, exact);
    CHECK(simulated.error <= 0.03 * exact);
    CHECK(agrees(simulated, exact, sim::Histogram::kRelativeError));
}

const sim::Histogram& latency_of(const models::RunResult& result) {
    return result.flows[0].slices[0].latency;
}
double per_call(double sum, const models::RunResult& result) {
    return sum / static_cast<double>(result.edges[0].calls);
}

}  // namespace

// The second try is sent after ln 20 means, which 5 % of the first ones outlast. The rest of both
// is then exponential with half the mean.
TEST_CASE("a hedged exponential: mean 0.975, p99 3.80045, p99.9 4.95174, 5 % more tries") {
    for (const auto cancel : {models::CancelLosers::yes, models::CancelLosers::no}) {
        models::Hedge hedge;
        hedge.delay = sim::from_seconds(std::log(20.0) * kMean);
        hedge.cancel_losers = cancel;
        auto policy = TestSystem::no_retries();
        policy.hedge = models::Hedging{hedge};
        OpenService system(1'000, policy);
        Table table(5);
        for (std::uint32_t i = 0; i < kReplications; ++i) {
            const auto result = system.run(i);
            const auto& latency = latency_of(result);
            table.add({*latency.mean() * 1e-9, static_cast<double>(*latency.quantile(0.99)) * 1e-9,
                       per_call(static_cast<double>(result.edges[0].tries), result),
                       per_call(result.services[0].busy_s, result),
                       static_cast<double>(*latency.quantile(0.999)) * 1e-9});
        }
        check(table.of(0), 0.975 * kMean);
        check_p99(table.of(1), 3.80045 * kMean);
        check_p99(table.of(4), 4.95174 * kMean);
        check(table.of(2), 1.05);
        // A loser that is stopped costs what the winner saves: no more work at all.
        check(table.of(3), (cancel == models::CancelLosers::yes ? 1.0 : 1.05) * kMean);
    }
}

// Tries that fail independently with probability p: of n + 1 tries all fail with p^(n+1), and
// (1 - p^(n+1)) / (1 - p) are made.
TEST_CASE("retries against independent errors succeed and cost what a geometric sum says") {
    constexpr double kErrors = 0.3;
    auto policy = TestSystem::retrying(2, sim::kForever, milliseconds(5));
    OpenService system(1'000, policy);
    system.model.endpoints[system.shop.value].error_share = kErrors;
    const double all_fail = kErrors * kErrors * kErrors;
    const double tries = (1 - all_fail) / (1 - kErrors);
    Table table(3);
    for (std::uint32_t i = 0; i < kReplications; ++i) {
        const auto result = system.run(i);
        const auto& slice = result.flows[0].slices[0];
        table.add({1 - static_cast<double>(slice.success()) / static_cast<double>(slice.offered()),
                   per_call(static_cast<double>(result.edges[0].tries), result),
                   *slice.latency.mean() * 1e-9});
    }
    check(table.of(0), all_fail);
    check(table.of(1), tries);
    // Of those that succeed the k-th try does with p^(k-1) (1 - p) / (1 - p^3).
    const double later = (kErrors + 2 * kErrors * kErrors) * (1 - kErrors) / (1 - all_fail);
    check(table.of(2), kMean + later * (kMean + 0.005));
}

// A try of exponential work outlasts a perTryTimeout t with q = exp(-t/m); it works on.
TEST_CASE("tries that time out: attempts, failures and wasted work") {
    constexpr double kLimit = 0.02;
    auto policy = TestSystem::retrying(1, milliseconds(20), {});
    OpenService system(1'000, policy);
    const double q = std::exp(-kLimit / kMean);
    Table table(3);
    for (std::uint32_t i = 0; i < kReplications; ++i) {
        const auto result = system.run(i);
        const auto& slice = result.flows[0].slices[0];
        table.add({1 - static_cast<double>(slice.success()) / static_cast<double>(slice.offered()),
                   per_call(static_cast<double>(result.edges[0].tries), result),
                   per_call(result.services[0].wasted_s, result)});
    }
    check(table.of(0), q * q);
    check(table.of(1), 1 + q);
    check(table.of(2), (q + q * q) * (kLimit + kMean));  // memoryless: a mean more than the limit
}

namespace {

/// Tries per second at a callee that ten times as many want to reach under Google's throttle.
Estimate throttled_load(double k, const std::function<void(TestSystem&)>& limit) {
    models::SreThrottle throttle;
    throttle.k = k;
    throttle.window = whole_seconds(20);
    auto policy = TestSystem::no_retries();
    policy.throttle = throttle;
    OpenService system(1'000, policy);
    system.model.endpoints[system.shop.value].latency =
        sim::constant_distribution(milliseconds(10));
    system.model.warmup = whole_seconds(40);  // two windows
    limit(system);
    Table table(1);
    for (std::uint32_t i = 0; i < kReplications / 2; ++i) {
        table.add({static_cast<double>(system.run(i).services[0].arrivals) / 25});
    }
    return table.of(0);
}

}  // namespace

// A caller lets p = 1 - K accepts / requests of its requests go, so the callee gets K times what it
// accepts.
TEST_CASE("Google's throttle settles at K times the capacity, whatever is offered") {
    const auto hundred_a_second = [](TestSystem& system) {
        system.model.services[0].server.rate_limit = models::TokenBucketRate{100, 100, {}, {}};
    };
    check(throttled_load(2, hundred_a_second), 200);
    check(throttled_load(1.5, hundred_a_second), 150);
    check(throttled_load(1.25, hundred_a_second), 125);
}

// One slot of 10 ms without a queue accepts L / (1 + L S) of L tries a second, which is L / K where
// L = (K - 1) / S.
TEST_CASE("Google's throttle at a loss system: one in K is accepted") {
    const auto one_slot = [](TestSystem& system) {
        system.model.services[0].concurrency = 1;
        system.model.services[0].queue = 0;
    };
    check(throttled_load(2, one_slot), 100);
    check(throttled_load(3, one_slot), 200);
}

// The rule can fail: another K is seen.
TEST_CASE("a wrong closed form fails the rule") {
    const auto seen = throttled_load(2, [](TestSystem& system) {
        system.model.services[0].server.rate_limit = models::TokenBucketRate{100, 100, {}, {}};
    });
    CHECK_FALSE(agrees(seen, 190));
    CHECK_FALSE(agrees(seen, 210));
}
