// Ten servers that take 8 s for a request, one request a second (Poisson), and a balancer that sees
// the lengths of their queues as they were at the last refresh.
#include <algorithm>
#include <array>
#include <deque>
#include <optional>

#include "models/policy/balancing_basic.hpp"
#include "models/validation/driver_papers.hpp"
#include "sim/core/assert.hpp"
#include "sim/core/distribution.hpp"
#include "sim/core/event_word.hpp"
#include "sim/core/simulator.hpp"

namespace models {

namespace {

constexpr std::uint32_t kServers = 10;
constexpr sim::Duration kWork = sim::whole_seconds(8);
constexpr sim::SimTime kMeasuredFrom{10'000'000'000'000};
constexpr sim::SimTime kEnd{110'000'000'000'000};

enum class Moment : std::uint32_t { arrival, departure, refresh };

using Happening = sim::EventWord<Moment>;  // of a server

class StaleQueues {
  public:
    explicit StaleQueues(const DriverRun& run)
        : simulator_(sim::SimTime{}, {}),
          refresh_(sim::from_seconds(run.parameter("refresh"))),
          arrivals_(run.seed, run.replication, "requests", "arrivals"),
          choices_(run.seed, run.replication, "balancer", "choices") {
        const auto choices = run.count("choices");
        random_ = choices == 1;
        rule_.full_scan = choices == 0;
        rule_.choices = std::max(choices, 2U);
        for (std::uint32_t i = 0; i < kServers; ++i) servers_[i] = i;
        next_arrival();
        if (refresh_.ns > 0) simulator_.after(refresh_, {Moment::refresh, 0});
    }

    std::vector<double> run() {
        const auto stopped = simulator_.run(kEnd, *this);
        SIM_ASSERT(!stopped && measured_ > 0);
        return {waited_s_ / static_cast<double>(measured_)};
    }

    void handle(const Happening& what) {
        switch (what.kind()) {
            case Moment::arrival:
                return arrive();
            case Moment::departure:
                return depart(what.subject());
            case Moment::refresh:
                seen_ = lengths_;
                simulator_.after(refresh_, {Moment::refresh, 0});
                return;
        }
        SIM_ASSERT(false);
    }
    [[nodiscard]] std::uint32_t in_flight() const { return 0; }

  private:
    void next_arrival() {
        sim::KeyedRng rng(arrivals_, requests_, 0);
        simulator_.after(gap_.draw(rng), {Moment::arrival, 0});
    }
    void arrive() {
        const std::uint32_t server = choose();
        ++requests_;
        next_arrival();
        ++lengths_[server];
        queues_[server].push_back(simulator_.now());
        if (lengths_[server] == 1) begin(server);
    }
    std::uint32_t choose() {
        BalanceQuery query;
        query.now = simulator_.now();
        query.candidates = servers_;
        query.members = servers_;
        query.in_flight = refresh_.ns > 0 ? seen_ : lengths_;
        sim::KeyedRng rng(choices_, requests_, 0);
        RandomBalancing::State no_state;
        if (random_) return RandomBalancing{}.pick(no_state, query, rng);
        return rule_.pick(state_, query, rng);
    }
    void begin(std::uint32_t server) {
        const auto arrived = queues_[server].front();
        if (arrived >= kMeasuredFrom) {
            waited_s_ += (simulator_.now() - arrived).seconds();
            ++measured_;
        }
        simulator_.after(kWork, {Moment::departure, server});
    }
    void depart(std::uint32_t server) {
        --lengths_[server];
        queues_[server].pop_front();
        if (lengths_[server] > 0) begin(server);
    }

    sim::Simulator<Happening> simulator_;
    sim::Duration refresh_;
    bool random_ = false;
    LeastRequest rule_;
    LeastRequest::State state_;
    sim::Distribution gap_{sim::ExponentialDistribution{1.0}};
    sim::RngStream arrivals_;
    sim::RngStream choices_;
    std::array<std::uint32_t, kServers> servers_{};
    std::array<std::uint32_t, kServers> lengths_{};
    std::array<std::uint32_t, kServers> seen_{};
    std::array<std::deque<sim::SimTime>, kServers> queues_;
    std::uint64_t requests_ = 0;
    std::uint64_t measured_ = 0;
    double waited_s_ = 0;
};

}  // namespace

std::vector<double> stale_queues_driver(const DriverRun& run) { return StaleQueues(run).run(); }

}  // namespace models
