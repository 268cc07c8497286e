// N clients start at once; each reads a version, writes with it, and is done when no other write
// came between. A message takes |Normal(10, 2)| ms one way, the server no time. Before the read
// that follows conflict n the client waits for what the backoff rule says of retry n.

#include "models/policy/backoff.hpp"
#include "models/validation/driver_papers.hpp"
#include "sim/core/assert.hpp"
#include "sim/core/distribution.hpp"
#include "sim/core/event_word.hpp"
#include "sim/core/simulator.hpp"

namespace models {

namespace {

enum class Step : std::uint32_t { read_arrives, version_arrives, write_arrives, answer, conflict };

using Message = sim::EventWord<Step>;  // of a client

struct Client {
    std::uint64_t version = 0;
    int conflicts = 0;
    BackoffState waited;
};

/// The published base is 5 ms and its simulator counts the first retry as the second: 10 ms.
Backoff published_backoff(std::uint32_t kind) {
    ExponentialBackoff exponential;
    exponential.base = sim::milliseconds(10);
    exponential.max = sim::milliseconds(2000);
    DecorrelatedBackoff decorrelated;
    decorrelated.base = sim::milliseconds(5);
    decorrelated.max = sim::milliseconds(2000);
    switch (kind) {
        case 0:
            return NoBackoff{};
        case 1:
            exponential.jitter = Jitter::none;
            return exponential;
        case 2:
            exponential.jitter = Jitter::equal;
            return exponential;
        case 3:
            exponential.jitter = Jitter::full;
            return exponential;
        default:
            return decorrelated;
    }
}

class Contention {
  public:
    explicit Contention(const DriverRun& run)
        : simulator_(sim::SimTime{}, {}),
          backoff_(published_backoff(run.count("backoff"))),
          clients_(run.count("clients")),
          network_(run.seed, run.replication, "row", "network"),
          jitter_(run.seed, run.replication, "row", "jitter") {
        for (std::uint32_t i = 0; i < clients_.size(); ++i) send(Step::read_arrives, i);
    }

    std::vector<double> run() {
        const auto stopped = simulator_.run(sim::SimTime{} + sim::whole_seconds(1'000'000), *this);
        SIM_ASSERT(!stopped && last_answer_.ns > 0);
        return {last_answer_.seconds(), static_cast<double>(writes_)};
    }

    void handle(const Message& message) {
        auto& client = clients_[message.subject()];
        switch (message.kind()) {
            case Step::read_arrives:
                client.version = version_;
                return send(Step::version_arrives, message.subject());
            case Step::version_arrives:
                return send(Step::write_arrives, message.subject());
            case Step::write_arrives:
                return write(message.subject());
            case Step::answer:
                last_answer_ = simulator_.now() - sim::SimTime{};
                return;
            case Step::conflict:
                return again(message.subject());
        }
        SIM_ASSERT(false);
    }
    [[nodiscard]] std::uint32_t in_flight() const { return 0; }

  private:
    void send(Step step, std::uint32_t client, sim::Duration later = {}) {
        sim::KeyedRng rng(network_, messages_++, 0);
        simulator_.after(delay_.draw(rng) + later, {step, client});
    }
    void write(std::uint32_t index) {
        ++writes_;
        const bool wins = clients_[index].version == version_;
        if (wins) ++version_;
        send(wins ? Step::answer : Step::conflict, index);
    }
    void again(std::uint32_t index) {
        auto& client = clients_[index];
        RetryOccasion occasion;
        occasion.retry = occasion.since_hint = ++client.conflicts;
        sim::KeyedRng rng(jitter_, messages_, 0);
        const auto wait = backoff_delay(backoff_, occasion, client.waited, rng);
        send(Step::read_arrives, index, wait.value_or(sim::Duration{}));
    }

    sim::Simulator<Message> simulator_;
    Backoff backoff_;
    std::vector<Client> clients_;
    sim::RngStream network_;
    sim::RngStream jitter_;
    sim::Distribution delay_{sim::NormalDistribution{0.010, 0.002}};
    std::uint64_t version_ = 0;
    std::uint64_t writes_ = 0;
    std::uint64_t messages_ = 0;
    sim::Duration last_answer_{};
};

}  // namespace

std::vector<double> contention_driver(const DriverRun& run) { return Contention(run).run(); }

}  // namespace models
