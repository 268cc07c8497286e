#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "models/analysis/request_story.hpp"
#include "models/metrics/request_census.hpp"
#include "models/metrics/request_trace.hpp"
#include "models/metrics/study_frame.hpp"
#include "sim/report/document.hpp"

namespace models {

/// How a request is chosen of which nobody has said the name.
enum class RequestChoice : std::uint8_t {
    commonest_failure,  ///< the worst one of the most common kind of failure
    worst,              ///< of all
    outcome,            ///< the worst that ended so
};

/// A request that was chosen, and a sentence that says how.
struct ChosenRequest {
    RequestSeen seen;
    std::string because;
};

/// Where requests were looked for.
struct SearchedTime {
    std::string name;  ///< "while `eu-1-outage` lasts", "in the whole run"
    sim::SimTime from{};
    sim::SimTime to{};
};

/// The time of the first fault, or all of the measured time without one.
SearchedTime searched_time(const StudyFrame& frame, sim::Duration duration);

/// Nothing when no request fits.
std::optional<ChosenRequest> choose_request(const RequestCensus& census, const StudyFrame& frame,
                                            const SearchedTime& when, RequestChoice choice,
                                            Outcome outcome);

/// A request as it went in one run.
struct ExplainedRun {
    std::string strategy;
    bool faults = true;  ///< false: in the twin without them
    RequestTrace trace;

    /// "naive", "naive without the faults".
    [[nodiscard]] std::string name() const {
        return faults ? strategy : strategy + " without the faults";
    }
};

/// One request explained: as it went, and as it went for the same customer in other runs.
struct ExplainedRequest {
    std::string id;
    std::uint64_t seed = 0;
    std::uint32_t replication = 0;  ///< from 0
    std::string because;            ///< why this one; empty: somebody asked for it
    std::optional<std::pair<std::string, sim::Duration>> since_fault;  ///< began so long before
    std::vector<ExplainedRun> runs;  ///< the one that is explained first
};

/// Where two stories of the same customer part: the first lines that are not the same at the same
/// time; nothing when they are the same to their ends.
struct Divergence {
    std::size_t line = 0;  ///< of both whole stories
    sim::Duration at{};    ///< of whichever comes first
    std::string here;      ///< what happened; empty: nothing any more
    std::string there;
};
std::optional<Divergence> first_divergence(const std::vector<StoryLine>& here,
                                           const std::vector<StoryLine>& there);

/// The same of a run and the one that is explained, told whole.
std::optional<Divergence> divergence_of(const ExplainedRequest& explained, const ExplainedRun& run);

/// The calls of a request between two services, and how they went.
struct CallSummary {
    std::string caller;
    std::string callee;
    std::string endpoint;
    std::uint32_t calls = 0;
    std::uint32_t answered = 0;  ///< of the calls: with success
    std::uint32_t tries = 0;
    OutcomeCounts outcomes{};    ///< of the tries
    std::uint32_t given_up = 0;  ///< tries that their caller stopped waiting for when its own did
    std::uint32_t depth = 0;     ///< calls above it
};
/// In the order in which they first came.
std::vector<CallSummary> summarise_calls(const RequestTrace& trace);

/// "timeout 3, shed 2": the most common first.
std::string tries_text(const CallSummary& summary);

/// "It made 12 tries of 5 calls; 3 pieces of work took 36 ms that nobody waited for."
std::string cost_sentence(const RequestTrace& trace);

/// Spans and lines of each run that the result of a study holds.
inline constexpr std::size_t kMostExplained = 300;

/// `explained` of the result: at most so many spans and lines of each run.
nlohmann::ordered_json explained_json(const ExplainedRequest& explained, std::size_t most);

/// Where an explained request comes from.
struct ExplainedSource {
    std::string scenario;
    std::string file;  ///< without the folders above it
    std::string sha256;
    std::string engine_version;
    std::string repeat_command;
};

/// The report of `firedrill explain`. The result holds every span.
sim::Document explained_document(const ExplainedRequest& explained, const ExplainedSource& source,
                                 StoryDetail detail);

/// The spans of all its runs for Jaeger and Tempo: OTLP in JSON (opentelemetry-proto 1.0,
/// TracesData). Simulated time counts from the start of 2000 (UTC).
nlohmann::ordered_json otlp_json(const ExplainedRequest& explained,
                                 const std::string& engine_version);
/// The same for Perfetto: Trace Event Format, a process for every run and service.
nlohmann::ordered_json trace_events_json(const ExplainedRequest& explained);

}  // namespace models
