#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

namespace sim {

/// What a piece of text says beyond its words. Renderers may colour it; none may rely on that.
enum class Tone { plain, strong, good, bad, unsure, quiet };

/// ✓ ✗ ? in front of a verdict; renderers without Unicode write OK NO ??.
enum class Mark { none, good, bad, unsure };

struct Cell {
    std::string text;
    Tone tone = Tone::plain;
    Mark mark = Mark::none;
};

enum class Align { left, right };

struct Column {
    std::string title;
    Align align = Align::left;
    bool when_wide = false;  ///< left out where lines are too short for the table
};

/// Rows may be shorter than the header; the rest is empty.
struct Table {
    std::vector<Column> columns;
    std::vector<std::vector<Cell>> rows;
};

/// Text that may be wrapped at spaces; continuation lines are indented by `hanging` columns.
struct Paragraph {
    std::string text;
    Tone tone = Tone::plain;
    int indent = 0;
    int hanging = 0;
    bool wrap = true;  ///< false for what is copied, such as commands
};

/// `key   value` lines with aligned values.
struct KeyValues {
    std::vector<std::pair<std::string, std::string>> entries;
};

/// Something that was found, with what it is based on.
struct Finding {
    Mark mark = Mark::none;
    std::string text;
};

/// Remarks that qualify the numbers: guesses, ignored sections, defaults that matter.
struct Notes {
    std::vector<std::string> entries;
};

/// Texts at the two ends and the middle of one line: the verdict line.
struct Banner {
    Cell left;
    Cell middle;
    Cell right;
};

struct BlankLine {};

/// What the blocks after it are about.
struct Heading {
    std::string text;
};

/// A picture, and lines that say the same where there are no pictures. The SVG inherits the
/// text's colour (`currentColor`), so that it can be read in light and dark.
struct Plot {
    std::string caption;
    std::string svg;
    std::vector<std::string> lines;
};

using Block =
    std::variant<Paragraph, Table, KeyValues, Finding, Notes, Banner, BlankLine, Heading, Plot>;

/// A report without a format: what to say, in which order, and the same as data. It knows neither
/// terminals nor files; each renderer is one function of it.
struct Document {
    std::string title;
    std::vector<Block> blocks;
    nlohmann::ordered_json data;
};

}  // namespace sim
