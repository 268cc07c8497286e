#include <algorithm>
#include <string>

#include <cmath>

#include <fmt/format.h>

#include "sim/core/assert.hpp"
#include "sim/report/assets.hpp"
#include "sim/report/render.hpp"

namespace sim {

namespace {

std::string escaped(std::string_view text) {
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

/// The same, with what stands between backticks as code.
std::string with_code(std::string_view text) {
    if (std::count(text.begin(), text.end(), '`') % 2 != 0) return escaped(text);
    std::string out;
    bool in_code = false;
    while (true) {
        const auto tick = text.find('`');
        out += escaped(text.substr(0, tick));
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

using Json = nlohmann::ordered_json;

/// Four digits are more than a chart can show.
Json rounded(double value) {
    if (!std::isfinite(value)) return nullptr;
    if (value == 0) return 0;
    const double scale = std::pow(10.0, 3 - std::floor(std::log10(std::abs(value))));
    const double digits = std::round(value * scale) / scale;
    return digits == std::round(digits) && std::abs(digits) < 1e15
               ? Json(static_cast<std::int64_t>(digits))
               : Json(digits);
}

/// Points that a chart is wide: more of them only make the file large.
constexpr std::size_t kMostPoints = 240;

/// Means of `step` values each.
Json thinned(const std::vector<double>& values, std::size_t step) {
    Json list = Json::array();
    for (std::size_t first = 0; first < values.size(); first += step) {
        double sum = 0;
        std::size_t count = 0;
        for (std::size_t i = first; i < std::min(first + step, values.size()); ++i) {
            if (std::isnan(values[i])) continue;
            sum += values[i];
            ++count;
        }
        list.push_back(count == 0 ? Json() : rounded(sum / static_cast<double>(count)));
    }
    return list;
}

Json series_json(const TimeSeries& series) {
    std::size_t most = 1;
    for (const auto& line : series.lines) most = std::max(most, line.values.size());
    const std::size_t step = (most + kMostPoints - 1) / kMostPoints;
    Json json;
    json["unit"] = series.unit;
    json["step"] = series.step_s * static_cast<double>(step);
    json["lines"] = Json::array();
    for (const auto& line : series.lines) {
        json["lines"].push_back({{"name", line.name},
                                 {"colour", line.colour},
                                 {"dashed", line.dashed},
                                 {"values", thinned(line.values, step)}});
        if (!line.source.empty()) json["lines"].back()["from"] = line.source;
        if (!line.per.empty()) json["lines"].back()["per"] = line.per;
        if (line.hidden) json["lines"].back()["hidden"] = true;
    }
    if (series.most) json["most"] = *series.most;
    json["bands"] = Json::array();
    for (const auto& band : series.bands) {
        json["bands"].push_back({{"name", band.name}, {"from", band.from_s}, {"to", band.to_s}});
    }
    return json;
}

Json map_json(const NodeMap& map) {
    Json json = {{"nodes", Json::array()}, {"arrows", Json::array()}};
    for (const auto& node : map.nodes) {
        json["nodes"].push_back(
            {{"name", node.name}, {"detail", node.detail}, {"harm", rounded(node.harm)}});
    }
    for (const auto& arrow : map.arrows) {
        json["arrows"].push_back(Json::array({arrow.from, arrow.to}));
    }
    return json;
}

/// JSON inside of a script element, which must not end it.
std::string embedded(const Json& json) {
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
                (paragraph.wrap ? with_code(paragraph.text) : escaped(paragraph.text)) + "</" +
                tag + ">\n";
    }
    void add(const Table& table) {
        // A region that scrolls must be reachable by keyboard, and have a name.
        out_ += "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"table " +
                std::to_string(++tables_) + "\"><table><thead><tr>";
        for (const auto& column : table.columns) {
            const auto tag = column.title.empty() ? "td" : "th";
            out_ += open(tag, side_of(column)) + escaped(column.title) + "</" + tag + ">";
        }
        out_ += "</tr></thead><tbody>\n";
        for (const auto& row : table.rows) {
            out_ += "<tr>";
            for (std::size_t i = 0; i < table.columns.size(); ++i) {
                out_ += cell_open(table.columns[i], i < row.size() ? row[i] : Cell{});
                if (i < row.size()) out_ += inline_text(row[i]);
                out_ += "</td>";
            }
            out_ += "</tr>\n";
        }
        out_ += "</tbody></table></div>\n";
    }
    void add(const KeyValues& values) {
        out_ += "<dl>";
        for (const auto& [key, value] : values.entries) {
            out_ += "<dt>" + escaped(key) + "</dt><dd>" + with_code(value) + "</dd>";
        }
        out_ += "</dl>\n";
    }
    void add(const Finding& finding) {
        out_ += "<p>" + inline_text({finding.text, Tone::plain, finding.mark}) + "</p>\n";
    }
    void add(const Notes& notes) {
        for (const auto& note : notes.entries) add(Paragraph{"note: " + note, Tone::quiet});
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
        out_ += "<h2 id=\"" + id + "\">" + escaped(heading.text) + "</h2>\n";
        links_ += "<a href=\"#" + id + "\">" + escaped(heading.text) + "</a>";
    }
    void add(const TimeSeries& series) {
        chart("series", series.title, series_json(series), numbers_of(series));
    }
    void add(const MoreCharts& more) {
        out_ += "<details class=\"more\"><summary>" + escaped(more.title) +
                "</summary><div class=\"charts\">\n";
        for (const auto& one : more.charts) add(one);
        out_ += "</div></details>\n";
    }
    void add(const NodeMap& map) { chart("map", map.title, map_json(map), numbers_of(map)); }
    void add(const PlaceMap& map) {
        out_ += "<figure class=\"places\"><figcaption>" + with_code(map.title) + "</figcaption>\n";
        for (const auto& region : map.regions) {
            out_ += "<section><h3>" + escaped(region.name) + "</h3><div class=\"zones\">";
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
    void add(const Fold& fold) {
        out_ += "<details><summary>" + escaped(fold.title) + "</summary><pre tabindex=\"0\">" +
                escaped(fold.text) + "</pre></details>\n";
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
            const bool is_chart = std::holds_alternative<TimeSeries>(block);
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
                escaped(row.name) + "</span><span class=\"track\">" +
                bar(class_of(row.tone), row.from_s, row.to_s, length);
        if (row.other_s) {
            out_ += bar(row.other_wasted ? "other wasted" : "other", row.other_s->first,
                        row.other_s->second, length);
        }
        out_ +=
            "</span>" + open("span", class_of(row.tone)) + escaped(row.detail) + "</span></li>\n";
    }
    void add(const PlaceMap::Zone& zone) {
        out_ += "<div class=\"zone\"><h4>" + escaped(zone.name) + "</h4><ul>";
        for (const auto& item : zone.items) {
            out_ += fmt::format("<li style=\"background:rgba(var(--harm),{:.2f})\">",
                                0.6 * item.harm.value_or(0)) +
                    "<span>" + escaped(item.name) + "</span><span>" + escaped(item.detail) +
                    "</span></li>";
        }
        out_ += "</ul></div>";
    }
    void chart(const char* kind, const std::string& title, const Json& data, const Table& numbers) {
        ++charts_;
        out_ += fmt::format(
            "<figure data-kind=\"{}\"><figcaption>{}</figcaption><div class=\"plot\"></div>"
            "<script type=\"application/json\">{}</script><details><summary>numbers"
            "</summary>\n",
            kind, with_code(title), embedded(data));
        add(numbers);
        out_ += "</details></figure>\n";
    }
    static std::string cell_open(const Column& column, const Cell& cell) {
        std::string out = "<td";
        if (column.align == Align::right) out += " class=\"r\"";
        if (cell.heat) {
            out += fmt::format(" style=\"background:rgba(var(--harm),{:.2f})\"", 0.6 * *cell.heat);
        }
        if (!cell.source.empty()) out += " data-json=\"" + escaped(cell.source) + "\"";
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

std::string render_html(const Document& document, const TextStyle& style) {
    HtmlWriter writer(style);
    writer.add_all(document.page.empty() ? document.blocks : document.page);
    const auto title = escaped(document.title.empty() ? "firedrill" : document.title);
    const auto styles = std::string(page_style()) +
                        (writer.has_charts() ? std::string(uplot_style()) : std::string());
    return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
           title + "</title>\n<style>\n" + styles + "</style></head>\n<body>\n<main>\n" +
           (document.title.empty() ? "" : "<h1>" + title + "</h1>\n") + writer.navigation() +
           writer.take() + "</main>\n" + (writer.has_charts() ? scripts() : std::string()) +
           "</body></html>\n";
}

}  // namespace sim
