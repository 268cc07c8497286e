#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "models/fault/fault_target.hpp"
#include "sim/core/time.hpp"

// Effects on settings that somebody has edited.
namespace models {

/// Calls have another time than their policy says. Calls that are under way keep what they have.
struct TimeoutEffect {
    static constexpr std::string_view name = "timeout";
    static constexpr std::string_view summary =
        "calls have another timeout than their policy says: too short, or far too long";
    static constexpr std::string_view formula =
        "`perTry` replaces perTryTimeout of tries that begin meanwhile, `call` the timeout of "
        "calls that do; of several faults the last of the file has its way";
    static constexpr std::string_view source = "FAULTS P4; a configuration push";
    static constexpr std::string_view example = "{timeout: 20ms}";
    static constexpr EffectPlaces places = {false, true};
    static constexpr EffectSpelling spelling = {"perTry", false};

    std::optional<sim::Duration> per_try{};
    std::optional<sim::Duration> call{};

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// Somebody has switched a service to one of its levels.
struct LevelEffect {
    static constexpr std::string_view name = "level";
    static constexpr std::string_view summary =
        "replicas are at one of the `levels` of their service, whatever they measure";
    static constexpr std::string_view formula =
        "of several that persons and faults choose, the worst; services without that level stay "
        "as they are";
    static constexpr std::string_view source = "FAULTS S14; a feature flag, a kill switch";
    static constexpr std::string_view example = "{level: readOnly}";
    static constexpr EffectPlaces places = {true, false};
    static constexpr EffectSpelling spelling = {"level", false};

    std::string level;

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

}  // namespace models
