#pragma once

#include <string_view>

namespace models {

/// The bytes of catalogue.yaml, which the build puts into the program.
std::string_view fault_catalogue_text();

}  // namespace models
