#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "models/analysis/study.hpp"
#include "models/analysis/warm_up.hpp"
#include "models/scenario/scenario.hpp"
#include "sim/report/document.hpp"

namespace models {

/// Why a number may not mean what it seems to.
enum class WarningKind : std::uint8_t {
    unstable_queue,   ///< it grows without end: nothing about it is steady
    no_steady_state,  ///< `warmup: auto` found none
    warm_up,          ///< it ends after measuring has begun
    heavy_tail,       ///< no variance: intervals of means say nothing
    too_few_runs,     ///< for an interval
    percentile,       ///< too few requests for it
    rare_event,       ///< it never happened, in too few requests to say how rare it is
};
/// "unstableQueue", "noSteadyState", ...: as in the JSON result.
std::string_view to_string(WarningKind kind);

struct Warning {
    WarningKind kind = WarningKind::too_few_runs;
    std::string text;    ///< what is so, with its numbers: a sentence without its end
    std::string remedy;  ///< what to do about it
    std::string where;  ///< a service, journey or SLO, and under which strategies; empty: all of it

    friend bool operator==(const Warning&, const Warning&) = default;
};

/// What warnings are found in. The references must outlive it.
struct WarningInput {
    const Scenario& scenario;
    const StudySettings& settings;
    const std::vector<StrategyRuns>& strategies;
    const StudyResult& result;
    const StudyWarmUp& warm_up;
};

/// By kind, in the order of the kinds; what is so under several strategies is said once.
std::vector<Warning> find_warnings(const WarningInput& input);
/// The part of it that asks how far the replications of the SLOs reach.
std::vector<Warning> find_slo_warnings(const WarningInput& input);

/// `[{kind, text, remedy, where}]`
nlohmann::ordered_json warnings_json(const std::vector<Warning>& warnings);
/// The first few of them as lines.
void add_warnings(const std::vector<Warning>& warnings, sim::Document& document);

}  // namespace models
