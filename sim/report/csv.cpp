#include <string>

#include "sim/report/render.hpp"

namespace sim {

std::string csv_field(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c;
        if (c == '"') quoted += c;
    }
    return quoted + "\"";
}

namespace {

std::string rows_of(const Table& table, bool ascii) {
    std::string out;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        out += (i == 0 ? "" : ",") + csv_field(table.columns[i].title);
    }
    out += "\n";
    for (const auto& row : table.rows) {
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            if (i > 0) out += ",";
            if (i >= row.size()) continue;
            out += csv_field(std::string(symbol_of(row[i].mark, ascii)) + row[i].text);
        }
        out += "\n";
    }
    return out;
}

}  // namespace

std::string render_csv(const Document& document, const TextStyle& style) {
    if (document.sheet) return rows_of(*document.sheet, style.ascii);
    std::string out;
    for (const auto& block : document.blocks) {
        const auto* table = std::get_if<Table>(&block);
        if (table == nullptr) continue;
        if (!out.empty()) out += "\n";
        out += rows_of(*table, style.ascii);
    }
    return out;
}

}  // namespace sim
