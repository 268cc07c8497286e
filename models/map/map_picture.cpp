#include "models/map/map_picture.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "sim/report/render.hpp"

namespace models {

namespace {

constexpr double kAtOnceS = 10;
constexpr double kSoonS = 60;

/// Tones of sim::Plot.
char tone_of_glyph(char glyph) {
    switch (glyph) {
        case '.':
        case ':':
        case 'o':
            return 'g';
        case 'M':
        case '!':
            return 'b';
        case '~':
        case '?':
            return 'u';
        default:
            return 'q';
    }
}

// -- lines ----------------------------------------------------------------------------------------

/// Characters of a cell: narrow maps are drawn wider, so that they look like squares.
std::size_t cell_columns(const MapStudy& study) { return study.x.values.size() <= 40 ? 2 : 1; }

struct MarkedLine {
    std::string text;
    std::string tones;

    void add(std::string_view more, char tone = ' ') {
        text += more;
        tones += std::string(sim::display_width(more), tone);
    }
};

MarkedLine row_line(const StabilityMap& map, std::size_t strategy, std::size_t row,
                    std::size_t width) {
    const auto& study = map.study;
    MarkedLine line;
    const bool today = study.y.today_at() == row;
    line.add(fmt::format("{} {:>{}} |", today ? ">" : " ", study.y.values[row], width));
    for (std::size_t column = 0; column < study.x.values.size(); ++column) {
        const char glyph = glyph_of(map.cell(strategy, column, row));
        line.add(std::string(1, glyph), tone_of_glyph(glyph));
        if (cell_columns(study) == 2) line.add(" ");
    }
    while (line.text.ends_with(' ')) line.text.pop_back();
    return line;
}

/// Where the labels of x have room.
std::string label_line(const MapStudy& study, std::size_t indent) {
    std::string line(indent, ' ');
    for (std::size_t column = 0; column < study.x.values.size(); ++column) {
        const auto at = indent + column * cell_columns(study);
        const auto& value = study.x.values[column];
        const auto used = sim::display_width(line);
        const bool free = column == 0 || at >= used + 2;
        if (!free) continue;
        line += std::string(at - used, ' ') + value;
    }
    return line;
}

void add_lines(const StabilityMap& map, std::size_t strategy, sim::Plot& plot) {
    const auto& study = map.study;
    std::size_t width = 1;
    for (const auto& value : study.y.values) width = std::max(width, sim::display_width(value));
    const auto add = [&](MarkedLine line) {
        plot.lines.push_back(std::move(line.text));
        plot.tones.push_back(std::move(line.tones));
    };
    add({"  " + study.y.path, {}});
    for (std::size_t row = study.y.values.size(); row-- > 0;) {
        add(row_line(map, strategy, row, width));
    }
    std::string axis(study.x.values.size() * cell_columns(study), '-');
    if (const auto today = study.x.today_at()) axis[*today * cell_columns(study)] = '^';
    add({std::string(width + 3, ' ') + "+" + axis, {}});
    add({label_line(study, width + 4), {}});
    add({std::string(width + 4, ' ') + study.x.path, {}});
}

// -- the table ------------------------------------------------------------------------------------

std::string cell_text(const MapCell& cell) {
    const auto state = cell.state();
    std::string text(to_string(state));
    if (state == CellState::mixed) {
        text = fmt::format("mixed: {} metastable", percent_text(cell.share(Stability::metastable)));
    }
    if (state == CellState::overloaded) text += fmt::format(" ({})", to_string(cell.overload()));
    if (const auto recovery = cell.recovery()) {
        text += ", back after " + seconds_text(recovery->median);
        if (recovery->shortest < recovery->longest) {
            text += fmt::format(" ({} to {})", seconds_text(recovery->shortest),
                                seconds_text(recovery->longest));
        }
    }
    if (cell.windows() > 1) text += fmt::format(", window x{}", cell.windows());
    return text;
}

sim::Table table_of(const StabilityMap& map, std::size_t strategy) {
    const auto& study = map.study;
    sim::Table table;
    table.columns = {{study.x.path, sim::Align::right}, {study.y.path, sim::Align::right}, {"is"}};
    for (std::size_t row = 0; row < study.y.values.size(); ++row) {
        for (std::size_t column = 0; column < study.x.values.size(); ++column) {
            table.rows.push_back({{study.x.values[column]},
                                  {study.y.values[row]},
                                  {cell_text(map.cell(strategy, column, row))}});
        }
    }
    return table;
}

// -- the picture ----------------------------------------------------------------------------------

constexpr double kLeft = 110;
constexpr double kTop = 26;
constexpr double kBottom = 52;
constexpr double kLegend = 22;
constexpr double kLegendWidth = 560;

struct Layout {
    double cell_w = 0;
    double cell_h = 0;
    double width = 0;
    double height = 0;
};

Layout layout_of(const MapStudy& study) {
    const auto columns = static_cast<double>(study.x.values.size());
    const auto rows = static_cast<double>(study.y.values.size());
    Layout layout;
    layout.cell_w = std::clamp(720 / columns, 4.0, 36.0);
    layout.cell_h = std::clamp(420 / rows, 4.0, 24.0);
    layout.width = std::max(kLegendWidth, kLeft + columns * layout.cell_w + 30);
    layout.height = kTop + rows * layout.cell_h + kBottom + kLegend;
    return layout;
}

struct Paint {
    const char* fill;
    double opacity;
};
Paint paint_of(const MapCell& cell) {
    switch (glyph_of(cell)) {
        case '.':
            return {"#2e9e5b", 0.25};
        case ':':
            return {"#2e9e5b", 0.5};
        case 'o':
            return {"#2e9e5b", 0.8};
        case 'M':
            return {"#c8323c", 0.85};
        case 'X':
            return {"#808080", 0.55};
        case '~':
            return {"#c8323c", 0.15 + 0.45 * cell.share(Stability::metastable)};
        case '?':
            return {"#d9a514", 0.6};
        case '!':
            return {"#8a2be2", 0.5};
        default:
            return {"#808080", 0.05};
    }
}

std::string text_at(double x, double y, const char* anchor, std::string_view text,
                    std::string_view more = "") {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{}>{}</text>", x, y,
                       anchor, more, sim::html_escaped(text));
}

std::string cells_svg(const StabilityMap& map, std::size_t strategy, const Layout& layout) {
    const auto& study = map.study;
    std::string svg;
    for (std::size_t row = 0; row < study.y.values.size(); ++row) {
        const double y =
            kTop + static_cast<double>(study.y.values.size() - 1 - row) * layout.cell_h;
        for (std::size_t column = 0; column < study.x.values.size(); ++column) {
            const auto& cell = map.cell(strategy, column, row);
            const double x = kLeft + static_cast<double>(column) * layout.cell_w;
            const auto paint = paint_of(cell);
            svg += fmt::format(
                "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\" "
                "fill-opacity=\"{:.2f}\"><title>{}</title></rect>",
                x, y, layout.cell_w - 1, layout.cell_h - 1, paint.fill, paint.opacity,
                sim::html_escaped(fmt::format("{} {}, {} {}: {}", study.x.path,
                                              study.x.values[column], study.y.path,
                                              study.y.values[row], cell_text(cell))));
            const char glyph = glyph_of(cell);
            const bool room = layout.cell_w >= 9 && layout.cell_h >= 9;
            if (room && (glyph == 'M' || glyph == 'X' || glyph == '~' || glyph == '?')) {
                svg += text_at(x + layout.cell_w / 2, y + layout.cell_h / 2 + 3, "middle",
                               std::string(1, glyph), " font-size=\"9\" pointer-events=\"none\"");
            }
        }
    }
    return svg;
}

/// Labels at most so often that they do not touch.
std::string labels_svg(const MapStudy& study, const Layout& layout) {
    std::string svg;
    const auto rows = study.y.values.size();
    double next = kTop;
    for (std::size_t row = rows; row-- > 0;) {
        const double y = kTop + (static_cast<double>(rows - 1 - row) + 0.5) * layout.cell_h + 4;
        if (y < next) continue;
        next = y + 13;
        svg += text_at(kLeft - 6, y, "end", study.y.values[row]);
    }
    const double floor = kTop + static_cast<double>(rows) * layout.cell_h;
    next = 0;
    for (std::size_t column = 0; column < study.x.values.size(); ++column) {
        const double x = kLeft + (static_cast<double>(column) + 0.5) * layout.cell_w;
        const auto half = 3.6 * static_cast<double>(sim::display_width(study.x.values[column]));
        if (x - half < next) continue;
        next = x + half + 8;
        svg += text_at(x, floor + 15, "middle", study.x.values[column]);
    }
    svg += text_at(kLeft, floor + 34, "start", study.x.path + " →", " font-weight=\"bold\"");
    svg += text_at(4, kTop - 10, "start", study.y.path + " ↑", " font-weight=\"bold\"");
    return svg;
}

std::string today_svg(const MapStudy& study, const Layout& layout) {
    const auto column = study.x.today_at();
    const auto row = study.y.today_at();
    if (!column || !row) return "";
    const auto rows = study.y.values.size();
    return fmt::format(
        "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"none\" "
        "stroke=\"currentColor\" stroke-width=\"2.5\"><title>today</title></rect>",
        kLeft + static_cast<double>(*column) * layout.cell_w - 0.5,
        kTop + static_cast<double>(rows - 1 - *row) * layout.cell_h - 0.5, layout.cell_w,
        layout.cell_h);
}

std::string legend_svg(const Layout& layout) {
    constexpr std::array<std::pair<const char*, const char*>, 6> kEntries = {{{"back at once", "."},
                                                                              {"back later", "o"},
                                                                              {"metastable", "M"},
                                                                              {"overloaded", "X"},
                                                                              {"mixed", "~"},
                                                                              {"undecided", "?"}}};
    std::string svg;
    double x = 4;
    const double y = layout.height - 8;
    for (const auto& [name, glyph] : kEntries) {
        MapCell sample;
        const auto stability = *glyph == 'M'   ? Stability::metastable
                               : *glyph == 'X' ? Stability::overloaded
                               : *glyph == '?' ? Stability::undecided
                                               : Stability::healthy;
        sample.runs.push_back({{stability, Overload::none, *glyph == 'o' ? 2 * kSoonS : 0}});
        if (*glyph == '~') sample.runs.push_back({{Stability::metastable, Overload::none, 0}});
        const auto paint = paint_of(sample);
        svg += fmt::format(
            "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"11\" height=\"11\" fill=\"{}\" "
            "fill-opacity=\"{:.2f}\"/>",
            x, y - 10, paint.fill, paint.opacity);
        svg += text_at(x + 15, y, "start", name);
        x += 28 + 6.6 * static_cast<double>(std::string_view(name).size());
    }
    return svg;
}

std::string body_svg(const StabilityMap& map, std::size_t strategy, const Layout& layout) {
    return "<g font-size=\"12\" fill=\"currentColor\" stroke=\"none\">" +
           cells_svg(map, strategy, layout) + today_svg(map.study, layout) +
           labels_svg(map.study, layout) + legend_svg(layout) + "</g>";
}

}  // namespace

char glyph_of(const MapCell& cell) {
    switch (cell.state()) {
        case CellState::healthy: {
            const double seconds = cell.recovery()->median;
            return seconds <= kAtOnceS ? '.' : seconds <= kSoonS ? ':' : 'o';
        }
        case CellState::metastable:
            return 'M';
        case CellState::overloaded:
            return 'X';
        case CellState::undecided:
            return '?';
        case CellState::mixed:
            return '~';
        case CellState::failed:
            return '!';
        case CellState::missing:
            return ' ';
    }
    return ' ';
}

std::string map_legend() {
    return ". back within 10 s   : within 1 min   o later   M metastable   X overloaded   "
           "~ replications disagree   ? undecided   ! failed   > ^ today";
}

sim::Plot map_plot(const StabilityMap& map, std::size_t strategy) {
    const auto layout = layout_of(map.study);
    sim::Plot plot;
    plot.caption = fmt::format("{}: what becomes of it after the fault, by {} and {}",
                               map.study.strategies[strategy], map.study.x.path, map.study.y.path);
    plot.svg = fmt::format(
        "<svg width=\"{0:.0f}\" viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\" "
        "aria-label=\"{2}\">{3}</svg>",
        layout.width, layout.height, sim::html_escaped(plot.caption),
        body_svg(map, strategy, layout));
    add_lines(map, strategy, plot);
    plot.numbers = table_of(map, strategy);
    return plot;
}

std::string map_svg(const StabilityMap& map) {
    constexpr double kTitle = 26;
    const auto layout = layout_of(map.study);
    const auto panels = static_cast<double>(map.study.strategies.size());
    std::string svg = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" "
        "width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} {1:.0f}\" color=\"#222222\" "
        "font-family=\"sans-serif\">\n<title>{2}</title>\n<rect width=\"100%\" height=\"100%\" "
        "fill=\"#ffffff\"/>\n",
        layout.width, panels * (layout.height + kTitle), sim::html_escaped(map.study.name));
    for (std::size_t s = 0; s < map.study.strategies.size(); ++s) {
        const double top = static_cast<double>(s) * (layout.height + kTitle);
        svg += text_at(4, top + 18, "start", map.study.name + " — " + map.study.strategies[s],
                       " font-size=\"15\" font-weight=\"bold\" fill=\"currentColor\"");
        svg += fmt::format("\n<g transform=\"translate(0 {:.1f})\">{}</g>\n", top + kTitle,
                           body_svg(map, s, layout));
    }
    return svg + "</svg>\n";
}

}  // namespace models
