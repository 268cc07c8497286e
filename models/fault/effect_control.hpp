#pragma once

#include <string_view>

#include "models/fault/fault_target.hpp"

// Effects on who runs a place rather than on what runs there.
namespace models {

/// Nobody decides anything there: no restart, no scaling, no failover, no view of health changes.
struct ControlPlaneEffect {
    static constexpr std::string_view name = "controlPlane";
    static constexpr std::string_view summary =
        "nobody acts there: no restarts, no scaling, no failovers, no change of health views";
    static constexpr std::string_view formula = "";
    static constexpr std::string_view source =
        "etcd or the API server gone with its zone; Auto Scaling suspended (Chaos Toolkit)";
    static constexpr std::string_view example = "controlPlane";
    static constexpr EffectPlaces places = {true, false, true};
    static constexpr EffectSpelling spelling = {"", true};

    void parameters(sim::Parameters& p);
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// No new machine is to be had there.
struct CapacityEffect {
    static constexpr std::string_view name = "capacity";
    static constexpr std::string_view summary =
        "no machine to be had there: scale-outs and replacements of lost machines are refused";
    static constexpr std::string_view formula = "";
    static constexpr std::string_view source =
        "AWS FIS insufficient-instance-capacity-error, also in its AZ power interruption";
    static constexpr std::string_view example = "capacity";
    static constexpr EffectPlaces places = {true, false, true};
    static constexpr EffectSpelling spelling = {"", true};

    void parameters(sim::Parameters& p);
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// Health checks fail although all is well.
struct FailProbesEffect {
    static constexpr std::string_view name = "failProbes";
    static constexpr std::string_view summary =
        "health checks fail whatever the replica does: callers turn away from what works";
    static constexpr std::string_view formula = "";
    static constexpr std::string_view source =
        "a check of the wrong path or port, rolled out with a configuration";
    static constexpr std::string_view example = "failProbes";
    static constexpr EffectPlaces places = {true, false};
    static constexpr EffectSpelling spelling = {"", true};

    void parameters(sim::Parameters& p);
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// A scaler that does nothing, whatever it sees.
struct FreezeEffect {
    static constexpr std::string_view name = "freeze";
    static constexpr std::string_view summary =
        "the autoscaler of the service does nothing, neither out nor in";
    static constexpr std::string_view formula = "";
    static constexpr std::string_view source =
        "suspended Auto Scaling processes (Chaos Toolkit), a scaler without its metrics";
    static constexpr std::string_view example = "freeze";
    static constexpr EffectPlaces places = {true, false};
    static constexpr EffectSpelling spelling = {"", true};

    void parameters(sim::Parameters& p);
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

}  // namespace models
