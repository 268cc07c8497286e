#include "models/report/study_sheet.hpp"

#include <array>
#include <string>

#include <fmt/format.h>

namespace models {

namespace {

/// A number in its shortest form that reads back the same.
std::string shortest(const Part& part) {
    return part.is_number() ? fmt::format("{}", part.number()) : "";
}

/// What names an element of a list: its group and journey, its service, its fault.
std::string label_of(const Part& part, std::size_t index) {
    static constexpr std::array<const char*, 15> kNames = {
        "name",  "metric",   "group", "journey", "service", "caller", "callee", "endpoint",
        "phase", "location", "fault", "region",  "zone",    "a",      "b"};
    std::string label;
    for (const auto* key : kNames) {
        const auto text = part.text(key);
        if (!text.empty()) label += (label.empty() ? "" : " ") + text;
    }
    return label.empty() ? fmt::format("{}", index + 1) : label;
}

class Sheet {
  public:
    explicit Sheet(sim::Table& table) : table_(table) {}

    /// Every number below `part`; `of` says of what, `measure` which.
    void walk(const std::string& strategy, const Part& part, const std::string& of,
              const std::string& measure) {
        if (part.is_number()) return add(strategy, of, measure, shortest(part), "", "", "");
        if (part.is_object() && part["value"].source() != "" && part["low"].source() != "") {
            add(strategy, of, measure, shortest(part["value"]), shortest(part["low"]),
                shortest(part["high"]), part.text("verdict"));
        }
        for (const auto& [key, value] : part.members()) {
            if (key == "series" || key == "value" || key == "low" || key == "high") continue;
            if (key == "place") continue;  // lines and columns measure nothing
            walk(strategy, value, of, measure.empty() ? key : measure + "." + key);
        }
        const auto items = part.items();
        for (std::size_t i = 0; i < items.size(); ++i) {
            const auto label = label_of(items[i], i);
            walk(strategy, items[i], of.empty() ? label : of + " / " + label, measure);
        }
    }

  private:
    void add(const std::string& strategy, const std::string& of, const std::string& measure,
             const std::string& value, const std::string& low, const std::string& high,
             const std::string& verdict) {
        table_.rows.push_back({{strategy}, {of}, {measure}, {value}, {low}, {high}, {verdict}});
    }

    sim::Table& table_;
};

}  // namespace

sim::Table study_sheet(const Json& result) {
    sim::Table table;
    table.columns = {{"strategy"}, {"of"}, {"measure"}, {"value"}, {"low"}, {"high"}, {"verdict"}};
    Sheet sheet(table);
    const Part all(result);
    for (const auto& strategy : all["strategies"].items()) {
        sheet.walk(strategy.text("name"), strategy, "", "");
    }
    for (const auto& slo : all["slos"].items()) {
        sheet.walk(slo.text("strategy"), slo, label_of(slo, 0), "slo");
    }
    return table;
}

}  // namespace models
