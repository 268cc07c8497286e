#include "models/analysis/store_digest.hpp"

#include <algorithm>

namespace models {

const std::array<StoreMeasureName, kCacheMeasures> kCacheMeasureNames = {
    {{"hitRatio", MetricUnit::ratio},
     {"fetches", MetricUnit::rate},
     {"coalesced", MetricUnit::ratio},
     {"stale", MetricUnit::ratio},
     {"keptGoing", MetricUnit::ratio}}};
const std::array<StoreMeasureName, kQueueMeasures> kQueueMeasureNames = {
    {{"stored", MetricUnit::count},
     {"delivered", MetricUnit::count},
     {"acknowledged", MetricUnit::count},
     {"redelivered", MetricUnit::count},
     {"duplicates", MetricUnit::count},
     {"dead", MetricUnit::count},
     {"expired", MetricUnit::count},
     {"lost", MetricUnit::count},
     {"left", MetricUnit::count},
     {"messagesMean", MetricUnit::count},
     {"messagesMax", MetricUnit::count},
     {"oldestMean", MetricUnit::duration},
     {"oldestMax", MetricUnit::duration},
     {"ageMean", MetricUnit::duration},
     {"ageP50", MetricUnit::duration, true},
     {"ageP99", MetricUnit::duration, true}}};
const std::array<StoreMeasureName, kDatabaseMeasures> kDatabaseMeasureNames = {
    {{"failovers", MetricUnit::count},
     {"lostWrites", MetricUnit::count},
     {"misdirectedWrites", MetricUnit::count},
     {"staleReads", MetricUnit::count},
     {"withoutQuorum", MetricUnit::count},
     {"conflictingWrites", MetricUnit::count},
     {"twoPrimaries", MetricUnit::duration}}};
const std::array<StoreMeasureName, kScalingMeasures> kScalingMeasureNames = {
    {{"replicaSeconds", MetricUnit::duration},
     {"added", MetricUnit::count},
     {"removed", MetricUnit::count},
     {"refused", MetricUnit::count}}};

const std::array<StoreMeasureName, kNameMeasures> kNameMeasureNames = {
    {{"lookups", MetricUnit::count},
     {"failed", MetricUnit::count},
     {"regionsLeftOut", MetricUnit::count}}};

CacheDigest digest_cache(const CacheResult& result, double duration_s) {
    CacheDigest digest;
    const auto asked = static_cast<double>(result.asked());
    const auto share = [&](CacheEvent event) {
        return ratio(static_cast<double>(result.count(event)), asked);
    };
    digest.used = asked > 0;
    digest.values = {ratio(static_cast<double>(result.hits()), asked),
                     ratio(static_cast<double>(result.count(CacheEvent::fetch)), duration_s),
                     share(CacheEvent::joined), share(CacheEvent::stale),
                     share(CacheEvent::kept_going)};
    return digest;
}

DatabaseDigest digest_database(const DatabaseResult& result) {
    DatabaseDigest digest;
    digest.used = result.failovers > 0 || result.stale_reads > 0 || result.without_quorum > 0;
    digest.values = {static_cast<double>(result.failovers),
                     static_cast<double>(result.lost_writes),
                     static_cast<double>(result.misdirected),
                     static_cast<double>(result.stale_reads),
                     static_cast<double>(result.without_quorum),
                     static_cast<double>(result.conflicting),
                     result.two_primaries_s};
    return digest;
}

ScalingDigest digest_scaling(const ScalingResult& result) {
    ScalingDigest digest;
    digest.used = result.replica_s > 0;
    digest.values = {result.replica_s, static_cast<double>(result.added),
                     static_cast<double>(result.removed), static_cast<double>(result.refused)};
    return digest;
}

NameDigest digest_name(const NameResult& result) {
    NameDigest digest;
    digest.used = result.lookups > 0 || result.left_out > 0;
    digest.values = {static_cast<double>(result.lookups), static_cast<double>(result.failed),
                     static_cast<double>(result.left_out)};
    return digest;
}

QueueDigest digest_queue(const QueueResult& result) {
    QueueDigest digest;
    const auto set = [&](QueueMeasure measure, Measure value) {
        digest.values[static_cast<std::size_t>(measure)] = value;
    };
    const auto count = [&](QueueMeasure measure, MessageEvent event) {
        set(measure, static_cast<double>(result.count(event)));
    };
    count(QueueMeasure::stored, MessageEvent::stored);
    count(QueueMeasure::delivered, MessageEvent::delivered);
    count(QueueMeasure::acknowledged, MessageEvent::acknowledged);
    count(QueueMeasure::redelivered, MessageEvent::redelivered);
    count(QueueMeasure::duplicates, MessageEvent::duplicate);
    count(QueueMeasure::dead, MessageEvent::dead);
    count(QueueMeasure::expired, MessageEvent::expired);
    count(QueueMeasure::lost, MessageEvent::lost);
    set(QueueMeasure::left, static_cast<double>(result.left));
    const auto& looks = result.looks;
    const auto seconds = static_cast<double>(looks.seconds);
    set(QueueMeasure::messages_mean, ratio(looks.messages_sum, seconds));
    set(QueueMeasure::messages_max, static_cast<double>(looks.messages_most));
    set(QueueMeasure::oldest_mean, ratio(looks.oldest_sum_s, seconds));
    set(QueueMeasure::oldest_max, static_cast<double>(looks.oldest_most_s));
    set(QueueMeasure::age_mean, in_seconds(result.age.mean()));
    set(QueueMeasure::age_p50, quantile_over_all(result.age, 0, 0.5));
    set(QueueMeasure::age_p99, quantile_over_all(result.age, 0, 0.99));
    digest.used = result.count(MessageEvent::stored) > 0 || result.left > 0;
    return digest;
}

}  // namespace models
