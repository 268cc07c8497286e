#pragma once

#include <string>

#include "sim/core/time.hpp"

namespace sim {

/// The shortest exact spelling that the reader of durations takes: `90s`, `1500us`, `3m`; `none`
/// for forever.
std::string duration_text(Duration duration);
/// A ratio as `12.5%`, to twelve digits.
std::string percent_text(double ratio);
/// To twelve digits: `1.5`.
std::string number_text(double value);

}  // namespace sim
