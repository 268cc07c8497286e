#include "sim/yaml/text_scan.hpp"

#include <algorithm>

namespace sim {
namespace {

constexpr auto kNone = std::string_view::npos;
/// Beyond this a bracket is not underlined to its end; also keeps the scan linear.
constexpr std::size_t kMaxBracket = 256;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n'; }

std::size_t line_end(std::string_view text, std::size_t offset) {
    return std::min(text.find('\n', offset), text.size());
}

/// The byte after the quoted text that starts at `offset`, or npos.
std::size_t after_quoted(std::string_view text, std::size_t offset) {
    const char quote = text[offset];
    for (std::size_t i = offset + 1; i < text.size(); ++i) {
        if (quote == '"' && text[i] == '\\') {
            ++i;
        } else if (text[i] == quote) {
            if (quote == '"' || i + 1 >= text.size() || text[i + 1] != quote) return i + 1;
            ++i;  // '' inside single quotes
        }
    }
    return kNone;
}

bool starts_quoted(std::string_view text, std::size_t offset) {
    return offset < text.size() && (text[offset] == '"' || text[offset] == '\'');
}

}  // namespace

std::size_t skip_properties(std::string_view text, std::size_t offset) {
    while (offset < text.size()) {
        const char c = text[offset];
        if (is_space(c)) {
            ++offset;
        } else if (c == '#') {
            offset = line_end(text, offset);
        } else if (c == '&' || c == '!') {
            while (offset < text.size() && !is_space(text[offset])) ++offset;
        } else {
            break;
        }
    }
    return offset;
}

std::size_t scalar_length(std::string_view text, std::size_t offset, std::string_view value) {
    if (offset >= text.size()) return 1;
    if (text[offset] == '|' || text[offset] == '>') return 1;
    if (starts_quoted(text, offset)) {
        const std::size_t end = after_quoted(text, offset);
        return end == kNone ? 1 : end - offset;
    }
    if (text.substr(offset, value.size()) == value) return std::max<std::size_t>(value.size(), 1);
    std::size_t end = line_end(text, offset);
    while (end > offset + 1 && is_space(text[end - 1])) --end;
    return end - offset;
}

std::size_t bracket_length(std::string_view text, std::size_t offset) {
    const std::size_t stop = std::min(text.size(), offset + kMaxBracket);
    int depth = 0;
    for (std::size_t i = offset; i < stop; ++i) {
        const char c = text[i];
        if (c == '[' || c == '{') ++depth;
        if ((c == ']' || c == '}') && --depth == 0) return i + 1 - offset;
        if (c == '\n' || (c == '#' && is_space(text[i - 1]))) break;
        if (starts_quoted(text, i)) {
            const std::size_t end = after_quoted(text.substr(0, stop), i);
            if (end == kNone) break;
            i = end - 1;
        }
    }
    return 1;
}

std::size_t alias_length(std::string_view text, std::size_t offset) {
    std::size_t end = offset;
    while (end < text.size() && !is_space(text[end]) &&
           std::string_view(",[]{}").find(text[end]) == kNone) {
        ++end;
    }
    return std::max<std::size_t>(end - offset, 1);
}

bool quote_is_open(std::string_view text, std::size_t offset) {
    return starts_quoted(text, offset) && after_quoted(text, offset) == kNone;
}

bool null_written_at(std::string_view text, std::size_t offset, bool as_key) {
    for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
        if (text.substr(std::min(offset, text.size()), word.size()) != word) continue;
        const std::size_t after = offset + word.size();
        return as_key || after >= text.size() || text[after] != ':';
    }
    return false;
}

std::size_t absent_item(std::string_view text, std::size_t from, std::size_t to) {
    to = std::min(to, text.size());
    for (std::size_t i = from; i < to; ++i) {
        if (text[i] == '-' || text[i] == ',') return i;
        if (text[i] == '#') i = line_end(text, i);
    }
    return to;
}

std::size_t unclosed_quote(std::string_view text, std::size_t from) {
    for (std::size_t i = from; i < text.size(); ++i) {
        const bool opens =
            starts_quoted(text, i) &&
            (i == 0 || is_space(text[i - 1]) || std::string_view("[{,").find(text[i - 1]) != kNone);
        if (!opens) continue;
        const std::size_t end = after_quoted(text, i);
        if (end == kNone) return i;
        i = end - 1;
    }
    return text.size();
}

bool tab_indents(std::string_view text, std::size_t offset, std::size_t* tab) {
    offset = std::min(offset, text.size());
    const std::size_t newline = offset == 0 ? kNone : text.rfind('\n', offset - 1);
    for (std::size_t i = newline == kNone ? 0 : newline + 1; i < text.size(); ++i) {
        if (text[i] == '\t') *tab = i;
        if (text[i] != ' ') return text[i] == '\t';
    }
    return false;
}

}  // namespace sim
