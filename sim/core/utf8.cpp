#include "sim/core/utf8.hpp"

#include "sim/core/assert.hpp"

namespace sim {
namespace {

struct Lead {
    std::size_t bytes;
    char32_t bits;
    char32_t smallest;  ///< anything below is an overlong form
};

Lead lead_of(unsigned char byte) {
    if (byte < 0x80) return {1, byte, 0};
    if (byte >= 0xC2 && byte <= 0xDF) return {2, byte & 0x1FU, 0x80};
    if (byte >= 0xE0 && byte <= 0xEF) return {3, byte & 0x0FU, 0x800};
    if (byte >= 0xF0 && byte <= 0xF4) return {4, byte & 0x07U, 0x10000};
    return {0, byte, 0};
}

}  // namespace

CodePoint decode_utf8(std::string_view text, std::size_t offset) {
    SIM_ASSERT(offset < text.size());
    const auto first = static_cast<unsigned char>(text[offset]);
    const CodePoint invalid{first, 1, false};
    const Lead lead = lead_of(first);
    if (lead.bytes == 0 || offset + lead.bytes > text.size()) return invalid;
    char32_t value = lead.bits;
    for (std::size_t i = 1; i < lead.bytes; ++i) {
        const auto byte = static_cast<unsigned char>(text[offset + i]);
        if ((byte & 0xC0U) != 0x80U) return invalid;
        value = (value << 6U) | (byte & 0x3FU);
    }
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (value < lead.smallest || surrogate || value > 0x10FFFF) return invalid;
    return {value, lead.bytes, true};
}

std::size_t count_code_points(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); at += decode_utf8(text, at).bytes) ++count;
    return count;
}

std::size_t code_point_offset(std::string_view text, std::size_t index) {
    std::size_t at = 0;
    for (; index > 0 && at < text.size(); --index) at += decode_utf8(text, at).bytes;
    return at;
}

}  // namespace sim
