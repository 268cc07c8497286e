#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/experiment/threshold.hpp"

namespace models {

struct StrategyRuns;
struct StudySettings;

/// What `replications: auto` knows of one SLO cell so far.
struct CellCertainty {
    enum class State : std::uint8_t {
        open,       ///< more replications may decide it
        certain,    ///< met or missed, at the confidence that all verdicts share
        too_close,  ///< within the difference that matters of its limit: nobody waits for it
    };
    State state = State::open;
    sim::Verdict verdict = sim::Verdict::none;  ///< certain: met or missed
    std::size_t after = 0;                      ///< replications, when it stopped being open
};

/// "open", "certain", "too close to call".
std::string_view to_string(CellCertainty::State state);

/// Why a strategy gets no further replications.
enum class AutoEnd : std::uint8_t {
    running,  ///< it gets them, or somebody stopped the study
    certain,  ///< its verdicts are certain, and it is not in the race for the winner
    chosen,   ///< selection left it alone in that race
    tied,     ///< ... or with others that differ by less than matters
    dropped,  ///< selection dropped it from that race
    most,     ///< the most that `auto` runs
};
/// "running", "certain", "chosen", ...
std::string_view to_string(AutoEnd end);

/// What `auto` knows of one strategy.
struct AutoState {
    std::vector<CellCertainty> cells;  ///< parallel to StrategyRuns::cells
    AutoEnd end = AutoEnd::running;
};

/// False for strategies that `auto` gives no further replications.
bool is_running(const StrategyRuns& strategy);

/// One look of `auto`, `look` into sim::kLooks: judges every open cell of all strategies together
/// (Holm over all of them, at the level of this look) and writes down in `StrategyRuns::automatic`
/// which strategies end. One goes on while an SLO of it is open, or while it may still win: the
/// race is among those that may meet most SLOs, by the first rule of values of `decideBy`, and Kim
/// and Nelson's selection drops from it who cannot win; and while a mean is less precise than
/// `StudySettings::precision`. All running ones have as many replications.
void look_at_verdicts(const StudySettings& settings, std::size_t look,
                      std::vector<StrategyRuns>& strategies);

/// One line for reports: how many replications, why it ended; empty without `auto`.
std::string automatic_text(const StudySettings& settings,
                           const std::vector<StrategyRuns>& strategies);

}  // namespace models
