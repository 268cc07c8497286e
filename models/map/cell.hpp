#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/map/stability.hpp"

namespace models {

/// How one replication of a cell ended, in the window in which it was decided.
struct StabilityRun {
    StabilityLook look;
    std::uint32_t windows = 1;  ///< length of that window, in lengths of the scenario's own
};

/// What a cell of the map is.
enum class CellState : std::uint8_t {
    healthy,
    metastable,
    overloaded,
    undecided,  ///< all replications are
    mixed,      ///< replications disagree
    failed,     ///< no scenario, or a limit was reached
    missing,    ///< not run yet
};
inline constexpr std::size_t kCellStates = 7;
/// "healthy", ..., "mixed", "failed", "missing".
std::string_view to_string(CellState state);

/// Seconds until the replications that come back did.
struct RecoverySpread {
    double median = 0;
    double shortest = 0;
    double longest = 0;
};

/// One point of the grid under one strategy.
struct MapCell {
    std::vector<StabilityRun> runs;
    std::string failure;  ///< empty: it did not
    std::string command;  ///< that runs this point by itself

    [[nodiscard]] CellState state() const;
    /// Of the replications, 0 to 1.
    [[nodiscard]] double share(Stability stability) const;
    /// Whether half of the replications or more do not come back.
    [[nodiscard]] bool mostly_metastable() const {
        return !runs.empty() && share(Stability::metastable) >= 0.5;
    }
    /// Nothing: none comes back.
    [[nodiscard]] std::optional<RecoverySpread> recovery() const;
    /// The longest window that a replication needed.
    [[nodiscard]] std::uint32_t windows() const;
    /// Why, of the replications that are overloaded the first.
    [[nodiscard]] Overload overload() const;
};

/// Replications as text and back, for the store. Nothing: it is damaged.
std::string runs_text(const std::vector<StabilityRun>& runs);
std::optional<std::vector<StabilityRun>> read_runs_text(std::string_view text);

/// One window of one replication as bytes and back, for the store.
std::string look_bytes(const StabilityLook& look);
std::optional<StabilityLook> read_look(std::string_view bytes);

}  // namespace models
