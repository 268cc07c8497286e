#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "sim/core/utf8.hpp"

namespace sim {
namespace {

constexpr std::size_t kMaxColumns = 100;
constexpr std::size_t kGutterColumns = 8;  ///< "   58 | "
constexpr std::size_t kTabStop = 4;
constexpr std::size_t kMaxQuoted = 60;

auto position(const SourceRange& range) {
    return std::tie(range.file, range.line, range.column, range.length);
}

/// Controls, and what reorders or hides text: directional marks and zero-width characters.
bool is_unsafe(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
}

std::string escaped(const CodePoint& point) {
    const auto value = static_cast<unsigned>(point.value);
    if (!point.valid) return fmt::format("\\x{:02x}", value);
    if (value == '\n') return "\\n";
    if (value == '\r') return "\\r";
    if (value == '\t') return "\\t";
    return value < 0x100 ? fmt::format("\\x{:02x}", value) : fmt::format("\\u{:04x}", value);
}

/// One code point as the terminal shows it.
struct Cell {
    std::string text;
    std::size_t columns = 1;
};

Cell cell_of(const CodePoint& point, std::string_view bytes, std::size_t column) {
    if (point.valid && point.value == '\t') {
        const std::size_t columns = kTabStop - column % kTabStop;
        return {std::string(columns, ' '), columns};
    }
    if (point.valid && !is_unsafe(point.value)) return {std::string(bytes), 1};
    std::string text = escaped(point);
    const std::size_t columns = text.size();
    return {std::move(text), columns};
}

/// The part of a source line around a range, with what a caret line needs.
struct Window {
    std::string text;
    std::size_t caret_column = 0;
    std::size_t caret_columns = 0;
};

/// Cells of at most `kMaxColumns` code points before the range and twice that behind its start:
/// more cannot be shown, and a line may be a megabyte.
struct Cells {
    std::vector<Cell> cells;
    std::size_t caret = 0;  ///< index of the first cell of the range
    bool cut_left = false;
    bool cut_right = false;
};

Cells cells_around(std::string_view line, std::size_t first) {
    Cells result;
    const std::size_t start = first > kMaxColumns ? first - kMaxColumns : 0;
    result.cut_left = start > 0;
    result.caret = first - start;
    std::size_t at = code_point_offset(line, start);
    std::size_t column = 0;
    while (at < line.size() && result.cells.size() < 3 * kMaxColumns) {
        const CodePoint point = decode_utf8(line, at);
        result.cells.push_back(cell_of(point, line.substr(at, point.bytes), column));
        column += result.cells.back().columns;
        at += point.bytes;
    }
    result.cut_right = at < line.size();
    result.caret = std::min(result.caret, result.cells.size());
    return result;
}

std::size_t columns_of(const Cells& cells, std::size_t from, std::size_t to) {
    std::size_t sum = 0;
    for (std::size_t i = from; i < to; ++i) sum += cells.cells[i].columns;
    return sum;
}

/// First and last (exclusive) cell to show: everything if it fits, else the caret with a third of
/// the room before it.
std::pair<std::size_t, std::size_t> visible(const Cells& cells, std::size_t room) {
    const std::size_t count = cells.cells.size();
    if (!cells.cut_left && !cells.cut_right && columns_of(cells, 0, count) <= room) {
        return {0, count};
    }
    const std::size_t usable = room - 2;  // an ellipsis on each side
    std::size_t from = 0;
    if (cells.cut_left || columns_of(cells, 0, cells.caret) > usable / 2) {
        from = cells.caret;
        while (from > 0 && columns_of(cells, from - 1, cells.caret) <= usable / 3) --from;
    }
    std::size_t to = from;
    std::size_t columns = 0;
    while (to < count && columns + cells.cells[to].columns <= usable) {
        columns += cells.cells[to++].columns;
    }
    return {from, to};
}

Window window_around(std::string_view line, const SourceRange& range) {
    const std::size_t first = range.column > 0 ? range.column - 1 : 0;
    const Cells cells = cells_around(line, first);
    const auto [from, to] = visible(cells, kMaxColumns - kGutterColumns);
    Window window;
    if (from > 0 || cells.cut_left) window.text = "…";
    window.caret_column = window.text.empty() ? 0 : 1;
    window.caret_column += columns_of(cells, from, std::min(cells.caret, to));
    const std::size_t length = std::max<std::size_t>(range.length, 1);
    const std::size_t end = std::min(cells.caret + length, to);
    window.caret_columns = end > cells.caret ? columns_of(cells, cells.caret, end) : 1;
    for (std::size_t i = from; i < to; ++i) window.text += cells.cells[i].text;
    if (to < cells.cells.size() || cells.cut_right) window.text += "…";
    return window;
}

std::string place(const SourceMap& sources, const SourceRange& range) {
    if (!range.has_file()) return {};
    const std::string name = printable(sources.name(range.file));
    if (!range.has_place()) return name + ": ";
    return fmt::format("{}:{}:{}: ", name, range.line, range.column);
}

std::string snippet(const SourceMap& sources, const SourceRange& range) {
    if (!range.has_place()) return {};
    const Window window = window_around(sources.line(range.file, range.line), range);
    const std::string number = fmt::format("{:>5}", range.line);
    return fmt::format("{} | {}\n{} | {}{}\n", number, window.text, std::string(number.size(), ' '),
                       std::string(window.caret_column, ' '),
                       std::string(window.caret_columns, '^'));
}

std::string render_one(const SourceMap& sources, const Diagnostic& one) {
    std::string text = fmt::format("{}{}: {}\n", place(sources, one.range), name_of(one.severity),
                                   printable(one.message));
    text += snippet(sources, one.range);
    if (!one.hint.empty()) text += fmt::format("   hint: {}\n", printable(one.hint));
    if (one.other_range.has_file()) {
        text += fmt::format("{}note: {}\n", place(sources, one.other_range),
                            printable(one.other_label));
        text += snippet(sources, one.other_range);
    }
    return text;
}

std::string counted(std::size_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace

void Diagnostics::add(Diagnostic diagnostic) { all_.push_back(std::move(diagnostic)); }

void Diagnostics::error(SourceRange range, std::string message, std::string hint) {
    add({Severity::error, range, std::move(message), std::move(hint), {}, {}});
}

void Diagnostics::warning(SourceRange range, std::string message, std::string hint) {
    add({Severity::warning, range, std::move(message), std::move(hint), {}, {}});
}

void Diagnostics::note(SourceRange range, std::string message, std::string hint) {
    add({Severity::note, range, std::move(message), std::move(hint), {}, {}});
}

bool Diagnostics::has_errors() const {
    return std::any_of(all_.begin(), all_.end(),
                       [](const Diagnostic& one) { return one.severity == Severity::error; });
}

std::size_t Diagnostics::error_count() const { return count(Severity::error); }
std::size_t Diagnostics::warning_count() const { return count(Severity::warning); }

std::size_t Diagnostics::count(Severity severity) const {
    const auto unique = sorted();
    return static_cast<std::size_t>(
        std::count_if(unique.begin(), unique.end(),
                      [&](const Diagnostic& one) { return one.severity == severity; }));
}

std::vector<Diagnostic> Diagnostics::sorted() const {
    const auto less = [](const Diagnostic* a, const Diagnostic* b) {
        return std::tie(a->severity, a->message, a->range.file, a->range.line, a->range.column,
                        a->range.length) < std::tie(b->severity, b->message, b->range.file,
                                                    b->range.line, b->range.column,
                                                    b->range.length);
    };
    std::set<const Diagnostic*, decltype(less)> seen(less);
    std::vector<Diagnostic> result;
    for (const auto& one : all_) {
        if (seen.insert(&one).second) result.push_back(one);
    }
    std::stable_sort(result.begin(), result.end(), [](const Diagnostic& a, const Diagnostic& b) {
        return position(a.range) < position(b.range);
    });
    return result;
}

std::string Diagnostics::render(const SourceMap& sources) const {
    const auto unique = sorted();
    const std::size_t printed = std::min(unique.size(), kMaxPrinted);
    std::string text;
    for (std::size_t i = 0; i < printed; ++i) text += render_one(sources, unique[i]);
    if (printed < unique.size()) text += fmt::format("… and {} more\n", unique.size() - printed);
    return text;
}

std::string_view name_of(Severity severity) {
    switch (severity) {
        case Severity::error:
            return "error";
        case Severity::warning:
            return "warning";
        case Severity::note:
            return "note";
    }
    return {};
}

std::string summary_of(std::size_t errors, std::size_t warnings) {
    if (errors == 0 && warnings == 0) return {};
    if (warnings == 0) return counted(errors, "error") + ".";
    if (errors == 0) return counted(warnings, "warning") + ".";
    return counted(errors, "error") + ", " + counted(warnings, "warning") + ".";
}

std::string printable(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = decode_utf8(text, at);
        if (!point.valid || is_unsafe(point.value)) {
            result += escaped(point);
        } else {
            result += text.substr(at, point.bytes);
        }
        at += point.bytes;
    }
    return result;
}

std::string quote(std::string_view text) {
    const std::size_t end = code_point_offset(text, kMaxQuoted);
    return "`" + printable(text.substr(0, end)) + (end < text.size() ? "…`" : "`");
}

}  // namespace sim
