#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "models/fault/fault_target.hpp"
#include "sim/core/time.hpp"

// Effects on groups of customers who come at a rate. Those who would have come anyway come at the
// same instants and want the same; who comes on top has draws of the fault's own.
namespace models {

/// More or fewer customers. Factors of overlapping faults multiply.
struct LoadEffect {
    static constexpr std::string_view name = "load";
    static constexpr std::string_view summary = "that many times as many customers come";
    static constexpr std::string_view formula =
        "above 1: a Poisson process of rate x (factor - 1) is added; below 1: each customer comes "
        "with probability `factor`";
    static constexpr std::string_view source =
        "a sale, a failover of another region; Litmus k6-loadgen, Chaos Toolkit k6, MiSim";
    static constexpr std::string_view example = "{load: 3x}";
    static constexpr EffectPlaces places = {.groups = true};
    static constexpr EffectSpelling spelling = {"factor", false};

    double factor = 1.0;

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    /// On a ramp: between the usual rate and `factor` times it.
    [[nodiscard]] LoadEffect scaled(double strength) const;
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// Many at once: a cron job, a push message, clients that reconnect together.
struct HerdEffect {
    static constexpr std::string_view name = "herd";
    static constexpr std::string_view summary =
        "so many requests come on top, within a moment of the start";
    static constexpr std::string_view formula =
        "`requests` instants, independent and uniform over `within`, for each group";
    static constexpr std::string_view source = "cron jobs on the full hour, reconnects, push news";
    static constexpr std::string_view example = "{herd: 500, within: 1s}";
    static constexpr EffectPlaces places = {.groups = true};
    static constexpr EffectSpelling spelling = {"requests", false};

    std::uint64_t requests = 0;  ///< has to be written
    sim::Duration within = sim::whole_seconds(1);

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// They want something else: the cost of a request changes, not their number.
struct MixEffect {
    static constexpr std::string_view name = "mix";
    static constexpr std::string_view summary = "customers ask for other journeys";
    static constexpr std::string_view formula = "the weights divided by their sum";
    static constexpr std::string_view source = "a link in the news, a crawler, a bot";
    static constexpr std::string_view example = "{mix: {checkout: 80%, browse: 20%}}";
    static constexpr EffectPlaces places = {.groups = true};
    static constexpr EffectSpelling spelling = {"journeys", false};

    std::vector<JourneyWeight> journeys;  ///< has to be written

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

}  // namespace models
