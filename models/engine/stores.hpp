#pragma once

#include <cstdint>

#include "models/engine/records.hpp"
#include "models/policy/cache.hpp"

namespace models {

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
