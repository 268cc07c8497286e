#include "models/scenario/shortened.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <set>

namespace models {

namespace {

sim::SimTime start_of(const SystemModel& model) { return sim::SimTime{} - model.warmup; }
sim::SimTime end_of(const SystemModel& model) {
    return sim::SimTime{} + model.duration + model.drain;
}

/// When something begins or ends, the start and the end of the replication included.
std::set<sim::SimTime> instants_of(const SystemModel& model) {
    std::set<sim::SimTime> instants{start_of(model), end_of(model)};
    const auto add = [&](sim::SimTime at) {
        if (at > start_of(model) && at < end_of(model)) instants.insert(at);
    };
    for (const auto& fault : model.faults) {
        add(fault.at);
        add(fault.end());
    }
    for (const auto& action : model.actions) {
        if (!action.at) continue;
        const auto at = sim::saturated_add(*action.at, action.after);
        add(at);
        add(sim::saturated_add(at, action.duration));
    }
    return instants;
}

sim::SimTime first_fault(const SystemModel& model) {
    auto first = end_of(model);
    for (const auto& fault : model.faults) first = std::min(first, fault.at);
    return first;
}

/// Each gets the same, or its length where that is less; together they get `affordable`, or all
/// that there is.
void share_out(std::vector<Stretch>& stretches, sim::Duration affordable) {
    std::vector<Stretch*> shortest;
    for (auto& one : stretches) shortest.push_back(&one);
    std::sort(shortest.begin(), shortest.end(),
              [](const Stretch* a, const Stretch* b) { return a->length() < b->length(); });
    auto left = affordable.ns;
    auto waiting = static_cast<std::int64_t>(shortest.size());
    for (auto* one : shortest) {
        one->tried.ns = std::clamp<std::int64_t>(left / waiting, 1, one->length().ns);
        left = std::max<std::int64_t>(0, left - one->tried.ns);
        --waiting;
    }
}

/// Mean rate of the open customers between two instants, over that of the whole day.
double load_between(const SystemModel& model, sim::SimTime from, sim::SimTime to) {
    constexpr int kSteps = 200;
    double now = 0;
    double mean = 0;
    for (const auto& group : model.groups) {
        if (!group.rate_per_s) continue;
        mean += *group.rate_per_s;
        for (int i = 0; i < kSteps; ++i) {
            const auto at = from + sim::from_seconds((to - from).seconds() * (i + 0.5) / kSteps);
            now += *group.rate_per_s * (group.day ? group.day->level(at) : 1) / kSteps;
        }
    }
    return mean > 0 ? now / mean : 1;
}

/// From instants of the replication to those of the trial.
class TrialClock {
  public:
    explicit TrialClock(const std::vector<Stretch>& stretches) : stretches_(stretches) {
        zero_ = unshifted(sim::SimTime{});
    }

    /// What is outside the replication stays as far outside.
    [[nodiscard]] sim::SimTime operator()(sim::SimTime at) const {
        if (at == sim::kNever) return at;
        return {unshifted(at).ns - zero_.ns};
    }

  private:
    [[nodiscard]] sim::SimTime unshifted(sim::SimTime at) const {
        auto to = stretches_.front().from;
        if (at <= to) return at;
        for (const auto& one : stretches_) {
            if (at < one.to) {
                const auto share = (at - one.from).seconds() / one.length().seconds();
                return to + std::min(one.tried, sim::from_seconds(share * one.tried.seconds()));
            }
            to = to + one.tried;
        }
        return sim::saturated_add(to, at - stretches_.back().to);
    }

    const std::vector<Stretch>& stretches_;
    sim::SimTime zero_{};
};

void shorten_fault(ScheduledFault& fault, const TrialClock& clock) {
    const auto end = clock(fault.end());
    const auto length = fault.duration;
    fault.at = clock(fault.at);
    fault.duration = end == sim::kNever ? sim::kForever : end - fault.at;
    if (fault.ramp.any() && end != sim::kNever) {
        const double share = fault.duration.seconds() / length.seconds();
        fault.ramp.in = sim::from_seconds(fault.ramp.in.seconds() * share);
        fault.ramp.out = sim::from_seconds(fault.ramp.out.seconds() * share);
    }
    if (!fault.recurrence) return;
    fault.recurrence->begin = clock(fault.recurrence->begin);
    fault.recurrence->until = clock(fault.recurrence->until);
}

void shorten_action(PlannedAction& action, const TrialClock& clock) {
    if (!action.at) return;
    const auto does = sim::saturated_add(*action.at, action.after);
    const auto end = clock(sim::saturated_add(does, action.duration));
    action.at = clock(*action.at);
    action.after = clock(does) - *action.at;
    if (end != sim::kNever) action.duration = end - clock(does);
}

void shorten_results(SystemModel& model, const TrialClock& clock) {
    for (auto& slice : model.slices) {
        slice.from = clock(slice.from);
        slice.to = clock(slice.to);
        slice.at = clock(slice.at);
    }
    for (auto& watch : model.watched) {
        watch.from = clock(watch.from);
        watch.to = clock(watch.to);
    }
}

}  // namespace

std::vector<Stretch> stretches_of(const SystemModel& model, sim::Duration affordable) {
    const auto instants = instants_of(model);
    const auto first = first_fault(model);
    std::vector<Stretch> stretches;
    for (auto to = std::next(instants.begin()); to != instants.end(); ++to) {
        Stretch one;
        one.from = *std::prev(to);
        one.to = *to;
        one.calm = one.to <= first;
        stretches.push_back(one);
    }
    share_out(stretches, affordable);
    if (is_whole(stretches)) return stretches;
    for (auto& one : stretches) one.load = load_between(model, one.from, one.to);
    return stretches;
}

bool is_whole(const std::vector<Stretch>& stretches) {
    return std::all_of(stretches.begin(), stretches.end(),
                       [](const Stretch& one) { return one.tried == one.length(); });
}

SystemModel shortened(const SystemModel& model, const std::vector<Stretch>& stretches) {
    SystemModel trial = model;
    if (is_whole(stretches)) return trial;
    const TrialClock clock(stretches);
    trial.warmup = sim::SimTime{} - clock(start_of(model));
    trial.duration = clock(sim::SimTime{} + model.duration) - sim::SimTime{};
    trial.drain = clock(end_of(model)) - clock(sim::SimTime{} + model.duration);
    for (auto& fault : trial.faults) shorten_fault(fault, clock);
    for (auto& action : trial.actions) shorten_action(action, clock);
    for (auto& group : trial.groups) group.day.reset();
    shorten_results(trial, clock);
    return trial;
}

}  // namespace models
