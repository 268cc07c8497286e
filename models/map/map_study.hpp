#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/map/cell.hpp"
#include "sim/experiment/store.hpp"

namespace models {

/// One side of the map.
struct MapAxis {
    std::string path;
    std::vector<std::string> values;  ///< with their units, in the order of the map
    std::string today;                ///< the scenario's own; empty: it has none, or several

    /// A value as a number in its base unit; nothing: it is none.
    [[nodiscard]] std::optional<double> number(const std::string& value) const;
    /// The index of the value that today's is nearest to; nothing: it is beyond the ends.
    [[nodiscard]] std::optional<std::size_t> today_at() const;
};

/// What a map is about, as its store remembers it: enough to report it without the scenario.
struct MapStudy {
    std::string name;      ///< of the scenario
    std::string file;      ///< as a reader may be told, without folders
    std::string question;  ///< may be empty
    std::string resolved;  ///< hash of the scenario that the cells vary
    MapAxis x;
    MapAxis y;
    std::vector<std::string> strategies;
    /// Parallel to `strategies`: paths that change nothing there; empty: both do.
    std::vector<std::string> without_effect;
    std::uint64_t seed = 0;
    std::uint32_t runs = 0;    ///< of each cell
    std::uint32_t extend = 1;  ///< the longest window, in lengths of the scenario's own
    double window_s = 0;
    std::string command;  ///< that goes on with it
    std::string engine;   ///< version of the results, see Store

    [[nodiscard]] std::size_t cells() const { return x.values.size() * y.values.size(); }
    /// Of a cell, from 0: row by row.
    [[nodiscard]] std::size_t index(std::size_t column, std::size_t row) const {
        return row * x.values.size() + column;
    }
};

/// As text, and back; equal studies are equal text. Nothing: it is damaged, or no map.
std::string map_text(const MapStudy& study);
std::optional<MapStudy> read_map_text(const std::string& text);
/// Whether a plan is one of a map.
bool is_map_text(const std::string& text);

/// A map with what is known of it.
struct StabilityMap {
    MapStudy study;
    std::vector<std::vector<MapCell>> cells;  ///< [strategy][MapStudy::index]

    [[nodiscard]] const MapCell& cell(std::size_t strategy, std::size_t column,
                                      std::size_t row) const {
        return cells[strategy][study.index(column, row)];
    }
    /// Cells of all strategies that were run.
    [[nodiscard]] std::size_t finished() const;
};
/// The newest plan of a store. Throws StoreError when that is no map, or a damaged one.
StabilityMap read_map(sim::Store& store);

}  // namespace models
