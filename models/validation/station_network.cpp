#include "models/validation/station_network.hpp"

#include <cmath>

#include "sim/core/assert.hpp"

namespace models {

StationNetwork::StationNetwork(const StationNetworkSpec& spec, std::uint64_t seed,
                               std::uint32_t replication)
    : spec_(spec),
      simulator_(sim::SimTime{} - spec.warmup, {}),
      work_(seed, replication, "stations", "work"),
      routing_(seed, replication, "stations", "routing"),
      batches_(spec.sources.size(), 0),
      stations_(spec.stations.size()) {
    std::uint32_t classes = 0;
    for (const auto& source : spec.sources) {
        coming_.emplace_back(seed, replication, source.name, "arrivals");
        classes = std::max(classes, source.importance + 1);
    }
    for (auto& station : stations_) {
        station.times.resize(classes);
        station.number = sim::TimeWeighted(sim::SimTime{} - spec.warmup);
    }
}

void StationNetwork::run() {
    for (std::uint32_t i = 0; i < spec_.sources.size(); ++i) schedule_batch(i);
    auto stopped = simulator_.run(sim::SimTime{}, *this);
    for (auto& station : stations_) station.number.reset(simulator_.now());
    const auto end = sim::SimTime{} + spec_.duration;
    if (!stopped) stopped = simulator_.run(end, *this);
    for (auto& station : stations_) station.mean_number = station.number.mean(end);
    // Those that are still there leave as they would, or the slowest would be missing.
    if (!stopped) stopped = simulator_.run(end + spec_.warmup, *this);
    SIM_ASSERT(!stopped);
}

double StationNetwork::arrival_rate(std::uint32_t station) const {
    return static_cast<double>(stations_[station].arrivals) / spec_.duration.seconds();
}

double StationNetwork::mean_number(std::uint32_t station) const {
    return stations_[station].mean_number;
}

void StationNetwork::handle(const StationEvent& event) {
    if (event.kind() == StationEventKind::batch_comes) return batch_comes(event.subject());
    work_done(event.subject());
}

bool StationNetwork::measures(sim::SimTime at) const { return sim::is_within(at, spec_.duration); }

/// Block n of a source's stream: the gap before its batch n, and the size.
void StationNetwork::schedule_batch(std::uint32_t source) {
    sim::KeyedRng rng(coming_[source], batches_[source], 0);
    const double gap = -std::log(rng.unit()) / spec_.sources[source].rate_per_s;
    simulator_.after(sim::from_seconds(gap), {StationEventKind::batch_comes, source});
}

void StationNetwork::batch_comes(std::uint32_t index) {
    const auto& source = spec_.sources[index];
    sim::KeyedRng rng(coming_[index], batches_[index]++, 0);
    rng();  // the gap
    const auto size = batch_size(source, rng.unit());
    schedule_batch(index);
    for (std::uint32_t i = 0; i < size; ++i) {
        const auto id = new_job();
        jobs_[id].importance = source.importance;
        jobs_[id].came = simulator_.now();
        arrive(id, source.station);
    }
}

/// Geometric on 1, 2, … by inversion: P(X > k) = (1 - 1/mean)^k.
std::uint32_t StationNetwork::batch_size(const StationSource& source, double unit) const {
    if (!source.geometric) return static_cast<std::uint32_t>(std::lround(source.mean_batch));
    const double more = std::log(unit) / std::log1p(-1 / source.mean_batch);
    return 1 + static_cast<std::uint32_t>(more);
}

std::uint32_t StationNetwork::new_job() {
    if (free_.empty()) {
        free_.push_back(static_cast<std::uint32_t>(jobs_.size()));
        jobs_.emplace_back();
    }
    const auto id = free_.back();
    free_.pop_back();
    jobs_[id] = Job{};
    jobs_[id].number = last_number_++;
    return id;
}

void StationNetwork::arrive(std::uint32_t id, std::uint32_t index) {
    auto& job = jobs_[id];
    auto& station = stations_[index];
    const auto& spec = spec_.stations[index];
    sim::KeyedRng rng(work_, job.number, job.visit);
    job.station = index;
    job.arrived = simulator_.now();
    job.turn = last_turn_++;
    job.has_begun = false;
    job.left = spec.work.draw(rng);
    station.arrivals += measures(job.arrived) ? 1 : 0;
    change_number(index, 1);
    if (station.running.size() < spec.servers) return begin(id);
    const bool stops =
        spec.order == StationOrder::preemptive && rank_of(id) < *station.running.rbegin();
    if (stops) {
        stop(std::get<2>(*station.running.rbegin()));
        return begin(id);
    }
    station.waiting.insert(rank_of(id));
}

StationNetwork::Rank StationNetwork::rank_of(std::uint32_t id) const {
    const auto& job = jobs_[id];
    switch (spec_.stations[job.station].order) {
        case StationOrder::fifo:
            return {0, job.turn, id};
        case StationOrder::shortest_first:
            return {job.left.ns, job.turn, id};
        case StationOrder::preemptive:
            return {job.importance, job.turn, id};
    }
    SIM_ASSERT(false);
}

void StationNetwork::begin(std::uint32_t id) {
    auto& job = jobs_[id];
    auto& station = stations_[job.station];
    const auto now = simulator_.now();
    station.running.insert(rank_of(id));
    if (!job.has_begun && measures(job.arrived)) {
        station.times[job.importance].wait_s += (now - job.arrived).seconds();
    }
    job.has_begun = true;
    job.resumed = now;
    job.end = simulator_.after(job.left, {StationEventKind::work_done, id});
}

/// Somebody else needs the server: what is left is done later.
void StationNetwork::stop(std::uint32_t id) {
    auto& job = jobs_[id];
    auto& station = stations_[job.station];
    station.running.erase(rank_of(id));
    simulator_.cancel(job.end);
    job.left = job.left - (simulator_.now() - job.resumed);
    station.waiting.insert(rank_of(id));
}

void StationNetwork::work_done(std::uint32_t id) {
    auto& job = jobs_[id];
    auto& station = stations_[job.station];
    station.running.erase(rank_of(id));
    change_number(job.station, -1);
    if (measures(job.arrived)) {
        auto& times = station.times[job.importance];
        ++times.jobs;
        times.sojourn_s += (simulator_.now() - job.arrived).seconds();
    }
    if (!station.waiting.empty()) {
        const auto next = *station.waiting.begin();
        station.waiting.erase(station.waiting.begin());
        begin(std::get<2>(next));
    }
    go_on(id);
}

/// To another station, or away.
void StationNetwork::go_on(std::uint32_t id) {
    auto& job = jobs_[id];
    const auto& next = spec_.stations[job.station].next;
    sim::KeyedRng rng(routing_, job.number, job.visit++);
    double unit = rng.unit();
    for (std::uint32_t i = 0; i < next.size(); ++i) {
        if (unit < next[i]) return arrive(id, i);
        unit -= next[i];
    }
    if (measures(job.came)) {
        ++in_network_.jobs;
        in_network_.sojourn_s += (simulator_.now() - job.came).seconds();
    }
    free_.push_back(id);
}

void StationNetwork::change_number(std::uint32_t station, std::int64_t change) {
    stations_[station].number.add(simulator_.now(), change);
}

}  // namespace models
