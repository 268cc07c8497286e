#include <algorithm>
#include <array>

#include "models/validation/driver.hpp"
#include "models/validation/driver_papers.hpp"
#include "models/validation/driver_rules.hpp"
#include "models/validation/driver_stations.hpp"
#include "models/validation/driver_world.hpp"

namespace models {

namespace {

constexpr auto kDrivers = std::to_array<Driver>({
    {"contention", "clients that write to one row, optimistically", contention_driver},
    {"serialClients", "one call in flight each, calls at a pace", serial_clients_driver},
    {"staleQueues", "a balancer that sees old queue lengths", stale_queues_driver},
    {"tokenBucket", "calls at equal gaps at a token bucket", token_bucket_driver},
    {"breakerTrip", "independent failures at a breaker that counts those in a row",
     breaker_trip_driver},
    {"shardOverlap", "workers that two customers have in common", shard_overlap_driver},
    {"shardCount", "how many shuffle shards there are", shard_count_driver},
    {"crowd", "how many requests are at a replica of the engine", run_crowd},
    {"transient", "requests at idle replicas of the engine after some time", run_transient},
    {"drain", "how long a backlog takes to drain in the engine", run_drain},
    {"shortestJobFirst", "a station that sorts its queue by size", run_shortest_job_first},
    {"preemptivePriority", "a station that stops work for more important work",
     run_preemptive_priority},
    {"batchArrivals", "a station whose jobs come in batches", run_batch_arrivals},
    {"jacksonNetwork", "six stations with feedback", run_jackson_network},
    {"repairCrew", "zones that one crew repairs", repair_crew_driver},
    {"quorum", "all replicas asked at once, the n-th reply counts", quorum_driver},
});

}  // namespace

std::span<const Driver> drivers() { return kDrivers; }

const Driver* find_driver(std::string_view name) {
    const auto found = std::find_if(kDrivers.begin(), kDrivers.end(),
                                    [&](const Driver& driver) { return driver.name == name; });
    return found == kDrivers.end() ? nullptr : &*found;
}

}  // namespace models
