// Both models as a plain flat program: one std::priority_queue of typed events and a switch, as
// one writes it in an afternoon. A timeout that is no longer needed stays in the queue.
//
//   flat [--smoke] [--model mm8|retry] [--load 0.8] [--requests 2000000] [--seed 1]

#include <deque>
#include <queue>
#include <vector>

#include "bench/draws.hpp"
#include "bench/models.hpp"
#include "bench/open_requests.hpp"

namespace {

enum class Kind : std::uint8_t { arrival, departure, timeout, retry };

struct Event {
    double at;
    std::uint32_t inserted;
    std::uint32_t request;
    Kind kind;
    std::uint8_t number;  ///< of the try

    bool operator>(const Event& other) const {
        return at > other.at || (at == other.at && inserted > other.inserted);
    }
};

struct Waiting {
    double since;
    std::uint32_t request;
    std::uint8_t number;
};

class Flat {
  public:
    explicit Flat(const bench::Options& options)
        : draws_(options.seed), retries_(options.model == "retry"), gap_(options.gap()) {
        result_.requests = options.requests;
    }

    bench::Result run() {
        push(gap_ * draws_.exponential(), Kind::arrival, 0, 1);
        while (resolved_ < result_.requests || busy_ > 0) {
            const Event event = events_.top();
            events_.pop();
            now_ = event.at;
            dispatch(event);
        }
        return result_;
    }

  private:
    static constexpr auto kNone = bench::OpenRequests<bench::NothingElse>::kNone;

    void dispatch(const Event& event) {
        ++result_.events;
        switch (event.kind) {
            case Kind::arrival:
                arrive(event.request);
                break;
            case Kind::departure:
                depart(event.request, event.number);
                break;
            case Kind::timeout:
                time_out(event.request, event.number);
                break;
            case Kind::retry:
                send(event.request, event.number);
                break;
        }
    }
    void push(double delay, Kind kind, std::uint32_t request, std::uint8_t number) {
        events_.push({now_ + delay, inserted_++, request, kind, number});
    }
    void arrive(std::uint32_t request) {
        if (retries_) open_.open(request, now_);
        send(request, 1);
        if (request + 1 < result_.requests) {
            push(gap_ * draws_.exponential(), Kind::arrival, request + 1, 1);
        }
    }
    void send(std::uint32_t request, std::uint8_t number) {
        ++result_.tries;
        if (retries_) {
            open_[request].current = number;
            push(bench::kTimeout, Kind::timeout, request, number);
        }
        if (busy_ == bench::kSlots) {
            waiting_.push_back({now_, request, number});
            return;
        }
        ++busy_;
        push(draws_.exponential(), Kind::departure, request, number);
    }
    void depart(std::uint32_t request, std::uint8_t number) {
        if (!retries_ || open_.waits_for(request, number)) succeed(request);
        if (waiting_.empty()) {
            --busy_;
            return;
        }
        const Waiting next = waiting_.front();
        waiting_.pop_front();
        if (!retries_) result_.wait_sum += now_ - next.since;
        push(draws_.exponential(), Kind::departure, next.request, next.number);
    }
    void succeed(std::uint32_t request) {
        ++result_.ok;
        ++resolved_;
        if (!retries_) return;
        result_.latency_sum += now_ - open_[request].started;
        open_[request].current = kNone;
    }
    void time_out(std::uint32_t request, std::uint8_t number) {
        if (!open_.waits_for(request, number)) return;
        open_[request].current = kNone;
        if (number == bench::kTries) {
            ++result_.failed;
            ++resolved_;
            return;
        }
        push(draws_.uniform() * (1U << (number - 1U)), Kind::retry, request,
             static_cast<std::uint8_t>(number + 1));
    }

    bench::Draws draws_;
    bool retries_;
    double gap_;
    double now_ = 0.0;
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
    std::uint32_t inserted_ = 0;
    std::deque<Waiting> waiting_;
    std::uint32_t busy_ = 0;
    std::uint32_t resolved_ = 0;
    bench::OpenRequests<bench::NothingElse> open_;
    bench::Result result_;
};

}  // namespace

int main(int argc, char** argv) {
    return bench::run_program("flat", bench::read_options(argc, argv),
                              [](const bench::Options& options) { return Flat(options).run(); });
}
