// Small systems on the event queue that the engine runs on.
#include <cstdint>

#include "models/fault/schedule_renewal.hpp"
#include "models/validation/driver_rules.hpp"
#include "sim/core/distribution.hpp"
#include "sim/core/event_queue.hpp"
#include "sim/core/rng.hpp"

namespace models {

namespace {

/// Zones with failures of their own that one crew repairs, one after the other, the first first. An
/// hour is a second here, so that millions of years fit.
class RepairShop {
  public:
    explicit RepairShop(const DriverRun& run)
        : zones_(run.count("zones")), draws_(run.seed, run.replication, "zones", "schedule") {
        rule_.mtbf = sim::from_seconds(run.parameter("mtbf_h"));
        rule_.mttr = sim::from_seconds(run.parameter("mttr_h"));
        rule_.repairs = RepairLaw::exponential;
        for (std::uint32_t zone = 0; zone < zones_; ++zone) plan_failure(zone);
    }

    [[nodiscard]] sim::SimTime now() const { return now_; }
    [[nodiscard]] std::uint32_t up() const { return zones_ - failed_; }

    /// The next failure or repair.
    void step() {
        const auto event = queue_.pop();
        now_ = event.at;
        if (event.payload.failure) {
            ++failed_;
            waiting_.push_back(event.payload.zone);
            if (failed_ == 1) begin_repair();
            return;
        }
        --failed_;
        plan_failure(event.payload.zone);
        if (failed_ > 0) begin_repair();
    }

  private:
    struct Change {
        std::uint32_t zone = 0;
        bool failure = false;
    };

    /// As the schedule of a fault: a time to failure and the length of the repair.
    void plan_failure(std::uint32_t zone) {
        sim::KeyedRng rng(draws_, drawn_++, zone);
        ScheduleState state;
        state.begin = now_;
        const auto next = rule_.next(state, rng);
        repairs_[zone] = next->length;
        queue_.push(next->at, sim::EventClass::normal, {zone, true});
    }
    void begin_repair() {
        const auto zone = waiting_.front();
        waiting_.erase(waiting_.begin());
        queue_.push(now_ + repairs_[zone], sim::EventClass::normal, {zone, false});
    }

    std::uint32_t zones_;
    std::uint32_t failed_ = 0;
    std::uint64_t drawn_ = 0;
    sim::RngStream draws_;
    RenewalSchedule rule_;
    sim::SimTime now_{};
    std::vector<std::uint32_t> waiting_;
    std::vector<sim::Duration> repairs_ = std::vector<sim::Duration>(zones_);
    sim::EventQueue<Change> queue_;
};

}  // namespace

std::vector<double> repair_crew_driver(const DriverRun& run) {
    RepairShop shop(run);
    const auto zones = run.count("zones");
    const auto needed = run.count("needed");
    const auto losses = run.count("losses");
    std::uint32_t found = 0;
    double down_s = 0;
    double times_to_loss_s = 0;
    bool counting = true;  // since all were up for the first time after a loss
    sim::SimTime since{};
    while (found < losses) {
        const auto before = shop.now();
        const bool was_down = shop.up() < needed;
        shop.step();
        if (was_down) down_s += (shop.now() - before).seconds();
        if (counting && shop.up() < needed) {
            counting = false;
            times_to_loss_s += (shop.now() - since).seconds();
            ++found;
        } else if (!counting && shop.up() == zones) {
            counting = true;
            since = shop.now();
        }
    }
    return {down_s / (shop.now() - sim::SimTime{}).seconds(), times_to_loss_s / losses};
}

std::vector<double> quorum_driver(const DriverRun& run) {
    const auto replicas = run.count("replicas");
    const auto needed = run.count("needed");
    const auto requests = run.count("requests");
    const sim::Distribution law{sim::ExponentialDistribution{run.parameter("mean_s")}};
    const sim::RngStream draws(run.seed, run.replication, "replicas", "latency");
    sim::EventQueue<std::uint32_t> queue;
    sim::SimTime now{};
    double sum_s = 0;
    for (std::uint32_t request = 0; request < requests; ++request) {
        const auto sent = now;
        for (std::uint32_t replica = 0; replica < replicas; ++replica) {
            sim::KeyedRng rng(draws, request, replica);
            queue.push(sent + law.draw(rng), sim::EventClass::normal, replica);
        }
        for (std::uint32_t replies = 1; !queue.empty(); ++replies) {
            now = queue.pop().at;
            if (replies == needed) sum_s += (now - sent).seconds();
        }
    }
    return {sum_s / requests};
}

}  // namespace models
