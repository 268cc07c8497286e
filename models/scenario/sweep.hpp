#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "models/scenario/load.hpp"
#include "models/scenario/scenario.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/source_map.hpp"

namespace models {

/// A path of the scenario that a sweep varies.
struct SweepInput {
    std::string path;                 ///< `policy.timeout`
    std::string written;              ///< its values as they were written, on one line
    std::vector<std::string> values;  ///< in their order; of a range to draw from its two ends
    bool sampled = false;             ///< drawn from a range
    std::size_t moves_with = 0;       ///< index of the first input that it moves together with
};

/// One combination of values.
struct SweepPoint {
    std::size_t number = 0;           ///< from 1, in the order of the file, whatever the jobs
    std::vector<std::string> values;  ///< parallel to the inputs, as text with units
};

enum class SampleMethod : std::uint8_t { latin_hypercube, sobol };
/// `latinHypercube`, `sobol`.
std::string_view to_string(SampleMethod method);

/// What a sweep is: all of its points.
struct SweepPlan {
    std::vector<SweepInput> inputs;
    std::vector<SweepPoint> points;
    std::size_t combinations = 0;    ///< before `where` took some away
    std::vector<std::string> where;  ///< the conditions as they were written
    std::size_t samples = 0;         ///< 0: nothing is drawn
    SampleMethod method = SampleMethod::latin_hypercube;
};

/// What LoadRequest::overrides takes: `policy.timeout=100ms` for every input.
std::vector<std::string> overrides_of(const SweepPlan& plan, const SweepPoint& point);

/// What the command line says beside the file, as it was typed.
struct SweepArguments {
    std::vector<std::string>
        sweeps;                      ///< `PATH=VALUES`; each replaces the file's values of its path
    std::vector<std::string> where;  ///< beside those of the file
    /// Parallel to `sweeps`: the option that said it, where that is not `--sweep`.
    std::vector<std::string> options{};
    std::string samples;  ///< instead of the file's; empty: as there
    std::string method;   ///< instead of the file's; empty: as there
};

/// Turns the `sweep:` of the file and the command line into points. `scenario` is what `tree` and
/// the overrides of `request` give without a sweep: `where` compares with its values, and its seed
/// draws the samples (each input from a stream of its own: those of one do not depend on the
/// others). Where nothing varies there is one point, the scenario as it is, and a note. Every
/// input's values are tried before anything runs: one that no point with it can use
/// is an error at its place. Nothing when there is an error.
std::optional<SweepPlan> plan_sweep(const ScenarioTree& tree, const LoadRequest& request,
                                    const Scenario& scenario, const SweepArguments& arguments,
                                    sim::SourceMap& sources, sim::Diagnostics& diagnostics);

}  // namespace models
