#pragma once

#include <cstdint>

#include "models/engine/records.hpp"
#include "models/policy/cache.hpp"

namespace models {

/// Work at an instance that no caller waits for: a delivery, or a cache's refresh.
struct BackgroundWork {
    InstanceId instance;
    EndpointId endpoint;
    std::uint64_t number = 0;  ///< of the request that caused it
    std::uint64_t path = 0;    ///< of its draws
    std::uint32_t group = 0;
    Criticality priority = Criticality::critical;
};

/// One replica of a cache: what it has stored, and the fetches under way by key.
struct CacheReplica {
    CacheState state;
    KeyTable fetching;  ///< values are FetchIds
};

/// One replica of a queue. Its messages are threaded through the records: all of them by age, and
/// those that may be delivered in the order in which they will be.
struct QueueReplica {
    MessageId oldest;
    MessageId newest;
    MessageId first;  ///< the next to be delivered
    MessageId last;
    std::uint32_t messages = 0;
    std::uint32_t busy = 0;   ///< consumers at work
    bool delivering = false;  ///< a delivery that ends at once must not start another inside itself
};

}  // namespace models
