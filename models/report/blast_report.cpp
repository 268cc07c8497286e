// A saved result of `blast`: its text and its page are in it as blocks; the sheet is made from its
// cells.
#include <fmt/format.h>

#include "models/report/study_page.hpp"
#include "sim/report/render.hpp"

namespace models {

namespace {

std::string end_of(const Part& estimate, std::string_view key) { return estimate[key].digits(); }

void add_rows(const Part& faults, sim::Table& sheet) {
    for (const auto& fault : faults.items()) {
        for (const auto& cell : fault["cells"].items()) {
            const auto lost = cell["lost"];
            sheet.rows.push_back({{fault.text("fault")},
                                  {fault.text("verdict")},
                                  {cell.text("name")},
                                  {cell.text("hit")},
                                  {end_of(lost, "value")},
                                  {end_of(lost, "low")},
                                  {end_of(lost, "high")},
                                  {end_of(cell["share"], "value")},
                                  {end_of(cell["peak"], "value")},
                                  {cell["lasts"].digits()},
                                  {end_of(cell["userMinutesLost"], "value")}});
        }
    }
}

}  // namespace

sim::Table blast_sheet(const Json& result) {
    sim::Table sheet;
    for (const char* title : {"fault", "verdict", "slice", "hit", "lost", "lost_low", "lost_high",
                              "share", "peak", "lasts_s", "user_minutes_lost"}) {
        sheet.columns.push_back({title});
    }
    const Part all(result);
    add_rows(all["faults"], sheet);
    add_rows(all["pairs"], sheet);
    return sheet;
}

std::string objection_to_blast(const Json& result) {
    const Part all(result);
    for (const char* key : {"report", "pageReport"}) {
        if (all[key]["blocks"].size() == 0) return fmt::format("`/{}/blocks` is missing", key);
    }
    if (!all["faults"].is_array()) return "`/faults` is missing";
    return "";
}

sim::Document blast_report(Json result, bool details) {
    sim::Document document;
    document.data = std::move(result);
    sim::read_blocks(document.data[details ? "pageReport" : "report"], false, document);
    sim::Document page;
    sim::read_blocks(document.data["pageReport"], false, page);
    document.page = std::move(page.blocks);
    document.sheet = blast_sheet(document.data);
    return document;
}

}  // namespace models
