#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "sim/core/diagnostics.hpp"

namespace sim {

/// What a piece of text says beyond its words. Renderers may colour it; none may rely on that.
enum class Tone { plain, strong, good, bad, unsure, quiet };

/// ✓ ✗ ? in front of a verdict; renderers without Unicode write OK NO ??.
enum class Mark { none, good, bad, unsure };

struct Cell {
    std::string text;
    Tone tone = Tone::plain;
    Mark mark = Mark::none;
    std::optional<double> heat = std::nullopt;  ///< harm from 0 to 1: pages shade the cell
    std::string source = {};  ///< JSON pointer of its number in the document's data
};

enum class Align { left, right };

struct Column {
    std::string title;
    Align align = Align::left;
    bool when_wide = false;   ///< left out where lines are too short for the table
    std::string detail = {};  ///< further lines of the title, where titles have some
};

/// Rows may be shorter than the header; the rest is empty. A row of one cell, under several
/// columns, is the title of those after it.
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
    std::optional<Table> numbers = std::nullopt;  ///< the table behind it, folded
    /// Parallel to `lines`, or shorter: a letter for each column of a line says its tone, `g` good,
    /// `b` bad, `u` unsure, `q` quiet; others plain.
    std::vector<std::string> tones = {};
};

/// Values at equal steps of time. NaN: nothing there.
struct Line {
    std::string name;
    std::vector<double> values;
    std::size_t colour = 0;   ///< number in the palette: the same thing has the same one everywhere
    bool dashed = false;      ///< what would have been
    std::string source = {};  ///< JSON pointer of the values in the document's data ...
    std::string per = {};     ///< ... and of what they were divided by, if they were
    bool hidden = false;      ///< until the reader asks for it
};
/// A stretch of time that has a name.
struct Band {
    std::string name;
    double from_s = 0;
    double to_s = 0;
};
/// Lines over time, which pages draw so that a part can be looked at closely.
struct TimeSeries {
    std::string title;
    std::string unit;  ///< of the values; `%` shows ratios as such
    double step_s = 1;
    std::vector<Line> lines;
    std::vector<Band> bands;
    std::optional<double> most = std::nullopt;  ///< top of the axis, where the scale has one
};

/// How long requests take, from the fastest to the slowest: each curve has the seconds that a
/// share of them does not exceed.
struct PercentileCurves {
    struct Curve {
        Line line;            ///< parallel to `shares`; NaN: too few to tell, or never answered
        double answered = 1;  ///< the share of the requests that ever are
        std::string answered_source = {};  ///< its JSON pointer
    };
    std::string title;
    std::vector<double> shares;  ///< ascending, from 0 to 1: 0.99 is the 99th percentile
    std::string shares_source;   ///< their JSON pointer
    std::vector<Curve> curves;
};

/// What follows, up to the FoldEnd, is for those who want to know more: pages fold it.
struct FoldStart {
    std::string title;
};
struct FoldEnd {};

/// Boxes and arrows: who calls whom.
struct NodeMap {
    struct Node {
        std::string name;
        std::string detail;  ///< a second line
        double harm = 0;     ///< from 0 to 1: its colour
    };
    struct Arrow {
        std::size_t from = 0;
        std::size_t to = 0;
        std::string label = {};  ///< short: it stands on the line
    };
    std::string title;
    std::vector<Node> nodes;
    std::vector<Arrow> arrows;
};

/// Regions, their zones, and what stands in each.
struct PlaceMap {
    struct Item {
        std::string name;
        std::string detail;
        std::optional<double> harm = std::nullopt;  ///< from 0 to 1: its colour
        std::string source = {};                    ///< JSON pointer of the number in `detail`
    };
    struct Zone {
        std::string name;
        std::vector<Item> items;
    };
    struct Region {
        std::string name;
        std::vector<Zone> zones;
    };
    std::string title;
    std::vector<Region> regions;
};

/// What took how long, one below another: bars on one axis of time.
struct Waterfall {
    struct Row {
        std::string name;
        int depth = 0;
        double from_s = 0;
        double to_s = 0;
        Tone tone = Tone::plain;
        std::string detail;  ///< how it ended
        /// A second bar, thinner, such as what went on elsewhere meanwhile.
        std::optional<std::pair<double, double>> other_s = std::nullopt;
        bool other_wasted = false;      ///< ... for nothing
        std::string source = {};        ///< JSON pointer of what has `at` and `lasts`
        std::string other_source = {};  ///< the same of the second bar
    };
    std::string title;
    std::string other;  ///< what the second bars are
    std::vector<Row> rows;
};

/// Two accounts of the same time, the same up to some line. Where lines are long enough they stand
/// side by side from there on, else one after the other. Without a title on the right: one alone,
/// which is all in `common`.
struct SideBySide {
    struct Line {
        double at_s = 0;
        std::string at;  ///< the same as text, padded: all are equally wide
        int depth = 0;   ///< bars in front of the text
        std::string text;
        Tone tone = Tone::plain;
        bool open = false;  ///< of a common one: not over when they part
    };
    std::string left;  ///< titles
    std::string right;
    std::string parting;       ///< says where they part, and how
    std::vector<Line> common;  ///< before that
    std::vector<Line> left_lines;
    std::vector<Line> right_lines;
};

/// Long text that is read now and then, such as a file.
struct Fold {
    std::string title;
    std::string text;
};

using BlockKinds = std::variant<Paragraph, Table, KeyValues, Finding, Notes, Banner, BlankLine,
                                Heading, Plot, TimeSeries, PercentileCurves, NodeMap, PlaceMap,
                                Waterfall, SideBySide, Fold, FoldStart, FoldEnd>;

/// One of them.
struct Block : BlockKinds {
    using BlockKinds::BlockKinds;
    // Compiled once (document.cpp): to copy one of so many kinds is much code.
    Block(const Block&);
    Block(Block&&) noexcept;
    Block& operator=(const Block&);
    Block& operator=(Block&&) noexcept;
    ~Block();
};

/// A place in a file that somebody wrote; lines and columns count from 1.
struct CheckPlace {
    std::string file;        ///< relative, with `/`; never a folder of this machine
    std::uint32_t line = 0;  ///< 0: the file as a whole
    std::uint32_t column = 0;
    std::uint32_t length = 0;  ///< in code points

    /// "shop.yaml:3:14".
    [[nodiscard]] std::string text() const;
};

enum class CheckResult {
    pass,
    fail,
    tolerated,  ///< found, and let through
    unsure,     ///< neither: the message says why
};

/// Why something that was found is there on purpose.
struct CheckSuppression {
    std::string justification;                       ///< may be empty
    std::optional<CheckPlace> place = std::nullopt;  ///< where that is said
};

/// One thing that was looked at, and what came of it: what CI systems list one by one.
struct Check {
    std::string rule;   ///< its id, the same for all checks of a kind
    std::string title;  ///< of the rule
    std::string help;   ///< why the rule is there; may be empty
    std::string group;  ///< those that are listed together: a strategy, a file
    std::string name;   ///< within the group
    CheckResult result = CheckResult::pass;
    Severity level = Severity::error;  ///< how bad it is, or would be
    std::string message;               ///< may be empty when it passed
    std::optional<CheckPlace> place = std::nullopt;
    /// Nothing: it is not there on purpose.
    std::optional<CheckSuppression> suppression = std::nullopt;
};

/// A report without a format: what to say, in which order, and the same as data. It knows neither
/// terminals nor files; each renderer is one function of it.
struct Document {
    // Compiled once (document.cpp), not in every file that has one.
    Document();
    Document(const Document&);
    Document(Document&&) noexcept;
    Document& operator=(const Document&);
    Document& operator=(Document&&) noexcept;
    ~Document();

    std::string title;
    std::vector<Block> blocks;
    nlohmann::ordered_json data;
    /// What pages (HTML) show instead of `blocks`, made from the data; empty: the blocks.
    std::vector<Block> page{};
    /// What spreadsheets (CSV) get, made from the data; empty: the tables of the blocks.
    std::optional<Table> sheet = std::nullopt;
    /// What CI systems (JUnit, SARIF) get: nothing but these.
    std::vector<Check> checks{};
};

}  // namespace sim
