#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "models/engine/processor_sharing.hpp"
#include "models/engine/records.hpp"
#include "models/engine/server_config.hpp"
#include "models/engine/station_queue.hpp"
#include "models/engine/thread_pool.hpp"
#include "models/fault/conditions.hpp"
#include "sim/core/box.hpp"

namespace models {

enum class InstanceState : std::uint8_t {
    up,
    off,         ///< the fault lasts
    restarting,  ///< the fault is over, the restart is not
};

/// What an instance remembers when its service has rules of its own (ServerConfig::plain is false).
struct Server {
    Server(const ServerConfig& config, std::uint32_t groups);

    StationQueue queue;
    std::optional<SharedCores> cores;
    sim::EventHandle next_end;  ///< of the job that ends next on the cores, ...
    sim::SimTime next_end_at{};
    Threads threads;
    std::optional<SheddingState> shedding;
    std::optional<RateLimitState> rate_limit;
    std::optional<ConcurrencyLimitState> concurrency_limit;
    /// Attempts that hold a place under the concurrency limit, by class.
    std::array<std::uint32_t, kCriticalities> places{};
    sim::Duration owed{};  ///< for refusals made while no slot was free

    [[nodiscard]] std::uint32_t places_taken() const;
};

/// Slots and queue of one instance and where it belongs, in one cache line: nearly every event
/// asks.
struct alignas(64) Station {
    ServiceId service;
    ZoneId zone;
    std::uint32_t position = 0;  ///< among the replicas of its service
    std::uint32_t busy = 0;      ///< slots held; with shared cores: attempts in flight
    std::uint32_t queued = 0;
    // What its service says of every replica:
    std::uint32_t slots = 0;  ///< or kUnlimited
    std::uint32_t most_queued = kUnlimited;
    WaitingLine line;  ///< fifo; other orders wait in `server`
    InstanceState state = InstanceState::up;
    Power last_power = Power::on;  ///< how it went off: silence or refusals until it is back
    sim::Box<Server> server;       ///< nothing: plain
    sim::EventHandle restart;

    [[nodiscard]] bool shares_cores() const { return server && server->cores; }
};
static_assert(sizeof(Station) == 64);

}  // namespace models
