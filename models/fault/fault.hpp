#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "models/fault/conditions.hpp"
#include "models/topology/topology.hpp"
#include "sim/core/time.hpp"

namespace sim {
class MapReader;
}

namespace models {

/// Where a fault strikes, as ids. Exactly what its selectors resolved to.
struct FaultTarget {
    std::vector<InstanceId> instances;
    std::vector<ZoneId> zones;  ///< zones that the target covers as a whole
    std::vector<std::pair<ServiceId, ServiceId>> calls;
};

/// Power loss: work vanishes without a message, and whole zones of the target are cut off.
struct DownEffect {
    static constexpr std::string_view name = "down";
    static constexpr std::string_view summary = "power loss: silence, all work vanishes";
    static std::optional<DownEffect> read(sim::MapReader& reader);
    void apply(Conditions& conditions, const Topology& topology, const FaultTarget& target) const;
};

/// Process kill: open connections are reset, new ones refused.
struct CrashEffect {
    static constexpr std::string_view name = "crash";
    static constexpr std::string_view summary = "process gone: resets, then refusals";
    static std::optional<CrashEffect> read(sim::MapReader& reader);
    void apply(Conditions& conditions, const Topology& topology, const FaultTarget& target) const;
};

/// Own work takes `factor` times as long. Factors of overlapping faults multiply.
struct SlowEffect {
    static constexpr std::string_view name = "slow";
    static constexpr std::string_view summary = "own work takes that many times as long";
    double factor = 1.0;
    static std::optional<SlowEffect> read(sim::MapReader& reader);
    void apply(Conditions& conditions, const Topology& topology, const FaultTarget& target) const;
};

/// On a call: added to each message. On instances: added to own work. Overlapping delays add up.
struct DelayEffect {
    static constexpr std::string_view name = "delay";
    static constexpr std::string_view summary = "added to each message of a call, or to own work";
    sim::Duration delay{};
    static std::optional<DelayEffect> read(sim::MapReader& reader);
    void apply(Conditions& conditions, const Topology& topology, const FaultTarget& target) const;
};

/// That share of own work ends in an error reply. Overlapping shares combine independently.
struct ErrorsEffect {
    static constexpr std::string_view name = "errors";
    static constexpr std::string_view summary = "that share of requests is answered with an error";
    double share = 0;
    static std::optional<ErrorsEffect> read(sim::MapReader& reader);
    void apply(Conditions& conditions, const Topology& topology, const FaultTarget& target) const;
};

/// The registry of fault effects.
using FaultEffect = std::variant<DownEffect, CrashEffect, SlowEffect, DelayEffect, ErrorsEffect>;

/// One fault of the plan: what, where, when.
struct ScheduledFault {
    std::string name;
    sim::SimTime at;
    sim::Duration duration;
    FaultTarget target;
    FaultEffect effect;
};

/// Conditions while the faults with `active[i]` hold, applied in plan order.
Conditions conditions_under(const Topology& topology, const std::vector<ScheduledFault>& plan,
                            const std::vector<bool>& active);

}  // namespace models
