#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "sim/report/render.hpp"

namespace sim {

namespace {

std::string number_text(double value, const std::string& unit) {
    if (std::isnan(value)) return "";
    if (unit == "%") return fmt::format("{:.4g} %", value * 100);
    return fmt::format("{:.4g}{}{}", value, unit.empty() ? "" : " ", unit);
}

/// Mean of what is there in [first, last).
double mean_of(const std::vector<double>& values, std::size_t first, std::size_t last) {
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t i = first; i < std::min(last, values.size()); ++i) {
        if (std::isnan(values[i])) continue;
        sum += values[i];
        ++count;
    }
    return count == 0 ? std::nan("") : sum / static_cast<double>(count);
}

}  // namespace

Table numbers_of(const TimeSeries& series) {
    Table table;
    table.columns.push_back({"from"});
    std::size_t most = 0;
    for (const auto& line : series.lines) {
        table.columns.push_back({line.name, Align::right});
        most = std::max(most, line.values.size());
    }
    const std::size_t step = std::max<std::size_t>(1, (most + kRowsOfNumbers - 1) / kRowsOfNumbers);
    for (std::size_t first = 0; first < most; first += step) {
        std::vector<Cell> row{
            {fmt::format("{:.4g} s", static_cast<double>(first) * series.step_s)}};
        for (const auto& line : series.lines) {
            row.push_back({number_text(mean_of(line.values, first, first + step), series.unit)});
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

namespace {

/// "45.1 ms": three digits.
std::string latency_text(double seconds) {
    if (seconds >= 1) return fmt::format("{:.3g} s", seconds);
    if (seconds >= 1e-3) return fmt::format("{:.3g} ms", seconds * 1e3);
    return fmt::format("{:.3g} us", seconds * 1e6);
}

/// "p99.9".
std::string percentile_name(double share) { return fmt::format("p{:.6g}", share * 100); }

/// The seconds of a curve at a share, or why there are none.
std::string curve_text(const PercentileCurves::Curve& curve, double share, std::size_t index) {
    const auto& values = curve.line.values;
    if (index < values.size() && !std::isnan(values[index])) return latency_text(values[index]);
    return share > curve.answered ? "never" : "too few";
}

}  // namespace

Table numbers_of(const PercentileCurves& distribution) {
    static constexpr std::array<double, 7> kShown = {0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999};
    Table table;
    table.columns = {{"percentile"}};
    for (const auto& curve : distribution.curves) {
        table.columns.push_back({curve.line.name, Align::right});
    }
    for (std::size_t i = 0; i < distribution.shares.size(); ++i) {
        const double share = distribution.shares[i];
        if (std::find(kShown.begin(), kShown.end(), share) == kShown.end()) continue;
        std::vector<Cell> row{{percentile_name(share)}};
        for (const auto& curve : distribution.curves) row.push_back({curve_text(curve, share, i)});
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table numbers_of(const NodeMap& map) {
    Table table;
    table.columns = {{"name"}, {"calls"}, {"what"}, {"harm", Align::right}};
    for (std::size_t i = 0; i < map.nodes.size(); ++i) {
        std::string calls;
        for (const auto& arrow : map.arrows) {
            if (arrow.from != i) continue;
            calls += (calls.empty() ? "" : ", ") + map.nodes[arrow.to].name;
            if (!arrow.label.empty()) calls += " (" + arrow.label + ")";
        }
        const auto& node = map.nodes[i];
        table.rows.push_back(
            {{node.name},
             {calls},
             {node.detail},
             {fmt::format("{:.0f} %", node.harm * 100), Tone::plain, Mark::none, node.harm}});
    }
    return table;
}

Table numbers_of(const PlaceMap& map) {
    Table table;
    table.columns = {{"region"}, {"zone"}, {"what"}, {"how much", Align::right}};
    for (const auto& region : map.regions) {
        for (const auto& zone : region.zones) {
            for (const auto& item : zone.items) {
                Cell detail{item.detail};
                detail.heat = item.harm;
                detail.source = item.source;
                table.rows.push_back({{region.name}, {zone.name}, {item.name}, std::move(detail)});
            }
        }
    }
    return table;
}

Table numbers_of(const Waterfall& fall) {
    Table table;
    table.columns = {{"what"}, {"from", Align::right}, {"lasts", Align::right}, {"end"}};
    if (!fall.other.empty()) {
        table.columns.push_back({fall.other + ", from", Align::right});
        table.columns.push_back({"lasts", Align::right});
        table.columns.push_back({"for whom"});
    }
    const auto add = [](std::vector<Cell>& cells, double from, double to,
                        const std::string& source) {
        for (const auto& [value, key] : {std::pair(from, "/at"), std::pair(to - from, "/lasts")}) {
            Cell cell{fmt::format("{:.3f} s", value)};
            if (!source.empty()) cell.source = source + key;
            cells.push_back(std::move(cell));
        }
    };
    for (const auto& row : fall.rows) {
        std::string name;
        for (int i = 0; i < row.depth; ++i) name += "· ";
        std::vector<Cell> cells{{name + row.name}};
        add(cells, row.from_s, row.to_s, row.source);
        cells.push_back({row.detail, row.tone});
        if (row.other_s) {
            add(cells, row.other_s->first, row.other_s->second, row.other_source);
            cells.push_back({row.other_wasted ? "nobody" : ""});
        }
        table.rows.push_back(std::move(cells));
    }
    return table;
}

std::vector<std::pair<const SideBySide::Line*, const SideBySide::Line*>> paired_lines(
    const SideBySide& both) {
    std::vector<std::pair<const SideBySide::Line*, const SideBySide::Line*>> pairs;
    const auto& left = both.left_lines;
    const auto& right = both.right_lines;
    for (std::size_t l = 0, r = 0; l < left.size() || r < right.size();) {
        const bool has_left = l < left.size();
        const bool has_right = r < right.size();
        // Of times that are no numbers neither is before the other: both lines are taken.
        const bool takes_left = has_left && (!has_right || !(right[r].at_s < left[l].at_s));
        const bool takes_right = has_right && (!has_left || !(left[l].at_s < right[r].at_s));
        pairs.emplace_back(takes_left ? &left[l++] : nullptr, takes_right ? &right[r++] : nullptr);
    }
    return pairs;
}

Table numbers_of(const SideBySide& both) {
    const auto text_of = [](const SideBySide::Line* line) {
        std::string text;
        for (int i = 0; line != nullptr && i < line->depth; ++i) text += "│ ";
        return line == nullptr ? Cell{} : Cell{text + line->text, line->tone};
    };
    const auto trimmed = [](const std::string& text) {
        const auto first = text.find_first_not_of(' ');
        return first == text.npos ? "" : text.substr(first, text.find_last_not_of(' ') + 1 - first);
    };
    Table table;
    if (both.right.empty()) {
        table.columns = {{"time", Align::right}, {both.left}};
        for (const auto& line : both.common) {
            table.rows.push_back({{trimmed(line.at)}, text_of(&line)});
        }
        return table;
    }
    table.columns = {{"time", Align::right}, {both.left}, {both.right}};
    for (const auto& line : both.common) {
        table.rows.push_back({{trimmed(line.at)}, text_of(&line), {"the same", Tone::quiet}});
    }
    table.rows.push_back({{both.parting, Tone::strong}});
    for (const auto& [left, right] : paired_lines(both)) {
        table.rows.push_back(
            {{trimmed((left == nullptr ? right : left)->at)}, text_of(left), text_of(right)});
    }
    return table;
}

}  // namespace sim
