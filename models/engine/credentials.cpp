// Certificates and tokens that have ended. A connection that was opened before goes on, and so does
// a token until its own end: neither fails everywhere at once.
#include <algorithm>

#include "models/engine/world.hpp"

namespace models {
namespace {

constexpr std::uint64_t kConnectionSalt = 0x6C62272E07BB0142ULL;
constexpr std::uint64_t kAgeSalt = 0x9E6C63D0876A9A47ULL;

bool has_credential(const Conditions& conditions, std::uint32_t fault) {
    return std::any_of(conditions.traffic.begin(), conditions.traffic.end(),
                       [&](const TrafficConditions& one) {
                           return one.fault == fault && one.credential.kind != Credential::none;
                       });
}

}  // namespace

void World::note_credentials(const Conditions& before) {
    for (const auto& one : conditions_.traffic) {
        if (one.credential.kind == Credential::none || has_credential(before, one.fault)) continue;
        ended_since_[one.fault] = simulator_.now();
    }
}

/// A pool's connections are of many ages, although in a run they may all have been opened at its
/// start: each of those that there are is recycled at a time of its own within their lifetime.
sim::Duration World::recycled_after(const TrafficConditions& one, const Attempt& attempt,
                                    sim::Duration life) {
    const auto who = attempt.outside ? sim::hash_text(model_.groups[attempt.group].name)
                                     : instance_names_[attempt.caller];
    const auto whom = sim::hash_text(model_.topology[service_of(attempt.instance)].name);
    const auto connection = try_at(calls_[attempt.call], attempt.lane).connection;
    sim::KeyedRng rng(fault_streams_[one.fault], connection,
                      sim::hash_combine(who, whom) ^ kConnectionSalt);
    return sim::from_seconds(rng.unit() * life.seconds());
}

/// Whether the connection that the try goes over, or the caller's token, has ended.
bool World::rejects(const TrafficConditions& one, const Attempt& attempt) {
    const auto since = ended_since_[one.fault];
    const auto now = simulator_.now();
    const bool is_token = one.credential.kind == Credential::token;
    const auto& call = calls_[attempt.call];
    const auto& sent = try_at(calls_[attempt.call], attempt.lane);
    if (!is_token && sent.has_stream) {
        const auto& connection = connections_of(call).pool.slots[sent.connection];
        if (sent.fresh || connection.opened >= since) return true;
        const auto life = call.policy->pool->max_lifetime;
        return life != sim::kForever && now - since >= recycled_after(one, attempt, life);
    }
    const auto who = attempt.outside ? user_hash(attempt) : instance_names_[attempt.caller];
    const auto whom = is_token ? sim::hash_text(model_.topology[service_of(attempt.instance)].name)
                               : instance_names_[attempt.instance.value];
    sim::KeyedRng rng(fault_streams_[one.fault], 0, sim::hash_combine(who, whom) ^ kAgeSalt);
    const auto lifetime = one.credential.lifetime;
    const auto left = sim::from_seconds(rng.unit() * lifetime.seconds());
    const auto passed = now - since;
    if (one.credential.ahead.ns == 0) return passed >= left;
    const auto age = (passed.ns % lifetime.ns + (lifetime.ns - left.ns)) % lifetime.ns;
    return age >= lifetime.ns - one.credential.ahead.ns;
}

bool World::rejects_credentials(AttemptId id) {
    auto& attempt = attempts_[id];
    for (const auto& one : conditions_.traffic) {
        if (one.credential.kind == Credential::none || !is_met(one, attempt)) continue;
        if (!rejects(one, attempt)) continue;
        const auto there_and_back = round_trip(attempt);
        if (one.credential.kind == Credential::token) {
            answer_at_caller(id, Outcome::error, there_and_back);
            return true;
        }
        auto& sent = try_at(calls_[attempt.call], attempt.lane);
        sent.unopened = sent.has_stream;
        answer_at_caller(id, Outcome::refused, sim::saturated_add(there_and_back, there_and_back));
        return true;
    }
    return false;
}

}  // namespace models
