#include <algorithm>
#include <array>
#include <utility>

#include "sim/report/render.hpp"

namespace sim {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::pair<Tone, const char*>, 6> kTones = {{{Tone::plain, "plain"},
                                                                 {Tone::strong, "strong"},
                                                                 {Tone::good, "good"},
                                                                 {Tone::bad, "bad"},
                                                                 {Tone::unsure, "unsure"},
                                                                 {Tone::quiet, "quiet"}}};
constexpr std::array<std::pair<Mark, const char*>, 4> kMarks = {
    {{Mark::none, "none"}, {Mark::good, "good"}, {Mark::bad, "bad"}, {Mark::unsure, "unsure"}}};

template <class Value, std::size_t kSize>
const char* name_of(const std::array<std::pair<Value, const char*>, kSize>& names, Value value) {
    for (const auto& [one, name] : names) {
        if (one == value) return name;
    }
    return "";
}
template <class Value, std::size_t kSize>
Value value_of(const std::array<std::pair<Value, const char*>, kSize>& names,
               const std::string& wanted) {
    for (const auto& [one, name] : names) {
        if (name == wanted) return one;
    }
    return names.front().first;
}

/// A cell without tone, mark and source is just its text.
Json cell_json(const Cell& cell) {
    const bool bare = cell.tone == Tone::plain && cell.mark == Mark::none && !cell.heat;
    if (bare && cell.source.empty()) return cell.text;
    Json json = {{"text", cell.text}};
    if (cell.tone != Tone::plain) json["tone"] = name_of(kTones, cell.tone);
    if (cell.mark != Mark::none) json["mark"] = name_of(kMarks, cell.mark);
    if (cell.heat) json["heat"] = *cell.heat;
    if (!cell.source.empty()) json["source"] = cell.source;
    return json;
}

Json lines_json(const std::vector<SideBySide::Line>& lines) {
    Json json = Json::array();
    for (const auto& line : lines) {
        Json one = {{"seconds", line.at_s}, {"at", line.at}, {"text", line.text}};
        if (line.depth != 0) one["depth"] = line.depth;
        if (line.tone != Tone::plain) one["tone"] = name_of(kTones, line.tone);
        if (line.open) one["open"] = true;
        json.push_back(std::move(one));
    }
    return json;
}

/// Blocks as data; each kind has its own keys.
struct BlockWriter {
    Json operator()(const Paragraph& paragraph) const {
        Json json = {{"kind", "paragraph"}, {"text", paragraph.text}};
        if (paragraph.tone != Tone::plain) json["tone"] = name_of(kTones, paragraph.tone);
        if (paragraph.indent != 0) json["indent"] = paragraph.indent;
        if (paragraph.hanging != 0) json["hanging"] = paragraph.hanging;
        if (!paragraph.wrap) json["wrap"] = false;
        return json;
    }
    Json operator()(const Table& table) const {
        Json json = {{"kind", "table"}, {"columns", Json::array()}, {"rows", Json::array()}};
        for (const auto& column : table.columns) {
            Json one = {{"title", column.title}};
            if (column.align == Align::right) one["align"] = "right";
            if (column.when_wide) one["whenWide"] = true;
            if (!column.detail.empty()) one["detail"] = column.detail;
            json["columns"].push_back(std::move(one));
        }
        for (const auto& row : table.rows) {
            Json cells = Json::array();
            for (const auto& cell : row) cells.push_back(cell_json(cell));
            json["rows"].push_back(std::move(cells));
        }
        return json;
    }
    Json operator()(const KeyValues& values) const {
        Json json = {{"kind", "values"}, {"entries", Json::array()}};
        for (const auto& [key, value] : values.entries) {
            json["entries"].push_back(Json::array({key, value}));
        }
        return json;
    }
    Json operator()(const Finding& finding) const {
        return {
            {"kind", "finding"}, {"mark", name_of(kMarks, finding.mark)}, {"text", finding.text}};
    }
    Json operator()(const Notes& notes) const {
        return {{"kind", "notes"}, {"entries", notes.entries}};
    }
    Json operator()(const Banner& banner) const {
        return {{"kind", "banner"},
                {"left", cell_json(banner.left)},
                {"middle", cell_json(banner.middle)},
                {"right", cell_json(banner.right)}};
    }
    Json operator()(const BlankLine&) const { return {{"kind", "blank"}}; }
    Json operator()(const Heading& heading) const {
        return {{"kind", "heading"}, {"text", heading.text}};
    }
    Json operator()(const Plot& plot) const {
        if (plot.numbers) return (*this)(*plot.numbers);
        return (*this)(Paragraph{plot.caption});
    }
    Json operator()(const TimeSeries& series) const { return (*this)(numbers_of(series)); }
    Json operator()(const PercentileCurves& curves) const { return (*this)(numbers_of(curves)); }
    Json operator()(const NodeMap& map) const { return (*this)(numbers_of(map)); }
    Json operator()(const PlaceMap& map) const { return (*this)(numbers_of(map)); }
    Json operator()(const Waterfall& fall) const { return (*this)(numbers_of(fall)); }
    Json operator()(const SideBySide& both) const {
        return {{"kind", "sideBySide"},
                {"left", both.left},
                {"right", both.right},
                {"parting", both.parting},
                {"common", lines_json(both.common)},
                {"leftLines", lines_json(both.left_lines)},
                {"rightLines", lines_json(both.right_lines)}};
    }
    Json operator()(const Fold& fold) const {
        return {{"kind", "fold"}, {"title", fold.title}, {"text", fold.text}};
    }
    Json operator()(const FoldStart& fold) const {
        return {{"kind", "foldStart"}, {"title", fold.title}};
    }
    Json operator()(const FoldEnd&) const { return {{"kind", "foldEnd"}}; }
};

/// A file can say anything: control characters would command the terminal.
std::string harmless(std::string text) {
    for (char& c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\n') || byte == 0x7f) c = ' ';
    }
    return text;
}
std::string text_of(const Json& json, const char* key) {
    const auto found = json.is_object() ? json.find(key) : json.end();
    return found != json.end() && found->is_string() ? harmless(found->get<std::string>()) : "";
}
bool flag_of(const Json& json, const char* key, bool otherwise) {
    const auto found = json.is_object() ? json.find(key) : json.end();
    return found != json.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}
/// Columns of text; a file can say anything, a line is not wider than this.
int indent_of(const Json& json, const char* key) {
    constexpr int kMostIndent = 40;
    const auto found = json.find(key);
    if (found == json.end() || !found->is_number_integer()) return 0;
    const auto value = found->get<std::int64_t>();
    return value < 0 || value > kMostIndent ? 0 : static_cast<int>(value);
}
const Json& list_of(const Json& json, const char* key) {
    static const Json nothing = Json::array();
    const auto found = json.is_object() ? json.find(key) : json.end();
    return found != json.end() && found->is_array() ? *found : nothing;
}

/// Every cell of a column is padded to the widest one, so a file could ask for any width.
std::string clipped(std::string text) {
    constexpr std::size_t kWidest = 400;
    if (text.size() > kWidest) text.resize(kWidest);
    return text;
}

Cell read_cell(const Json& json) {
    if (json.is_string()) return {clipped(harmless(json.get<std::string>()))};
    Cell cell{clipped(text_of(json, "text")), value_of(kTones, text_of(json, "tone")),
              value_of(kMarks, text_of(json, "mark"))};
    const auto heat = json.find("heat");
    if (heat != json.end() && heat->is_number()) {
        cell.heat = std::clamp(heat->get<double>(), 0.0, 1.0);
    }
    cell.source = clipped(text_of(json, "source"));
    return cell;
}
Cell read_cell(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found == json.end() ? Cell{} : read_cell(*found);
}

Table read_table(const Json& json) {
    Table table;
    for (const auto& column : list_of(json, "columns")) {
        table.columns.push_back({clipped(text_of(column, "title")),
                                 text_of(column, "align") == "right" ? Align::right : Align::left,
                                 flag_of(column, "whenWide", false),
                                 clipped(text_of(column, "detail"))});
    }
    for (const auto& cells : list_of(json, "rows")) {
        std::vector<Cell> row;
        if (cells.is_array()) {
            for (const auto& cell : cells) row.push_back(read_cell(cell));
        }
        if (row.size() > table.columns.size()) row.resize(table.columns.size());
        table.rows.push_back(std::move(row));
    }
    return table;
}

KeyValues read_values(const Json& json) {
    KeyValues values;
    for (const auto& entry : list_of(json, "entries")) {
        if (!entry.is_array() || entry.size() != 2) continue;
        if (!entry[0].is_string() || !entry[1].is_string()) continue;
        values.entries.emplace_back(clipped(harmless(entry[0].get<std::string>())),
                                    harmless(entry[1].get<std::string>()));
    }
    return values;
}

Notes read_notes(const Json& json) {
    Notes notes;
    for (const auto& entry : list_of(json, "entries")) {
        if (entry.is_string()) notes.entries.push_back(harmless(entry.get<std::string>()));
    }
    return notes;
}

std::vector<SideBySide::Line> read_lines(const Json& json, const char* key) {
    std::vector<SideBySide::Line> lines;
    for (const auto& one : list_of(json, key)) {
        if (!one.is_object()) continue;
        const auto seconds = one.find("seconds");
        const bool known = seconds != one.end() && seconds->is_number();
        lines.push_back({.at_s = known ? seconds->get<double>() : 0,
                         .at = clipped(text_of(one, "at")),
                         .depth = indent_of(one, "depth"),
                         .text = clipped(text_of(one, "text")),
                         .tone = value_of(kTones, text_of(one, "tone")),
                         .open = flag_of(one, "open", false)});
    }
    return lines;
}

std::optional<Block> read_block(const Json& json) {
    const auto kind = text_of(json, "kind");
    if (kind == "paragraph") {
        return Paragraph{text_of(json, "text"), value_of(kTones, text_of(json, "tone")),
                         indent_of(json, "indent"), indent_of(json, "hanging"),
                         flag_of(json, "wrap", true)};
    }
    if (kind == "table") return read_table(json);
    if (kind == "values") return read_values(json);
    if (kind == "finding") {
        return Finding{value_of(kMarks, text_of(json, "mark")), text_of(json, "text")};
    }
    if (kind == "notes") return read_notes(json);
    if (kind == "banner") {
        return Banner{read_cell(json, "left"), read_cell(json, "middle"), read_cell(json, "right")};
    }
    if (kind == "sideBySide") {
        return SideBySide{clipped(text_of(json, "left")), clipped(text_of(json, "right")),
                          text_of(json, "parting"),       read_lines(json, "common"),
                          read_lines(json, "leftLines"),  read_lines(json, "rightLines")};
    }
    if (kind == "blank") return BlankLine{};
    if (kind == "heading") return Heading{text_of(json, "text")};
    if (kind == "fold") return Fold{text_of(json, "title"), text_of(json, "text")};
    if (kind == "foldStart") return FoldStart{text_of(json, "title")};
    if (kind == "foldEnd") return FoldEnd{};
    return std::nullopt;
}

}  // namespace

Json blocks_json(const Document& document, std::size_t first, std::size_t last) {
    Json json = {{"title", document.title}, {"blocks", Json::array()}};
    for (std::size_t i = 0; i < document.blocks.size(); ++i) {
        auto block = std::visit(BlockWriter{}, document.blocks[i]);
        if (i >= first && i < last) block["detail"] = true;
        json["blocks"].push_back(std::move(block));
    }
    return json;
}

void read_blocks(const Json& json, bool details, Document& document) {
    document.title = text_of(json, "title");
    for (const auto& one : list_of(json, "blocks")) {
        if (!details && flag_of(one, "detail", false)) continue;
        if (auto block = read_block(one)) document.blocks.push_back(std::move(*block));
    }
}

}  // namespace sim
