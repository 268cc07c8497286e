#pragma once

#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "sim/core/distribution.hpp"
#include "sim/core/event_word.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/simulator.hpp"
#include "sim/stats/time_weighted.hpp"

// Stations as textbooks have them, for what services do not do: jobs that go from one station to
// the next and back, come in batches, are stopped for others, or are sorted by their size. They run
// on the event queue, the keyed streams and the distributions that services run on.
namespace models {

/// Who is next at a station.
enum class StationOrder : std::uint8_t {
    fifo,
    shortest_first,  ///< the one with the least work; what runs, goes on
    preemptive,      ///< the most important class; it stops what is less so, which goes on later
};

/// Where jobs are worked on.
struct StationSpec {
    std::string name;
    std::uint32_t servers = 1;
    StationOrder order = StationOrder::fifo;
    sim::Distribution work;
    std::vector<double> next{};  ///< by station: probability to go there; the rest leaves
};

/// Where jobs come from: a Poisson process of batches.
struct StationSource {
    std::string name;
    double rate_per_s = 0;         ///< of batches
    std::uint32_t station = 0;     ///< where they go first
    std::uint32_t importance = 0;  ///< class of its jobs; 0 is the most important
    double mean_batch = 1;
    bool geometric = false;  ///< batches of geometric size on 1, 2, …; else all of the mean size
};

struct StationNetworkSpec {
    std::vector<StationSpec> stations;
    std::vector<StationSource> sources;
    sim::Duration warmup;  ///< also after the measured time, for those who are still there
    sim::Duration duration;
};

/// Sums over jobs that came in the measured time.
struct StationTimes {
    std::uint64_t jobs = 0;
    double wait_s = 0;     ///< until work began for the first time
    double sojourn_s = 0;  ///< until it was done

    [[nodiscard]] double mean_wait() const { return wait_s / static_cast<double>(jobs); }
    [[nodiscard]] double mean_sojourn() const { return sojourn_s / static_cast<double>(jobs); }
};

/// Where events of a network of stations happen.
enum class StationEventKind : std::uint32_t {
    batch_comes,  ///< from a source
    work_done,    ///< on a job
};
using StationEvent = sim::EventWord<StationEventKind>;

/// One replication.
class StationNetwork {
  public:
    StationNetwork(const StationNetworkSpec& spec, std::uint64_t seed, std::uint32_t replication);

    void run();

    /// At one station, by importance.
    [[nodiscard]] const StationTimes& times(std::uint32_t station, std::uint32_t importance) const {
        return stations_[station].times[importance];
    }
    /// Arrivals per second, from outside and from other stations.
    [[nodiscard]] double arrival_rate(std::uint32_t station) const;
    /// Time average of the jobs that wait or are worked on.
    [[nodiscard]] double mean_number(std::uint32_t station) const;
    /// From coming to leaving the network.
    [[nodiscard]] double mean_time_in_network() const { return in_network_.mean_sojourn(); }

    void handle(const StationEvent& event);
    [[nodiscard]] std::uint32_t in_flight() const {
        return static_cast<std::uint32_t>(jobs_.size() - free_.size());
    }

  private:
    struct Job {
        std::uint64_t number = 0;
        std::uint64_t visit = 0;
        std::uint64_t turn = 0;  ///< order of arrival at the station
        std::uint32_t station = 0;
        std::uint32_t importance = 0;
        bool has_begun = false;
        sim::SimTime came;     ///< to the network
        sim::SimTime arrived;  ///< at the station
        sim::SimTime resumed;  ///< work goes on since
        sim::Duration left;    ///< work, when it resumed
        sim::EventHandle end;
    };
    /// What is smaller is served first: the order's own key, then the turn.
    using Rank = std::tuple<std::int64_t, std::uint64_t, std::uint32_t>;
    struct Station {
        std::set<Rank> waiting;
        std::set<Rank> running;
        std::uint64_t arrivals = 0;
        sim::TimeWeighted number;
        double mean_number = 0;  ///< of the measured time
        std::vector<StationTimes> times;
    };

    [[nodiscard]] bool measures(sim::SimTime at) const;
    void schedule_batch(std::uint32_t source);
    void batch_comes(std::uint32_t source);
    [[nodiscard]] std::uint32_t batch_size(const StationSource& source, double unit) const;
    std::uint32_t new_job();
    void arrive(std::uint32_t job, std::uint32_t station);
    [[nodiscard]] Rank rank_of(std::uint32_t job) const;
    void begin(std::uint32_t job);
    void stop(std::uint32_t job);
    void work_done(std::uint32_t job);
    void go_on(std::uint32_t job);
    void change_number(std::uint32_t station, std::int64_t change);

    const StationNetworkSpec& spec_;
    sim::Simulator<StationEvent> simulator_;
    std::vector<sim::RngStream> coming_;  ///< by source
    sim::RngStream work_;
    sim::RngStream routing_;
    std::vector<std::uint64_t> batches_;  ///< by source
    std::vector<Station> stations_;
    std::vector<Job> jobs_;
    std::vector<std::uint32_t> free_;
    std::uint64_t last_number_ = 0;
    std::uint64_t last_turn_ = 0;
    StationTimes in_network_;
};

}  // namespace models
