#include "models/policy/slow_start.hpp"

#include <algorithm>
#include <cmath>

#include "sim/yaml/parameters.hpp"

namespace models {

void SlowStart::parameters(sim::Parameters& p) {
    p.duration("window", window, "time until a replica that came back has its full share");
    p.number("aggression", aggression, "weight (t/window)^(1/aggression)", {0, 100, true});
    p.percent("minWeight", min_weight, "least share of the full weight", {0, 1, true});
}

double SlowStart::weight(sim::Duration age) const {
    if (age >= window) return 1.0;
    const double part = std::max(0.0, static_cast<double>(age.ns) / static_cast<double>(window.ns));
    return std::max(min_weight, std::pow(part, 1.0 / aggression));
}

}  // namespace models
