#pragma once

#include <cstddef>
#include <string_view>

namespace sim {

/// One step through a text that should be UTF-8.
struct CodePoint {
    char32_t value = 0;     ///< the byte itself when it is not valid
    std::size_t bytes = 1;  ///< always at least 1, so that a loop makes progress
    bool valid = true;      ///< false: no UTF-8 (stray or overlong bytes, surrogates, > U+10FFFF)
};

/// The code point at `offset`, which must be inside `text`.
CodePoint decode_utf8(std::string_view text, std::size_t offset);

/// How many code points `text` has, invalid bytes counting as one each.
std::size_t count_code_points(std::string_view text);

/// The byte offset of the code point number `index` (from 0), or the size of the text.
std::size_t code_point_offset(std::string_view text, std::size_t index);

}  // namespace sim
