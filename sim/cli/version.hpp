#pragma once

#include <string_view>

namespace sim::cli {

/// Of the program; the same as the project's in CMakeLists.txt (a test compares them).
inline constexpr std::string_view kVersion = "0.1.0";
/// Raised with every change that moves results: it keys them, and every result carries it.
inline constexpr std::string_view kEngineVersion = "1";

}  // namespace sim::cli
