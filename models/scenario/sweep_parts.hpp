#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/scenario/sweep.hpp"
#include "models/scenario/sweep_section.hpp"

// The steps from a section to its points.
namespace models {

/// What the file says with what the command line says laid over it. Nothing on an error.
std::optional<SweepSection> read_sweep_of(const ScenarioTree& tree, const LoadRequest& request,
                                          const SweepArguments& arguments, sim::SourceMap& sources,
                                          sim::Diagnostics& diagnostics);

/// Inputs that move together, and the values that they take, one row after the other.
struct GridAxis {
    std::vector<std::size_t> inputs;           ///< indices of the plan's inputs
    std::vector<sim::SourceRange> paths;       ///< parallel: where they are written
    std::vector<std::vector<sim::Node>> rows;  ///< each parallel to `inputs`
};

/// Draws what is to be drawn: all sampled axes become one, in the place of the first. The plan gets
/// its inputs.
std::vector<GridAxis> make_grid(const SweepSection& section, std::uint64_t seed, SweepPlan& plan);

/// The row of every axis, for one point after the other.
using PointRows = std::vector<std::vector<std::uint32_t>>;

/// What comes of conditions: the rows of the points, or nothing on an error.
struct MadePoints {
    std::optional<PointRows> rows;
    bool misfit = false;  ///< the error is that values are of different kinds
};
/// All combinations that `where` leaves, the last axis changing fastest: the plan gets its points.
/// Errors: too many, none left, values that a condition cannot compare.
MadePoints make_points(const std::vector<GridAxis>& axes, const SweepSection& section,
                       const Scenario& scenario, std::size_t limit, SweepPlan& plan,
                       sim::Diagnostics& diagnostics);

/// Points where one axis after the other takes its values, and the others have their first.
PointRows one_by_one(const std::vector<GridAxis>& axes);

/// Tries values before anything runs. One that the reader refuses at all of a few points is an
/// error where it is written.
void check_values(const std::vector<GridAxis>& axes, const PointRows& points, const SweepPlan& plan,
                  const ScenarioTree& tree, const LoadRequest& request,
                  const sim::SourceMap& sources, sim::Diagnostics& diagnostics);

}  // namespace models
