#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "models/analysis/capacity.hpp"
#include "models/metrics/run_result.hpp"
#include "models/metrics/study_frame.hpp"

// What becomes of a system after a fault, in one replication: it comes back, it does not, it was
// not well before, or the window ends too early to tell.
namespace models {

enum class Stability : std::uint8_t {
    healthy,     ///< well without the fault, and well again after it
    metastable,  ///< well without the fault, and not on its way back when the window ends
    overloaded,  ///< not well without the fault either
    undecided,   ///< still coming back when the window ends
};
inline constexpr std::size_t kStabilities = 4;
/// "healthy", "metastable", ...
std::string_view to_string(Stability stability);

/// Why a system is overloaded.
enum class Overload : std::uint8_t {
    none,
    demand,   ///< more work arrives than some service has slots for, before any retry
    backlog,  ///< what waits and is worked on grows through the window
    goodput,  ///< too little succeeds
};
std::string_view to_string(Overload overload);

/// Of what comes in the second half of the window without the fault so much succeeds, or the system
/// counts as overloaded.
inline constexpr double kLeastGoodput = 0.9;

/// One replication in one window.
struct StabilityLook {
    Stability stability = Stability::undecided;
    Overload overload = Overload::none;
    /// Healthy only: seconds from the fault's end, of the slowest group (SEMANTICS 9).
    double recovery_s = std::numeric_limits<double>::quiet_NaN();
};

/// The fault whose end is looked at: of those that end within the window and do not recur, the one
/// that ends last. Nothing: there is none.
std::optional<std::size_t> last_fault(const StudyFrame& frame);

/// Whether the traffic equations say that some service cannot carry its load, whatever happens.
/// Services that scale are left out: their slots of today are not those of tomorrow.
bool demand_exceeds_capacity(const StudyFrame& frame, const std::vector<ServiceLoad>& loads);

/// Whether a run without the fault is not well. Its backlog (requests that wait or are worked on,
/// and messages) counts as growing when ten batches of the window's second half have a slope of
/// five standard errors and the growth over the window is half of the mean and ten requests.
Overload overload_of(const StudyFrame& frame, const RunResult& twin);

/// What became of a run after its last fault, against the twin. Metastable when the system is
/// neither recovered, nor as good as the twin at the very end, nor on its way: when neither the
/// backlog nor the share of failures (both beyond the twin's) falls in the second half of the time
/// after the fault by three standard errors of its slope, so that it would be gone before
/// `longest_s`, the end of the longest window there may be.
StabilityLook look_after_fault(const StudyFrame& frame, const RunResult& run, const RunResult& twin,
                               double longest_s);

}  // namespace models
