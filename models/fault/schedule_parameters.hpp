#pragma once

#include "sim/yaml/parameters.hpp"

// What the .cpp files of schedules share.
namespace models {

inline constexpr sim::DurationLimits kScheduleTimes = {
    sim::milliseconds(1), sim::whole_seconds(std::int64_t{100} * 365 * 86'400)};

inline void length_parameter(sim::Parameters& p, sim::Duration& length) {
    p.duration("for", length, "length of one visit", {sim::Duration{1}, kScheduleTimes.max});
}

}  // namespace models
