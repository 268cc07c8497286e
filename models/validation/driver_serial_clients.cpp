// 100 clients, each with one call in flight: a call starts Exp(10/s) after the start of the one
// before, or when that has ended. Messages take exp(10 ms) each way, the server no time; a try
// fails with a fixed probability, and up to 3 retries follow it. Counted is what starts in 10 s.
#include <algorithm>

#include "models/policy/backoff.hpp"
#include "models/validation/driver_papers.hpp"
#include "sim/core/distribution.hpp"

namespace models {

namespace {

constexpr std::uint32_t kClients = 100;
constexpr int kRetries = 3;
constexpr sim::SimTime kEnd{10'000'000'000};

Backoff doubling(double base_s) {
    if (base_s == 0) return NoBackoff{};
    ExponentialBackoff backoff;
    backoff.base = sim::from_seconds(base_s);
    backoff.jitter = Jitter::none;
    return backoff;
}

struct Tries {
    std::uint64_t first = 0;
    std::uint64_t all = 0;
};

class SerialClient {
  public:
    SerialClient(const DriverRun& run, std::uint32_t number)
        : failure_(run.parameter("failure")),
          backoff_(doubling(run.parameter("base"))),
          stream_(run.seed, run.replication, "serial clients", "all"),
          number_(number) {}

    Tries run() {
        Tries tries;
        sim::SimTime start{};
        sim::SimTime free{};
        for (std::uint64_t call = 0;; ++call) {
            sim::KeyedRng rng(stream_, number_, call);
            start = std::max(start + pace_.draw(rng), free);
            if (start > kEnd) return tries;
            ++tries.first;
            free = make_call(start, rng, tries);
        }
    }

  private:
    /// When the call has ended.
    sim::SimTime make_call(sim::SimTime at, sim::KeyedRng& rng, Tries& tries) const {
        BackoffState state;
        for (int retry = 1;; ++retry) {
            ++tries.all;
            at = at + leg_.draw(rng);
            const bool failed = rng.bernoulli(failure_);
            at = at + leg_.draw(rng);
            if (!failed || retry > kRetries) return at;
            RetryOccasion occasion;
            occasion.retry = occasion.since_hint = retry;
            at = at + backoff_delay(backoff_, occasion, state, rng).value_or(sim::Duration{});
        }
    }

    double failure_;
    Backoff backoff_;
    sim::RngStream stream_;
    std::uint64_t number_;
    sim::Distribution pace_{sim::ExponentialDistribution{0.1}};
    sim::Distribution leg_{sim::ExponentialDistribution{0.01}};
};

}  // namespace

std::vector<double> serial_clients_driver(const DriverRun& run) {
    Tries sum;
    for (std::uint32_t i = 0; i < kClients; ++i) {
        const auto tries = SerialClient(run, i).run();
        sum.first += tries.first;
        sum.all += tries.all;
    }
    return {static_cast<double>(sum.first), static_cast<double>(sum.all)};
}

}  // namespace models
