#include "models/policy/scaling_common.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {

void ScalingBounds::parameters(sim::Parameters& p) {
    p.count("min", min, "replicas at least, in each region", {1, 10'000});
    p.count("max", max, "replicas at most, in each region; has to be written", {0, 10'000});
}

std::optional<sim::Misfit> ScalingBounds::misfit() const {
    if (max == 0) {
        return sim::Misfit{"max", "`autoscale` needs `max`",
                           "replicas at most, in each region: `autoscale: {kind: hpa, min: 2, "
                           "max: 10}`"};
    }
    if (min <= max) return std::nullopt;
    return sim::Misfit{"min", "`min` is above `max`", "write at most `max`"};
}

}  // namespace models
