#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/analysis/uptime.hpp"
#include "models/metrics/customer_log.hpp"

namespace models {

/// The part of a run in which an incident is looked for, in seconds of measured time: from the
/// fault's start to the end of the run.
struct Incident {
    double from_s = 0;
    double to_s = 0;
};

/// How an incident looks from the side of the customers (BLAST_RADIUS.md B3 to B6, B17, B18), of
/// one group in one run. Counts are of customers that came in the incident; of a sampled group they
/// are of the sample.
struct CustomerView {
    std::uint64_t active = 0;         ///< customers with a request in the incident
    std::uint64_t hit = 0;            ///< ... with a bad one
    std::uint64_t serious = 0;        ///< ... of whose requests half were bad in some 5 minutes
    double down_s = 0;                ///< between a bad request and the next one, summed (B5)
    double up_s = 0;                  ///< the same after a good one
    LowestUptimes lowest_uptime;      ///< share, in the worst window of each length (B6)
    std::uint64_t interruptions = 0;  ///< bad requests after a good one or at the start (B18)
    double gini = 0;                  ///< of the share of bad requests per customer (B17), 0 to 1
    double degraded_s = 0;            ///< between a degraded reply and the next request, times what
                                      ///< its quality lacks of 1, summed (B11)
    std::uint64_t touched = 0;        ///< customers with a request that touched what was watched
};

/// The customers of one journey in one zone of theirs.
struct ReachCell {
    std::uint32_t journey = 0;  ///< of the group's
    std::uint32_t zone = 0;
    std::uint64_t active = 0;  ///< customers with such a request in the run or the twin
    std::uint64_t harmed = 0;  ///< ... with a bad one in the run, and none in the twin
    double down_s = 0;         ///< after bad ones in the run ...
    double down_twin_s = 0;    ///< ... and in the twin
    double excess_s = 0;       ///< how much longer those took that are good in both (B20)
};

/// A run beside its twin: the same customers with the same requests.
struct CustomerReach {
    CustomerView run;
    CustomerView twin;
    std::uint64_t harmed = 0;  ///< bad in the run, all good in the twin
    std::uint64_t spared = 0;  ///< bad in the twin, all good in the run
    std::uint32_t kept_one_in = 1;
    bool known = true;  ///< false: each request counts as a customer, and only `touched` and
                        ///< `excess_s` mean anything
    std::vector<ReachCell> cells;  ///< by journey, then zone
};

/// Compares the two logs of a group. Empty when nothing was kept or nobody came.
/// After `kInactiveSeconds` without a request a customer counts as gone, neither up nor down.
std::optional<CustomerReach> customer_reach(const CustomerLog& run, const CustomerLog& twin,
                                            const Incident& incident);

inline constexpr double kInactiveSeconds = 30 * 60;      ///< (NSDI'20, Meaningful Availability)
inline constexpr double kSeriousWindowSeconds = 5 * 60;  ///< windows of B4, from its start
inline constexpr double kSeriousShare = 0.5;

}  // namespace models
