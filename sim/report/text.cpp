#include <algorithm>
#include <type_traits>
#include <utility>

#include "sim/core/assert.hpp"
#include "sim/report/render.hpp"

namespace sim {

namespace {

std::string_view colour_of(Tone tone) {
    switch (tone) {
        case Tone::plain:
            return "";
        case Tone::strong:
            return "\x1b[1m";
        case Tone::good:
            return "\x1b[32m";
        case Tone::bad:
            return "\x1b[31m";
        case Tone::unsure:
            return "\x1b[33m";
        case Tone::quiet:
            return "\x1b[2m";
    }
    SIM_ASSERT(false);
}

/// Of Plot::tones.
Tone tone_of_letter(char letter) {
    switch (letter) {
        case 'g':
            return Tone::good;
        case 'b':
            return Tone::bad;
        case 'u':
            return Tone::unsure;
        case 'q':
            return Tone::quiet;
        default:
            return Tone::plain;
    }
}

std::string cell_text(const Cell& cell, bool ascii) {
    return std::string(symbol_of(cell.mark, ascii)) + (ascii ? to_ascii(cell.text) : cell.text);
}

std::vector<std::size_t> widths_of(const Table& table, bool ascii) {
    std::vector<std::size_t> widths;
    for (const auto& column : table.columns) {
        widths.push_back(display_width(cell_text({column.title}, ascii)));
    }
    for (const auto& row : table.rows) {
        for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
            widths[i] = std::max(widths[i], display_width(cell_text(row[i], ascii)));
        }
    }
    return widths;
}

bool has_wide_columns(const Table& table) {
    return std::any_of(table.columns.begin(), table.columns.end(),
                       [](const Column& column) { return column.when_wide; });
}

Table without_wide_columns(const Table& table) {
    Table narrow;
    narrow.rows.resize(table.rows.size());
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (table.columns[i].when_wide) continue;
        narrow.columns.push_back(table.columns[i]);
        for (std::size_t r = 0; r < table.rows.size(); ++r) {
            narrow.rows[r].push_back(i < table.rows[r].size() ? table.rows[r][i] : Cell{});
        }
    }
    return narrow;
}

constexpr std::string_view kColumnGap = "  ";
constexpr std::string_view kTableIndent = "  ";
/// From so many columns on two accounts stand side by side, with a rule between them.
constexpr std::size_t kColumnsForTwo = 130;
constexpr std::string_view kRule = " | ";

/// Renders blocks as lines of at most `style.columns` columns (tables may be wider).
class TextWriter {
  public:
    explicit TextWriter(const TextStyle& style) : style_(style) {}

    void add(const Paragraph& paragraph) {
        if (!paragraph.wrap) return add_lines(paragraph);
        const auto text = plain(paragraph.text);
        std::size_t indent = static_cast<std::size_t>(paragraph.indent);
        std::string line(indent, ' ');
        bool empty = true;
        for (const auto word : words_of(text)) {
            const auto width = display_width(line) + (empty ? 0 : 1) + display_width(word);
            if (!empty && width > columns()) {
                finish(line, paragraph.tone);
                indent = static_cast<std::size_t>(paragraph.indent) +
                         static_cast<std::size_t>(paragraph.hanging);
                line = std::string(indent, ' ');
                empty = true;
            }
            if (!empty) line += ' ';
            line += word;
            empty = false;
        }
        finish(line, paragraph.tone);
    }

    /// As they are.
    void add_lines(const Paragraph& paragraph) {
        const std::string indent(static_cast<std::size_t>(paragraph.indent), ' ');
        for (std::size_t start = 0; start <= paragraph.text.size();) {
            const auto end = std::min(paragraph.text.find('\n', start), paragraph.text.size());
            finish(indent + plain(std::string_view(paragraph.text).substr(start, end - start)),
                   paragraph.tone);
            start = end + 1;
        }
    }

    void add(const Heading& heading) {
        out_ += '\n';
        add(Paragraph{heading.text, Tone::strong});
    }

    void add(const Plot& plot) {
        add(Paragraph{plot.caption});
        for (std::size_t i = 0; i < plot.lines.size(); ++i) {
            if (style_.colour && i < plot.tones.size()) {
                finish("  " + toned(plain(plot.lines[i]), plot.tones[i]), Tone::plain);
            } else {
                finish("  " + plain(plot.lines[i]), Tone::plain);
            }
        }
    }

    void add(const TimeSeries& series) { add(series.title, numbers_of(series)); }
    void add(const PercentileCurves& curves) { add(curves.title, numbers_of(curves)); }
    void add(const FoldStart& fold) { add(Paragraph{fold.title + ":"}); }
    void add(const FoldEnd&) {}
    void add(const NodeMap& map) { add(map.title, numbers_of(map)); }
    void add(const PlaceMap& map) { add(map.title, numbers_of(map)); }
    void add(const Waterfall& fall) { add(fall.title, numbers_of(fall)); }
    void add(const SideBySide& both) {
        for (const auto& line : both.common) add(line);
        if (both.right.empty()) return;
        if (columns() >= kColumnsForTwo) return add_two(both);
        for (const auto& line : both.left_lines) add(line);
        add(Heading{both.right});
        add(Paragraph{both.parting, Tone::strong, 0, 2});
        for (const auto& line : both.common) {
            if (line.open) add(line);
        }
        for (const auto& line : both.right_lines) add(line);
    }
    void add(const std::string& title, const Table& numbers) {
        add(Paragraph{title});
        add(numbers);
    }
    void add(const Fold& fold) {
        add(Paragraph{fold.title + ":"});
        const bool ended = fold.text.ends_with('\n');
        if (fold.text.empty()) return;
        add_lines({fold.text.substr(0, fold.text.size() - (ended ? 1 : 0)), Tone::plain, 2});
    }

    void add(const Table& whole) {
        if (table_width(whole) > columns() && has_wide_columns(whole)) {
            add_fitting(without_wide_columns(whole));
        } else {
            add_fitting(whole);
        }
    }

    void add_fitting(const Table& table) {
        const auto widths = widths_of(table, style_.ascii);
        std::vector<Cell> header;
        for (const auto& column : table.columns) header.push_back({column.title, Tone::quiet});
        add_row(header, table.columns, widths);
        for (const auto& row : table.rows) add_row(row, table.columns, widths);
    }

    void add(const KeyValues& values) {
        std::size_t widest = 0;
        for (const auto& [key, value] : values.entries) {
            widest = std::max(widest, display_width(key));
        }
        for (const auto& [key, value] : values.entries) {
            std::string line = key;
            line.append(widest - display_width(key) + 3, ' ').append(value);
            add(Paragraph{std::move(line), Tone::plain, 2, static_cast<int>(widest) + 3});
        }
    }

    void add(const Finding& finding) {
        const auto symbol = symbol_of(finding.mark, style_.ascii);
        add(Paragraph{std::string(symbol) + finding.text, Tone::plain, 0, 2});
    }

    void add(const Notes& notes) {
        for (const auto& note : notes.entries) {
            add(Paragraph{"note: " + note, Tone::quiet, 0, 2});
        }
    }

    void add(const Banner& banner) {
        const auto left = text_of(banner.left);
        const auto middle = text_of(banner.middle);
        const auto right = text_of(banner.right);
        const auto gap = [&](std::size_t used, std::size_t parts) {
            return std::string(
                columns() > used ? std::max<std::size_t>(2, (columns() - used) / parts) : 2, ' ');
        };
        const auto used = display_width(left) + display_width(middle) + display_width(right);
        if (middle.empty()) {
            out_ += coloured(left, banner.left.tone) + gap(used, 1) +
                    coloured(right, banner.right.tone);
        } else {
            const auto first = gap(used, 2);
            out_ += coloured(left, banner.left.tone) + first +
                    coloured(middle, banner.middle.tone) + gap(used + first.size(), 1) +
                    coloured(right, banner.right.tone);
        }
        out_ += '\n';
    }

    void add(const BlankLine&) { out_ += '\n'; }

    std::string take() { return std::move(out_); }

  private:
    static std::string barred(const SideBySide::Line& line) {
        std::string text;
        for (int i = 0; i < line.depth; ++i) text += "│ ";
        return text + line.text;
    }
    static int hanging(const SideBySide::Line& line) { return 2 * line.depth + 2; }

    void add(const SideBySide::Line& line) {
        const auto start = line.at + "  ";
        add(Paragraph{start + barred(line), line.tone, 0,
                      static_cast<int>(display_width(start)) + hanging(line) - 2});
    }

    /// What follows the parting, left and right of a rule.
    void add_two(const SideBySide& both) {
        const auto pairs = paired_lines(both);
        add(Paragraph{both.parting, Tone::strong, 0, 2});
        if (pairs.empty()) return;
        const auto* first =
            pairs.front().first == nullptr ? pairs.front().second : pairs.front().first;
        const std::string no_time(display_width(first->at), ' ');
        const auto half = (columns() - display_width(first->at) - 2 - kRule.size()) / 2;
        add_halves(no_time, {{both.left, Tone::strong}}, {{both.right, Tone::strong}}, half);
        for (const auto& [left, right] : pairs) {
            add_halves((left == nullptr ? right : left)->at, folded(left, half),
                       folded(right, half), half);
        }
    }

    /// A line of one side in lines of at most `width` columns.
    [[nodiscard]] std::vector<Cell> folded(const SideBySide::Line* line, std::size_t width) const {
        std::vector<Cell> lines;
        if (line == nullptr) return lines;
        auto narrow = style_;
        narrow.columns = static_cast<int>(width);
        narrow.colour = false;
        const auto text =
            render_block(Paragraph{barred(*line), Tone::plain, 0, hanging(*line)}, narrow);
        for (std::size_t start = 0; start < text.size();) {
            const auto end = text.find('\n', start);
            lines.push_back({text.substr(start, end - start), line->tone});
            start = end + 1;
        }
        return lines;
    }

    void add_halves(const std::string& at, const std::vector<Cell>& left,
                    const std::vector<Cell>& right, std::size_t half) {
        const std::string no_time(display_width(at), ' ');
        for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
            const auto here = i < left.size() ? left[i] : Cell{};
            const auto width = std::min(half, display_width(here.text));
            auto line = (i == 0 ? at : no_time) + "  " + coloured(plain(here.text), here.tone) +
                        std::string(half - width, ' ') + plain(kRule);
            if (i < right.size()) line += coloured(plain(right[i].text), right[i].tone);
            finish(std::move(line), Tone::plain);
        }
    }

    [[nodiscard]] std::size_t columns() const { return static_cast<std::size_t>(style_.columns); }
    [[nodiscard]] std::string plain(std::string_view text) const {
        return style_.ascii ? to_ascii(text) : std::string(text);
    }
    [[nodiscard]] std::string text_of(const Cell& cell) const {
        return cell_text(cell, style_.ascii);
    }
    [[nodiscard]] std::string coloured(const std::string& text, Tone tone) const {
        if (!style_.colour || tone == Tone::plain || text.empty()) return text;
        return std::string(colour_of(tone)) + text + "\x1b[0m";
    }

    /// Runs of one tone, column by column.
    [[nodiscard]] std::string toned(std::string_view text, std::string_view tones) const {
        std::string out;
        std::string run;
        char tone = ' ';
        std::size_t column = 0;
        for (const char c : text) {
            const bool continues = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
            const char now = column < tones.size() ? tones[column] : ' ';
            if (!continues && now != tone) {
                out += coloured(run, tone_of_letter(tone));
                run.clear();
                tone = now;
            }
            run += c;
            column += continues ? 0 : 1;
        }
        return out + coloured(run, tone_of_letter(tone));
    }

    /// Words and the gaps that were written on purpose: two spaces and more stay with the word
    /// before them.
    static std::vector<std::string_view> words_of(std::string_view text) {
        std::vector<std::string_view> words;
        std::size_t start = 0;
        while (start < text.size()) {
            std::size_t end = text.find(' ', start);
            if (end == std::string_view::npos) end = text.size();
            std::size_t next = end;
            while (next < text.size() && text[next] == ' ') ++next;
            const std::size_t kept = next - end > 1 ? next - 1 : end;
            words.push_back(text.substr(start, kept - start));
            start = next;
        }
        return words;
    }

    void finish(std::string line, Tone tone) {
        while (!line.empty() && line.back() == ' ') line.pop_back();
        out_ += coloured(line, tone) + '\n';
    }

    void add_row(const std::vector<Cell>& row, const std::vector<Column>& columns,
                 const std::vector<std::size_t>& widths) {
        std::string line(kTableIndent);
        std::string owed;
        for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
            const auto text = text_of(row[i]);
            const std::string pad(widths[i] - display_width(text), ' ');
            const bool right = columns[i].align == Align::right;
            if (right) owed += pad;
            // Padding is held back until more text follows: no line ends in spaces.
            if (!text.empty()) {
                line += owed + coloured(text, row[i].tone);
                owed.clear();
            }
            if (!right) owed += pad;
            owed += kColumnGap;
        }
        out_ += (line == kTableIndent ? "" : line) + '\n';
    }

    TextStyle style_;
    std::string out_;
};

}  // namespace

std::string_view symbol_of(Mark mark, bool ascii) {
    switch (mark) {
        case Mark::none:
            return "";
        case Mark::good:
            return ascii ? "OK " : "✓ ";
        case Mark::bad:
            return ascii ? "NO " : "✗ ";
        case Mark::unsure:
            return ascii ? "?? " : "? ";
    }
    SIM_ASSERT(false);
}

std::size_t table_width(const Table& table) {
    std::size_t width = kTableIndent.size();
    for (const auto column : widths_of(table, false)) width += column + kColumnGap.size();
    return width - kColumnGap.size();
}

std::string render_block(const Block& block, const TextStyle& style) {
    TextWriter writer(style);
    std::visit([&](const auto& kind) { writer.add(kind); }, block);
    return writer.take();
}

std::string render_text(const Document& document, const TextStyle& style) {
    std::string out;
    if (!document.title.empty()) {
        out += render_block(Paragraph{document.title, Tone::strong}, style);
        out += '\n';
    }
    for (const auto& block : document.blocks) out += render_block(block, style);
    return out;
}

}  // namespace sim
