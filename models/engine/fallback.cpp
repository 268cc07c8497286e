// Fallbacks: what answers a call that has finally failed. A fallback that takes time, or that makes
// a call of its own (the stand-in), keeps the failed call open until it has an answer:
//
//   state        | fallback_done                        | the stand-in ends
//   falling_back | the answer, or the stand-in's start  | its answer, or the old failure
#include <algorithm>

#include "models/engine/tracing.hpp"

namespace models {
namespace {

constexpr std::uint64_t kStandInSalt = 0xC2B2AE3D27D4EB4FULL;

}  // namespace

FallbackState& World::fallback_state(const Call& call) {
    return fallbacks_.at(caller_of(call), call.site->slot(ClientRule::fallback),
                         [] { return FallbackState{}; });
}

/// True when the call goes on (or has ended) under its fallback.
bool World::fall_back(CallId id, const Ending& ending) {
    auto& call = calls_[id];
    if (!call.policy->fallback || call.stands_in_for.valid()) return false;
    if (ending.outcome == Outcome::abandoned) return false;  // nobody is left to answer
    const Fallback& fallback = *call.policy->fallback;
    auto& state = fallback_state(call);
    const auto now = simulator_.now();
    if (!can_answer(fallback, state, now)) {
        notify(metrics_, FallbackUsed{call.edge, false, now});
        return false;
    }
    ++state.running;
    if (tracer_ != nullptr) [[unlikely]]
        Tracing{*this}.says(call, TraceStep::falls_back, base_of(fallback).latency.ns);
    call.state = CallState::falling_back;
    extras_of(call).failed = ending;
    call.deadline = sim::saturated_add(now, base_of(fallback).latency);
    if (call.deadline == now) {
        fallback_done(id);
        return true;
    }
    sim::SimTime wakes = call.deadline;
    if (call.is_customers()) {
        wakes = std::min(wakes, patience_ends(requests_[call.sender.request]));
    }
    call.timer = simulator_.at(wakes, {EventKind::fallback_done, id.value});
    return true;
}

void World::fallback_done(CallId id) {
    auto& call = calls_[id];
    call.timer = sim::EventHandle{};
    if (simulator_.now() < call.deadline) return end_fallback(id, {Outcome::abandoned});
    if (call.site->stand_in == CallSite::kNone) return end_fallback(id, {Outcome::degraded});
    const CallSpec& spec = model_.stand_ins[call.site->stand_in].call;
    const auto path = sim::hash_combine(call.path, kStandInSalt);
    auto& other = open_call(spec.site, spec.endpoint, spec.edge, call.number, path);
    other.spec = &spec;
    other.parent = call.parent;
    other.sender = call.sender;
    other.stands_in_for = id;
    other.priority = priority_of(spec.endpoint, call.priority);
    extras_of(call).stand_in = other.self;
    begin_call(other, other.is_customers() ? patience_ends(requests_[other.sender.request])
                                           : attempts_[other.parent].deadline);
}

void World::stand_in_ended(CallId id, const Ending& ending) {
    const CallId failed = calls_[id].stands_in_for;
    calls_.free(id);
    auto& call = calls_[failed];
    extras_of(call).stand_in = CallId{};
    Ending answer = ending;
    if (ending.success()) answer.outcome = Outcome::degraded;
    if (!ending.success() && ending.outcome != Outcome::abandoned) answer = extras_of(call).failed;
    end_fallback(failed, answer);
}

/// A degraded answer is as good as the fallback's kind says, or worse.
void World::end_fallback(CallId id, Ending ending) {
    auto& call = calls_[id];
    --fallback_state(call).running;
    notify(metrics_, FallbackUsed{call.edge, ending.success(), simulator_.now()});
    const auto quality = static_cast<float>(base_of(*call.policy->fallback).quality);
    ending.quality = std::min(ending.quality, quality);
    close_call(call, ending);
}

/// The caller no longer waits for it.
void World::drop_fallback(const Call& call) {
    --fallback_state(call).running;
    if (extras_of(call).stand_in.valid()) abandon_call(extras_of(call).stand_in);
}

}  // namespace models
