#include "models/validation/read_cases.hpp"

#include <algorithm>

#include "models/validation/driver.hpp"
#include "sim/core/assert.hpp"
#include "sim/yaml/load.hpp"
#include "sim/yaml/map_reader.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

namespace {

/// Keys of one map of the index; absent keys leave the default.
class Entry {
  public:
    Entry(const sim::Node& node, sim::Diagnostics& diagnostics, const char* context)
        : reader_(node, diagnostics, context), diagnostics_(diagnostics) {}

    void text(const char* key, std::string& into) {
        if (const auto* node = reader_.take(key)) {
            if (auto value = sim::read_string(*node, diagnostics_, key)) into = std::move(*value);
        }
    }
    void required(const char* key, std::string& into) {
        if (const auto* node = reader_.require(key)) {
            if (auto value = sim::read_string(*node, diagnostics_, key)) into = std::move(*value);
        }
    }
    void flag(const char* key, bool& into) {
        if (const auto* node = reader_.take(key)) {
            into = sim::read_bool(*node, diagnostics_).value_or(into);
        }
    }
    void share(const char* key, double& into) {
        if (const auto* node = reader_.take(key)) {
            into = sim::read_percent(*node, diagnostics_).value_or(into);
        }
    }
    void texts(const char* key, std::vector<std::string>& into) {
        if (const auto* node = reader_.take(key)) {
            for (const auto& item : sim::read_list(*node, diagnostics_, key)) {
                if (auto value = sim::read_string(item, diagnostics_, key)) into.push_back(*value);
            }
        }
    }
    void numbers(const char* key, std::vector<std::pair<std::string, double>>& into) {
        if (const auto* node = reader_.take(key)) {
            for (const auto& entry : sim::read_entries(*node, diagnostics_, key)) {
                const auto value = sim::read_number(entry.value, diagnostics_, {-1e300, 1e300});
                if (value) into.emplace_back(entry.key, *value);
            }
        }
    }
    sim::MapReader& reader() { return reader_; }
    sim::Diagnostics& diagnostics() { return diagnostics_; }

  private:
    sim::MapReader reader_;
    sim::Diagnostics& diagnostics_;
};

void read_expression(Entry& entry, Figure& figure) {
    const auto* node = entry.reader().take("value");
    if (node == nullptr) return;
    const auto text = sim::read_string(*node, entry.diagnostics(), "an expression");
    if (!text) return;
    std::string error;
    figure.value = Expression::parse(*text, error);
    if (!figure.value) sim::report(entry.diagnostics(), *node, "`value`: " + error);
}

Figure read_figure(const sim::Node& node, sim::Diagnostics& diagnostics) {
    Entry entry(node, diagnostics, "a figure");
    Figure figure;
    entry.required("metric", figure.metric);
    if (const auto* exact = entry.reader().require("exact")) {
        figure.exact = sim::read_number(*exact, diagnostics, {-1e300, 1e300}).value_or(0);
    }
    entry.text("unit", figure.unit);
    entry.text("formula", figure.formula);
    read_expression(entry, figure);
    entry.text("strategy", figure.strategy);
    if (const auto* judge = entry.reader().take("judge")) {
        figure.judge = sim::read_enum<Judge>(*judge, diagnostics, "judge",
                                             {{"mean", Judge::mean},
                                              {"p99", Judge::quantile},
                                              {"quantile", Judge::quantile},
                                              {"rare", Judge::rare},
                                              {"exact", Judge::exact}})
                           .value_or(Judge::mean);
    }
    entry.share("allowance", figure.allowance);
    if (const auto* tolerance = entry.reader().take("tolerance")) {
        figure.tolerance = sim::read_percent(*tolerance, diagnostics);
    }
    entry.flag("gate", figure.gate);
    entry.text("published", figure.published);
    entry.text("note", figure.note);
    entry.reader().finish();
    return figure;
}

std::optional<WrongModel> read_wrong(const sim::Node* node, sim::Diagnostics& diagnostics) {
    if (node == nullptr) return std::nullopt;
    Entry entry(*node, diagnostics, "`wrong`");
    WrongModel wrong;
    entry.required("why", wrong.why);
    entry.texts("set", wrong.set);
    entry.numbers("parameters", wrong.parameters);
    entry.reader().finish();
    if (wrong.set.empty() == wrong.parameters.empty()) {
        sim::report(diagnostics, *node, "`wrong` changes either `set` or `parameters`");
    }
    return wrong;
}

/// What has to hold between the keys of a case.
void check_case(const Case& one, const sim::Node& node, sim::Diagnostics& diagnostics) {
    if (!one.driver.empty()) {
        if (find_driver(one.driver) == nullptr) {
            sim::report(diagnostics, node, "there is no driver `" + one.driver + "`");
        }
        if (one.runs == 0) sim::report(diagnostics, node, "a driver needs a number of `runs`");
    }
    for (const auto& figure : one.figures) {
        if (figure.value.has_value() != one.driver.empty()) {
            sim::report(diagnostics, node,
                        "figures of a scenario have a `value`, those of a driver none");
        }
    }
    if (one.figures.empty()) sim::report(diagnostics, node, "a case needs `figures`");
}

Case read_case(const sim::Node& node, sim::Diagnostics& diagnostics) {
    Entry entry(node, diagnostics, "a case");
    Case one;
    entry.required("case", one.name);
    entry.required("kind", one.kind);
    entry.required("model", one.model);
    entry.text("source", one.source);
    entry.text("scenario", one.scenario);
    entry.text("driver", one.driver);
    entry.texts("set", one.set);
    entry.numbers("parameters", one.parameters);
    if (const auto* runs = entry.reader().take("runs")) {
        one.runs = static_cast<std::uint32_t>(
            sim::read_count(*runs, diagnostics, {2, 10'000'000}).value_or(0));
    }
    entry.flag("twin", one.twin);
    entry.flag("quick", one.quick);
    one.wrong = read_wrong(entry.reader().take("wrong"), diagnostics);
    if (const auto* figures = entry.reader().require("figures")) {
        for (const auto& figure : sim::read_list(*figures, diagnostics, "figures")) {
            one.figures.push_back(read_figure(figure, diagnostics));
        }
    }
    entry.reader().finish();
    if (one.scenario.empty() && one.driver.empty()) one.scenario = one.name + ".yaml";
    check_case(one, node, diagnostics);
    return one;
}

}  // namespace

double parameter(const Case& one, const std::string& name) {
    const auto found = std::find_if(one.parameters.begin(), one.parameters.end(),
                                    [&](const auto& entry) { return entry.first == name; });
    SIM_ASSERT(found != one.parameters.end());
    return found->second;
}

std::vector<Case> read_cases(sim::SourceMap& sources, sim::Diagnostics& diagnostics,
                             const std::string& name, std::string_view text) {
    std::vector<Case> cases;
    const auto root = sim::load_text(sources, diagnostics, name, std::string(text));
    if (!root) return cases;
    for (const auto& node : sim::read_list(*root, diagnostics, "cases")) {
        const auto before = diagnostics.error_count();
        auto one = read_case(node, diagnostics);
        if (diagnostics.error_count() == before) cases.push_back(std::move(one));
    }
    return cases;
}

}  // namespace models
