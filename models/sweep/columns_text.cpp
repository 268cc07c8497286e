#include <array>
#include <string_view>

#include <nlohmann/json.hpp>

#include "models/sweep/columns.hpp"

namespace models {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 5> kReduceNames = {"ratio", "mean", "percentile", "duration",
                                                          "slo"};
constexpr std::array<std::string_view, 4> kRuleNames = {"ratio", "within", "values", "durations"};

template <class Enum, std::size_t count>
std::optional<Enum> by_name(const std::array<std::string_view, count>& names,
                            const std::string& name) {
    for (std::size_t i = 0; i < count; ++i) {
        if (names[i] == name) return static_cast<Enum>(i);
    }
    return std::nullopt;
}

Json column_json(const SweepColumn& column) {
    Json json = {{"of", column.subject},
                 {"metric", column.metric},
                 {"unit", column.unit},
                 {"reduce", kReduceNames[static_cast<std::size_t>(column.reduce)]}};
    if (column.reduce != Reduce::slo) return json;
    const auto& threshold = column.threshold;
    json["slo"] = column.slo;
    json["rule"] = kRuleNames[static_cast<std::size_t>(column.rule)];
    json["limit"] = column.limit;
    json["op"] = column.op;
    json["judgedOp"] = sim::symbol_of(threshold.op);
    json["judged"] = threshold.limit;
    json["confidence"] = threshold.confidence;
    json["in"] = threshold.in_share;
    json["matters"] = threshold.matters;
    json["judges"] = column.judges;
    return json;
}

bool read_threshold(const Json& json, SweepColumn& column) {
    const auto rule = by_name<SloRule>(kRuleNames, json.at("rule").get<std::string>());
    const auto op = sim::threshold_op(json.at("judgedOp").get<std::string>());
    if (!rule || !op) return false;
    column.slo = json.at("slo").get<std::string>();
    column.rule = *rule;
    column.op = json.at("op").get<std::string>();
    column.limit = json.at("limit").get<double>();
    column.threshold.op = *op;
    column.threshold.limit = json.at("judged").get<double>();
    column.threshold.confidence = json.at("confidence").get<double>();
    column.threshold.in_share = json.at("in").get<double>();
    column.threshold.matters = json.at("matters").get<double>();
    column.judges = json.at("judges").get<bool>();
    return true;
}

std::optional<SweepColumn> read_column(const Json& json) {
    SweepColumn column;
    column.subject = json.at("of").get<std::string>();
    column.metric = json.at("metric").get<std::string>();
    column.unit = json.at("unit").get<std::string>();
    const auto reduce = by_name<Reduce>(kReduceNames, json.at("reduce").get<std::string>());
    if (!reduce) return std::nullopt;
    column.reduce = *reduce;
    if (column.reduce == Reduce::slo && !read_threshold(json, column)) return std::nullopt;
    return column;
}

}  // namespace

std::string columns_text(const std::vector<SweepColumn>& columns) {
    auto json = Json::array();
    for (const auto& column : columns) json.push_back(column_json(column));
    return json.dump();
}

std::optional<std::vector<SweepColumn>> read_columns(const std::string& text) {
    try {
        std::vector<SweepColumn> columns;
        for (const auto& one : Json::parse(text)) {
            const auto column = read_column(one);
            if (!column) return std::nullopt;
            columns.push_back(*column);
        }
        return columns;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

}  // namespace models
