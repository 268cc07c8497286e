#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/diagnostics.hpp"
#include "sim/core/source_map.hpp"

namespace sim {

/// How far the grammar had come when it failed.
struct SyntaxContext {
    std::size_t last_end = 0;                 ///< byte after the last value it had accepted
    std::optional<std::size_t> open_bracket;  ///< innermost `[` or `{` that is still open
    std::vector<std::string> anchor_names;
};

/// Reports a failure of yaml-cpp's grammar in the user's terms: what is wrong, where it starts (an
/// unclosed bracket, not the end of the file) and what to do. `reason` is yaml-cpp's own message.
void report_syntax_error(const SourceMap& sources, std::uint32_t file, std::string_view reason,
                         std::size_t offset, const SyntaxContext& context,
                         Diagnostics& diagnostics);

}  // namespace sim
