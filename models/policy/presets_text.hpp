#pragma once

#include <string_view>

namespace models {

/// The bytes of presets.yaml, which the build puts into the program.
std::string_view presets_text();

}  // namespace models
