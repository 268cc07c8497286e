#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/report/document.hpp"

namespace sim {

/// How text looks on a terminal.
struct TextStyle {
    int columns = 100;
    bool ascii = false;
    bool colour = false;
};

/// The part of a document that a format is made from.
enum class Shows : std::uint8_t {
    blocks,
    data,
    page,   ///< where there is none: the blocks
    sheet,  ///< where there is none: the tables of the blocks
    checks,
};

/// One output format. The table of them is the registry: `--format`, the suffixes of `-o` and the
/// help are derived from it, so a format more is a function and a row.
struct Renderer {
    std::string_view name;    ///< of `--format`
    std::string_view suffix;  ///< of `-o FILE`, with the dot
    std::string_view summary;
    std::string (*render)(const Document& document, const TextStyle& style);
    Shows shows = Shows::blocks;
    /// The same text, without having all of it at once; null: it is short.
    void (*write)(const Document& document, std::ostream& out) = nullptr;
};

std::span<const Renderer> renderers();

/// By name (or its suffix without the dot: `md`) or by a file's suffix; null when there is none.
const Renderer* find_renderer(std::string_view name);
const Renderer* renderer_for_file(std::string_view path);

/// Ends with a newline; trailing spaces are cut.
std::string render_text(const Document& document, const TextStyle& style);
/// The data tree, indented by two spaces, doubles in their shortest round-trip form.
std::string render_json(const Document& document, const TextStyle& style);
void write_json(const Document& document, std::ostream& out);
/// GitHub's Markdown; plots become their lines.
std::string render_markdown(const Document& document, const TextStyle& style);
/// One page without anything from outside: light and dark, for a phone and for paper.
std::string render_html(const Document& document, const TextStyle& style);
/// RFC 4180 with line feeds: the sheet, or the tables of the blocks with an empty line between.
std::string render_csv(const Document& document, const TextStyle& style);
/// The same rows, each an object with the titles of the columns as keys, as text, on a line.
std::string render_jsonl(const Document& document, const TextStyle& style);
/// One field of CSV, in quotes where it must be.
std::string csv_field(const std::string& text);

/// JUnit XML: a suite per group of checks. What is let through passes and says what was found; what
/// cannot be decided is skipped and says why. No times, so that the same checks are the same bytes.
std::string render_junit(const Document& document, const TextStyle& style);
/// SARIF 2.1.0: every rule, and a result for each check that did not pass.
std::string render_sarif(const Document& document, const TextStyle& style);

/// Title and blocks as data, so that the text can be rendered again from a saved result; blocks
/// [first, last) are marked as details, which only `-v` shows. Charts become their tables.
nlohmann::ordered_json blocks_json(const Document& document, std::size_t first, std::size_t last);
/// The way back, with or without the details; what is unknown in the data is left out.
void read_blocks(const nlohmann::ordered_json& json, bool details, Document& document);

/// The table behind a chart: at most about `kRowsOfNumbers` rows, each the mean of its time.
Table numbers_of(const TimeSeries& series);
/// A few percentiles of each curve.
Table numbers_of(const PercentileCurves& distribution);
Table numbers_of(const NodeMap& map);
Table numbers_of(const PlaceMap& map);
Table numbers_of(const Waterfall& fall);
/// Time, left and right; where they part a row of one cell.
Table numbers_of(const SideBySide& both);
/// The lines of both after the parting by their times; null where one has none.
std::vector<std::pair<const SideBySide::Line*, const SideBySide::Line*>> paired_lines(
    const SideBySide& both);
inline constexpr std::size_t kRowsOfNumbers = 24;

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

/// Text as it stands in elements and attributes of HTML and SVG.
std::string html_escaped(std::string_view text);

/// Writes `content` beside `path` and renames it over `path`, so that the file is whole or not
/// there at all. Returns what went wrong, empty when nothing did.
std::string write_whole_file(const std::string& path, std::string_view content);

}  // namespace sim
