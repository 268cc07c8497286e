#include "models/policy/connection_pool.hpp"

#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

void ConnectionPool::parameters(sim::Parameters& p) {
    p.count("connections", connections, "open at once", {1, 100'000});
    p.count("streams", streams, "tries on one connection at once: 1 is HTTP/1", {1, 1'000'000});
    p.timeout("acquireTimeout", acquire_timeout, "how long a try may wait for a stream",
              {sim::Duration{0}, sim::kForever});
    p.duration("setup", setup, "to open a connection, beyond one round trip");
    p.timeout("maxLifetime", max_lifetime, "then a connection is closed when it falls idle");
    p.timeout("idleTimeout", idle_timeout, "unused for so long a connection is closed");
    scope_parameter(p, scope);
}

bool ConnectionPool::is_stale(const Connection& connection, sim::SimTime now) const {
    return now >= sim::saturated_add(connection.opened, max_lifetime) ||
           now >= sim::saturated_add(connection.used, idle_timeout);
}

std::optional<ConnectionPool::Stream> ConnectionPool::acquire(State& state,
                                                              sim::SimTime now) const {
    constexpr std::uint32_t kNone = 0xFFFFFFFFU;
    std::uint32_t best = kNone;
    std::uint32_t closed = kNone;
    for (std::uint32_t i = 0; i < state.slots.size(); ++i) {
        auto& connection = state.slots[i];
        if (connection.open && connection.busy == 0 && is_stale(connection, now)) {
            connection.open = false;
        }
        if (!connection.open) {
            if (closed == kNone) closed = i;
            continue;
        }
        if (connection.leaving || connection.busy >= streams) continue;
        if (best == kNone || connection.used > state.slots[best].used) best = i;
    }
    if (best != kNone) {
        ++state.slots[best].busy;
        return Stream{best, false};
    }
    if (closed == kNone) {
        if (state.slots.size() >= connections) return std::nullopt;
        closed = static_cast<std::uint32_t>(state.slots.size());
        state.slots.push_back({});
    }
    state.slots[closed] = {now, now, 1, true, false};
    return Stream{closed, true};
}

void ConnectionPool::release(State& state, std::uint32_t connection, bool broken,
                             sim::SimTime now) const {
    auto& one = state.slots[connection];
    SIM_ASSERT(one.open && one.busy > 0);
    --one.busy;
    one.used = now;
    if (broken && streams == 1) one.open = false;
    if (now >= sim::saturated_add(one.opened, max_lifetime)) one.leaving = true;
    if (one.leaving && one.busy == 0) one.open = false;
}

void ConnectionPool::discard(State& state, std::uint32_t connection) const {
    auto& one = state.slots[connection];
    SIM_ASSERT(one.open && one.busy > 0);
    --one.busy;
    one.leaving = true;
    if (one.busy == 0) one.open = false;
}

}  // namespace models
