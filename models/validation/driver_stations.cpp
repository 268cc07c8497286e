#include "models/validation/driver_stations.hpp"

#include "models/validation/station_network.hpp"

namespace models {

namespace {

sim::Distribution exponential(double mean_s) {
    return sim::Distribution{sim::ExponentialDistribution{mean_s}};
}

sim::Duration seconds(const DriverRun& run, const std::string& name) {
    return sim::from_seconds(run.parameter(name));
}

/// One station with exponential work, nobody coming yet.
StationNetworkSpec one_station(const DriverRun& run, StationOrder order) {
    StationNetworkSpec spec;
    spec.stations.push_back({"server", 1, order, exponential(run.parameter("work"))});
    spec.warmup = seconds(run, "warmup");
    spec.duration = seconds(run, "duration");
    return spec;
}

StationNetwork simulated(const StationNetworkSpec& spec, const DriverRun& run) {
    StationNetwork network(spec, run.seed, run.replication);
    network.run();
    return network;
}

enum Place : std::uint32_t { gateway, auth, app, cache, db, queue, places };

/// The network of theory.json.
StationNetworkSpec jackson_network(bool feedback) {
    StationNetworkSpec spec;
    const auto add = [&](const char* name, double rate, std::uint32_t servers) {
        spec.stations.push_back({name, servers, StationOrder::fifo, exponential(1 / rate)});
        spec.stations.back().next.resize(places);
    };
    add("gateway", 150, 1);
    add("auth", 60, 1);
    add("app", 80, 2);
    add("cache", 120, 1);
    add("db", 40, 2);
    add("queue", 25, 1);
    const auto go = [&](Place from, Place to, double share) {
        spec.stations[from].next[to] = share;
    };
    go(gateway, auth, 0.3);
    go(gateway, app, 0.7);
    go(auth, app, 0.9);
    go(app, cache, 0.5);
    go(app, db, 0.2);
    go(app, queue, 0.1);
    go(cache, db, 0.25);
    go(queue, db, 0.2);
    if (feedback) go(cache, app, 0.1);
    if (feedback) go(db, app, 0.15);
    spec.sources.push_back({"people", 100, gateway});
    return spec;
}

}  // namespace

std::vector<double> run_shortest_job_first(const DriverRun& run) {
    const bool sorts = run.parameter("shortestFirst") != 0;
    auto spec = one_station(run, sorts ? StationOrder::shortest_first : StationOrder::fifo);
    spec.sources.push_back({"people", run.parameter("rate")});
    return {simulated(spec, run).times(0, 0).mean_wait()};
}

std::vector<double> run_preemptive_priority(const DriverRun& run) {
    const bool stops = run.parameter("preemptive") != 0;
    auto spec = one_station(run, stops ? StationOrder::preemptive : StationOrder::fifo);
    spec.sources.push_back({"important", run.parameter("important"), 0, 0});
    spec.sources.push_back({"others", run.parameter("others"), 0, 1});
    const auto network = simulated(spec, run);
    return {network.times(0, 0).mean_sojourn(), network.times(0, 1).mean_sojourn()};
}

std::vector<double> run_batch_arrivals(const DriverRun& run) {
    auto spec = one_station(run, StationOrder::fifo);
    spec.sources.push_back({"batches", run.parameter("rate"), 0, 0, run.parameter("meanBatch"),
                            run.parameter("geometric") != 0});
    const auto network = simulated(spec, run);
    return {network.mean_number(0), network.times(0, 0).mean_sojourn()};
}

std::vector<double> run_jackson_network(const DriverRun& run) {
    auto spec = jackson_network(run.parameter("feedback") != 0);
    spec.warmup = seconds(run, "warmup");
    spec.duration = seconds(run, "duration");
    const auto network = simulated(spec, run);
    std::vector<double> numbers;
    for (std::uint32_t i = 0; i < places; ++i) numbers.push_back(network.arrival_rate(i));
    for (std::uint32_t i = 0; i < places; ++i) numbers.push_back(network.mean_number(i));
    numbers.push_back(network.mean_time_in_network());
    return numbers;
}

}  // namespace models
