#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/analysis/explained.hpp"
#include "sim/cli/study.hpp"
#include "sim/core/simulator.hpp"

namespace sim::cli {

/// Which request to look at.
struct WantedRequest {
    models::RequestChoice choice = models::RequestChoice::commonest_failure;
    models::Outcome outcome = models::Outcome::timeout;  ///< where the choice asks for it
    std::optional<models::RequestName> name;             ///< instead of a choice
    std::uint32_t replication = 0;
};

/// A request of a strategy, alone so far; nothing when none fits, or when a limit came first.
struct FoundRequest {
    std::optional<models::ExplainedRequest> explained;
    std::optional<LimitExceeded> stopped;
};

/// Runs one replication of a strategy again, and finds the request and all that happened to it.
FoundRequest find_request(const Study& study, std::size_t strategy, const WantedRequest& wanted,
                          const Limits& limits);

/// The run of a strategy, with or without its faults, in which the same customer is looked at.
struct TwinRun {
    std::size_t strategy = 0;
    bool faults = true;
};

/// Follows the same customer through other runs, on worker threads. A run that reaches a limit is
/// left out.
std::vector<models::ExplainedRun> follow_twins(const Study& study,
                                               const models::ExplainedRequest& explained,
                                               const std::vector<TwinRun>& runs, std::size_t jobs,
                                               const Limits& limits);

/// The request that a report explains: of the baseline (where that fails nobody, of one of the
/// first other strategies) the worst of the most common kind of failure, beside the strategy that
/// helps (or else the first other one) and a day without the faults. Nothing when nothing failed,
/// or when a limit was reached.
std::optional<models::ExplainedRequest> explain_for_report(
    const Study& study, const std::optional<std::string>& helping, const Limits& limits);

}  // namespace sim::cli
