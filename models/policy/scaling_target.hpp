#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/policy/scaling_common.hpp"

namespace models {

/// Target tracking of AWS: two alarms over data points of a metric.
struct TargetScaling {
    static constexpr std::string_view name = "targetTracking";
    static constexpr std::string_view summary =
        "AWS: grows after some data points above the target, shrinks after many well below it";
    static constexpr std::string_view formula =
        "ceil(replicas * utilisation / target), above target or below 90 % of it";
    static constexpr std::string_view source = "BOTO-API: autoscaling PutScalingPolicy";
    static constexpr std::string_view example =
        "{kind: targetTracking, min: 4, max: 12, target: 50%, startUp: 2m}";
    /// Below this share of the target the alarm for shrinking counts.
    static constexpr double kLow = 0.9;

    ScalingBounds bounds;
    double target = 0.5;
    sim::Duration period = sim::whole_seconds(60);
    std::uint32_t out_points = 3;
    std::uint32_t in_points = 15;
    sim::Duration cooldown = sim::whole_seconds(300);
    sim::Duration start_up = sim::whole_seconds(60);

    struct State {
        std::uint32_t above = 0;  ///< data points in a row
        std::uint32_t below = 0;
        std::optional<sim::SimTime> acted;
    };

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    [[nodiscard]] static sim::Duration metric_delay() { return {}; }
    std::uint32_t decide(State& state, const ScalingLook& look) const;
};

}  // namespace models
