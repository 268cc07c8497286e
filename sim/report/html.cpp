#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "sim/core/assert.hpp"
#include "sim/report/assets.hpp"
#include "sim/report/chart_json.hpp"
#include "sim/report/render.hpp"

namespace sim {

std::string html_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

namespace {

/// Escaped, with what stands between backticks as code.
std::string with_code(std::string_view text) {
    if (std::count(text.begin(), text.end(), '`') % 2 != 0) return html_escaped(text);
    std::string out;
    bool in_code = false;
    while (true) {
        const auto tick = text.find('`');
        out += html_escaped(text.substr(0, tick));
        if (tick == std::string_view::npos) return out;
        out += in_code ? "</code>" : "<code>";
        in_code = !in_code;
        text.remove_prefix(tick + 1);
    }
}

std::string_view class_of(Tone tone) {
    switch (tone) {
        case Tone::plain:
            return "";
        case Tone::strong:
            return "strong";
        case Tone::good:
            return "good";
        case Tone::bad:
            return "bad";
        case Tone::unsure:
            return "unsure";
        case Tone::quiet:
            return "quiet";
    }
    SIM_ASSERT(false);
}

/// JSON inside of a script element, which must not end it.
std::string embedded(const nlohmann::ordered_json& json) {
    std::string out;
    for (const char c : json.dump()) {
        if (c == '<') {
            out += "\\u003c";
        } else {
            out += c;
        }
    }
    return out;
}

class HtmlWriter {
  public:
    explicit HtmlWriter(const TextStyle& style) : style_(style) {}

    void add(const Paragraph& paragraph) {
        const auto tag = paragraph.wrap ? std::string("p") : std::string("pre");
        // What may scroll must be reachable by keyboard.
        out_ += (paragraph.wrap ? open(tag, class_of(paragraph.tone)) : "<pre tabindex=\"0\">") +
                (paragraph.wrap ? with_code(paragraph.text) : html_escaped(paragraph.text)) + "</" +
                tag + ">\n";
    }
    void add(const Table& table) {
        // A region that scrolls must be reachable by keyboard, and have a name.
        out_ += "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"table " +
                std::to_string(++tables_) + "\"><table";
        const bool numbers = is_of_numbers(table);
        out_ += numbers ? " class=\"n\"><thead><tr>" : "><thead><tr>";
        for (const auto& column : table.columns) {
            const auto tag = column.title.empty() ? "td" : "th";
            out_ += open(tag, numbers ? "" : side_of(column)) + html_escaped(column.title);
            for (std::string_view rest = column.detail; !rest.empty();) {
                const auto end = std::min(rest.find('\n'), rest.size());
                out_ += "<small>" + html_escaped(rest.substr(0, end)) + "</small>";
                rest.remove_prefix(std::min(end + 1, rest.size()));
            }
        }
        out_ += "</thead><tbody>\n";
        for (const auto& row : table.rows) add(table, row, numbers);
        out_ += "</tbody></table></div>\n";
    }
    void add(const KeyValues& values) {
        out_ += "<dl>";
        for (const auto& [key, value] : values.entries) {
            out_ += "<dt>" + html_escaped(key) + "</dt><dd>" + with_code(value) + "</dd>";
        }
        out_ += "</dl>\n";
    }
    void add(const Finding& finding) {
        out_ += "<p>" + inline_text({finding.text, Tone::plain, finding.mark}) + "</p>\n";
    }
    void add(const Notes& notes) {
        out_ += "<ul class=\"quiet\">";
        for (const auto& note : notes.entries) out_ += "<li>" + with_code(note) + "</li>";
        out_ += "</ul>\n";
    }
    void add(const Banner& banner) {
        out_ += "<div class=\"banner\">";
        for (const auto* cell : {&banner.left, &banner.middle, &banner.right}) {
            if (!cell->text.empty()) out_ += inline_text(*cell);
        }
        out_ += "</div>\n";
    }
    void add(const BlankLine&) {}
    void add(const Heading& heading) {
        const auto id = "part-" + std::to_string(++headings_);
        out_ += "<h2 id=\"" + id + "\">" + html_escaped(heading.text) + "</h2>\n";
        links_ += "<a href=\"#" + id + "\">" + html_escaped(heading.text) + "</a>";
    }
    void add(const TimeSeries& series) { chart("series", series); }
    void add(const PercentileCurves& curves) { chart("curves", curves); }
    void add(const NodeMap& map) { chart("map", map); }
    void add(const FoldStart& fold) {
        out_ += "<details class=\"more\"><summary>" + html_escaped(fold.title) + "</summary>\n";
    }
    void add(const FoldEnd&) { out_ += "</details>\n"; }
    void add(const PlaceMap& map) {
        out_ += "<figure class=\"places\"><figcaption>" + with_code(map.title) + "</figcaption>\n";
        for (const auto& region : map.regions) {
            out_ += "<section><h3>" + html_escaped(region.name) + "</h3><div class=\"zones\">";
            for (const auto& zone : region.zones) add(zone);
            out_ += "</div></section>\n";
        }
        out_ += "<details><summary>numbers</summary>\n";
        add(numbers_of(map));
        out_ += "</details></figure>\n";
    }
    void add(const Waterfall& fall) {
        double length = 0;
        for (const auto& row : fall.rows) {
            length = std::max({length, row.to_s, row.other_s ? row.other_s->second : 0.0});
        }
        out_ += "<figure class=\"fall\"><figcaption>" + with_code(fall.title) + "</figcaption>\n";
        out_ += fmt::format(
            "<p class=\"axis\" aria-hidden=\"true\"><span>0 s</span><span>{}</span>"
            "</p><ol aria-hidden=\"true\">\n",
            axis_text(length));
        for (const auto& row : fall.rows) add(row, length);
        out_ += "</ol>\n<details><summary>numbers</summary>\n";
        add(numbers_of(fall));
        out_ += "</details></figure>\n";
    }
    void add(const SideBySide& both) { add(numbers_of(both)); }
    void add(const Fold& fold) {
        out_ += "<details><summary>" + html_escaped(fold.title) + "</summary><pre tabindex=\"0\">" +
                html_escaped(fold.text) + "</pre></details>\n";
    }
    void add(const Plot& plot) {
        out_ += "<figure>" + plot.svg + "<figcaption>" + with_code(plot.caption) + "</figcaption>";
        if (plot.numbers) {
            out_ += "<details><summary>numbers</summary>\n";
            add(*plot.numbers);
            out_ += "</details>";
        }
        out_ += "</figure>\n";
    }

    std::string take() { return std::move(out_); }
    /// Whether there are charts, which need the scripts.
    [[nodiscard]] bool has_charts() const { return charts_ > 0; }
    /// Links to the headings; empty when there are too few to get lost between.
    [[nodiscard]] std::string navigation() const {
        if (headings_ < 3) return {};
        return "<nav aria-label=\"parts of this page\">" + links_ + "</nav>\n";
    }

    /// Charts that follow each other stand side by side where there is room.
    void add_all(const std::vector<Block>& blocks) {
        bool in_charts = false;
        for (const auto& block : blocks) {
            const bool is_chart = std::holds_alternative<TimeSeries>(block) ||
                                  std::holds_alternative<PercentileCurves>(block);
            if (is_chart != in_charts) out_ += is_chart ? "<div class=\"charts\">\n" : "</div>\n";
            in_charts = is_chart;
            std::visit([&](const auto& kind) { add(kind); }, block);
        }
        if (in_charts) out_ += "</div>\n";
    }

  private:
    static std::string axis_text(double seconds) {
        return seconds < 1 ? fmt::format("{:.1f} ms", 1e3 * seconds)
                           : fmt::format("{:.2f} s", seconds);
    }
    /// A bar is at least as wide as a hair.
    static std::string bar(std::string_view name, double from, double to, double length) {
        const double unit = length > 0 ? 100 / length : 0;
        const double width = std::max(0.3, (to - from) * unit);
        return fmt::format("<i class=\"{}\" style=\"left:{:.2f}%;width:{:.2f}%\"></i>", name,
                           std::min(from * unit, 100 - 0.3), width);
    }
    void add(const Waterfall::Row& row, double length) {
        out_ += fmt::format("<li><span style=\"padding-left:{:.1f}rem\">", 0.8 * row.depth) +
                html_escaped(row.name) + "</span><span class=\"track\">" +
                bar(class_of(row.tone), row.from_s, row.to_s, length);
        if (row.other_s) {
            out_ += bar(row.other_wasted ? "other wasted" : "other", row.other_s->first,
                        row.other_s->second, length);
        }
        out_ += "</span>" + open("span", class_of(row.tone)) + html_escaped(row.detail) +
                "</span></li>\n";
    }
    void add(const PlaceMap::Zone& zone) {
        out_ += "<div class=\"zone\"><h4>" + html_escaped(zone.name) + "</h4><ul>";
        for (const auto& item : zone.items) {
            out_ += fmt::format("<li style=\"background:rgba(var(--harm),{:.2f})\">",
                                0.6 * item.harm.value_or(0)) +
                    "<span>" + html_escaped(item.name) + "</span><span>" +
                    html_escaped(item.detail) + "</span></li>";
        }
        out_ += "</ul></div>";
    }
    template <class Chart>
    void chart(const char* kind, const Chart& shown) {
        ++charts_;
        out_ += fmt::format(
            "<figure data-kind=\"{}\"><figcaption>{}</figcaption><div class=\"plot\"></div>"
            "<script type=\"application/json\">{}</script><details><summary>numbers"
            "</summary>\n",
            kind, with_code(shown.title), embedded(chart_json(shown)));
        add(numbers_of(shown));
        out_ += "</details></figure>\n";
    }
    /// Whether all columns but the first are right-aligned: then the table says so once, not each
    /// of its cells. Large pages are mostly cells, which is why they have no closing tags either.
    static bool is_of_numbers(const Table& table) {
        return table.columns.size() > 1 && table.columns.front().align == Align::left &&
               std::all_of(table.columns.begin() + 1, table.columns.end(),
                           [](const Column& one) { return one.align == Align::right; });
    }
    void add(const Table& table, const std::vector<Cell>& row, bool numbers) {
        if (row.size() == 1 && table.columns.size() > 1) {
            out_ += fmt::format("<tr class=\"part\"><td colspan=\"{}\"><span>{}</span>\n",
                                table.columns.size(), cell_text(row.front()));
            return;
        }
        out_ += "<tr>";
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            const auto side = numbers ? "" : side_of(table.columns[i]);
            out_ += i < row.size() ? cell_open(side, row[i]) + cell_text(row[i]) : "<td>";
        }
        out_ += "\n";
    }
    [[nodiscard]] std::string cell_text(const Cell& cell) const {
        if (cell.tone != Tone::plain) return inline_text(cell);
        return with_code(std::string(symbol_of(cell.mark, style_.ascii)) + cell.text);
    }
    static std::string cell_open(std::string_view side, const Cell& cell) {
        // Numbers stay on one line, sentences need not.
        constexpr std::size_t kLong = 56;
        if (cell.text.size() > kLong) side = "w";
        std::string out = "<td";
        if (!side.empty()) out += fmt::format(" class=\"{}\"", side);
        if (cell.heat && *cell.heat >= 0.005) {
            out += fmt::format(" style=\"background:rgba(var(--harm),{:.2f})\"", 0.6 * *cell.heat);
        }
        if (!cell.source.empty()) out += " data-json=\"" + html_escaped(cell.source) + "\"";
        return out + ">";
    }
    static std::string_view side_of(const Column& column) {
        return column.align == Align::right ? "r" : "";
    }
    static std::string open(const std::string& tag, std::string_view name) {
        return name.empty() ? "<" + tag + ">" : "<" + tag + " class=\"" + std::string(name) + "\">";
    }
    [[nodiscard]] std::string inline_text(const Cell& cell) const {
        return open("span", class_of(cell.tone)) +
               with_code(std::string(symbol_of(cell.mark, style_.ascii)) + cell.text) + "</span>";
    }

    TextStyle style_;
    std::string out_;
    std::string links_;
    int headings_ = 0;
    int tables_ = 0;
    int charts_ = 0;
};

/// The libraries that draw, with their licences, and what tells them what to draw.
std::string scripts() {
    std::string out;
    const auto add = [&](std::string_view licence, std::string_view script) {
        out += "<script>\n/*\n" + std::string(licence) + "*/\n" + std::string(script) +
               "\n</script>\n";
    };
    add(uplot_licence(), uplot_script());
    add(dagre_licence(), dagre_script());
    return out + "<script>\n" + std::string(page_script()) + "</script>\n";
}

}  // namespace

namespace {

/// A title is a name, and what stands behind three spaces says more: `shop   3 strategies`.
std::pair<std::string, std::string> title_parts(const std::string& title) {
    static constexpr std::string_view kBetween = "   ";
    const auto end = title.find(kBetween);
    if (end == std::string::npos) return {title, ""};
    auto rest = title.substr(end + kBetween.size());
    for (auto at = rest.find(kBetween); at != std::string::npos; at = rest.find(kBetween)) {
        rest.replace(at, kBetween.size(), " · ");
    }
    return {title.substr(0, end), rest};
}

}  // namespace

std::string render_html(const Document& document, const TextStyle& style) {
    HtmlWriter writer(style);
    writer.add_all(document.page.empty() ? document.blocks : document.page);
    const auto [name, rest] = title_parts(document.title);
    const auto title = html_escaped(name.empty() ? "firedrill" : name);
    const auto styles = std::string(page_style()) +
                        (writer.has_charts() ? std::string(uplot_style()) : std::string());
    return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
           title + "</title>\n<style>\n" + styles + "</style></head>\n<body>\n<main>\n" +
           (name.empty() ? "" : "<h1>" + title + "</h1>\n") +
           (rest.empty() ? "" : "<p class=\"quiet\">" + html_escaped(rest) + "</p>\n") +
           writer.navigation() + writer.take() + "</main>\n" +
           (writer.has_charts() ? scripts() : std::string()) + "</body></html>\n";
}

}  // namespace sim
