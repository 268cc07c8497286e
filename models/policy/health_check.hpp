#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// What a replica answers for.
enum class CheckDepth : std::uint8_t {
    shallow,  ///< itself: it listens
    deep,     ///< also what it needs: of every service that it has to call some replica is healthy
};

/// A checker asks a replica every `interval`; the view changes after so many results in a row.
struct HealthCheckConfig {
    sim::Duration interval = sim::whole_seconds(2);
    int fail_after = 2;
    int pass_after = 1;
    sim::Duration timeout = sim::whole_seconds(1);
    bool fail_open = false;  ///< with no healthy replica, use them all
    CheckDepth kind = CheckDepth::shallow;
    bool needs_slot = false;        ///< a probe waits for a slot like a request
    double fail_open_below = 0;     ///< with less than this share healthy, use them all (panic)
    sim::Duration initial_delay{};  ///< after its start a replica is not asked for so long
    sim::Duration jitter{};         ///< each probe is late by up to so much

    void parameters(sim::Parameters& p);
    /// Whether callers use all replicas, so few of them are healthy.
    [[nodiscard]] bool uses_all(std::size_t healthy, std::size_t replicas) const {
        if (healthy == 0) return fail_open || fail_open_below > 0;
        return static_cast<double>(healthy) < fail_open_below * static_cast<double>(replicas);
    }
};

}  // namespace models
