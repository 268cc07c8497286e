// Both models, and the hold model, on ns-3's core as its manual shows: events are member functions,
// a timeout is an EventId that is cancelled, time is in nanoseconds (a mean service takes 10 ms).
//
//   peer_ns3 --variant map|heap|calendar|priority-queue|list [--model mm8|retry|hold] ...

#include <ns3/core-module.h>

#include <deque>
#include <vector>

#include "bench/draws.hpp"
#include "bench/models.hpp"
#include "bench/open_requests.hpp"

namespace {

constexpr double kMeanNs = 10e6;

ns3::Time nanoseconds(double mean_services) {
    return ns3::NanoSeconds(static_cast<std::int64_t>(mean_services * kMeanNs));
}

double mean_services(ns3::Time time) {
    return static_cast<double>(time.GetNanoSeconds()) / kMeanNs;
}

ns3::ObjectFactory scheduler_of(const std::string& variant) {
    ns3::ObjectFactory factory;
    factory.SetTypeId(variant == "heap"             ? "ns3::HeapScheduler"
                      : variant == "calendar"       ? "ns3::CalendarScheduler"
                      : variant == "priority-queue" ? "ns3::PriorityQueueScheduler"
                      : variant == "list"           ? "ns3::ListScheduler"
                                                    : "ns3::MapScheduler");
    return factory;
}

class QueueModel {
  public:
    explicit QueueModel(const bench::Options& options)
        : draws_(options.seed), retries_(options.model == "retry"), gap_(options.gap()) {
        result_.requests = options.requests;
    }

    bench::Result run() {
        ns3::Simulator::Schedule(exponential(gap_), &QueueModel::arrive, this, 0U);
        ns3::Simulator::Run();
        result_.events = ns3::Simulator::GetEventCount();
        return result_;
    }

  private:
    using OpenRequests = bench::OpenRequests<ns3::EventId>;  // with the timeout of each
    struct Try {
        std::uint32_t request;
        std::uint8_t number;
        ns3::Time since;
    };

    ns3::Time exponential(double mean) { return nanoseconds(mean * draws_.exponential()); }

    void arrive(std::uint32_t id) {
        if (retries_) open_.open(id, mean_services(ns3::Simulator::Now()));
        send(id, 1);
        if (id + 1 < result_.requests) {
            ns3::Simulator::Schedule(exponential(gap_), &QueueModel::arrive, this, id + 1);
        }
    }
    void send(std::uint32_t id, std::uint8_t number) {
        ++result_.tries;
        if (retries_) {
            open_[id].current = number;
            open_[id].extra = ns3::Simulator::Schedule(nanoseconds(bench::kTimeout),
                                                       &QueueModel::time_out, this, id);
        }
        const Try attempt{id, number, ns3::Simulator::Now()};
        if (busy_ == bench::kSlots) {
            waiting_.push_back(attempt);
        } else {
            ++busy_;
            start(attempt);
        }
    }
    void start(const Try& attempt) {
        if (!retries_) result_.wait_sum += mean_services(ns3::Simulator::Now() - attempt.since);
        ns3::Simulator::Schedule(exponential(1.0), &QueueModel::depart, this, attempt.request,
                                 attempt.number);
    }
    void depart(std::uint32_t id, std::uint8_t number) {
        if (!retries_ || open_.waits_for(id, number)) succeed(id);
        if (waiting_.empty()) {
            --busy_;
            return;
        }
        const Try next = waiting_.front();
        waiting_.pop_front();
        start(next);
    }
    void succeed(std::uint32_t id) {
        ++result_.ok;
        if (!retries_) return;
        auto& request = open_[id];
        request.current = OpenRequests::kNone;
        request.extra.Cancel();
        result_.latency_sum += mean_services(ns3::Simulator::Now()) - request.started;
    }
    void time_out(std::uint32_t id) {
        const std::uint8_t number = open_[id].current;
        open_[id].current = OpenRequests::kNone;
        if (number == bench::kTries) {
            ++result_.failed;
            return;
        }
        const double longest = 1U << (number - 1U);
        ns3::Simulator::Schedule(nanoseconds(longest * draws_.uniform()), &QueueModel::send, this,
                                 id, static_cast<std::uint8_t>(number + 1));
    }

    bench::Draws draws_;
    bool retries_;
    double gap_;
    OpenRequests open_;
    std::deque<Try> waiting_;
    std::uint32_t busy_ = 0;
    bench::Result result_;
};

struct NothingToDo : public ns3::EventImpl {
    void Notify() override {}
};

/// Pop and push on the scheduler alone, as bench/hold.cpp does with ours.
int hold(const bench::Options& options) {
    const ns3::Ptr<ns3::Scheduler> scheduler =
        scheduler_of(options.variant).Create<ns3::Scheduler>();
    bench::Draws draws(options.seed);
    std::vector<std::uint64_t> increments(1U << 16U);
    for (auto& each : increments) {
        each = 1 + static_cast<std::uint64_t>(1e6 * draws.exponential());
    }
    NothingToDo nothing;
    std::uint32_t inserted = 0;
    std::uint64_t drawn = 0;
    const auto hold_on = [&](std::uint64_t at) {
        ns3::Scheduler::Event event{&nothing, {}};
        event.key.m_ts = at + increments[drawn++ % increments.size()];
        event.key.m_uid = inserted++;
        event.key.m_context = 0;
        scheduler->Insert(event);
    };
    for (std::uint32_t i = 0; i < options.pending; ++i) hold_on(0);
    for (std::uint32_t i = 0; i < options.requests; ++i) hold_on(scheduler->RemoveNext().key.m_ts);
    const double start = bench::cpu_seconds();
    for (std::uint32_t i = 0; i < options.requests; ++i) hold_on(scheduler->RemoveNext().key.m_ts);
    const double ns = (bench::cpu_seconds() - start) * 1e9 / options.requests;
    fmt::print(
        "{{\"program\": \"ns3\", \"model\": \"hold\", \"variant\": \"{}\", \"pending\": {}, "
        "\"ns\": {:.1f}}}\n",
        options.variant, options.pending, ns);
    while (!scheduler->IsEmpty()) scheduler->RemoveNext();
    return 0;
}

bench::Result simulate(const bench::Options& options) {
    ns3::Simulator::SetScheduler(scheduler_of(options.variant));
    return QueueModel(options).run();
}

}  // namespace

int main(int argc, char** argv) {
    const bench::Options options = bench::read_options(argc, argv);
    if (options.model == "hold") return hold(options);
    const int code = bench::run_program("ns3", options, simulate);
    ns3::Simulator::Destroy();
    return code;
}
