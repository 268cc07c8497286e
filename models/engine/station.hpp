#pragma once

#include <cstdint>

#include "models/engine/records.hpp"
#include "sim/core/pool.hpp"

namespace models {

enum class InstanceState : std::uint8_t {
    up,
    off,         ///< the fault lasts
    restarting,  ///< the fault is over, the restart is not
};

/// Slots and queue of one instance. The queue is threaded through the attempts.
struct Station {
    std::uint32_t busy = 0;
    std::uint32_t queued = 0;
    AttemptId head;
    AttemptId tail;
    InstanceState state = InstanceState::up;
    Power last_power = Power::on;  ///< how it went off: silence or refusals until it is back
    sim::EventHandle restart;

    template <class Attempts>
    void push(Attempts& attempts, AttemptId id) {
        attempts[id].next = AttemptId{};
        if (queued == 0) {
            head = id;
        } else {
            attempts[tail].next = id;
        }
        tail = id;
        ++queued;
    }

    /// Rare, so that a queue in one direction is enough.
    template <class Attempts>
    void remove(Attempts& attempts, AttemptId id) {
        AttemptId before;
        for (AttemptId at = head; !(at == id); at = attempts[at].next) before = at;
        if (before.valid()) {
            attempts[before].next = attempts[id].next;
        } else {
            head = attempts[id].next;
        }
        if (tail == id) tail = before;
        --queued;
    }

    template <class Attempts>
    AttemptId pop(Attempts& attempts) {
        const AttemptId id = head;
        head = attempts[id].next;
        --queued;
        return id;
    }
};

}  // namespace models
