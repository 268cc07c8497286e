#pragma once

#include <string>

#include "sim/core/time.hpp"

namespace models {

/// The shortest exact spelling that the reader of durations takes: `90s`, `1500us`, `3m`; `none`
/// for forever.
std::string duration_text(sim::Duration duration);

}  // namespace models
