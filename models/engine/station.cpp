// A try at work: own work, then the calls in order, then the reply.
#include <algorithm>

#include "models/engine/tracing.hpp"

namespace models {

template <Scene scene>
void World::begin_work(Attempt& attempt, Station& station) {
    ++station.busy;
    if (!station.shares_cores()) change_level<scene>(attempt.instance, Level::busy, 1);
    work_in_slot<scene>(attempt, station);
}

template void World::begin_work<Scene::calm>(Attempt&, Station&);
template void World::begin_work<Scene::any>(Attempt&, Station&);

/// It has got a slot, or may share the cores.
template <Scene scene>
void World::work_in_slot(Attempt& attempt, Station& station) {
    const auto& endpoint = model_.endpoints[attempt.endpoint.value];
    if (rarely<scene>(tracer_ != nullptr)) Tracing{*this}.starts(attempt.self);
    attempt.holds_slot = true;
    attempt.state = AttemptState::working;
    attempt.since = simulator_.now();
    if (!station.shares_cores()) change_level<scene>(attempt.instance, Level::working, 1);
    notify(metrics_, SlotTaken{endpoint.service, attempt.arrived, simulator_.now()});
    if (!endpoint.idempotent && !attempt.first) note_duplicate(attempt);
    if (attempt.hedged) tell_twin(attempt.self);
    adjust_work<scene>(attempt, endpoint);
    attempt.work_began = simulator_.now();
    if (station.server) return work(attempt.self);
    attempt.timer = after(attempt.work, {EventKind::work_done, attempt.self.value});
}

template void World::work_in_slot<Scene::calm>(Attempt&, Station&);
template void World::work_in_slot<Scene::any>(Attempt&, Station&);

sim::Philox2x64 World::block_of_work(EndpointId endpoint, std::uint64_t number,
                                     std::uint64_t path) const {
    const auto service = model_.endpoints[endpoint.value].service;
    return sim::KeyedRng::first_block(service_streams_[service.value].work, number, path);
}

/// Of the try that is about to be sent. A call whose tries share their own work draws what its
/// first try would.
sim::Duration World::drawn_work(const Call& call, std::uint64_t path) const {
    const auto& endpoint = model_.endpoints[call.endpoint.value];
    const auto& streams = service_streams_[endpoint.service.value];
    bool as_first = call.tries == 1;
    if (endpoint.same_on_retry > 0) {
        sim::KeyedRng same(streams.same_work, call.number, call.path);
        if (same.bernoulli(endpoint.same_on_retry)) {
            path = attempt_path(call.path, 1);
            as_first = true;
        }
    }
    const auto block = as_first ? call.first_work : block_of_work(call.endpoint, call.number, path);
    sim::KeyedRng rng(streams.work, call.number, path, block);
    return endpoint.latency.draw(rng);
}

/// What was drawn becomes what it takes here and now.
template <Scene scene>
void World::adjust_work(Attempt& attempt, const Endpoint& endpoint) {
    if (!endpoint.scalability.perfect()) {
        const double present = std::max(stations_[attempt.instance.value].busy, 1U);
        attempt.work =
            sim::from_seconds(attempt.work.seconds() * endpoint.scalability.cost(present));
    }
    if (rarely<scene>(!work_is_usual_)) attempt.work = unusual_work(attempt);
    if (rarely<scene>(!replica_levels_.empty())) work_at_level(attempt);
    if (rarely<scene>(waits_for_replicas_)) {
        attempt.work = sim::saturated_add(attempt.work, replica_wait(attempt));
    }
}

template <Scene scene>
void World::work_done(AttemptId id) {
    auto& attempt = attempts_[id];
    const auto& station = stations_[attempt.instance.value];
    attempt.timer = sim::EventHandle{};
    account_of(attempt).work += static_cast<std::uint64_t>(attempt.work.ns);
    if (attempt.refusing) return refusal_done(id);
    if (rarely<scene>(tracer_ != nullptr)) {
        Tracing{*this}.says(id, TraceStep::work_done, attempt.work.ns);
    }
    attempt.state = AttemptState::calling;
    if (!station.shares_cores()) change_level<scene>(attempt.instance, Level::working, -1);
    const auto service = service_of(attempt.instance);
    notify(metrics_, WorkDone{service, simulator_.now(), attempt.work, is_wasted(attempt)});
    if (attempt.cancelled && stop_if_cancelled(id)) return;
    if (attempt.poison != Poison::none) [[unlikely]]
        return process_poison(id);
    if (may_fail<scene>(attempt)) {
        if (const auto failure = failure_of_work(attempt)) return finish(attempt, *failure);
    }
    const auto& config = model_.services[service.value];
    if (config.holds == Holds::own_work) release_slot(id);
    if (config.stores() && store_answers(id)) return;
    next_step<scene>(attempt);
}

template void World::work_done<Scene::calm>(AttemptId);
template void World::work_done<Scene::any>(AttemptId);

template <Scene scene>
void World::next_step(Attempt& attempt) {
    const auto& steps = model_.endpoints[attempt.endpoint.value].steps;
    while (attempt.step < steps.size()) {
        if (start_step<scene>(attempt)) return;
        ++attempt.step;
    }
    if (Call* call = origin_of(attempt)) call->executed = true;
    finish<scene>(attempt, attempt.degraded ? Outcome::degraded : Outcome::ok);
}

template void World::next_step<Scene::any>(Attempt&);

/// True when the step is under way or has ended the work; false when it made no calls that wait.
template <Scene scene>
bool World::start_step(Attempt& attempt) {
    const auto& step = model_.endpoints[attempt.endpoint.value].steps[attempt.step];
    attempt.starting = true;  // a call that fails at once must not end the work before all started
    for (const auto& spec : step.calls) {
        if (spec.probability < 1.0) {
            const auto service = service_of(attempt.instance);
            sim::KeyedRng rng(service_streams_[service.value].branches, attempt.number,
                              attempt.path + spec.position);
            if (!rng.bernoulli(spec.probability)) continue;
        }
        if (rarely<scene>(!replica_levels_.empty()) && left_out_by_level(attempt, spec)) continue;
        ++attempt.pending;
        start_call_of<scene>(attempt, spec, 0);
    }
    attempt.starting = false;
    if (attempt.failed) {
        finish(attempt, Outcome::error);
        return true;
    }
    return attempt.pending > 0;
}

template <Scene scene>
void World::start_call_of(Attempt& attempt, const CallSpec& spec, std::uint32_t repetition) {
    const auto path = sim::hash_combine(
        attempt.path, (static_cast<std::uint64_t>(spec.position) << 32) | repetition);
    auto& call = open_call(spec.site, spec.endpoint, spec.edge, attempt.number, path);
    call.spec = &spec;
    call.repetition = repetition;
    call.parent = attempt.self;
    call.sender.request = attempt.request;
    call.sender.serial = attempt.serial;
    call.sender.group = attempt.group;
    call.sender.caller = attempt.instance.value;
    call.sender.caller_zone = zone_of(attempt.instance);
    call.sender.delivering = attempt.message.valid();
    call.priority = priority_of(call.endpoint, attempt.priority);
    call.next = attempt.first_call;
    if (call.next.valid()) calls_[call.next].previous = call.self;
    attempt.first_call = call.self;
    begin_call<scene>(call, attempt.deadline);
}

template <Scene scene>
void World::child_ended(Call& call, const Ending& ending) {
    auto& attempt = attempts_[call.parent];
    const CallSpec& spec = *call.spec;
    attempt.executed_below = attempt.executed_below || call.executed;
    if (rarely<scene>(!replica_levels_.empty())) {
        replica_levels_[attempt.instance.value].meter.call_ended(ending.success());
    }
    if (ending.success()) attempt.quality = std::min(attempt.quality, ending.quality);
    const auto repetition = call.repetition + 1;
    if (call.next.valid()) calls_[call.next].previous = call.previous;
    if (call.previous.valid()) {
        calls_[call.previous].next = call.next;
    } else {
        attempt.first_call = call.next;
    }
    calls_.free(call.self, call);
    if (attempt.cancelled && !attempt.starting && stop_if_cancelled(attempt.self)) return;
    if (!ending.success() && !spec.optional) {
        attempt.failed = true;
        attempt.as_503 = is_503(ending.outcome) || ending.as_503;
        if (!attempt.starting) finish(attempt, Outcome::error);
        return;
    }
    if (ending.outcome != Outcome::ok) attempt.degraded = true;
    const bool more = rarely<scene>(!is_nominal_) && !conditions_.calls.empty();
    if (repetition < (more ? injected_times(attempt, spec) : spec.times)) {
        return start_call_of<scene>(attempt, spec, repetition);
    }
    --attempt.pending;
    if (attempt.pending > 0 || attempt.starting) return;
    ++attempt.step;
    next_step<scene>(attempt);
}

template void World::child_ended<Scene::calm>(Call&, const Ending&);
template void World::child_ended<Scene::any>(Call&, const Ending&);

/// The work of a try is over: the reply leaves, then the slot is free for the next in the queue.
template <Scene scene>
void World::finish(Attempt& attempt, Outcome outcome) {
    if (attempt.fetch.valid()) outcome = fetch_ended(attempt.self, outcome);
    if (attempt.background) return end_background(attempt.self, outcome);
    if (rarely<scene>(strays_)) outcome = outcome_at_stray(attempt, outcome);
    attempt.outcome = outcome;
    const auto service = service_of(attempt.instance);
    notify(metrics_, TryServed{service, attempt.arrived, simulator_.now()});
    if (rarely<scene>(!replica_levels_.empty())) {
        replica_levels_[attempt.instance.value].meter.replied(simulator_.now() - attempt.arrived);
    }
    leave<scene>(attempt, Departure::served);
}

template void World::finish<Scene::any>(Attempt&, Outcome);

/// The try leaves its instance, with a reply if somebody waits for one.
template <Scene scene>
void World::leave(Attempt& attempt, Departure how) {
    const InstanceId instance = attempt.instance;
    abandon_calls_of(attempt);
    if (attempt.place != 0) {
        return_place(attempt.self, attempt.cancelled || attempt.deadline < simulator_.now());
    }
    if (attempt.fetch.valid()) leave_fetch(attempt.self);
    const bool held = attempt.holds_slot;
    if (held) note_hold(attempt);
    departs(attempt, how);
    if (rarely<scene>(tracer_ != nullptr) && how == Departure::cancelled) {
        Tracing{*this}.stops(attempt.self);
    }
    send_reply<scene>(attempt);
    if (held) free_slot<scene>(instance);
}

template void World::leave<Scene::any>(Attempt&, Departure);

/// `holds: ownWork`: the slot is free while the calls are made, and not taken again.
void World::release_slot(AttemptId id) {
    if (!attempts_[id].holds_slot) return;  // its worker hangs
    note_hold(attempts_[id]);
    attempts_[id].holds_slot = false;
    free_slot(attempts_[id].instance);
}

void World::abandon_calls_of(Attempt& attempt) {
    while (attempt.first_call.valid()) {
        const CallId child = attempt.first_call;
        attempt.first_call = calls_[child].next;
        abandon_call(child);
    }
}

/// Whether the caller, or any caller above it, has given up by now. What a queue delivers or a
/// cache refreshes is wanted for its own sake, unless the queue has delivered the message again.
bool World::is_wasted(const Attempt& attempt) const {
    CallId up = attempt.call;
    while (up.valid()) {
        const auto& call = calls_[up];
        if (call.is_customers()) return false;
        const auto& parent = attempts_[call.parent];
        if (parent.background) return is_superseded(parent);
        up = parent.call;
    }
    return true;
}

template <Scene scene>
bool World::may_fail(const Attempt& attempt) const {
    return model_.endpoints[attempt.endpoint.value].error_share > 0 || rarely<scene>(!is_nominal_);
}

/// How own work ends when it fails, by itself or by a fault.
std::optional<Outcome> World::failure_of_work(Attempt& attempt) const {
    const auto& endpoint = model_.endpoints[attempt.endpoint.value];
    const auto& streams = service_streams_[endpoint.service.value];
    if (endpoint.error_share > 0) {
        sim::KeyedRng rng(streams.errors, attempt.number, attempt.path);
        if (rng.bernoulli(endpoint.error_share)) {
            attempt.as_503 = endpoint.error_as == ErrorReply::status_503;
            return endpoint.error_as == ErrorReply::reset ? Outcome::reset : Outcome::error;
        }
    }
    return is_nominal_ ? std::nullopt : injected_failure(attempt);
}

/// The call that the try was made for, if it is still open: the one that waits for it. After that
/// records are used again, so the draws' key tells whether it is the same one.
Call* World::origin_of(const Attempt& attempt) {
    if (attempt.call.valid()) return &calls_[attempt.call];
    if (!attempt.origin.valid()) return nullptr;  // background
    auto& call = calls_[attempt.origin];
    const bool same =
        call.live && call.number == attempt.number && call.path == attempt.origin_path;
    return same ? &call : nullptr;
}

/// The customer's request, if it is still open: its record may serve another one by now.
Request* World::open_request_of(const Sender& sender) {
    if (!sender.request.valid()) return nullptr;  // background
    auto& request = requests_[sender.request];
    return request.live && request.serial == sender.serial ? &request : nullptr;
}

void World::note_duplicate(const Attempt& attempt) {
    const Call* call = origin_of(attempt);
    if (call == nullptr || !call->executed) return;
    notify(metrics_, DuplicateStarted{attempt.edge, simulator_.now()});
    if (Request* request = open_request_of(attempt)) ++request->duplicates;
}

}  // namespace models
