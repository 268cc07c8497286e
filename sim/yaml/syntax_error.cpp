#include "sim/yaml/syntax_error.hpp"

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>

#include <algorithm>
#include <utility>

#include "sim/core/did_you_mean.hpp"
#include "sim/core/utf8.hpp"
#include "sim/yaml/text_scan.hpp"

namespace sim {
namespace {

struct SyntaxMessage {
    std::size_t offset;
    std::size_t length;
    std::string message;
    std::string hint;
};

/// The line up to `offset`, without the spaces at its end.
std::string_view line_before(std::string_view text, std::size_t offset) {
    std::string_view before = text.substr(0, std::min(offset, text.size()));
    const std::size_t newline = before.rfind('\n');
    if (newline != std::string_view::npos) before.remove_prefix(newline + 1);
    while (before.ends_with(' ')) before.remove_suffix(1);
    return before;
}

std::string character_at(std::string_view text, std::size_t offset) {
    if (offset >= text.size()) return "the end of the file";
    if (text[offset] == '`') return "a backtick";
    return quote(text.substr(offset, decode_utf8(text, offset).bytes));
}

SyntaxMessage unknown_anchor(std::string_view text, std::size_t offset,
                             const SyntaxContext& context) {
    const std::size_t length = alias_length(text, offset);
    const std::string name(text.substr(offset, length).substr(1));
    const std::vector<std::string_view> names(context.anchor_names.begin(),
                                              context.anchor_names.end());
    std::string hint = did_you_mean_hint(name, names);
    if (hint.empty()) hint = fmt::format("an alias needs {} above it", quote("&" + name));
    return {offset, length, fmt::format("unknown anchor {}", quote(name)), std::move(hint)};
}

std::optional<SyntaxMessage> about_brackets(std::string_view reason, std::string_view text,
                                            std::size_t offset, const SyntaxContext& context) {
    namespace grammar = YAML::ErrorMsg;
    if (reason == grammar::END_OF_MAP_FLOW || reason == grammar::END_OF_SEQ_FLOW) {
        const std::size_t at = context.open_bracket.value_or(offset);
        return SyntaxMessage{at, 1, character_at(text, at) + " is never closed",
                             reason == grammar::END_OF_MAP_FLOW ? "a `}` or a comma is missing"
                                                                : "a `]` or a comma is missing"};
    }
    if (reason == grammar::FLOW_END) {
        return SyntaxMessage{offset, 1, character_at(text, offset) + " closes nothing", ""};
    }
    if (reason == grammar::EOF_IN_SCALAR) {
        const std::size_t at = unclosed_quote(text, context.last_end);
        return SyntaxMessage{at, 1, "this quote is never closed", ""};
    }
    return std::nullopt;
}

SyntaxMessage explain(std::string_view reason, std::string_view text, std::size_t offset,
                      const SyntaxContext& context) {
    namespace grammar = YAML::ErrorMsg;
    if (auto message = about_brackets(reason, text, offset, context)) return *message;
    if (reason == grammar::UNKNOWN_ANCHOR) return unknown_anchor(text, offset, context);
    std::size_t tab = 0;
    if (reason == grammar::TAB_IN_INDENTATION || tab_indents(text, offset, &tab)) {
        return {tab_indents(text, offset, &tab) ? tab : offset, 1, "a tab cannot indent YAML",
                "use spaces"};
    }
    if (reason == grammar::MAP_VALUE) {
        return {offset, 1, "this `:` cannot start a value",
                line_before(text, offset).find(": ") != std::string_view::npos
                    ? "text that contains `: ` needs quotes"
                    : "check the indentation, and the space after the `:` of the line above"};
    }
    if (reason == grammar::UNKNOWN_TOKEN) {
        return {offset, 1, character_at(text, offset) + " cannot start a value",
                "put the text in quotes"};
    }
    if (reason == grammar::END_OF_MAP || reason == grammar::END_OF_SEQ ||
        reason == grammar::BLOCK_ENTRY || reason == grammar::MAP_KEY) {
        const std::string_view before = line_before(text, offset);
        if (before.ends_with('"') || before.ends_with('\'')) {
            return {offset, 1, "this stands behind a closing quote", "put all of it in quotes"};
        }
        return {offset, 1, "this does not fit the lines above",
                "entries of one list or map start in the same column"};
    }
    if (reason.starts_with(grammar::INVALID_ESCAPE)) {
        return {offset, 1, "unknown escape in double quotes", "single quotes need no escapes"};
    }
    return {offset, 1, fmt::format("not valid YAML: {}", reason), ""};
}

}  // namespace

void report_syntax_error(const SourceMap& sources, std::uint32_t file, std::string_view reason,
                         std::size_t offset, const SyntaxContext& context,
                         Diagnostics& diagnostics) {
    SyntaxMessage message = explain(reason, sources.text(file), offset, context);
    diagnostics.error(sources.range(file, message.offset, message.length),
                      std::move(message.message), std::move(message.hint));
}

}  // namespace sim
