#include <algorithm>
#include <array>

#include "models/validation/driver_papers.hpp"

namespace models {

namespace {

constexpr auto kDrivers = std::to_array<Driver>({
    {"contention", "clients that write to one row, optimistically", contention_driver},
    {"serial_clients", "one call in flight each, calls at a pace", serial_clients_driver},
    {"stale_queues", "a balancer that sees old queue lengths", stale_queues_driver},
});

}  // namespace

std::span<const Driver> drivers() { return kDrivers; }

const Driver* find_driver(std::string_view name) {
    const auto found = std::find_if(kDrivers.begin(), kDrivers.end(),
                                    [&](const Driver& driver) { return driver.name == name; });
    return found == kDrivers.end() ? nullptr : &*found;
}

}  // namespace models
