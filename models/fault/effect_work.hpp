#pragma once

#include <optional>
#include <string_view>

#include "models/fault/fault_target.hpp"
#include "sim/core/time.hpp"

// Effects on own work. All of them meet work that begins while they last.
namespace models {

/// Own work takes `factor` times as long. Factors of overlapping faults multiply.
struct SlowEffect {
    static constexpr std::string_view name = "slow";
    static constexpr std::string_view summary = "own work takes that many times as long";
    static constexpr std::string_view formula = "work x factor";
    static constexpr std::string_view source =
        "fail-slow hardware, noisy neighbours; Gremlin CPU, Chaos Mesh StressChaos, Litmus cpu-hog";
    static constexpr std::string_view example = "{slow: 5x}";
    static constexpr EffectPlaces places = {true, false};
    static constexpr EffectSpelling spelling = {"factor", false};

    double factor = 1.0;
    double share = 1.0;

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    /// The effect on its way in or out, at a strength in (0, 1).
    [[nodiscard]] SlowEffect scaled(double strength) const;
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// On traffic: added to each message. On instances: added to own work. Overlapping delays add up.
struct DelayEffect {
    static constexpr std::string_view name = "delay";
    static constexpr std::string_view summary = "added to each message of a call, or to own work";
    static constexpr std::string_view formula = "time + U[delay - jitter, delay + jitter)";
    static constexpr std::string_view source =
        "tc netem delay, Toxiproxy latency, Istio fault.delay, Chaos Mesh NetworkChaos";
    static constexpr std::string_view example = "{delay: 200ms, jitter: 50ms}";
    static constexpr EffectPlaces places = {true, true};
    static constexpr EffectSpelling spelling = {"delay", false};

    sim::Duration delay{};
    sim::Duration jitter{};
    double share = 1.0;
    MessageDirection direction = MessageDirection::both;

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    /// The effect on its way in or out, at a strength in (0, 1).
    [[nodiscard]] DelayEffect scaled(double strength) const;
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

enum class FailWhen : std::uint8_t {
    after,   ///< the work is done, its answer is a failure
    before,  ///< at once, without own work: a server that fails fast
};

/// That share of requests fails. Overlapping shares combine independently.
struct ErrorsEffect {
    static constexpr std::string_view name = "errors";
    static constexpr std::string_view summary = "that share of requests is answered with a failure";
    static constexpr std::string_view formula = "";
    static constexpr std::string_view source =
        "Istio fault.abort (on a call), Chaos Mesh JVMChaos, chaos-lambda (at a server)";
    static constexpr std::string_view example = "{errors: 30%, as: 503}";
    static constexpr EffectPlaces places = {true, true};
    static constexpr EffectSpelling spelling = {"share", false};

    double share = 0;  ///< has to be written
    InjectedFailure as = InjectedFailure::error;
    FailWhen when = FailWhen::after;

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    /// The effect on its way in or out, at a strength in (0, 1).
    [[nodiscard]] ErrorsEffect scaled(double strength) const;
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

}  // namespace models
