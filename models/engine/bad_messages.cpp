// Messages that do harm, messages that come twice, and connections that are dead without anybody
// having noticed.
#include <algorithm>

#include "models/engine/world.hpp"

namespace models {
namespace {

constexpr std::uint64_t kPoisonSalt = 0x9E6C63D0876A9A47ULL;
constexpr std::uint64_t kCopySalt = 0xC2B2AE3D27D4EB4FULL;
constexpr std::uint64_t kDeadSalt = 0x165667B19E3779F9ULL;

}  // namespace

/// What faults make of a message when it is stored. It stays so when they are over.
void World::mark_message(const Attempt& attempt, Message& message) const {
    for (const auto& one : conditions_.poison) {
        if (one.instances[attempt.instance.value] == 0) continue;
        sim::KeyedRng rng(fault_streams_[one.fault], attempt.number, attempt.path ^ kPoisonSalt);
        if (!rng.bernoulli(one.share)) continue;
        message.poison = one.kills ? Poison::kills : std::max(message.poison, Poison::fails);
    }
    for (const auto& one : conditions_.traffic) {
        if (one.duplicate <= 0 || !is_met(one, attempt)) continue;
        sim::KeyedRng rng(fault_streams_[one.fault], attempt.number, attempt.path ^ kCopySalt);
        message.copy = message.copy || rng.bernoulli(one.duplicate);
    }
}

/// Own work on a message that nobody can digest is done: it fails, or takes the process with it.
void World::process_poison(AttemptId id) {
    const InstanceId consumer = attempts_[id].instance;
    const bool kills = attempts_[id].poison == Poison::kills;
    finish(id, kills ? Outcome::reset : Outcome::error);
    if (kills) after(sim::Duration{}, {EventKind::consumer_dies, consumer.value});
}

/// Remembers the connections that have died just now: all that were opened before, and drawn.
void World::note_half_open(const Conditions& before) {
    const auto listed = [](const Conditions& conditions, std::uint32_t fault) {
        return std::any_of(
            conditions.traffic.begin(), conditions.traffic.end(),
            [&](const auto& one) { return one.half_open > 0 && one.fault == fault; });
    };
    for (const auto& one : conditions_.traffic) {
        if (one.half_open <= 0 || listed(before, one.fault)) continue;
        half_open_.push_back({one, simulator_.now()});
    }
}

/// Whether the try is sent into nothing: it has a connection from before, and that is dead.
bool World::rides_dead_connection(const Call& call, const Try& one, const Attempt& attempt) {
    if (!one.has_stream || one.fresh) return false;
    const auto& connection = connections_of(call).pool.slots[one.connection];
    const auto caller = attempt.caller < stations_.size() ? instance_names_[attempt.caller]
                                                          : std::uint64_t{attempt.group};
    return std::any_of(half_open_.begin(), half_open_.end(), [&](const HalfOpen& dead) {
        const auto& where = dead.where;
        if (connection.opened >= dead.since) return false;
        if (!where.where.has(attempt.caller, attempt.instance, attempt.endpoint)) return false;
        const auto opened = static_cast<std::uint64_t>(connection.opened.ns);
        sim::KeyedRng rng(fault_streams_[where.fault], one.connection,
                          sim::hash_combine(caller ^ kDeadSalt, opened));
        return rng.bernoulli(where.half_open * where.share);
    });
}

}  // namespace models
