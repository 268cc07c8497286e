#include <array>
#include <cmath>
#include <string>

#include "models/analysis/json_parts.hpp"
#include "models/analysis/study_report.hpp"

namespace models {

namespace {

/// Series are rounded to six digits behind the point: they are for drawing, and a study has
/// hundreds of thousands of them.
double rounded(double value) { return std::round(value * 1e6) / 1e6; }

/// One column of a series: a number of each window.
template <class Window, class Get>
Json column(const std::vector<Window>& windows, const Get& get) {
    Json::array_t list;
    list.reserve(windows.size());
    for (const auto& window : windows) list.emplace_back(get(window));
    return list;
}

/// Of what is counted in each window: how much of it comes in a second of one replication.
template <class Window, class Get>
Json rate_column(const std::vector<Window>& windows, const WindowGrid& grid, double runs,
                 const Get& get) {
    std::size_t number = 0;
    return column(windows, [&](const Window& window) {
        return rounded(static_cast<double>(get(window)) / (runs * grid.length_s(number++)));
    });
}

/// Tries per call of the requests that came in each window; null where nobody came.
Json tries_column(const std::vector<FlowWindow>& windows) {
    return column(windows, [](const FlowWindow& window) {
        return window.calls > 0 ? Json(rounded(static_cast<double>(window.tries) / window.calls))
                                : Json();
    });
}

/// A percentile of successes, window by window; null where there are too few of them.
Json percentile_column(const LatencyWindows& latency, double p) {
    Json::array_t list;
    list.reserve(latency.size());
    for (std::size_t i = 0; i < latency.size(); ++i) {
        const auto value = latency.quantile(i, p);
        list.push_back(value ? Json(rounded(*value)) : Json());
    }
    return list;
}

/// Where the distribution of a latency is read: closer together towards the tail, as HdrHistogram
/// plots it.
constexpr std::array<double, 33> kPercentiles = {
    0.01,  0.05,  0.1,   0.2,   0.3,   0.4,    0.5,   0.6,    0.7,    0.75,   0.8,
    0.85,  0.9,   0.92,  0.94,  0.95,  0.96,   0.97,  0.98,   0.985,  0.99,   0.992,
    0.994, 0.995, 0.996, 0.997, 0.998, 0.9985, 0.999, 0.9994, 0.9997, 0.9998, 0.9999};

/// A latency in seconds at each of `kPercentiles`, of all runs together; null where it lies among
/// the `failures`, or where requests are too few to tell.
Json distribution(const sim::Histogram& latency, std::uint64_t failures) {
    Json list = Json::array();
    for (const double p : kPercentiles) {
        const auto value = quantile_over_all(latency, failures, p);
        list.push_back(value && std::isfinite(*value) ? Json(rounded(*value)) : Json());
    }
    return list;
}

/// `latencyAll` counts a failure as infinitely late, `latencyOk` leaves failures out.
void add_distribution(const sim::Histogram& latency, std::uint64_t offered,
                      const std::string& suffix, Json& json) {
    const auto answered = latency.count();
    json["answered" + suffix] =
        finite(ratio(static_cast<double>(answered), static_cast<double>(offered)));
    json["latencyAll" + suffix] = distribution(latency, offered - answered);
    json["latencyOk" + suffix] = distribution(latency, 0);
}

Json flow_series_json(const StrategyRuns& strategy, std::size_t flow) {
    const auto& series = strategy.series.flows[flow];
    const auto runs = static_cast<double>(strategy.series.replications);
    const auto grid = strategy.frame.windows();
    const auto per_second = [&](const std::vector<FlowWindow>& windows, auto FlowWindow::*count) {
        return rate_column(windows, grid, runs, [&](const FlowWindow& w) { return w.*count; });
    };
    auto one = object_of(24);
    one["group"] = strategy.frame.flows[flow].group;
    one["journey"] = strategy.frame.flows[flow].journey;
    one["offered"] = per_second(series.run, &FlowWindow::offered);
    one["success"] = per_second(series.run, &FlowWindow::success);
    one["latency"] = column(series.run, [](const FlowWindow& w) {
        return rounded(w.success > 0 ? w.latency_sum_s / w.success : 0.0);
    });
    one["p50ok"] = percentile_column(series.latency, 0.5);
    one["p99ok"] = percentile_column(series.latency, 0.99);
    one["tries"] = tries_column(series.run);
    add_distribution(series.whole, series.offered, "", one);
    if (series.twin.empty()) return one;
    one["offeredTwin"] = per_second(series.twin, &FlowWindow::offered);
    one["successTwin"] = per_second(series.twin, &FlowWindow::success);
    one["p50okTwin"] = percentile_column(series.latency_twin, 0.5);
    one["p99okTwin"] = percentile_column(series.latency_twin, 0.99);
    one["triesTwin"] = tries_column(series.twin);
    add_distribution(series.whole_twin, series.offered_twin, "Twin", one);
    return one;
}

Json service_series_json(const StrategyRuns& strategy, std::size_t service) {
    const auto runs = static_cast<double>(strategy.series.replications);
    const auto& frame = strategy.frame.services[service];
    const double replicas = frame.replica_count();
    using Window = SeriesSum::Window;
    const auto& windows = strategy.series.services[service];
    const auto grid = strategy.frame.windows();
    const auto per_second = [&](double Window::*sum) {
        return rate_column(windows, grid, runs, [&](const Window& window) { return window.*sum; });
    };
    auto one = object_of(5);
    one["name"] = frame.name;
    one["attempts"] = per_second(&Window::arrivals);
    one["utilisation"] = column(windows, [](const Window& window) {
        return window.capacity_s > 0 ? Json(rounded(window.busy_s / window.capacity_s)) : Json();
    });
    one["queueLength"] = per_second(&Window::queued_s);
    const bool counted = replicas > 0 && frame.slots > 0 && std::isfinite(frame.slots);
    if (!counted) return one;
    std::size_t number = 0;
    one["replicasUp"] = column(windows, [&](const Window& window) {
        const double length_s = grid.length_s(number++);
        return rounded(window.capacity_s / runs * replicas / frame.slots / length_s);
    });
    return one;
}

}  // namespace

Json object_of(std::size_t keys) {
    Json object = Json::object();
    object.get_ref<Json::object_t&>().reserve(keys);
    return object;
}

Json series_json(const StrategyRuns& strategy) {
    auto json = object_of(5);
    json["window"] = static_cast<double>(strategy.frame.windows().step_s());
    const auto& flows = strategy.series.flows;
    json["percentileWindow"] =
        flows.empty() ? 1.0 : static_cast<double>(flows.front().latency.step_s());
    json["percentiles"] = kPercentiles;
    json["journeys"] = Json::array();
    json["services"] = Json::array();
    for (std::size_t i = 0; i < flows.size(); ++i) {
        json["journeys"].push_back(flow_series_json(strategy, i));
    }
    for (std::size_t i = 0; i < strategy.series.services.size(); ++i) {
        json["services"].push_back(service_series_json(strategy, i));
    }
    return json;
}

}  // namespace models
