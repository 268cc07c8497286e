#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "models/policy/scaling_common.hpp"

namespace models {

/// How far one direction may go: in any `period` by a share or by a number of replicas, whichever
/// allows more.
struct ScalingSteps {
    sim::Duration stabilisation{};  ///< the mildest wish of so long back counts
    double percent = 1.0;           ///< of the replicas at the start of the period; 0: not so
    std::uint32_t replicas = 0;     ///< 0: not so
    sim::Duration period = sim::whole_seconds(15);
    void parameters(sim::Parameters& p);

    [[nodiscard]] std::uint32_t highest(std::uint32_t at_start) const;
    [[nodiscard]] std::uint32_t lowest(std::uint32_t at_start) const;
};

/// The Horizontal Pod Autoscaler of Kubernetes.
struct HpaScaling {
    static constexpr std::string_view name = "hpa";
    static constexpr std::string_view summary =
        "Kubernetes: every period as many replicas as bring utilisation to its target";
    static constexpr std::string_view formula =
        "ceil(replicas * utilisation / target), unless within the tolerance; replicas that are "
        "starting or down count as idle when it grows, those down as fully busy when it shrinks";
    static constexpr std::string_view source = "K8S-HPA: replica_calculator.go, horizontal.go";
    static constexpr std::string_view example =
        "{kind: hpa, min: 4, max: 12, target: 60%, startUp: 40s}";

    ScalingBounds bounds;
    double target = 0.6;
    sim::Duration period = sim::whole_seconds(15);
    sim::Duration delay = sim::whole_seconds(15);
    double tolerance = 0.1;
    sim::Duration start_up = sim::whole_seconds(30);
    ScalingSteps scale_up{{}, 1.0, 4, sim::whole_seconds(15)};
    ScalingSteps scale_down{sim::whole_seconds(300), 1.0, 0, sim::whole_seconds(15)};

    struct State {
        struct Entry {
            sim::SimTime at;
            std::int64_t replicas;
        };
        std::vector<Entry> wishes;   ///< what the formula wanted
        std::vector<Entry> changes;  ///< what was done: positive is growth
    };

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    [[nodiscard]] sim::Duration metric_delay() const { return delay; }
    /// By the formula alone.
    [[nodiscard]] std::uint32_t wish(const ScalingLook& look) const;
    std::uint32_t decide(State& state, const ScalingLook& look) const;

  private:
    [[nodiscard]] std::uint32_t stabilised(const State& state, const ScalingLook& look) const;
    [[nodiscard]] std::uint32_t limited(const State& state, const ScalingLook& look,
                                        std::uint32_t wanted) const;
};

}  // namespace models
