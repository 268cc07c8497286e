// scenarios/mm8-retry.yaml by hand: what a program can do that knows the model beforehand.
//
// Poisson arrivals, one FIFO queue before 8 slots, exponential service of mean 1; a client gives a
// try 5 time units and makes up to 3 tries, the k-th retry after a delay uniform in [0, 2^(k-1));
// a server never learns that a client gave up. No general event queue: the 8 departures are
// scanned, the constant timeouts are a FIFO, and only the rare retries need a heap.
//
//   mm8_retry [--smoke] [--load 0.5] [--requests 2000000] [--seed 1]

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/random/exponential_distribution.hpp>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <queue>
#include <string_view>
#include <vector>

#include "bench/measure.hpp"
#include "sim/core/hash.hpp"

namespace {

constexpr std::size_t kSlots = 8;
constexpr double kTimeout = 5.0;
constexpr std::uint8_t kTries = 3;
constexpr double kNever = std::numeric_limits<double>::infinity();

/// xoshiro256++ (Blackman, Vigna 2019).
class Xoshiro {
  public:
    using result_type = std::uint64_t;
    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

    explicit Xoshiro(std::uint64_t seed) {
        for (auto& word : state_) word = sim::mix64(seed += 0x9E3779B97F4A7C15ULL);
    }
    result_type operator()() {
        const std::uint64_t result = rotate(state_[0] + state_[3], 23) + state_[0];
        const std::uint64_t shifted = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = rotate(state_[3], 45);
        return result;
    }
    double uniform() { return static_cast<double>((*this)() >> 11) * 0x1.0p-53; }
    double exponential() { return boost::random::exponential_distribution<double>{}(*this); }

  private:
    static std::uint64_t rotate(std::uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }
    std::array<std::uint64_t, 4> state_{};
};

/// A FIFO that doubles when it is full.
template <class T>
class Ring {
  public:
    [[nodiscard]] bool empty() const { return head_ == tail_; }
    [[nodiscard]] const T& front() const { return items_[head_ & mask_]; }
    void pop() { ++head_; }
    void push(const T& item) {
        if (tail_ - head_ > mask_) grow();
        items_[tail_++ & mask_] = item;
    }

  private:
    void grow() {
        std::vector<T> larger(items_.size() * 2);
        for (std::size_t i = head_; i < tail_; ++i) {
            larger[i & (larger.size() - 1)] = items_[i & mask_];
        }
        items_ = std::move(larger);
        mask_ = items_.size() - 1;
    }
    std::vector<T> items_ = std::vector<T>(256);
    std::size_t mask_ = 255;
    std::size_t head_ = 0;
    std::size_t tail_ = 0;
};

struct Try {
    std::uint32_t request;
    std::uint8_t number;
};
struct Timed {
    double at;
    Try attempt;
    bool operator>(const Timed& other) const { return at > other.at; }
};

struct Result {
    std::uint64_t events = 0;
    std::uint64_t tries = 0;
    std::uint64_t ok = 0;
    std::uint64_t failed = 0;
    double latency_sum = 0.0;
};

class Model {
  public:
    Model(double load, std::uint32_t requests, std::uint64_t seed)
        : rng_(seed),
          gap_(1.0 / (load * static_cast<double>(kSlots))),
          requests_(requests),
          started_(requests),
          current_(requests, kResolved) {
        departures_.fill(kNever);
        next_arrival_ = gap_ * rng_.exponential();
    }

    const Result& run() {
        while (result_.ok + result_.failed < requests_ || idle_ < kSlots) step();
        return result_;
    }

  private:
    static constexpr std::uint8_t kResolved = 0;
    static constexpr std::uint8_t kBetweenTries = 255;

    void step() {
        while (!timeouts_.empty() && !waits_for(timeouts_.front().attempt)) timeouts_.pop();
        const auto leaving = std::min_element(departures_.begin(), departures_.end());
        const double timeout = timeouts_.empty() ? kNever : timeouts_.front().at;
        const double retry = retries_.empty() ? kNever : retries_.top().at;
        const double other = std::min({next_arrival_, timeout, retry});
        ++result_.events;
        if (*leaving <= other) {
            depart(static_cast<std::size_t>(leaving - departures_.begin()));
        } else if (next_arrival_ == other) {
            arrive();
        } else if (timeout == other) {
            time_out();
        } else {
            const Timed due = retries_.top();
            retries_.pop();
            send(due.attempt, due.at);
        }
    }
    [[nodiscard]] bool waits_for(Try attempt) const {
        return current_[attempt.request] == attempt.number;
    }
    void send(Try attempt, double now) {
        ++result_.tries;
        current_[attempt.request] = attempt.number;
        timeouts_.push({now + kTimeout, attempt});
        if (idle_ == 0) {
            waiting_.push(attempt);
            return;
        }
        const auto slot = static_cast<std::size_t>(
            std::find(departures_.begin(), departures_.end(), kNever) - departures_.begin());
        --idle_;
        serving_[slot] = attempt;
        departures_[slot] = now + rng_.exponential();
    }
    void arrive() {
        const double now = next_arrival_;
        started_[arrived_] = now;
        send({arrived_, 1}, now);
        ++arrived_;
        next_arrival_ = arrived_ < requests_ ? now + gap_ * rng_.exponential() : kNever;
    }
    void depart(std::size_t slot) {
        const double now = departures_[slot];
        const Try attempt = serving_[slot];
        if (waits_for(attempt)) {
            ++result_.ok;
            result_.latency_sum += now - started_[attempt.request];
            current_[attempt.request] = kResolved;
        }
        if (waiting_.empty()) {
            departures_[slot] = kNever;
            ++idle_;
        } else {
            serving_[slot] = waiting_.front();
            waiting_.pop();
            departures_[slot] = now + rng_.exponential();
        }
    }
    void time_out() {
        const Timed due = timeouts_.front();
        timeouts_.pop();
        const auto [request, number] = due.attempt;
        if (number == kTries) {
            ++result_.failed;
            current_[request] = kResolved;
            return;
        }
        current_[request] = kBetweenTries;
        const double longest = std::ldexp(1.0, number - 1);
        const Try next{request, static_cast<std::uint8_t>(number + 1)};
        retries_.push({due.at + longest * rng_.uniform(), next});
    }

    Xoshiro rng_;
    double gap_;
    std::uint32_t requests_;
    std::uint32_t arrived_ = 0;
    double next_arrival_ = 0.0;
    std::array<double, kSlots> departures_{};
    std::array<Try, kSlots> serving_{};
    std::size_t idle_ = kSlots;
    Ring<Try> waiting_;
    Ring<Timed> timeouts_;
    std::priority_queue<Timed, std::vector<Timed>, std::greater<>> retries_;
    std::vector<double> started_;
    std::vector<std::uint8_t> current_;
    Result result_;
};

struct Options {
    bool smoke = false;
    double load = 0.5;
    std::uint32_t requests = 2'000'000;
    std::uint64_t seed = 1;
};

Options read_options(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        const char* value = i + 1 < argc ? argv[i + 1] : "0";
        if (word == "--smoke") {
            options.smoke = true;
            options.requests = 300'000;
        } else if (word == "--load") {
            options.load = std::strtod(value, nullptr);
        } else if (word == "--requests") {
            options.requests = static_cast<std::uint32_t>(std::strtoul(value, nullptr, 10));
        } else if (word == "--seed") {
            options.seed = std::strtoull(value, nullptr, 10);
        }
    }
    return options;
}

}  // namespace

int main(int argc, char** argv) {
    const Options options = read_options(argc, argv);
    const double start = bench::cpu_seconds();
    Model model(options.load, options.requests, options.seed);
    const Result result = model.run();
    const double seconds = bench::cpu_seconds() - start;
    const double tries = static_cast<double>(result.tries) / options.requests;
    const double latency = result.latency_sum / static_cast<double>(result.ok);
    fmt::print(
        "{{\"bench\": \"mm8_retry\", \"load\": {}, \"requests\": {}, "
        "\"requests_per_s\": {:.0f}, \"events\": {}, \"events_per_s\": {:.0f}, "
        "\"mean_latency_ok\": {:.4f}, \"tries_per_request\": {:.4f}, \"failed\": {}, "
        "\"hash\": \"{:016x}\"}}\n",
        options.load, options.requests, options.requests / seconds, result.events,
        static_cast<double>(result.events) / seconds, latency, tries, result.failed,
        sim::hash_combine(result.events, sim::hash_combine(result.tries, result.ok)));
    // Six independent programs agree on these two numbers at half load.
    const bool wrong = std::abs(tries - 1.0070) > 0.002 || std::abs(latency - 1.0195) > 0.015;
    return options.smoke && wrong ? 1 : 0;
}
