#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "models/analysis/measure.hpp"
#include "models/metrics/run_result.hpp"
#include "models/scenario/slo.hpp"

namespace models {

enum class CacheMeasure : std::uint8_t {
    hit_ratio,
    fetches,    ///< calls of the origin per second, refreshes included
    coalesced,  ///< share of the requests that waited for another's fetch
    stale,      ///< share that was served an expired entry while it was fetched anew
    kept_going  ///< share that was served although the fetch had failed
};
enum class QueueMeasure : std::uint8_t {
    stored,     ///< messages
    delivered,  ///< to a consumer, for the first time
    acknowledged,
    redelivered,
    duplicates,
    dead,
    expired,
    lost,
    left,           ///< at the end
    messages_mean,  ///< over the seconds
    messages_max,
    oldest_mean,  ///< age of the oldest message, over the seconds
    oldest_max,
    age_mean,  ///< of messages when they are acknowledged
    age_p50,
    age_p99,
};

enum class DatabaseMeasure : std::uint8_t {
    failovers,       ///< replicas that became the primary
    lost_writes,     ///< acknowledged, and gone with the old primary
    misdirected,     ///< writes refused by a replica that their callers took to be the primary
    stale_reads,     ///< answered by a replica without the customer's own last write
    without_quorum,  ///< requests that found too few live replicas
    conflicting,     ///< writes stored by an old primary while another was the primary
    two_primaries,   ///< time
};

enum class ScalingMeasure : std::uint8_t {
    replica_seconds,  ///< from the decision to start one
    added,            ///< replicas
    removed,
    refused,  ///< wanted, and not to be had
};

enum class NameMeasure : std::uint8_t {
    lookups,   ///< of all callers
    failed,    ///< lookups
    left_out,  ///< regions that customers were no longer sent to
};

/// Name in JSON and unit of each measure, in the order of the enum.
struct StoreMeasureName {
    std::string_view name;
    MetricUnit unit;
    bool percentile = false;
};
inline constexpr std::size_t kCacheMeasures = 5;
inline constexpr std::size_t kQueueMeasures = 16;
inline constexpr std::size_t kDatabaseMeasures = 7;
inline constexpr std::size_t kScalingMeasures = 4;
inline constexpr std::size_t kNameMeasures = 3;
extern const std::array<StoreMeasureName, kNameMeasures> kNameMeasureNames;
extern const std::array<StoreMeasureName, kScalingMeasures> kScalingMeasureNames;
extern const std::array<StoreMeasureName, kCacheMeasures> kCacheMeasureNames;
extern const std::array<StoreMeasureName, kDatabaseMeasures> kDatabaseMeasureNames;
extern const std::array<StoreMeasureName, kQueueMeasures> kQueueMeasureNames;

/// One cache, queue or database in one replication. `used`: a request or a message came to it,
/// its primary was replaced, it scales, or its name was looked up.
template <std::size_t kMeasures>
struct StoreDigest {
    bool used = false;
    std::array<Measure, kMeasures> values;

    friend bool operator==(const StoreDigest&, const StoreDigest&) = default;
};
using CacheDigest = StoreDigest<kCacheMeasures>;
using QueueDigest = StoreDigest<kQueueMeasures>;
using DatabaseDigest = StoreDigest<kDatabaseMeasures>;
using ScalingDigest = StoreDigest<kScalingMeasures>;
using NameDigest = StoreDigest<kNameMeasures>;

CacheDigest digest_cache(const CacheResult& result, double duration_s);
QueueDigest digest_queue(const QueueResult& result);
DatabaseDigest digest_database(const DatabaseResult& result);
ScalingDigest digest_scaling(const ScalingResult& result);
NameDigest digest_name(const NameResult& result);

}  // namespace models
