// Instances at which nothing moves. Events that a paused instance would have to see are kept in the
// order in which they come and happen when it resumes; what is left of own work then takes its
// time. While nothing is paused this costs one comparison an event.
//
// A kept event stays in the simulator, at the end of time, under the handle that its owner knows:
// whoever cancels it meanwhile finds it there.
#include <algorithm>
#include <tuple>

#include "models/engine/world.hpp"

namespace models {
namespace {

/// As it was scheduled first: replies that waited come before timers.
sim::EventClass class_of(EventKind kind) {
    const bool timer = kind == EventKind::call_timer || kind == EventKind::hedge_due ||
                       kind == EventKind::hedge_timer || kind == EventKind::visibility_ended ||
                       kind == EventKind::wait_over;
    return timer ? sim::EventClass::timer : sim::EventClass::normal;
}

bool is_of_attempt(EventKind kind) {
    return kind == EventKind::try_arrives || kind == EventKind::work_done ||
           kind == EventKind::hold_ends || kind == EventKind::cancellation_arrives ||
           kind == EventKind::wait_over;
}

bool is_of_call(EventKind kind) {
    return kind == EventKind::call_timer || kind == EventKind::retry_due ||
           kind == EventKind::permit_due || kind == EventKind::place_granted ||
           kind == EventKind::fallback_done || kind == EventKind::losers_told;
}

}  // namespace

void World::apply_pauses(const Conditions& before) {
    for (std::uint32_t i = 0; i < stations_.size(); ++i) {
        const bool is = conditions_.instances[i].paused;
        if (is == before.instances[i].paused) continue;
        if (is) {
            pause(InstanceId{i});
        } else {
            resume(InstanceId{i});
        }
    }
}

void World::pause(InstanceId id) {
    ++paused_;
    paused_since_[id.value] = simulator_.now();
    books_.accounts.stations[id.value].stands_still = true;
    auto& station = stations_[id.value];
    if (station.shares_cores()) {
        station.server->cores->stop(simulator_.now());
        simulator_.cancel(station.server->next_end);
    }
    for (const AttemptId attempt : own_work_at(id)) simulator_.cancel(attempts_[attempt].timer);
}

void World::resume(InstanceId id) {
    --paused_;
    const auto now = simulator_.now();
    auto& station = stations_[id.value];
    auto& account = books_.accounts.stations[id.value];
    account.stood_still += cores_stand_still(id);
    account.stands_still = false;
    if (station.shares_cores()) {
        station.server->cores->go_on(now);
        cores_changed(id, station.server->cores->busy());
    }
    for (const AttemptId one : own_work_at(id)) {
        auto& attempt = attempts_[one];
        attempt.work_began = attempt.work_began + (now - paused_since_[id.value]);
        account.stood_still += time_since(paused_since_[id.value]);
        const auto ends = sim::saturated_add(attempt.work_began, attempt.work);
        attempt.timer = simulator_.at(ends, {EventKind::work_done, one.value});
    }
    release_held(id, true);
}

/// Those that have a timer of their own, in an order that does not depend on who had which record.
std::vector<AttemptId> World::own_work_at(InstanceId id) const {
    std::vector<AttemptId> found;
    if (stations_[id.value].shares_cores()) return found;
    for (std::uint32_t i = 0; i < attempts_.capacity(); ++i) {
        const AttemptId one{i};
        if (!attempts_.is_live(one) || !(attempts_[one].instance == id)) continue;
        if (attempts_[one].state == AttemptState::working) found.push_back(one);
    }
    std::sort(found.begin(), found.end(), [&](AttemptId a, AttemptId b) {
        const auto& x = attempts_[a];
        const auto& y = attempts_[b];
        return std::tie(x.work_began, x.number, x.path) < std::tie(y.work_began, y.number, y.path);
    });
    return found;
}

/// A machine without power keeps nothing; one that is paused does not boot.
bool World::waits_for_resume(const Event& event) {
    const InstanceId owner = owner_of(event);
    if (!owner.valid() || !conditions_.instances[owner.value].paused) return false;
    const bool runs = stations_[owner.value].state == InstanceState::up;
    if (!runs && event.kind() != EventKind::instance_restarted) return false;
    held_.push_back({owner, event, schedule_again(event, sim::kNever)});
    return true;
}

sim::EventHandle World::schedule_again(const Event& event, sim::SimTime when) {
    const auto handle = simulator_.at(when, event, class_of(event.kind()));
    if (sim::EventHandle* known = handle_of(event)) *known = handle;
    return handle;
}

/// Without power, what waits at the door shares the fate of what is inside.
void World::release_held(InstanceId id, bool powered) {
    for (auto& held : held_) {
        if (!(held.owner == id) || !simulator_.cancel(held.handle)) continue;
        if (!powered && held.event.kind() == EventKind::try_arrives) {
            attempts_[AttemptId{held.event.subject()}].state = AttemptState::held;
            continue;
        }
        schedule_again(held.event, simulator_.now());
    }
    std::erase_if(held_, [&](const HeldEvent& held) { return held.owner == id; });
}

/// The instance that has to run for the event to be seen; none for what happens elsewhere.
InstanceId World::owner_of(const Event& event) const {
    if (is_of_attempt(event.kind())) return attempts_[AttemptId{event.subject()}].instance;
    if (is_of_call(event.kind())) return owner_of(calls_[CallId{event.subject()}]);
    if (event.kind() == EventKind::reply_arrives) {
        const auto caller = attempts_[AttemptId{event.subject()}].caller;
        return caller < stations_.size() ? InstanceId{caller} : InstanceId{};
    }
    if (event.kind() == EventKind::hedge_due) {
        return owner_of(calls_[hedgings_[HedgingId{event.subject()}].call]);
    }
    if (event.kind() == EventKind::hedge_timer) {
        return owner_of(calls_[hedgings_[HedgingId{event.subject() >> 3}].call]);
    }
    if (event.kind() == EventKind::visibility_ended) {
        return messages_[MessageId{event.subject()}].instance;
    }
    if (event.kind() == EventKind::lookup_answered) return asker_of(event.subject());
    const bool of_process =
        event.kind() == EventKind::instance_restarted || event.kind() == EventKind::process_crashes;
    return of_process ? InstanceId{event.subject()} : InstanceId{};
}

InstanceId World::owner_of(const Call& call) const {
    return call.sender.outside ? InstanceId{} : InstanceId{call.sender.caller};
}

/// Where the owner keeps the event's handle; nothing: nobody cancels it.
sim::EventHandle* World::handle_of(const Event& event) {
    const auto subject = event.subject();
    if (is_of_call(event.kind())) return &calls_[CallId{subject}].timer;
    if (event.kind() == EventKind::cancellation_arrives) {
        return &attempts_[AttemptId{subject}].cancellation;
    }
    if (event.kind() == EventKind::work_done || event.kind() == EventKind::hold_ends ||
        event.kind() == EventKind::wait_over) {
        return &attempts_[AttemptId{subject}].timer;
    }
    if (event.kind() == EventKind::hedge_due) return &hedgings_[HedgingId{subject}].next;
    if (event.kind() == EventKind::hedge_timer) {
        return &hedgings_[HedgingId{subject >> 3}].timers[(subject & 7) - 1];
    }
    if (event.kind() == EventKind::visibility_ended) return &messages_[MessageId{subject}].timer;
    if (event.kind() == EventKind::lookup_answered) return &names_[subject].next;
    if (event.kind() == EventKind::instance_restarted) return &stations_[subject].restart;
    if (event.kind() == EventKind::process_crashes) return &processes_[subject].crash;
    return nullptr;
}

}  // namespace models
