#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "models/analysis/study.hpp"
#include "models/scenario/fault_parts.hpp"
#include "models/scenario/resolved.hpp"
#include "models/scenario/scenario.hpp"

namespace models {

/// A part suffices when by itself it loses at least this share of what the whole loses, and misses
/// every SLO that the whole misses.
inline constexpr double kSufficientShare = 0.8;

/// What one part of what strikes does by itself, against the twins of the whole.
struct PartFinding {
    StruckPart part;
    MeasureEstimate lost;             ///< requests: run minus twin
    MeasureEstimate lost_where_hit;   ///< of the journeys that the whole hits
    Measure share;                    ///< of what the whole loses
    std::vector<std::size_t> missed;  ///< SLOs, by number
    bool suffices = false;
};

/// A setting that stood in the way of requests, and how often.
struct BoundLimit {
    std::string where;    ///< `payment`, or `gateway → payment`
    std::string setting;  ///< `concurrency`
    std::string value;    ///< as it is effective
    std::string place;    ///< `webshop.yaml:19`; empty when nobody wrote it
    std::string what;     ///< what it did: "refused 2 000 tries"
};

/// A kind of call that was tried again and again on the way to the service that was full first.
struct Amplifier {
    std::string caller;
    std::string callee;
    std::string endpoint;
    Measure tries;           ///< per call, over the whole run
    std::uint32_t most = 1;  ///< tries that its policy allows
    bool budgeted = false;
    std::string place;  ///< of its `retries`; empty when nobody wrote it
};

/// Why the baseline fares as it does: what strikes in parts, the limits that bound, the calls that
/// amplified.
struct Why {
    std::string strategy;
    std::size_t replications = 0;     ///< of each part; the whole below is that of the same ones
    MeasureEstimate lost;             ///< by the whole
    MeasureEstimate lost_where_hit;   ///< ... of the journeys that it hits
    std::vector<std::size_t> missed;  ///< SLOs that the whole misses
    std::vector<PartFinding> parts;   ///< empty when they were not run
    std::optional<std::size_t> smallest;
    std::vector<BoundLimit> limits;
    std::vector<Amplifier> amplifiers;  ///< those nearest to the customers first
};

/// What is asked about: one strategy of a study, and what its settings are.
struct WhyInput {
    const Scenario& scenario;
    const sim::SourceMap& sources;
    const std::vector<EffectiveSetting>& settings;
    const StudySettings& study;
    const StrategyRuns& runs;
    const StrategyResult& result;
};

/// Compares the parts with the whole. `runs` are parallel to `parts`; both may be empty.
///
/// The smallest part that suffices is, of those that suffice, the one that strikes the fewest
/// replicas, then for the shortest time, then the first.
Why find_why(const StudySettings& settings, const StrategyRuns& whole, const StrategyResult& result,
             const std::vector<StruckPart>& parts, const std::vector<StrategyRuns>& runs);

/// The settings that stood in the way, those of the service that was full first before others.
std::vector<BoundLimit> find_limits(const WhyInput& input);
/// The calls that were tried most, on the way to the service that was full first, or anywhere.
std::vector<Amplifier> find_amplifiers(const WhyInput& input);

/// "the orders failover alone is enough: 20 s without it cost 71 000 of the 74 200 lost requests;
/// the lost capacity alone costs 2 %". Empty without parts.
std::string parts_sentence(const Why& why);

/// "payment: concurrency 8 (webshop.yaml:19), full to the end".
std::string limit_sentence(const BoundLimit& limit);
/// "gateway → checkout-api: 3.2 tries per call of 4 (retries, webshop.yaml:70)".
std::string amplifier_sentence(const Amplifier& amplifier);

nlohmann::ordered_json why_json(const Why& why, const StudySettings& settings);

}  // namespace models
