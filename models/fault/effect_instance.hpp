#pragma once

#include <string_view>

#include "models/fault/fault_target.hpp"
#include "sim/core/time.hpp"

// Effects on instances as a whole. What follows from them is the engine's.
namespace models {

/// Power loss: work vanishes without a message, and whole zones of the target are cut off.
struct DownEffect {
    static constexpr std::string_view name = "down";
    static constexpr std::string_view summary =
        "power loss: silence, all work vanishes; on a call or link its messages are lost";
    static constexpr std::string_view formula = "";
    static constexpr std::string_view source =
        "a plug pulled; AWS FIS power interruption, Chaos Mesh pod-failure, Chaos Gorilla";
    static constexpr std::string_view example = "down";
    static constexpr EffectPlaces places = {true, true};
    static constexpr EffectSpelling spelling = {"", true};

    void parameters(sim::Parameters& p);
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// Process kill: open connections are reset, new ones refused.
struct CrashEffect {
    static constexpr std::string_view name = "crash";
    static constexpr std::string_view summary =
        "process gone: open connections are reset, new ones refused";
    static constexpr std::string_view formula = "";
    static constexpr std::string_view source =
        "kill -9; Chaos Monkey, Gremlin process killer, Chaos Mesh pod-kill, Litmus pod-delete";
    static constexpr std::string_view example = "crash";
    static constexpr EffectPlaces places = {true, true};
    static constexpr EffectSpelling spelling = {"", true};

    void parameters(sim::Parameters& p);
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// Takes nothing new and finishes what it has, within `drain`; then the process ends and starts
/// again when the fault is over.
struct StopEffect {
    static constexpr std::string_view name = "stop";
    static constexpr std::string_view summary =
        "closes the door: new requests are refused, those that it has are finished";
    static constexpr std::string_view formula = "";
    static constexpr std::string_view source =
        "SIGTERM, a full descriptor table; Kubernetes drain, Gremlin process exhaustion";
    static constexpr std::string_view example = "{stop: 30s, deregister: 5s}";
    static constexpr EffectPlaces places = {true, false};
    static constexpr EffectSpelling spelling = {"drain", true};

    sim::Duration drain = sim::kForever;
    sim::Duration deregister = sim::kForever;

    void parameters(sim::Parameters& p);
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

}  // namespace models
