#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sim/report/document.hpp"

namespace sim {

/// How text looks on a terminal.
struct TextStyle {
    int columns = 100;
    bool ascii = false;
    bool colour = false;
};

/// One output format. The table of them is the registry: `--format`, the suffixes of `-o` and the
/// help are derived from it, so a format more is a function and a row.
struct Renderer {
    std::string_view name;    ///< of `--format`
    std::string_view suffix;  ///< of `-o FILE`, with the dot
    std::string_view summary;
    std::string (*render)(const Document& document, const TextStyle& style);
};

std::span<const Renderer> renderers();

/// By name or by a file's suffix; null when there is none.
const Renderer* find_renderer(std::string_view name);
const Renderer* renderer_for_file(std::string_view path);

/// Ends with a newline; trailing spaces are cut.
std::string render_text(const Document& document, const TextStyle& style);
/// The data tree, indented by two spaces, doubles in their shortest round-trip form.
std::string render_json(const Document& document, const TextStyle& style);
/// GitHub's Markdown; plots become their lines.
std::string render_markdown(const Document& document, const TextStyle& style);
/// One page without anything from outside: light and dark, for a phone and for paper.
std::string render_html(const Document& document, const TextStyle& style);

/// ✓ ✗ ? and a space, or nothing; ASCII: OK NO ??.
std::string_view symbol_of(Mark mark, bool ascii);

/// One block of a document as text, for what is redrawn in place.
std::string render_block(const Block& block, const TextStyle& style);

/// Columns that a table takes (in ASCII it may be a little wider).
std::size_t table_width(const Table& table);

/// Columns that UTF-8 text takes on a terminal, every code point counted as one.
std::size_t display_width(std::string_view text);
/// The same text in ASCII: ✓ OK, ± +-, — -, … ..., others `?`.
std::string to_ascii(std::string_view text);

/// Writes `content` beside `path` and renames it over `path`, so that the file is whole or not
/// there at all. Returns what went wrong, empty when nothing did.
std::string write_whole_file(const std::string& path, std::string_view content);

}  // namespace sim
