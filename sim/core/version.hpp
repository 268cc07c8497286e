#pragma once

#include <string_view>

namespace sim {

/// Of the program; the same as the project's in CMakeLists.txt (a test compares them).
inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace sim
