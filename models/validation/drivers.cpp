#include <algorithm>
#include <array>

#include "models/validation/driver.hpp"
#include "models/validation/driver_papers.hpp"
#include "models/validation/driver_rules.hpp"

namespace models {

namespace {

constexpr auto kDrivers = std::to_array<Driver>({
    {"contention", "clients that write to one row, optimistically", contention_driver},
    {"serial_clients", "one call in flight each, calls at a pace", serial_clients_driver},
    {"stale_queues", "a balancer that sees old queue lengths", stale_queues_driver},
    {"token_bucket", "calls at equal gaps at a token bucket", token_bucket_driver},
    {"breaker_trip", "independent failures at a breaker that counts those in a row",
     breaker_trip_driver},
    {"shard_overlap", "workers that two customers have in common", shard_overlap_driver},
    {"shard_count", "how many shuffle shards there are", shard_count_driver},
});

}  // namespace

std::span<const Driver> drivers() { return kDrivers; }

const Driver* find_driver(std::string_view name) {
    const auto found = std::find_if(kDrivers.begin(), kDrivers.end(),
                                    [&](const Driver& driver) { return driver.name == name; });
    return found == kDrivers.end() ? nullptr : &*found;
}

}  // namespace models
