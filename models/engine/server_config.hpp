#pragma once

#include <cstdint>
#include <optional>

#include "models/policy/concurrency_limit.hpp"
#include "models/policy/rate_limit.hpp"
#include "models/policy/shedding.hpp"
#include "models/traffic/scalability.hpp"
#include "sim/core/distribution.hpp"
#include "sim/core/time.hpp"

namespace models {

/// Any number of slots, or of threads.
inline constexpr std::uint32_t kUnlimited = 0xFFFFFFFFU;

/// Who is next for a slot.
enum class QueueOrder : std::uint8_t {
    fifo,
    lifo,
    adaptive_lifo,  ///< fifo, and lifo while a queue stands (Facebook, "Fail at Scale")
    priority,       ///< the most important class first, fifo within one
    edf,            ///< the earliest deadline first; requests without one come last
    fair,           ///< customer groups that wait take turns, fifo within one
};

/// Whom a full queue gives up.
enum class QueueDrop : std::uint8_t {
    tail,  ///< the request that has just come
    head,  ///< one that waits, see StationQueue::hopeless
};

/// When a pool starts another thread. At most `concurrency` of them are alive.
struct ThreadPool {
    std::uint32_t core = 1;  ///< these never end, and start before anything waits
    /// Tomcat: up to the maximum before anything waits; else (java.util.concurrent) only when the
    /// queue is full.
    bool grow_before_queue = false;
    sim::Duration keep_alive = sim::whole_seconds(60);  ///< idle threads beyond `core` end after it
};

/// How one replica treats the requests that reach it, beyond plain slots with a fifo queue.
struct ServerConfig {
    QueueOrder order = QueueOrder::fifo;
    QueueDrop drop = QueueDrop::tail;
    /// Adaptive lifo: how long a queue must not have been empty.
    sim::Duration standing_after = sim::milliseconds(100);
    /// Drawn for each request that has to wait: after it it leaves the queue.
    std::optional<sim::Distribution> max_wait;
    std::uint32_t cores = 0;  ///< own work shares so many cores; 0: each slot has its own
    Scalability scalability;  ///< of the work that shares them
    std::optional<ThreadPool> threads;
    std::optional<Shedding> shedding;
    std::optional<RateLimit> rate_limit;
    std::optional<ConcurrencyLimit> concurrency_limit;
    sim::Duration reject_cost{};               ///< a slot or core is busy so long to refuse one
    std::optional<sim::Duration> retry_after;  ///< the hint in replies of 503 and 429

    /// Plain slots with a fifo queue need no state but their counts.
    [[nodiscard]] bool plain() const {
        return order == QueueOrder::fifo && drop == QueueDrop::tail && cores == 0 && !threads &&
               !shedding && !rate_limit && !concurrency_limit && reject_cost.ns == 0 && !max_wait;
    }
};

}  // namespace models
