#include <array>

#include <fmt/format.h>

#include "models/report/explained_section.hpp"
#include "models/report/study_page.hpp"
#include "models/report/study_sheet.hpp"
#include "sim/report/render.hpp"

namespace models {

namespace {

enum class PartKind { text, list, map };

/// What a page cannot do without.
struct Wanted {
    const char* outer;  ///< of the map that has it; empty: the result
    const char* key;
    PartKind kind;
};
constexpr std::array<Wanted, 9> kWanted = {{{"", "command", PartKind::text},
                                            {"", "verdict", PartKind::text},
                                            {"", "scenario", PartKind::map},
                                            {"scenario", "name", PartKind::text},
                                            {"", "provenance", PartKind::map},
                                            {"provenance", "baseline", PartKind::text},
                                            {"", "strategies", PartKind::list},
                                            {"", "slos", PartKind::list},
                                            {"", "fingerprint", PartKind::text}}};

bool is_of(PartKind kind, const Part& part) {
    switch (kind) {
        case PartKind::text:
            return part.is_text();
        case PartKind::list:
            return part.is_array();
        case PartKind::map:
            return part.is_object();
    }
    return false;
}
const char* name_of(PartKind kind) {
    switch (kind) {
        case PartKind::text:
            return "a text";
        case PartKind::list:
            return "a list";
        case PartKind::map:
            return "an object";
    }
    return "";
}

std::string objection_to_strategies(const Part& strategies) {
    if (strategies.size() == 0) return "`/strategies` is empty";
    for (const auto& one : strategies.items()) {
        if (!one["name"].is_text()) return fmt::format("`{}/name` is missing", one.source());
        if (!one["journeys"].is_array()) {
            return fmt::format("`{}/journeys` is missing", one.source());
        }
    }
    return "";
}

}  // namespace

std::string objection_to(const Json& json) {
    const Part result(json);
    if (!result.is_object()) return "it is no object";
    if (!result["formatVersion"].is_text()) return "it has no `formatVersion`";
    const auto version = result.text("formatVersion");
    if (!version.starts_with("1.")) {
        return fmt::format("its format is {:.20}; this version reads 1.x", version);
    }
    if (result.text("command") == "blast") return objection_to_blast(json);
    if (result.text("command") == "explain") return objection_to_explained(json);
    for (const auto& [outer, key, kind] : kWanted) {
        const auto holder = *outer == '\0' ? result : result[outer];
        const auto part = holder[key];
        const auto path = fmt::format("/{}{}{}", outer, *outer == '\0' ? "" : "/", key);
        if (!part.exists()) return fmt::format("`{}` is missing", path);
        if (!is_of(kind, part)) return fmt::format("`{}` is not {}", path, name_of(kind));
    }
    return objection_to_strategies(result["strategies"]);
}

sim::Document study_report(Json result, bool details) {
    sim::Document document;
    document.data = std::move(result);
    const Part all(document.data);
    document.page = study_page(document.data);
    document.sheet = study_sheet(document.data);
    document.checks = study_checks(document.data);
    if (all["report"]["blocks"].size() > 0) {
        sim::read_blocks(document.data["report"], details, document);
    } else {
        document.blocks = document.page;
        document.title = all["scenario"].text("name");
    }
    return document;
}

}  // namespace models
