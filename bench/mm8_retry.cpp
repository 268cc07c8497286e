// scenarios/mm8-retry.yaml by hand: what a program can do that knows the model beforehand.
//
// Poisson arrivals, one FIFO queue before 8 slots, exponential service of mean 1; a client gives a
// try 5 time units and makes up to 3 tries, the k-th retry after a delay uniform in [0, 2^(k-1));
// a server never learns that a client gave up. No general event queue: the 8 departures are
// in an array of which vector instructions find the earliest, the constant timeouts are a FIFO, and
// only the rare retries need a heap.
//
//   mm8_retry [--smoke] [--load 0.5] [--requests 2000000] [--seed 1]

#include <algorithm>
#include <array>
#include <queue>
#include <vector>

#include "bench/batch_draws.hpp"
#include "bench/models.hpp"
#include "bench/open_requests.hpp"
#include "bench/slots.hpp"

namespace {

constexpr double kNever = bench::Slots::kNever;

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

class Model {
  public:
    explicit Model(const bench::Options& options)
        : draws_(options.seed), gap_(options.gap()), requests_(options.requests) {
        result_.requests = requests_;
        next_arrival_ = gap_ * draws_.exponential();
    }

    const bench::Result& run() {
        while (result_.ok + result_.failed < requests_ || idle_ != kAllIdle) step();
        return result_;
    }

  private:
    static constexpr auto kNone = bench::OpenRequests<bench::NothingElse>::kNone;
    static constexpr std::uint32_t kAllIdle = (1U << bench::kSlots) - 1;

    void step() {
        while (!timeouts_.empty() && !waits_for(timeouts_.front().attempt)) timeouts_.pop();
        const double leaving = departures_.earliest();
        const double timeout = timeouts_.empty() ? kNever : timeouts_.front().at;
        const double retry = retries_.empty() ? kNever : retries_.top().at;
        const double other = std::min({next_arrival_, timeout, retry});
        ++result_.events;
        if (leaving <= other) {
            depart(leaving);
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
        return open_.waits_for(attempt.request, attempt.number);
    }
    void send(Try attempt, double now) {
        ++result_.tries;
        open_[attempt.request].current = attempt.number;
        timeouts_.push({now + bench::kTimeout, attempt});
        if (idle_ == 0) {
            waiting_.push(attempt);
            return;
        }
        const auto slot = static_cast<std::size_t>(std::countr_zero(idle_));
        idle_ &= idle_ - 1;
        serving_[slot] = attempt;
        departures_.set(slot, now + draws_.exponential());
    }
    void arrive() {
        const double now = next_arrival_;
        open_.open(arrived_, now);
        send({arrived_, 1}, now);
        ++arrived_;
        next_arrival_ = arrived_ < requests_ ? now + gap_ * draws_.exponential() : kNever;
    }
    void depart(double now) {
        const std::size_t slot = bench::Slots::slot_of(now);
        const Try attempt = serving_[slot];
        if (waits_for(attempt)) {
            ++result_.ok;
            result_.latency_sum += now - open_[attempt.request].started;
            open_[attempt.request].current = kNone;
        }
        if (waiting_.empty()) {
            departures_.set(slot, kNever);
            idle_ |= 1U << slot;
        } else {
            serving_[slot] = waiting_.front();
            waiting_.pop();
            departures_.set(slot, now + draws_.exponential());
        }
    }
    void time_out() {
        const Timed due = timeouts_.front();
        timeouts_.pop();
        const auto [request, number] = due.attempt;
        open_[request].current = kNone;
        if (number == bench::kTries) {
            ++result_.failed;
            return;
        }
        const double longest = 1U << (number - 1U);
        const Try next{request, static_cast<std::uint8_t>(number + 1)};
        retries_.push({due.at + longest * draws_.uniform(), next});
    }

    bench::BatchDraws draws_;
    double gap_;
    std::uint32_t requests_;
    std::uint32_t arrived_ = 0;
    double next_arrival_ = 0.0;
    bench::Slots departures_;
    std::array<Try, bench::kSlots> serving_{};
    std::uint32_t idle_ = kAllIdle;  ///< a bit per slot
    Ring<Try> waiting_;
    Ring<Timed> timeouts_;
    std::priority_queue<Timed, std::vector<Timed>, std::greater<>> retries_;
    bench::OpenRequests<bench::NothingElse> open_;
    bench::Result result_;
};

}  // namespace

int main(int argc, char** argv) {
    return bench::run_program("limit", bench::read_options(argc, argv, "retry"),
                              [](const bench::Options& options) { return Model(options).run(); });
}
