#pragma once

#include <cstdint>
#include <optional>

#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// How long a process that crashes again and again is kept from starting. The first crash in a row
/// costs nothing, the n-th one min(max, base * 2^(n-2)) (Kubernetes: kubelet, CrashLoopBackOff).
struct RestartBackoff {
    sim::Duration base = sim::whole_seconds(10);
    sim::Duration max = sim::whole_seconds(300);
    sim::Duration reset_after = sim::whole_seconds(600);  ///< of running: the row is over

    void parameters(sim::Parameters& p);
    /// Before the start that follows the `crash`-th crash in a row, counted from 1.
    [[nodiscard]] sim::Duration delay(std::uint32_t crash) const;

    friend bool operator==(const RestartBackoff&, const RestartBackoff&) = default;
};

/// A new process works at a part of its speed first: cold code, cold caches, no connections.
struct WarmUp {
    sim::Duration length{};
    double from = 0.2;  ///< speed of own work at the start; it grows to 1 in a straight line

    void parameters(sim::Parameters& p);
    /// `since`: for how long the process has been running.
    [[nodiscard]] double speed(sim::Duration since) const;

    friend bool operator==(const WarmUp&, const WarmUp&) = default;
};

/// How a replica comes back: `time`, then the back-off of its crashes, then `startUp`, until it
/// listens again.
struct Restart {
    sim::Duration time = sim::whole_seconds(30);  ///< from the end of an outage, or a crash
    sim::Duration start_up{};                     ///< from the start of the process
    std::optional<RestartBackoff> backoff;
    std::optional<WarmUp> warm_up;

    Restart() = default;
    // NOLINTNEXTLINE(google-explicit-constructor): a time alone is the short form.
    Restart(sim::Duration alone) : time(alone) {}

    void parameters(sim::Parameters& p);
    [[nodiscard]] sim::Duration until_ready() const { return time + start_up; }

    friend bool operator==(const Restart&, const Restart&) = default;
};

}  // namespace models
