#include <algorithm>
#include <array>

#include "models/validation/driver.hpp"

namespace models {

namespace {

constexpr std::array<Driver, 0> kDrivers = {};

}  // namespace

std::span<const Driver> drivers() { return kDrivers; }

const Driver* find_driver(std::string_view name) {
    const auto found = std::find_if(kDrivers.begin(), kDrivers.end(),
                                    [&](const Driver& driver) { return driver.name == name; });
    return found == kDrivers.end() ? nullptr : &*found;
}

}  // namespace models
