#include "models/map/map_document.hpp"

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/map/map_picture.hpp"
#include "models/map/map_words.hpp"

namespace models {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kFailuresShown = 6;

Json number_or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json axis_with_numbers(const MapAxis& axis) {
    auto numbers = Json::array();
    for (const auto& value : axis.values) numbers.push_back(number_or_null(axis.number(value)));
    Json json = {{"path", axis.path}, {"values", axis.values}, {"numbers", numbers}};
    json["today"] = axis.today.empty() ? Json() : Json(axis.today);
    return json;
}

Json recovery_json(const MapCell& cell) {
    const auto recovery = cell.recovery();
    if (!recovery) return {};
    return {{"median", recovery->median},
            {"shortest", recovery->shortest},
            {"longest", recovery->longest}};
}

Json cell_json(const StabilityMap& map, std::size_t strategy, std::size_t column, std::size_t row) {
    const auto& cell = map.cell(strategy, column, row);
    Json json = {{"x", map.study.x.values[column]},
                 {"y", map.study.y.values[row]},
                 {"state", to_string(cell.state())}};
    if (!cell.failure.empty()) json["failure"] = cell.failure;
    if (!cell.command.empty()) json["command"] = cell.command;
    if (cell.runs.empty()) return json;
    json["runs"] = cell.runs.size();
    for (std::size_t i = 0; i < kStabilities; ++i) {
        const auto stability = static_cast<Stability>(i);
        json["shares"][std::string(to_string(stability))] = cell.share(stability);
    }
    json["recovery"] = recovery_json(cell);
    json["windows"] = cell.windows();
    if (cell.overload() != Overload::none) json["overload"] = to_string(cell.overload());
    return json;
}

Json begins_json(const StabilityMap& map, std::size_t strategy) {
    auto json = Json::array();
    for (const auto& start : region_starts(map, strategy)) {
        Json one = {{"y", map.study.y.values[start.row]}, {"x", map.study.x.values[start.first]}};
        one["before"] = start.at_edge ? Json() : Json(map.study.x.values[start.first - 1]);
        json.push_back(std::move(one));
    }
    return json;
}

Json data_of(const StabilityMap& map) {
    const auto& study = map.study;
    Json json;
    json["formatVersion"] = "1.0";
    json["command"] = "map";
    json["verdict"] = "none";
    json["scenario"] = {{"name", study.name}, {"question", study.question}, {"file", study.file}};
    json["provenance"] = {{"engine", study.engine},
                          {"seed", study.seed},
                          {"runs", study.runs},
                          {"window", study.window_s},
                          {"longestWindow", study.window_s * study.extend},
                          {"resolvedSha256", study.resolved}};
    json["repeat"] = study.command;
    json["x"] = axis_with_numbers(study.x);
    json["y"] = axis_with_numbers(study.y);
    json["strategies"] = Json::array();
    for (std::size_t s = 0; s < study.strategies.size(); ++s) {
        Json strategy = {{"name", study.strategies[s]}, {"words", map_words(map, s)}};
        strategy["begins"] = begins_json(map, s);
        strategy["cells"] = Json::array();
        for (std::size_t row = 0; row < study.y.values.size(); ++row) {
            for (std::size_t column = 0; column < study.x.values.size(); ++column) {
                strategy["cells"].push_back(cell_json(map, s, column, row));
            }
        }
        json["strategies"].push_back(std::move(strategy));
    }
    return json;
}

sim::Table sheet_of(const StabilityMap& map) {
    const auto& study = map.study;
    sim::Table sheet;
    for (const auto& title :
         {std::string("strategy"), study.x.path, study.y.path, std::string("state"),
          std::string("healthy"), std::string("metastable"), std::string("overloaded"),
          std::string("undecided"), std::string("recovery"), std::string("shortest"),
          std::string("longest"), std::string("windows"), std::string("runs"),
          std::string("failure"), std::string("command")}) {
        sheet.columns.push_back({title});
    }
    for (std::size_t s = 0; s < study.strategies.size(); ++s) {
        for (std::size_t row = 0; row < study.y.values.size(); ++row) {
            for (std::size_t column = 0; column < study.x.values.size(); ++column) {
                const auto& cell = map.cell(s, column, row);
                std::vector<sim::Cell> cells = {{study.strategies[s]},
                                                {study.x.values[column]},
                                                {study.y.values[row]},
                                                {std::string(to_string(cell.state()))}};
                for (std::size_t i = 0; i < kStabilities; ++i) {
                    cells.push_back({fmt::format("{}", cell.share(static_cast<Stability>(i)))});
                }
                const auto recovery = cell.recovery();
                for (const auto part : {&RecoverySpread::median, &RecoverySpread::shortest,
                                        &RecoverySpread::longest}) {
                    cells.push_back({recovery ? fmt::format("{}", (*recovery).*part) : ""});
                }
                cells.push_back({fmt::format("{}", cell.windows())});
                cells.push_back({fmt::format("{}", cell.runs.size())});
                cells.push_back({cell.failure});
                cells.push_back({cell.command});
                sheet.rows.push_back(std::move(cells));
            }
        }
    }
    return sheet;
}

sim::Paragraph line(std::string text, sim::Tone tone = sim::Tone::plain) {
    return {std::move(text), tone, 0, 2};
}

void add_failures(const StabilityMap& map, sim::Document& document) {
    std::size_t failed = 0;
    for (const auto& strategy : map.cells) {
        for (const auto& cell : strategy) {
            if (cell.failure.empty()) continue;
            if (++failed > kFailuresShown) continue;
            document.blocks.emplace_back(sim::Finding{sim::Mark::bad, cell.failure});
            document.blocks.emplace_back(
                sim::Paragraph{cell.command, sim::Tone::quiet, 4, 2, false});
        }
    }
    if (failed > kFailuresShown) {
        document.blocks.emplace_back(line(fmt::format(
            "… {} more cells failed: each is a row of --format csv", failed - kFailuresShown)));
    }
}

std::string rules_text(const MapStudy& study) {
    return fmt::format(
        "Each cell: {} {} with the fault and without, window {} (up to x{} while a run is still "
        "coming back). Overloaded: not well without the fault. Metastable: well without it, not "
        "back after it and not on its way. `firedrill help maps` has the rules.",
        study.runs, study.runs == 1 ? "run" : "runs", seconds_text(study.window_s), study.extend);
}

}  // namespace

sim::Document map_document(const StabilityMap& map) {
    const auto& study = map.study;
    sim::Document document;
    document.title = fmt::format("{}   stability map, {} x {} cells", study.name,
                                 study.x.values.size(), study.y.values.size());
    document.blocks.emplace_back(sim::Banner{
        {study.question, sim::Tone::plain}, {}, {"(given these inputs)", sim::Tone::quiet}});
    for (std::size_t s = 0; s < study.strategies.size(); ++s) {
        document.blocks.emplace_back(sim::Heading{"Under " + study.strategies[s]});
        document.blocks.emplace_back(map_plot(map, s));
        document.blocks.emplace_back(sim::BlankLine{});
        for (auto& words : map_words(map, s)) document.blocks.emplace_back(line(std::move(words)));
    }
    document.blocks.emplace_back(sim::BlankLine{});
    document.blocks.emplace_back(line(map_legend(), sim::Tone::quiet));
    document.blocks.emplace_back(line(rules_text(study), sim::Tone::quiet));
    const auto wanted = study.cells() * study.strategies.size();
    if (const auto finished = map.finished(); finished < wanted) {
        document.blocks.emplace_back(
            line(fmt::format("{} of {} cells are finished.", finished, wanted)));
    }
    add_failures(map, document);
    document.blocks.emplace_back(
        line(fmt::format("seed {} · go on, or repeat: {}", study.seed, study.command)));
    document.data = data_of(map);
    document.sheet = sheet_of(map);
    return document;
}

}  // namespace models
