#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/metrics/self_gauge.hpp"
#include "sim/core/time.hpp"

namespace models {

/// How much one replica of a service with levels still does. Level 0 is full service.
struct ReplicaLevel {
    std::uint32_t own = 0;                  ///< by what it measures
    std::optional<std::uint32_t> chosen{};  ///< ... unless a person or a fault has chosen another
    sim::SimTime entered{};                 ///< its own level
    sim::SimTime reported{};                ///< its time has been reported until then
    bool serves = false;
    SelfMeter meter;
    std::vector<std::optional<SelfGauge>> when;   ///< by level, without the first
    std::vector<std::optional<SelfGauge>> until;  ///< the same

    [[nodiscard]] std::uint32_t level() const { return chosen.value_or(own); }
};

}  // namespace models
