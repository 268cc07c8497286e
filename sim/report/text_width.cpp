#include <array>
#include <utility>

#include "sim/report/render.hpp"

namespace sim {

namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

constexpr std::array<std::pair<std::string_view, std::string_view>, 23> kAscii = {{
    {"✓", "OK"},  {"✗", "NO"}, {"±", "+-"}, {"—", "-"},  {"–", "-"},  {"−", "-"},
    {"…", "..."}, {"·", "|"},  {"→", "->"}, {"≥", ">="}, {"≤", "<="}, {"×", "x"},
    {"▁", "_"},   {"▂", "."},  {"▃", ":"},  {"▄", "-"},  {"▅", "="},  {"▆", "+"},
    {"▇", "*"},   {"█", "#"},  {"░", "."},  {"■", "#"},  {"’", "'"},
}};

}  // namespace

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    for (const char c : text) width += is_continuation(c) ? 0 : 1;
    return width;
}

std::string to_ascii(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        if (static_cast<unsigned char>(text.front()) < 0x80) {
            out += text.front();
            text.remove_prefix(1);
            continue;
        }
        std::size_t length = 1;
        while (length < text.size() && is_continuation(text[length])) ++length;
        std::string_view replacement = "?";
        for (const auto& [from, to] : kAscii) {
            if (text.substr(0, length) == from) replacement = to;
        }
        out += replacement;
        text.remove_prefix(length);
    }
    return out;
}

}  // namespace sim
