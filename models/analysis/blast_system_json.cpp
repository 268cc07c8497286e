#include "models/analysis/blast_system_json.hpp"

namespace models {

namespace {

Json services_json(const StudyFrame& frame, const RunColumns& columns) {
    constexpr double kHour = 3600;
    Json list = Json::array();
    for (std::size_t s = 0; s < frame.services.size(); ++s) {
        const auto of = [s](const BlastDigest& run) { return run.services[s]; };
        list.push_back(
            {{"service", frame.services[s].name},
             {"amplificationPeak",
              columns.estimate([&](const BlastDigest& r) { return of(r).peak_amplification; })},
             {"amplificationMean",
              columns.estimate([&](const BlastDigest& r) { return of(r).amplification; })},
             {"triesFailed",
              columns.difference([&](const BlastDigest& r) { return of(r).tries_failed; })},
             {"replicaHours",
              columns.estimate([&](const BlastDigest& r) { return of(r).replica_s / kHour; })},
             {"replicaHoursMore", columns.difference([&](const BlastDigest& r) {
                  return (of(r).replica_s - of(r).replica_twin_s) / kHour;
              })}});
    }
    return list;
}

Json edges_json(const StudyFrame& frame, const RunColumns& columns) {
    Json list = Json::array();
    for (std::size_t e = 0; e < frame.edges.size(); ++e) {
        const auto& edge = frame.edges[e];
        const auto of = [e](const BlastDigest& run) { return run.edges[e]; };
        list.push_back(
            {{"caller", edge.caller},
             {"callee", edge.callee},
             {"endpoint", edge.endpoint},
             {"tries", columns.estimate([&](const BlastDigest& r) { return of(r).tries; })},
             {"triesTwin",
              columns.estimate([&](const BlastDigest& r) { return of(r).tries_twin; })}});
    }
    return list;
}

/// Gigabytes; null when no message has a size.
Json crossed_json(const RunColumns& columns) {
    constexpr double kGigabyte = 1e9;
    if (!columns.first().crossed) return nullptr;
    const auto level = [&](double CrossedBytes::*part) {
        return columns.estimate(
            [=](const BlastDigest& r) { return (*r.crossed).*part / kGigabyte; });
    };
    const auto more = [&](double CrossedBytes::*part) {
        return columns.difference([=](const BlastDigest& r) {
            return ((*r.crossed).*part - (*r.crossed_twin).*part) / kGigabyte;
        });
    };
    return {{"gigabytes", level(&CrossedBytes::zones)},
            {"gigabytesMore", more(&CrossedBytes::zones)},
            {"betweenRegions", level(&CrossedBytes::regions)},
            {"betweenRegionsMore", more(&CrossedBytes::regions)}};
}

Json cost_json(const RunColumns& columns) {
    constexpr double kHour = 3600;
    const auto sum = [](const BlastDigest& run, bool more) {
        double seconds = 0;
        for (const auto& one : run.services) {
            seconds += one.replica_s - (more ? one.replica_twin_s : 0);
        }
        return seconds / kHour;
    };
    return {{"replicaHours", columns.estimate([&](const BlastDigest& r) { return sum(r, false); })},
            {"replicaHoursMore",
             columns.difference([&](const BlastDigest& r) { return sum(r, true); })},
            {"crossZone", crossed_json(columns)}};
}

Json data_json(const RunColumns& columns) {
    const auto more = [&](const auto& get) { return columns.difference(get); };
    return {{"writesLost", more([](const BlastDigest& r) { return r.writes.lost; })},
            {"writesRejected", more([](const BlastDigest& r) { return r.writes.rejected; })},
            {"writesUnanswered", more([](const BlastDigest& r) { return r.writes.unanswered; })},
            {"staleReads", more([](const BlastDigest& r) { return r.stale_reads; })},
            {"conflicts", more([](const BlastDigest& r) { return r.conflicts; })},
            {"duplicates", more([](const BlastDigest& r) { return r.duplicates; })}};
}

}  // namespace

Json blast_system_json(const StudyFrame& frame, const RunColumns& columns) {
    return {{"services", services_json(frame, columns)},
            {"edges", edges_json(frame, columns)},
            {"cost", cost_json(columns)},
            {"data", data_json(columns)}};
}

}  // namespace models
