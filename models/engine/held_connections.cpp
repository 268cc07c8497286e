// Connections that come back to their pool late or not at all.
#include <algorithm>

#include "models/engine/world.hpp"

namespace models {
namespace {

constexpr std::uint64_t kLeakSalt = 0x6C62272E07BB0142ULL;

}  // namespace

/// By a draw of the fault for each try.
bool World::is_met(const TrafficConditions& one, const Call& call, const Try& a_try,
                   double probability) const {
    if (!a_try.sent || !a_try.instance.valid()) return false;
    if (!one.where.has(caller_of(call).value, a_try.instance, call.endpoint)) return false;
    if (probability >= 1) return true;
    const auto moment = static_cast<std::uint64_t>(a_try.began.ns);
    sim::KeyedRng rng(fault_streams_[one.fault], call.number,
                      sim::hash_combine(call.path ^ kLeakSalt, moment));
    return rng.bernoulli(probability);
}

/// Whether the try's connection stays out of the pool for good.
bool World::leaks_connection(const Call& call, const Try& one) const {
    return std::any_of(conditions_.traffic.begin(), conditions_.traffic.end(),
                       [&](const TrafficConditions& traffic) {
                           return traffic.leak > 0 &&
                                  is_met(traffic, call, one, traffic.leak * traffic.share);
                       });
}

/// Whether it comes back later; then it is seen to.
bool World::closes_late(const Call& call, const Try& one, bool broken) {
    sim::Duration late{};
    for (const auto& traffic : conditions_.traffic) {
        if (traffic.slow_close.ns == 0 || !is_met(traffic, call, one, traffic.share)) continue;
        late = sim::saturated_add(late, traffic.slow_close);
    }
    if (late.ns == 0) return false;
    const ClosingId id = closing_.allocate();
    auto& closing = closing_[id];
    closing.caller = caller_of(call);
    closing.slot = call.site->slot(ClientRule::pool);
    closing.pool = &*call.policy->pool;
    closing.connection = one.connection;
    closing.broken = broken;
    closing.due = after(late, {EventKind::connection_closed, id.value});
    return true;
}

void World::connection_closed(ClosingId id) {
    const auto one = closing_[id];
    closing_.free(id);
    auto& connections = connections_.at(one.caller, one.slot, [] { return Connections{}; });
    one.pool->release(connections.pool, one.connection, one.broken, simulator_.now());
    serve_pool_line(*one.pool, connections);
}

/// Its process is gone, and with it the connections.
void World::forget_closing(CallerId caller) {
    for (std::uint32_t i = 0; i < closing_.capacity(); ++i) {
        const ClosingId id{i};
        if (!closing_.is_live(id) || !(closing_[id].caller == caller)) continue;
        simulator_.cancel(closing_[id].due);
        closing_.free(id);
    }
}

}  // namespace models
