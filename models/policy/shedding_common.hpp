#pragma once

#include <cstdint>
#include <optional>

#include "models/policy/priority.hpp"
#include "sim/core/time.hpp"

namespace models {

/// A request that reaches a server.
struct Arrival {
    sim::SimTime now{};
    Criticality priority = Criticality::critical;
    std::uint64_t user_hash = 0;           ///< the same for all requests of one user
    std::int64_t queued = 0;               ///< requests that wait, without this one
    std::int64_t queue_bound = INT64_MAX;  ///< how many may; the greatest: any number
    std::int64_t busy = 0;                 ///< slots in use
    std::int64_t slots = 1;
};

/// A request that would leave the queue for a slot.
struct Dequeue {
    sim::SimTime now{};
    sim::Duration waited{};
    sim::Duration remaining = sim::kForever;  ///< until its deadline; kForever: none is known
    sim::Duration expected_service{};         ///< mean of its own work
    std::int64_t queued = 0;                  ///< requests that go on waiting
    /// Of the request and its user, as on arrival.
    Criticality priority = Criticality::critical;
    std::uint64_t user_hash = 0;
};

/// When a queue was empty last, for a request that joins it now.
struct QueueHistory {
    sim::SimTime now{};
    sim::SimTime last_empty{};  ///< `now` when it is empty
};

}  // namespace models
