#include "models/map/map_study.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "models/scenario/sweep_where.hpp"

namespace models {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kKind = "map";

Json axis_json(const MapAxis& axis) {
    return {{"path", axis.path}, {"values", axis.values}, {"today", axis.today}};
}

MapAxis read_axis(const Json& json) {
    MapAxis axis;
    json.at("path").get_to(axis.path);
    json.at("values").get_to(axis.values);
    json.at("today").get_to(axis.today);
    return axis;
}

}  // namespace

std::optional<double> MapAxis::number(const std::string& value) const {
    const auto read = where_value(value.starts_with('~') ? value.substr(1) : value);
    if (read.kind != WhereValue::Kind::number) return std::nullopt;
    return read.number;
}

std::optional<std::size_t> MapAxis::today_at() const {
    const auto now = number(today);
    std::optional<std::size_t> nearest;
    double distance = 0;
    double low = 0;
    double high = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] == today) return i;
        const auto value = number(values[i]);
        if (!now || !value) continue;
        low = nearest ? std::min(low, *value) : *value;
        high = nearest ? std::max(high, *value) : *value;
        if (nearest && std::abs(*value - *now) >= distance) continue;
        nearest = i;
        distance = std::abs(*value - *now);
    }
    if (!nearest || *now < low || *now > high) return std::nullopt;
    return nearest;
}

std::string map_text(const MapStudy& study) {
    return Json{{"kind", kKind},
                {"name", study.name},
                {"file", study.file},
                {"question", study.question},
                {"resolved", study.resolved},
                {"x", axis_json(study.x)},
                {"y", axis_json(study.y)},
                {"strategies", study.strategies},
                {"withoutEffect", study.without_effect},
                {"seed", study.seed},
                {"runs", study.runs},
                {"extend", study.extend},
                {"window", study.window_s},
                {"command", study.command},
                {"engine", study.engine}}
        .dump();
}

std::optional<MapStudy> read_map_text(const std::string& text) {
    try {
        const auto json = Json::parse(text);
        if (json.at("kind") != kKind) return std::nullopt;
        MapStudy study;
        json.at("name").get_to(study.name);
        json.at("file").get_to(study.file);
        json.at("question").get_to(study.question);
        json.at("resolved").get_to(study.resolved);
        study.x = read_axis(json.at("x"));
        study.y = read_axis(json.at("y"));
        json.at("strategies").get_to(study.strategies);
        json.at("withoutEffect").get_to(study.without_effect);
        json.at("seed").get_to(study.seed);
        json.at("runs").get_to(study.runs);
        json.at("extend").get_to(study.extend);
        json.at("window").get_to(study.window_s);
        json.at("command").get_to(study.command);
        json.at("engine").get_to(study.engine);
        study.without_effect.resize(study.strategies.size());
        if (study.cells() == 0) return std::nullopt;
        return study;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

bool is_map_text(const std::string& text) {
    const auto json = Json::parse(text, nullptr, false);
    return json.is_object() && json.value("kind", "") == kKind;
}

std::size_t StabilityMap::finished() const {
    std::size_t count = 0;
    for (const auto& strategy : cells) {
        count += static_cast<std::size_t>(
            std::count_if(strategy.begin(), strategy.end(),
                          [](const MapCell& cell) { return cell.state() != CellState::missing; }));
    }
    return count;
}

StabilityMap read_map(sim::Store& store) {
    const auto plan = store.newest_plan();
    if (!plan) throw sim::StoreError("it holds no map");
    auto study = read_map_text(store.plan(*plan));
    if (!study) throw sim::StoreError("its newest plan is no map, or damaged");
    StabilityMap map{std::move(*study), {}};
    const auto cells = map.study.cells();
    map.cells.assign(map.study.strategies.size(), std::vector<MapCell>(cells));
    for (const auto& point : store.points(*plan, 1, cells)) {
        if (point.strategy >= map.cells.size() || point.number < 1 || point.number > cells)
            continue;
        auto& cell = map.cells[point.strategy][point.number - 1];
        cell.failure = point.failure;
        cell.command = point.command;
        if (!cell.failure.empty()) continue;
        auto runs = read_runs_text(point.verdicts);
        if (!runs) throw sim::StoreError("a result in it is damaged");
        cell.runs = std::move(*runs);
    }
    return map;
}

}  // namespace models
