#include "sim/report/render.hpp"

namespace sim {

namespace {

void add_rows(const Table& table, std::string& out) {
    for (const auto& row : table.rows) {
        nlohmann::ordered_json object;
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            object[table.columns[i].title] = i < row.size() ? row[i].text : "";
        }
        out += object.dump() + "\n";
    }
}

}  // namespace

std::string render_jsonl(const Document& document, const TextStyle&) {
    std::string out;
    if (document.sheet) {
        add_rows(*document.sheet, out);
        return out;
    }
    for (const auto& block : document.blocks) {
        if (const auto* table = std::get_if<Table>(&block)) add_rows(*table, out);
    }
    return out;
}

}  // namespace sim
