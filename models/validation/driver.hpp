#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/validation/case.hpp"
#include "sim/core/rng.hpp"

namespace models {

/// One replication of a driver.
struct DriverRun {
    const Case& the_case;
    std::uint64_t seed = 0;
    std::uint32_t replication = 0;

    [[nodiscard]] double parameter(const std::string& name) const {
        return models::parameter(the_case, name);
    }
    /// The same where only a whole number makes sense.
    [[nodiscard]] std::uint32_t count(const std::string& name) const {
        return static_cast<std::uint32_t>(std::lround(parameter(name)));
    }
};

/// A system that the scenario file does not describe, because it is no service architecture
/// (shortest job first, batches, product-form networks), built from the parts that scenarios run
/// on: the event queue, keyed streams, stations and policy rules. Returns one number per figure of
/// the case, in their order.
struct Driver {
    std::string_view name;
    std::string_view summary;
    std::vector<double> (*run)(const DriverRun& run);
};

/// All of them.
std::span<const Driver> drivers();
/// Null when there is none of that name.
const Driver* find_driver(std::string_view name);

}  // namespace models
