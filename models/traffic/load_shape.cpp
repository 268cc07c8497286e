#include "models/traffic/load_shape.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sim/yaml/parameters.hpp"

namespace models {

void DayShape::parameters(sim::Parameters& p) {
    p.duration("period", period, "from one peak to the next",
               {sim::milliseconds(1), sim::whole_seconds(31'536'000)});
    p.percent("swing", swing, "by which the rate rises above its mean, and falls below it",
              {0, 1, false});
    p.duration("peak", peak, "the first peak after the end of the warm-up",
               {sim::Duration{}, sim::whole_seconds(31'536'000)});
}

double DayShape::level(sim::SimTime now) const {
    const double angle =
        2 * std::numbers::pi * (now - sim::SimTime{peak.ns}).seconds() / period.seconds();
    return 1 + swing * std::cos(angle);
}

double DayShape::seconds_until(double customers, sim::SimTime now, double rate_per_s) const {
    const double speed = 2 * std::numbers::pi / period.seconds();
    const double start = speed * (now - sim::SimTime{peak.ns}).seconds();
    const double wanted = customers / rate_per_s;
    const auto passed = [&](double gap) {
        return gap + swing / speed * (std::sin(start + speed * gap) - std::sin(start));
    };
    // The integral is between (1 - swing) and (1 + swing) times the gap, and never further than
    // 2 swing / speed from it: the root lies between these. Newton inside, halving outside.
    double low = wanted / (1 + swing);
    double high = wanted + 2 * swing / speed;
    double gap = std::clamp(wanted / std::max(0.01, 1 + swing * std::cos(start)), low, high);
    constexpr int kMostSteps = 60;
    constexpr double kCloseEnough = 1e-10;
    for (int step = 0; step < kMostSteps; ++step) {
        const double excess = passed(gap) - wanted;
        (excess > 0 ? high : low) = gap;
        const double slope = 1 + swing * std::cos(start + speed * gap);
        double next = slope > 0 ? gap - excess / slope : low;
        if (!(next > low && next < high)) next = (low + high) / 2;
        if (std::abs(next - gap) < kCloseEnough) return next;
        gap = next;
    }
    return gap;
}

}  // namespace models
