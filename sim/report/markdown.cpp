#include <algorithm>
#include <string>

#include "sim/report/render.hpp"

namespace sim {

namespace {

/// Text in which Markdown sees nothing but text and what stands between backticks. `|` would end a
/// cell, `<` begins HTML.
std::string markdown_text(std::string_view text) {
    std::string out;
    const bool has_code = std::count(text.begin(), text.end(), '`') % 2 == 0;
    bool in_code = false;
    for (const char c : text) {
        if (c == '`' && has_code) {
            in_code = !in_code;
        } else if (std::string_view(in_code ? "|" : "\\`*_|<>[]").find(c) !=
                   std::string_view::npos) {
            out += '\\';
        }
        out += c;
    }
    return out;
}

class MarkdownWriter {
  public:
    explicit MarkdownWriter(const TextStyle& style) : style_(style) {}

    void add(const Paragraph& paragraph) {
        if (!paragraph.wrap) {
            code({paragraph.text});
            return;
        }
        const bool loud = paragraph.tone == Tone::strong;
        line((loud ? "**" : "") + text_of(paragraph.text) + (loud ? "**" : ""));
    }
    void add(const Table& table) {
        std::string header = "|";
        std::string rule = "|";
        for (const auto& column : table.columns) {
            header += " " + text_of(column.title) + " |";
            rule += column.align == Align::right ? "---:|" : "---|";
        }
        out_ += header + "\n" + rule + "\n";
        for (const auto& row : table.rows) {
            out_ += "|";
            for (std::size_t i = 0; i < table.columns.size(); ++i) {
                const auto text = i < row.size() ? cell_of(row[i]) : std::string();
                out_ += text.empty() ? " |" : " " + text + " |";
            }
            out_ += "\n";
        }
        out_ += "\n";
    }
    void add(const KeyValues& values) {
        for (const auto& [key, value] : values.entries) {
            out_ += "- **" + text_of(key) + "** " + text_of(value) + "\n";
        }
        out_ += "\n";
    }
    void add(const Finding& finding) { item(Cell{finding.text, Tone::plain, finding.mark}); }
    void add(const Notes& notes) {
        for (const auto& note : notes.entries) item(Cell{"note: " + note});
        out_ += "\n";
    }
    void add(const Banner& banner) {
        std::string text = "**" + cell_of(banner.left) + "**";
        for (const auto* cell : {&banner.middle, &banner.right}) {
            if (!cell->text.empty()) text += " · " + cell_of(*cell);
        }
        line(text);
    }
    void add(const BlankLine&) {
        if (!out_.ends_with("\n\n")) out_ += "\n";
    }
    void add(const Heading& heading) {
        add(BlankLine{});
        line("## " + text_of(heading.text));
    }
    void add(const TimeSeries& series) {
        line("**" + text_of(series.title) + "**");
        add(numbers_of(series));
    }
    void add(const PercentileCurves& curves) {
        line(text_of(curves.title));
        add(numbers_of(curves));
    }
    void add(const FoldStart& fold) { line(text_of(fold.title) + ":"); }
    void add(const FoldEnd&) {}
    void add(const NodeMap& map) {
        line("**" + text_of(map.title) + "**");
        add(numbers_of(map));
    }
    void add(const PlaceMap& map) {
        line("**" + text_of(map.title) + "**");
        add(numbers_of(map));
    }
    void add(const Waterfall& fall) {
        line("**" + text_of(fall.title) + "**");
        add(numbers_of(fall));
    }
    void add(const SideBySide& both) { add(numbers_of(both)); }
    void add(const Fold& fold) {
        line(text_of(fold.title) + ":");
        code({fold.text});
    }
    void add(const Plot& plot) {
        line(text_of(plot.caption));
        code(plot.lines);
    }

    std::string take() {
        while (out_.ends_with("\n\n")) out_.pop_back();
        return std::move(out_);
    }

  private:
    void line(const std::string& text) { out_ += text + "\n\n"; }
    void item(const Cell& cell) { out_ += "- " + cell_of(cell) + "\n"; }
    void code(const std::vector<std::string>& lines) {
        add(BlankLine{});
        out_ += "```\n";
        for (const auto& text : lines) out_ += plain(text) + "\n";
        out_ += "```\n\n";
    }
    [[nodiscard]] std::string plain(std::string_view text) const {
        return style_.ascii ? to_ascii(text) : std::string(text);
    }
    [[nodiscard]] std::string text_of(std::string_view text) const {
        return markdown_text(plain(text));
    }
    [[nodiscard]] std::string cell_of(const Cell& cell) const {
        return std::string(symbol_of(cell.mark, style_.ascii)) + text_of(cell.text);
    }

    TextStyle style_;
    std::string out_;
};

}  // namespace

std::string render_markdown(const Document& document, const TextStyle& style) {
    MarkdownWriter writer(style);
    std::string out = document.title.empty() ? "" : "# " + markdown_text(document.title) + "\n\n";
    for (const auto& block : document.blocks) {
        std::visit([&](const auto& kind) { writer.add(kind); }, block);
    }
    return out + writer.take();
}

}  // namespace sim
