#include <algorithm>
#include <array>

#include "models/validation/driver.hpp"
#include "models/validation/station_drivers.hpp"
#include "models/validation/world_drivers.hpp"

namespace models {

namespace {

constexpr std::array<Driver, 7> kDrivers = {{
    {"crowd", "how many requests are at a replica of the engine", run_crowd},
    {"transient", "requests at idle replicas of the engine after some time", run_transient},
    {"drain", "how long a backlog takes to drain in the engine", run_drain},
    {"shortestJobFirst", "a station that sorts its queue by size", run_shortest_job_first},
    {"preemptivePriority", "a station that stops work for more important work",
     run_preemptive_priority},
    {"batchArrivals", "a station whose jobs come in batches", run_batch_arrivals},
    {"jacksonNetwork", "six stations with feedback", run_jackson_network},
}};

}  // namespace

std::span<const Driver> drivers() { return kDrivers; }

const Driver* find_driver(std::string_view name) {
    const auto found = std::find_if(kDrivers.begin(), kDrivers.end(),
                                    [&](const Driver& driver) { return driver.name == name; });
    return found == kDrivers.end() ? nullptr : &*found;
}

}  // namespace models
