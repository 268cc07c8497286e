#pragma once

#include <string_view>

#include "models/fault/fault_target.hpp"

// Effects on the processes of instances: they run on, but not as they should.
namespace models {

/// Nothing moves and nothing is lost. What was at work goes on afterwards with what was left of it;
/// messages wait at the door; replies and timers of its own calls are seen when it resumes, replies
/// first.
struct PauseEffect {
    static constexpr std::string_view name = "pause";
    static constexpr std::string_view summary =
        "frozen: nothing moves, nothing is lost; messages and probes find no answer until it "
        "resumes";
    static constexpr std::string_view formula = "own work ends later by the length of the pause";
    static constexpr std::string_view source =
        "SIGSTOP, a stop-the-world collection, a stolen or migrated machine; Gremlin, Chaos Mesh "
        "JVMChaos gc";
    static constexpr std::string_view example = "pause";
    static constexpr EffectPlaces places = {true, false};
    static constexpr EffectSpelling spelling = {"", true};

    void parameters(sim::Parameters& p);
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

}  // namespace models
