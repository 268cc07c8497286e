// `cancel:` of a policy: when a caller stops waiting for a try, a message follows the try over the
// same network. What it stops depends on where the try is by then and on the policy:
//
//   the try is    | immediate | atPhaseEnd                     | never
//   on its way    | dropped as soon as it arrives
//   queued        | taken out of the queue
//   in own work   | stops     | stops at the end of own work   | goes on
//   calling       | stops     | stops when one of them ends    | goes on
//   answered      | nothing is left to stop
//
// The calls of a try that stops are given up, which cancels them in turn if their policies say so.
#include "models/engine/tracing.hpp"

namespace models {

void World::send_cancellation(AttemptId id, Cancellation how) {
    auto& attempt = attempts_[id];
    if (attempt.state == AttemptState::to_caller) return;
    if (attempt.cancellation.valid()) {  // its twin's server has written already
        attempt.cancel = how;
        return;
    }
    if (!is_nominal_ && (cut_off(attempt) || fate_of(attempt, true).lost)) return;
    attempt.cancel = how;
    attempt.cancellation =
        after(message_delay(attempt, true), {EventKind::cancellation_arrives, id.value});
}

void World::cancellation_arrives(AttemptId id) {
    auto& attempt = attempts_[id];
    attempt.cancellation = sim::EventHandle{};
    attempt.cancelled = true;
    if (tracer_ != nullptr) [[unlikely]]
        Tracing{*this}.says(id, TraceStep::cancel_arrives);
    const bool at_once = attempt.cancel == Cancellation::immediate;
    switch (attempt.state) {
        case AttemptState::held:
            simulator_.cancel(attempt.timer);
            return drop_cancelled(id);
        case AttemptState::queued:
            remove_from_queue(id);
            return drop_cancelled(id);
        case AttemptState::working:
            if (at_once) stop_work(id);
            return;
        case AttemptState::calling:
            if (at_once) stop_calling(id);
            return;
        case AttemptState::to_server:  // dropped when it arrives
        case AttemptState::to_caller:
            return;
    }
    SIM_ASSERT(false);
}

/// Work that had not begun. A tied try is withdrawn by its twin's server, behind its caller's back.
void World::drop_cancelled(AttemptId id) {
    auto& attempt = attempts_[id];
    notify(metrics_, TryCancelled{attempt.edge, simulator_.now()});
    if (tracer_ != nullptr) [[unlikely]]
        Tracing{*this}.stops(id);
    return_place(id, true);
    if (attempt.inside) departs(attempt, Departure::cancelled);
    const CallId call = attempt.call;
    const std::uint32_t lane = attempt.lane;
    free_attempt(id);
    if (call.valid()) withdraw_lane(call, lane);
}

/// Own work ends in the middle: what was done of it was for nothing.
void World::stop_work(AttemptId id) {
    auto& attempt = attempts_[id];
    const auto done = interrupt(id);
    account_of(attempt).work += static_cast<std::uint64_t>(done.ns);
    if (!attempt.refusing) {
        const auto service = service_of(attempt.instance);
        notify(metrics_, WorkDone{service, simulator_.now(), done, true});
    }
    stop_calling(id);
}

void World::stop_calling(AttemptId id) {
    notify(metrics_, TryCancelled{attempts_[id].edge, simulator_.now()});
    leave(attempts_[id], Departure::cancelled);
}

/// Asked when a phase of the work has ended; true: the try is gone.
bool World::stop_if_cancelled(AttemptId id) {
    const auto& attempt = attempts_[id];
    if (!attempt.cancelled || attempt.cancel == Cancellation::never) return false;
    stop_calling(id);
    return true;
}

/// An attempt that is gone cannot be cancelled any more.
template <Scene scene>
void World::free_attempt(Attempt& attempt) {
    if (attempt.cancellation.valid()) simulator_.cancel(attempt.cancellation);
    if (attempt.orphan.valid()) settle_orphan(attempt);
    if (rarely<scene>(tracer_ != nullptr)) Tracing{*this}.gone(attempt.self);
    attempts_.free(attempt.self, attempt);
}

template void World::free_attempt<Scene::calm>(Attempt&);
template void World::free_attempt<Scene::any>(Attempt&);

}  // namespace models
