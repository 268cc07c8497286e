#pragma once

#include <string>

namespace models {

/// JSON Schema (draft 2020-12) of the scenario file, for editors; ends with a newline.
std::string scenario_schema();

}  // namespace models
