#include "models/analysis/study_tables.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/analysis/format.hpp"

namespace models {

sim::Table plain_table(const StudyInput& input) {
    sim::Table table;
    table.columns = {{"journey"}, {""}, {"strategy"}, {"success"}, {"mean"}, {"p99"}};
    const double confidence = input.settings.experiment.confidence;
    for (std::size_t f = 0; f < input.strategies.front().frame.flows.size(); ++f) {
        for (const auto& strategy : input.strategies) {
            std::vector<Measure> success;
            std::vector<Measure> mean;
            std::vector<Measure> p99;
            for (const auto& run : strategy.runs) {
                const auto& slice = run.flows[f].front();
                success.push_back(
                    ratio(static_cast<double>(slice.success), static_cast<double>(slice.offered)));
                mean.push_back(slice.mean);
                p99.push_back(slice.latency[3]);
            }
            const auto text = [&](const MeasureEstimate& over_runs, MetricUnit unit) {
                const auto& estimate = over_runs.estimate;
                if (!estimate) return std::string("not estimable");
                if (std::isinf(estimate->value)) return std::string("> patience");
                return estimate_text(unit, *estimate);
            };
            const auto& flow = strategy.frame.flows[f];
            table.rows.push_back(
                {{flow.journey},
                 {flow.group},
                 {strategy.name},
                 {text(estimate_over_runs(success, confidence), MetricUnit::ratio) + " %"},
                 {text(estimate_over_runs(mean, confidence), MetricUnit::duration)},
                 {text(estimate_percentile(p99, confidence), MetricUnit::duration)}});
        }
    }
    return table;
}

namespace {

/// Store tables longer than this are cut down.
constexpr std::size_t kMostRows = 8;

std::string store_text(const StudyInput& input, const StoreMeasureName& name,
                       const std::vector<Measure>& values) {
    const auto estimate = estimate_over_runs(values, input.settings.experiment.confidence).estimate;
    if (!estimate) return "-";
    const std::string text = estimate_text(name.unit, *estimate);
    return name.unit == MetricUnit::ratio ? text + " %" : text;
}

bool is_first_to_see(const StudyInput& input, std::size_t strategy) {
    const auto& comparison = input.result.comparison;
    return strategy == input.settings.baseline ||
           (comparison && comparison->winner && *comparison->winner == strategy);
}

/// A measure of a store: its column and its place among the values.
template <class Measures>
struct StoreColumn {
    const char* title;
    Measures measure;
};

/// `digests(run)`: of all services.
template <class Measures, std::size_t kCount, class Digests, class Names>
sim::Table store_table(const StudyInput& input, const char* title,
                       const std::array<StoreColumn<Measures>, kCount>& columns,
                       const Digests& digests, const Names& names) {
    sim::Table all;
    sim::Table short_one;
    all.columns = {{title}, {"strategy"}};
    for (const auto& column : columns) all.columns.push_back({column.title});
    short_one.columns = all.columns;
    const auto& services = input.strategies.front().frame.services;
    for (std::size_t i = 0; i < services.size(); ++i) {
        for (std::size_t s = 0; s < input.strategies.size(); ++s) {
            const auto& runs = input.strategies[s].runs;
            const auto used = [&](const RunDigest& run) {
                return !digests(run).empty() && digests(run)[i].used;
            };
            if (std::none_of(runs.begin(), runs.end(), used)) continue;
            std::vector<sim::Cell> row = {{services[i].name}, {input.strategies[s].name}};
            for (const auto& column : columns) {
                const auto at = static_cast<std::size_t>(column.measure);
                std::vector<Measure> values;
                for (const auto& run : runs) values.push_back(digests(run)[i].values[at]);
                row.push_back({store_text(input, names[at], values)});
            }
            if (is_first_to_see(input, s)) short_one.rows.push_back(row);
            all.rows.push_back(std::move(row));
        }
    }
    return input.verbose || all.rows.size() <= kMostRows ? all : short_one;
}

}  // namespace

sim::Table cache_table(const StudyInput& input) {
    constexpr std::array<StoreColumn<CacheMeasure>, 5> kColumns = {
        {{"hit ratio", CacheMeasure::hit_ratio},
         {"fetches", CacheMeasure::fetches},
         {"coalesced", CacheMeasure::coalesced},
         {"stale", CacheMeasure::stale},
         {"kept going", CacheMeasure::kept_going}}};
    return store_table(
        input, "cache", kColumns, [](const RunDigest& run) -> const auto& { return run.caches; },
        kCacheMeasureNames);
}

sim::Table queue_table(const StudyInput& input) {
    constexpr std::array<StoreColumn<QueueMeasure>, 6> kColumns = {
        {{"messages", QueueMeasure::stored},
         {"delivered", QueueMeasure::delivered},
         {"again", QueueMeasure::redelivered},
         {"dead", QueueMeasure::dead},
         {"oldest max", QueueMeasure::oldest_max},
         {"left", QueueMeasure::left}}};
    return store_table(
        input, "queue", kColumns, [](const RunDigest& run) -> const auto& { return run.queues; },
        kQueueMeasureNames);
}

namespace {

struct ServiceColumn {
    const char* title;
    ServiceMeasure measure;
    MetricUnit unit;
    bool always;  ///< also when it is 0 everywhere
};
constexpr std::array<ServiceColumn, 7> kServiceColumns = {
    {{"utilisation", ServiceMeasure::utilisation, MetricUnit::ratio, true},
     {"wait p99", ServiceMeasure::wait_p99, MetricUnit::duration, true},
     {"tries vs twin", ServiceMeasure::amplification, MetricUnit::factor, true},
     {"wasted", ServiceMeasure::wasted, MetricUnit::ratio, true},
     {"shed", ServiceMeasure::shed, MetricUnit::count, false},
     {"throttled", ServiceMeasure::throttled, MetricUnit::count, false},
     {"expired", ServiceMeasure::expired, MetricUnit::count, false}}};

bool is_ever_above_zero(const StudyInput& input, ServiceMeasure measure) {
    for (const auto& strategy : input.strategies) {
        for (const auto& run : strategy.runs) {
            for (const auto& service : run.services) {
                if (service[measure].value_or(0) > 0) return true;
            }
        }
    }
    return false;
}

std::string service_text(const StudyInput& input, const StrategyRuns& strategy, std::size_t service,
                         const ServiceColumn& column) {
    std::vector<Measure> values;
    for (const auto& run : strategy.runs) values.push_back(run.services[service][column.measure]);
    const double confidence = input.settings.experiment.confidence;
    const auto over_runs = column.measure == ServiceMeasure::wait_p99
                               ? estimate_percentile(values, confidence)
                               : estimate_over_runs(values, confidence);
    if (!over_runs.estimate) return "-";
    const auto text = estimate_text(column.unit, *over_runs.estimate);
    return column.unit == MetricUnit::ratio ? text + " %" : text;
}

}  // namespace

sim::Table service_table(const StudyInput& input) {
    sim::Table table;
    table.columns = {{"service"}, {"strategy"}};
    std::vector<ServiceColumn> columns;
    for (const auto& column : kServiceColumns) {
        if (!column.always && !is_ever_above_zero(input, column.measure)) continue;
        columns.push_back(column);
        table.columns.push_back({column.title});
    }
    for (std::size_t i = 0; i < input.strategies.front().frame.services.size(); ++i) {
        for (const auto& strategy : input.strategies) {
            std::vector<sim::Cell> row = {{strategy.frame.services[i].name}, {strategy.name}};
            for (const auto& column : columns) {
                row.push_back({service_text(input, strategy, i, column)});
            }
            table.rows.push_back(std::move(row));
        }
    }
    return table;
}

}  // namespace models
