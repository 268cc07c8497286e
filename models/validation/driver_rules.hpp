#pragma once

#include <vector>

#include "models/validation/driver.hpp"

// Policy rules without an engine around them.
namespace models {

/// Calls at equal gaps at a token bucket; gives how many it admits. Parameters: gap_ms, requests,
/// rate, burst, full (0: the bucket starts empty).
std::vector<double> token_bucket_driver(const DriverRun& run);

/// Independent failures at a breaker that opens after some in a row; gives the mean number of calls
/// until it is open. Parameters: failure (share), failures (in a row), trips (to average over).
std::vector<double> breaker_trip_driver(const DriverRun& run);

/// Shuffle shards of random customers; gives the share of their pairs that have `from` workers in
/// common, `from` + 1, and so on up to `to`; with `tail`, the last is `to` or more. Parameters:
/// workers, shard, customers, from, to, tail.
std::vector<double> shard_overlap_driver(const DriverRun& run);

/// How many shards there are. With `common` 0, the different ones that were dealt out. Otherwise,
/// if all are equally likely, each pair of customers has exactly `common` = j of k workers in
/// common with probability C(k,j) C(n-k,k-j) / shards: the shards that differ so from a given one.
/// Parameters: workers (n, at most 4096), shard (k, at most 5), customers, common.
std::vector<double> shard_count_driver(const DriverRun& run);

/// Zones that fail and are repaired one at a time; gives the share of time with too few of them,
/// and the mean time in hours from all up to too few. Parameters: zones, needed, mtbf_h, mttr_h,
/// losses (how many times it gets there).
std::vector<double> repair_crew_driver(const DriverRun& run);

/// Requests that ask all replicas at once and are answered with the n-th reply; gives the mean
/// latency. Parameters: replicas, needed, requests, mean_s.
std::vector<double> quorum_driver(const DriverRun& run);

}  // namespace models
