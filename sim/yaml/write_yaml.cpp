#include "sim/yaml/write_yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace sim {

namespace {

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Text that no YAML reader takes for anything else, in block and flow style.
bool is_plain(std::string_view text) {
    const bool negative = text.size() > 1 && text[0] == '-' && text[1] >= '0' && text[1] <= '9';
    if (text.empty() || !(is_letter_or_digit(text[0]) || text[0] == '.' || negative)) return false;
    if (text == "null" || text == "Null" || text == "NULL") return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_' || c == '/' || c == '%' ||
               c == '+' || c == '>';
    });
}

std::string quoted_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7F) {
            out += fmt::format("\\x{:02x}", byte);
        } else {
            out += c;
        }
    }
    return out + "\"";
}

std::string scalar_text(std::string_view text, bool guess) {
    if (guess) return "~" + std::string(text);
    return is_plain(text) ? std::string(text) : quoted_text(text);
}

void write_block(const Node& node, std::size_t depth, std::string& out);

/// What follows a key or a dash: on the same line for what fits there, else an indented block.
void write_value(const Node& node, std::size_t depth, std::string& out) {
    const bool inner = node.is_map() && !node.entries.empty();
    if (!inner) {
        out += " " + write_flow(node) + "\n";
        return;
    }
    out += "\n";
    write_block(node, depth, out);
}

void write_block(const Node& node, std::size_t depth, std::string& out) {
    for (const MapEntry& entry : node.entries) {
        out += std::string(2 * depth, ' ') + scalar_text(entry.key, false) + ":";
        write_value(entry.value, depth + 1, out);
    }
}

}  // namespace

std::string write_flow(const Node& node) {
    std::string out;
    switch (node.kind) {
        case Node::Kind::null:
            return "null";
        case Node::Kind::scalar:
            return scalar_text(node.text, node.guess);
        case Node::Kind::list:
            for (const Node& item : node.items) out += (out.empty() ? "" : ", ") + write_flow(item);
            return "[" + out + "]";
        case Node::Kind::map:
            for (const MapEntry& entry : node.entries) {
                out += (out.empty() ? "" : ", ") + scalar_text(entry.key, false) + ": " +
                       write_flow(entry.value);
            }
            return "{" + out + "}";
    }
    return out;
}

std::string write_yaml(const Node& root) {
    std::string out;
    write_block(root, 0, out);
    return out;
}

}  // namespace sim
