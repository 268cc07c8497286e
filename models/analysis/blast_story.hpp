#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/analysis/blast.hpp"
#include "models/analysis/measure.hpp"
#include "models/analysis/reach.hpp"
#include "models/metrics/study_frame.hpp"

namespace models {

/// The blast radius of one replication, with what its customers met.
struct BlastRun {
    const BlastDigest* digest = nullptr;
    const std::vector<std::optional<CustomerReach>>* customers = nullptr;  ///< by group
};

/// Whether a slice is hit.
enum class SliceHit : std::uint8_t { no, yes, too_few };
std::string_view to_string(SliceHit hit);

/// A slice over all replications.
struct SliceStory {
    BlastSlice slice;
    MeasureEstimate offered;  ///< requests in the incident
    MeasureEstimate lost;     ///< B2
    MeasureEstimate share;    ///< excess of failures in the incident, share of the requests
    MeasureEstimate peak;     ///< B1
    double peak_after_s = 0;  ///< median start of the worst window after the fault's start
    double lasts_s = 0;       ///< median time in which it is hit
    double until_s = 0;       ///< median end of that time, after the fault's start
    SliceHit hit = SliceHit::no;
    MeasureEstimate user_minutes;   ///< B5; nothing when nobody knows the customers
    MeasureEstimate harmed;         ///< B3: share of its customers; the same
    MeasureEstimate excess_user_s;  ///< B20: how much longer good requests took, summed
    double worst_lost = 0;          ///< the replication that lost most
};

/// An instant over all replications: median with order statistics; infinite when in most runs it
/// was not seen.
struct TimeStory {
    std::optional<sim::Estimate> at;
    std::size_t seen = 0;  ///< replications that saw it
};

/// Instants of BLAST_RADIUS.md E.5 that a run without people has.
enum class BlastInstant : std::uint8_t { impact, noticed, healed, recovered, all_clear, stable };
inline constexpr std::size_t kBlastInstants = 6;
std::string_view to_string(BlastInstant instant);
Measure instant_of(const BlastTimes& times, BlastInstant instant);

/// What is left at the end, over all replications.
struct ResidueStory {
    std::uint32_t service = 0;
    Residue::Kind kind = Residue::Kind::capacity;
    double run = 0;  ///< means over the replications that have it
    double twin = 0;
    std::size_t runs = 0;  ///< how many
};

/// The four radii. Functions are journeys by name, places zones by name.
struct Radii {
    struct Part {
        std::string service;
        std::uint32_t replicas = 0;
        std::uint32_t of = 0;
    };
    std::vector<Part> target;               ///< what is struck
    std::vector<std::string> target_zones;  ///< as a whole
    std::vector<std::string> target_groups;
    bool target_is_traffic = false;
    Measure target_share;                ///< customers with a try there in the twin's fault window
    std::vector<std::string> potential;  ///< "group/journey" with a hard path to what is struck
    double potential_share = 0;          ///< of the requests
    std::vector<std::string> realised;   ///< "group/journey" that are hit
    MeasureEstimate realised_share;      ///< customers that are harmed
    std::vector<std::string> places;     ///< zones whose customers are hit
    std::vector<Radii::Part> observed;   ///< replicas by zone that health checks saw as down
};

/// The blast radius of a fault plan under one strategy, over all replications.
struct BlastStory {
    std::size_t runs = 0;
    std::array<std::size_t, kBlastVerdicts> verdicts{};  ///< replications by verdict
    BlastVerdict verdict = BlastVerdict::pass;           ///< the most frequent; of equals the worst
    std::vector<SliceStory> slices;                      ///< parallel to blast_slices
    std::array<TimeStory, kBlastInstants> times;
    Measure recovery_ratio;  ///< median
    double fault_s = 0;      ///< from the first fault's start to the last one's end
    double seen_s = 0;       ///< from the first fault's start to the end of the run
    std::size_t human = 0;   ///< replications in which operators acted before recovery
    std::vector<ResidueStory> residue;
    Radii radii;
    Measure containment;                 ///< B14: realised share over target share
    std::uint32_t spread_hops = 0;       ///< B13: calls from what is struck to what fails
    std::vector<std::string> spread_to;  ///< services that fail without being struck
};

/// Adds up the replications; there is at least one.
BlastStory blast_story(const StudyFrame& frame, const std::vector<BlastRun>& runs,
                       double confidence);

/// The slice of a group (and journey) everywhere; null when there is none.
const SliceStory* find_slice(const BlastStory& story, std::uint32_t group,
                             const std::string& journey = {});
/// `eu-shoppers/checkout`, `checkout`, `eu-shoppers`, `everybody`, with ` in eu-1`.
std::string slice_name(const StudyFrame& frame, const BlastSlice& slice);

}  // namespace models
