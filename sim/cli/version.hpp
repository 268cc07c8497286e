#pragma once

#include <string>
#include <string_view>

#include "sim/core/version.hpp"

namespace sim::cli {

/// Raised with every change that moves results: it keys them, and every result carries it.
inline constexpr std::string_view kEngineVersion = "1";

/// Of the sources that decide results, 16 hexadecimal digits (hash_sources.cmake).
std::string_view sources_hash();
/// What a store's results belong to: results of other sources are computed again, so that nobody
/// who builds firedrill from changed sources reads stale ones.
inline std::string results_version() {
    return std::string(kEngineVersion) + "-" + std::string(sources_hash());
}

}  // namespace sim::cli
