// Both models on SimGrid's S4U: an actor per customer (and per try, where a server goes on working
// for those who have given up), a semaphore of eight, sleeps for work.
//
//   peer_simgrid [--model mm8|retry] [--load 0.8] [--requests 300000] [--seed 1] --cfg=...

#include <memory>
#include <mutex>
#include <simgrid/s4u.hpp>

#include "bench/draws.hpp"
#include "bench/models.hpp"

namespace s4u = simgrid::s4u;

namespace {

class ActorModel {
  public:
    explicit ActorModel(const bench::Options& options)
        : draws_(options.seed), retries_(options.model == "retry"), gap_(options.gap()) {
        result_.requests = options.requests;
        auto* zone = s4u::create_full_zone("zone");
        host_ = zone->create_host("host", 1e9);
        zone->seal();
    }

    bench::Result run(s4u::Engine& engine) {
        s4u::Actor::create("source", host_, [this] { arrive(); });
        engine.run();
        return result_;
    }

  private:
    struct Reply {
        s4u::MutexPtr mutex = s4u::Mutex::create();
        s4u::ConditionVariablePtr arrived = s4u::ConditionVariable::create();
        bool here = false;
    };

    void arrive() {
        for (std::uint64_t i = 0; i < result_.requests; ++i) {
            s4u::this_actor::sleep_for(gap_ * draws_.exponential());
            s4u::Actor::create("customer", host_, [this] { retries_ ? insist() : wait(); });
        }
    }
    void wait() {
        const double since = s4u::Engine::get_clock();
        slots_->acquire();
        result_.wait_sum += s4u::Engine::get_clock() - since;
        s4u::this_actor::sleep_for(draws_.exponential());
        slots_->release();
        ++result_.tries;
        ++result_.ok;
    }
    void insist() {
        const double since = s4u::Engine::get_clock();
        for (unsigned number = 1; number <= bench::kTries; ++number) {
            ++result_.tries;
            if (answered()) {
                ++result_.ok;
                result_.latency_sum += s4u::Engine::get_clock() - since;
                return;
            }
            if (number < bench::kTries) {
                s4u::this_actor::sleep_for((1U << (number - 1)) * draws_.uniform());
            }
        }
        ++result_.failed;
    }
    bool answered() {
        const auto reply = std::make_shared<Reply>();
        s4u::Actor::create("try", host_, [this, reply] {
            slots_->acquire();
            s4u::this_actor::sleep_for(draws_.exponential());
            slots_->release();
            reply->here = true;
            reply->arrived->notify_one();
        });
        std::unique_lock<s4u::Mutex> lock(*reply->mutex);
        reply->arrived->wait_for(lock, bench::kTimeout, [&reply] { return reply->here; });
        return reply->here;
    }

    bench::Draws draws_;
    bool retries_;
    double gap_;
    s4u::Host* host_ = nullptr;
    s4u::SemaphorePtr slots_ = s4u::Semaphore::create(bench::kSlots);
    bench::Result result_;
};

}  // namespace

int main(int argc, char** argv) {
    s4u::Engine engine(&argc, argv);
    return bench::run_program(
        "simgrid", bench::read_options(argc, argv),
        [&engine](const bench::Options& options) { return ActorModel(options).run(engine); });
}
