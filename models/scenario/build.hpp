#pragma once

#include <cstddef>
#include <cstdint>

#include "models/engine/model.hpp"
#include "models/scenario/scenario.hpp"

namespace models {

/// The twin of a run is the same strategy on the same draws without faults; its slices stay.
enum class Twin : std::uint8_t { no, yes };

/// The engine's input for one strategy of a scenario that `load_scenario` returned. Services,
/// endpoints, edges, groups and flows have the same numbers for every strategy and its twin.
SystemModel build_model(const Scenario& scenario, std::size_t strategy, Twin twin = Twin::no);

}  // namespace models
