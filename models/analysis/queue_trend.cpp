#include "models/analysis/queue_trend.hpp"

#include <cmath>

#include "models/analysis/digest.hpp"
#include "sim/stats/summary.hpp"

namespace models {

namespace {

double mean_of(std::span<const double> values) { return sim::summarise(values).mean; }

}  // namespace

QueueTrend queue_trend(std::span<const ServiceWindow> windows, const WindowGrid& grid) {
    std::vector<double> requests;
    requests.reserve(windows.size());
    for (const auto& window : windows) {
        const auto sum = static_cast<double>(window.busy_s) + static_cast<double>(window.queued_s);
        requests.push_back(sum / grid.length_s(requests.size()));
    }
    const std::span all(requests);
    const auto late = all.subspan(all.size() / 2);
    return {mean_of(all), sim::slope_of(late) / static_cast<double>(grid.step_s()),
            mean_of(all.first(all.size() / 10)), mean_of(late)};
}

SettledTest settled_test(const std::vector<RunDigest>& runs, std::size_t service, double duration_s,
                         double matters) {
    std::vector<double> slopes;
    std::vector<double> changes;
    std::vector<double> means;
    std::vector<double> early;
    std::vector<double> late;
    for (const auto& run : runs) {
        if (service >= run.trends.size()) return {};
        const auto& trend = run.trends[service];
        slopes.push_back(trend.slope_per_s);
        changes.push_back(trend.early - trend.late);
        means.push_back(trend.mean);
        early.push_back(trend.early);
        late.push_back(trend.late);
    }
    SettledTest test{.mean = mean_of(means), .early = mean_of(early), .late = mean_of(late)};
    const auto slope = sim::slope_test(slopes);
    test.growth = slope.slope.value * duration_s;
    test.unstable = slope.unstable && test.growth >= test.mean / 4 && test.growth >= 1;
    const double change = std::abs(test.early - test.late);
    test.still_warming = !test.unstable && change > matters * test.late &&
                         sim::slope_test(changes).p <= sim::kUnstableLevel;
    return test;
}

}  // namespace models
