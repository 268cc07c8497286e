#pragma once

#include <string>

#include "sim/report/document.hpp"

namespace sim::cli {

/// Every family with the names of its presets.
Document presets_document();

/// What a preset sets, in every family that has the name. Without blocks when none has.
Document preset_document(const std::string& name);

}  // namespace sim::cli
