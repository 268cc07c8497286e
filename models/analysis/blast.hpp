#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/analysis/measure.hpp"
#include "models/analysis/paired_counts.hpp"
#include "models/analysis/slo_cell.hpp"
#include "models/metrics/run_result.hpp"
#include "models/metrics/study_frame.hpp"

namespace models {

/// What the customers of a slice are asked about: all of a group, a journey, a zone or a region
/// where they are, or several of these at once; those that are empty do not matter.
struct BlastSlice {
    std::optional<std::uint32_t> group;  ///< into StudyFrame::groups
    std::string journey;
    std::optional<std::uint32_t> region;  ///< into StudyFrame::regions
    std::optional<std::uint32_t> zone;    ///< into StudyFrame::zones
    struct Part {
        std::uint32_t flow = 0;
        std::uint32_t zone = 0;
    };
    std::vector<Part> parts;  ///< what it adds up

    friend bool operator==(const BlastSlice& a, const BlastSlice& b) {
        return a.group == b.group && a.journey == b.journey && a.region == b.region &&
               a.zone == b.zone;
    }
};

/// The slices of the cube, coarse ones first: everybody; each group; each journey; each region;
/// each zone; each journey of a group; that in each region; that in each zone. Where two of them
/// would be the same requests, the coarser one stands for both.
std::vector<BlastSlice> blast_slices(const StudyFrame& frame);

/// The flow that the slice is all of, and nothing else; nothing when there is no such flow.
std::optional<std::uint32_t> whole_flow(const StudyFrame& frame, const BlastSlice& slice);

/// A slice in one replication: what the run lost against its twin from the fault's start on.
struct BlastCell {
    PairedCounts incident;    ///< requests of `incident_s`
    double lost = 0;          ///< B2: failures from the fault's start to the end, beyond the twin's
    double peak = 0;          ///< B1: worst excess share of failures in a window, 0 to 1
    double peak_at_s = 0;     ///< start of that window, seconds after the fault's start
    double hit_s = 0;         ///< total length of the windows that exceed `kBlastTheta`
    double last_hit_s = 0;    ///< end of the last such window, seconds after the fault's start
    double shortfall = 0;     ///< B10: successes lost in windows in which the twin had more ...
    double rebound = 0;       ///< ... and won in those in which the run had more
    double incident_s = 0;    ///< from the fault's start to its end, or to `last_hit_s` if later
    double worst_minute = 0;  ///< B12: largest share of failures in a minute, the twin's included

    friend bool operator==(const BlastCell&, const BlastCell&) = default;
};

/// Below so many requests in the incident a slice says nothing.
inline constexpr double kFewestInSlice = 100;

/// How an experiment ended (BLAST_RADIUS.md, `issue` order from best to worst).
enum class BlastVerdict : std::uint8_t {
    pass,                    ///< no customer noticed, and nothing is left of it
    deviated_transient,      ///< some did; it was over soon after the fault
    recovered_with_residue,  ///< customers are served as before, but the system is not as it was
    deviated,                ///< still deviating, and the run shows no time after the fault
    no_recovery,             ///< the fault is over, its effect is not
    aborted,                 ///< operators have ended the experiment
};
inline constexpr std::size_t kBlastVerdicts = 6;
std::string_view to_string(BlastVerdict verdict);
/// The most frequent one of so many replications; of equals the worst.
BlastVerdict prevailing(const std::array<std::size_t, kBlastVerdicts>& counts);

/// What a supporting measure has become at the end of the run, against the twin.
struct Residue {
    enum class Kind : std::uint8_t { capacity, busy, backlog, messages, hit_ratio };
    std::uint32_t service = 0;
    Kind kind = Kind::capacity;
    double run = 0;  ///< replicas, held slots, waiting requests, messages, or a share
    double twin = 0;

    [[nodiscard]] Measure relative() const { return ratio(run - twin, twin); }
    friend bool operator==(const Residue&, const Residue&) = default;
};
std::string_view to_string(Residue::Kind kind);

/// Instants of BLAST_RADIUS.md E.5, in seconds after the start of the first fault; empty: not seen.
struct BlastTimes {
    double fault_end_s = 0;  ///< the last fault is over
    Measure impact;          ///< first second in which some group's journey is worse than tolerated
    Measure noticed;         ///< a health check first sees a replica as down
    Measure healed;          ///< the last automatic remedy before recovery is complete
    Measure recovered;       ///< every group's journey is as good as in the twin, for a while
    Measure all_clear;       ///< and nothing waits that does not wait in the twin
    Measure stable;          ///< and supporting measures are those of the twin
    double seen_s = 0;       ///< how long the run looks: what is empty is longer than that
    bool human = false;      ///< operators acted before recovery: it has not healed itself

    /// (recovered - end) / (end - start): how often the fault's own length it takes to come back;
    /// far above 1, or never, is a metastable failure.
    [[nodiscard]] Measure recovery_ratio() const;
    friend bool operator==(const BlastTimes&, const BlastTimes&) = default;
};

/// A service in the incident, against the twin.
struct BlastService {
    double peak_amplification = 0;  ///< B15: most arrivals in 10 s over those of the twin
    Measure amplification;          ///< B15: arrivals of the incident over those of the twin
    double tries_failed = 0;        ///< share of the tries to it that failed, minus the twin's
    double replica_s = 0;           ///< B21: paid for, in seconds of replicas
    double replica_twin_s = 0;

    friend bool operator==(const BlastService&, const BlastService&) = default;
};

/// B15: how often the calls of an edge that began in the incident were tried; empty without calls.
struct BlastEdge {
    Measure tries;
    Measure tries_twin;

    friend bool operator==(const BlastEdge&, const BlastEdge&) = default;
};

/// B21: bytes of requests and replies of known size that went from one zone to another.
struct CrossedBytes {
    double zones = 0;
    double regions = 0;  ///< the part of them between regions

    friend bool operator==(const CrossedBytes&, const CrossedBytes&) = default;
};

/// B19: what became of the calls that write to a database, beyond the twin's.
struct BlastWrites {
    double lost = 0;        ///< acknowledged, and gone with a primary
    double rejected = 0;    ///< calls that failed, and whose caller knows that
    double unanswered = 0;  ///< calls of which nobody knows whether they were stored

    friend bool operator==(const BlastWrites&, const BlastWrites&) = default;
};

/// Everything about the blast radius of one replication that is not about single customers.
struct BlastDigest {
    std::vector<BlastCell> cells;        ///< parallel to blast_slices
    std::vector<BlastService> services;  ///< of the frame
    std::vector<BlastEdge> edges;        ///< of the frame
    BlastTimes times;
    BlastVerdict verdict = BlastVerdict::pass;
    std::vector<Residue> residue;     ///< beyond tolerance, at the end
    std::vector<std::uint32_t> seen;  ///< replicas by zone that checks saw as down
    BlastWrites writes;
    double stale_reads = 0;  ///< B19, beyond the twin's, like the next two
    double conflicts = 0;
    double duplicates = 0;
    std::optional<CrossedBytes> crossed;  ///< empty when no message has a size
    std::optional<CrossedBytes> crossed_twin;

    friend bool operator==(const BlastDigest&, const BlastDigest&) = default;
};

/// Compares a run with its twin. The frame has at least one fault.
BlastDigest blast_digest(const StudyFrame& frame, const std::vector<BlastSlice>& slices,
                         const RunResult& run, const RunResult& twin);

/// Start of the first fault and end of the last one, in seconds; not beyond the run.
struct FaultSpan {
    double from_s = 0;
    double to_s = 0;
};
FaultSpan fault_span(const StudyFrame& frame);

/// The requests of a slice by the second of their arrival.
std::vector<FlowWindow> slice_windows(const RunResult& run, const BlastSlice& slice);

/// For tests: one slice from its windows, and the times.
BlastCell blast_cell(const std::vector<FlowWindow>& run, const std::vector<FlowWindow>& twin,
                     const FaultSpan& span, const WindowGrid& grid = {});
BlastTimes blast_times(const StudyFrame& frame, const RunResult& run, const RunResult& twin);
/// Supporting measures that are beyond their tolerance in the last stretch of the run.
std::vector<Residue> residue_of(const StudyFrame& frame, const RunResult& run,
                                const RunResult& twin);
BlastVerdict blast_verdict(const BlastTimes& times, bool residue, bool aborted);

}  // namespace models
