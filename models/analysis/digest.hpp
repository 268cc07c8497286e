#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/analysis/action_digest.hpp"
#include "models/analysis/blast.hpp"
#include "models/analysis/deployment_digest.hpp"
#include "models/analysis/edge_digest.hpp"
#include "models/analysis/measure.hpp"
#include "models/analysis/queue_trend.hpp"
#include "models/analysis/reach.hpp"
#include "models/analysis/slo_cell.hpp"
#include "models/analysis/store_digest.hpp"
#include "models/metrics/run_result.hpp"
#include "models/metrics/study_frame.hpp"

namespace models {

/// One flow in one slice of one replication.
struct SliceDigest {
    OutcomeCounts outcomes{};
    std::uint64_t offered = 0;
    std::uint64_t success = 0;
    Measure goodput;  ///< successes per second; empty for `caught`, which has no length
    Measure mean;     ///< of successes, seconds
    Measure sd;       ///< of their latencies
    Measure tries;    ///< per call between services
    std::uint64_t duplicates = 0;
    Measure quality;  ///< mean of the replies that were no failures; empty when none was degraded
    std::array<Measure, kQuantiles> latency;     ///< over all requests, a failure is +infinity
    std::array<Measure, kQuantiles> latency_ok;  ///< over successes
    Measure slowest;                             ///< of successes, seconds

    friend bool operator==(const SliceDigest&, const SliceDigest&) = default;
};

enum class ServiceMeasure : std::uint8_t {
    utilisation,
    working,
    wait_mean,
    wait_sd,
    wait_p50,
    wait_p99,
    wait_positive,
    sojourn_mean,
    sojourn_sd,
    sojourn_p50,
    sojourn_p99,
    queue_length,
    throughput,
    amplification,  ///< empty without a twin
    wasted,
    shed,       ///< tries refused with 503
    throttled,  ///< ... with 429
    expired,    ///< ... because their deadline had passed
};
inline constexpr std::size_t kServiceMeasures = 18;

/// One service in one replication.
struct ServiceDigest {
    std::array<Measure, kServiceMeasures> values;

    [[nodiscard]] const Measure& operator[](ServiceMeasure measure) const {
        return values[static_cast<std::size_t>(measure)];
    }
    friend bool operator==(const ServiceDigest&, const ServiceDigest&) = default;
};

/// The first time after a fault's start that a service had no room left for some seconds.
struct FullSpell {
    bool seen = false;
    double start_s = 0;  ///< seconds after the start of the first fault
    double length_s = 0;
    bool until_end = false;    ///< still full when the run ends ...
    bool own_retries = false;  ///< ... the fault being over and the twin not being full
    double attempts = 0;       ///< that reached the service in the spell
    double attempts_twin = 0;  ///< in the same seconds of the twin
    double worked_s = 0;       ///< own work in the spell
    double wasted_s = 0;       ///< the part of it for callers that had given up
};

/// One level of a service in one replication.
struct LevelDigest {
    Measure share;       ///< of the time of its replicas; empty when none ever served
    double entered = 0;  ///< times

    friend bool operator==(const LevelDigest&, const LevelDigest&) = default;
};

/// Everything that the study needs of one replication of one strategy and of its twin. Much
/// smaller than the two RunResults, which can go once it is made.
struct RunDigest {
    std::vector<std::vector<SliceDigest>> flows;       ///< [flow][slice]
    std::vector<std::vector<SliceDigest>> twin_flows;  ///< the same of the twin; empty without one
    std::vector<ServiceDigest> services;
    std::vector<SloValue> slos;                  ///< parallel to the SLO cells
    std::vector<std::vector<Measure>> recovery;  ///< [recovery subject][fault]; empty: censored
    std::vector<double> lost;                    ///< per flow: the twin's successes - the run's
    std::vector<FullSpell> full;                 ///< per service; empty without faults
    std::vector<EdgeDigest> edges;
    std::vector<CacheDigest> caches;                      ///< per service; empty without caches
    std::vector<QueueDigest> queues;                      ///< per service; empty without queues
    std::vector<ScalingDigest> scaling;                   ///< per service; empty when none scales
    std::vector<NameDigest> names;                        ///< per service; empty when nobody asks
    std::vector<DatabaseDigest> databases;                ///< per service; empty without databases
    std::vector<DeploymentDigest> deployments;            ///< of the frame's faults with a version
    std::vector<ActionDigest> actions;                    ///< of the frame
    std::vector<std::vector<LevelDigest>> levels;         ///< per service; empty without levels
    std::vector<std::optional<CustomerReach>> customers;  ///< by group; empty without a twin
    std::vector<QueueTrend> trends;    ///< per service, without faults; empty: no such run
    std::optional<BlastDigest> blast;  ///< with faults and a twin
    std::uint64_t events = 0;          ///< of run and twin
    std::uint64_t fingerprint = 0;
    std::uint64_t twin_fingerprint = 0;  ///< 0 without a twin
};

/// Sums by window over the replications of one strategy, in replication order.
struct SeriesSum {
    struct Flow {
        std::vector<FlowWindow> run;
        std::vector<FlowWindow> twin;
        LatencyWindows latency;  ///< of all replications together
        LatencyWindows latency_twin;
        /// Successes of all replications over the whole run, and how many came.
        sim::Histogram whole;
        sim::Histogram whole_twin;
        std::uint64_t offered = 0;
        std::uint64_t offered_twin = 0;
    };
    struct Window {
        double arrivals = 0;
        double busy_s = 0;
        double queued_s = 0;
        double capacity_s = 0;
    };
    std::size_t replications = 0;
    std::vector<Flow> flows;
    std::vector<std::vector<Window>> services;

    /// `twin` may be null.
    void add(const RunResult& run, const RunResult* twin);
};

/// `twin` is null without faults.
RunDigest digest(const StudyFrame& frame, const std::vector<SloCell>& cells, const RunResult& run,
                 const RunResult* twin);

/// Whether two replications have the same numbers everywhere, to the last request.
bool same_numbers(const RunDigest& a, const RunDigest& b);

/// Exposed for tests: the spell of one service, from its windows and the twin's.
FullSpell find_full_spell(const std::vector<ServiceWindow>& run,
                          const std::vector<ServiceWindow>& twin, const FrameFault& fault,
                          const WindowGrid& grid = {});

}  // namespace models
