#include "models/validation/validation_page.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "models/validation/deviation_plot.hpp"
#include "sim/core/assert.hpp"

namespace models {

namespace {

using sim::Align;
using sim::Cell;
using sim::Mark;
using sim::Tone;

std::string digits(double value) { return fmt::format("{:.6g}", value); }

std::string with_unit(double value, const std::string& unit) {
    const bool says_something = !unit.empty() && unit != "probability" && unit != "fraction";
    return says_something ? digits(value) + " " + unit : digits(value);
}

Cell verdict_cell(const Figure& figure, const FigureResult& found) {
    const std::string name(name_of(found.agreement));
    if (!figure.gate) return {name + " (no gate)", Tone::quiet, Mark::none};
    if (agrees(found.agreement)) return {name, Tone::good, Mark::good};
    return {name, Tone::bad, Mark::bad};
}

std::vector<Cell> figure_row(const CaseResult& one, std::size_t index) {
    const auto& figure = one.the_case->figures[index];
    const auto& found = one.figures[index];
    const bool known = found.agreement != Agreement::no_value;
    const auto half = found.estimate.half_width();
    const auto ratio = found.ratio(figure);
    return {{index == 0 ? one.the_case->name : ""},
            {index == 0 ? one.the_case->model : ""},
            {figure.metric},
            {figure.published},
            {with_unit(figure.exact, figure.unit)},
            {known ? digits(found.estimate.value) : "—"},
            {known && half ? "±" + fmt::format("{:.2g}", *half) : ""},
            {ratio ? fmt::format("{:.4f}", *ratio) : "—"},
            {fmt::format("{:.2g}", found.tolerated)},
            verdict_cell(figure, found),
            {figure.formula.empty() ? one.the_case->source : figure.formula}};
}

/// Drops columns in which no row has anything.
sim::Table without_empty_columns(const sim::Table& table) {
    sim::Table kept;
    kept.rows.resize(table.rows.size());
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
        const auto says = [&](const std::vector<Cell>& row) { return !row[c].text.empty(); };
        if (std::none_of(table.rows.begin(), table.rows.end(), says)) continue;
        kept.columns.push_back(table.columns[c]);
        for (std::size_t r = 0; r < table.rows.size(); ++r) {
            kept.rows[r].push_back(table.rows[r][c]);
        }
    }
    return kept;
}

sim::Table figures_table(const std::vector<const CaseResult*>& cases) {
    sim::Table table;
    table.columns = {{"case"},
                     {"model", Align::left, true},
                     {"metric"},
                     {"published", Align::left, true},
                     {"exact", Align::right},
                     {"simulated", Align::right},
                     {"95 %", Align::right},
                     {"ratio", Align::right},
                     {"tolerated", Align::right, true},
                     {"verdict"},
                     {"from", Align::left, true}};
    for (const auto* one : cases) {
        for (std::size_t i = 0; i < one->figures.size(); ++i) {
            table.rows.push_back(figure_row(*one, i));
        }
    }
    return without_empty_columns(table);
}

/// Of the cases in the order of their first appearance.
std::vector<std::string> kinds_of(const ValidationResult& result) {
    std::vector<std::string> kinds;
    for (const auto& one : result.cases) {
        const auto& kind = one.the_case->kind;
        if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(kind);
    }
    return kinds;
}

void add_figures(const ValidationResult& result, sim::Document& document) {
    for (const auto& kind : kinds_of(result)) {
        std::vector<const CaseResult*> cases;
        for (const auto& one : result.cases) {
            if (one.the_case->kind == kind) cases.push_back(&one);
        }
        document.blocks.emplace_back(sim::Heading{kind});
        document.blocks.emplace_back(figures_table(cases));
        sim::Notes notes;
        for (const auto* one : cases) {
            for (const auto& figure : one->the_case->figures) {
                if (figure.note.empty()) continue;
                notes.entries.push_back(one->the_case->name + ", " + figure.metric + ": " +
                                        figure.note);
            }
        }
        if (!notes.entries.empty()) document.blocks.emplace_back(std::move(notes));
    }
}

/// How many figures have which agreement; [agreement].
std::array<std::size_t, 5> counts_of(const ValidationResult& result) {
    std::array<std::size_t, 5> counts{};
    for (const auto& one : result.cases) {
        for (std::size_t i = 0; i < one.figures.size(); ++i) {
            if (!one.the_case->figures[i].gate) continue;
            ++counts[static_cast<std::size_t>(one.figures[i].agreement)];
        }
    }
    return counts;
}

/// Cases whose scenario could not be read.
void add_broken(const SuiteResult& suite, sim::Document& document) {
    for (const auto& broken : suite.result.broken) {
        document.blocks.emplace_back(sim::Finding{Mark::bad, broken.name + ": " + broken.message});
    }
}

void add_summary(const SuiteResult& suite, sim::Document& document) {
    const auto counts = counts_of(suite.result);
    std::size_t figures = 0;
    for (const auto count : counts) figures += count;
    const std::size_t outside = figures - counts[0] - counts[1];
    const bool good = outside == 0 && suite.result.broken.empty();
    document.blocks.emplace_back(sim::Banner{
        {std::string(suite.suite->title), Tone::strong, good ? Mark::good : Mark::bad},
        {fmt::format("{} of {} figures inside", counts[0] + counts[1], figures)},
        {fmt::format("{} with a fresh seed, {} outside or unknown", counts[1], outside)}});
    add_broken(suite, document);
}

constexpr const char* kMethod =
    "Every case is a scenario file (or, where it is no service architecture, a driver of the same "
    "event queue, random streams, stations and policy rules) that is run for its committed number "
    "of independent replications. A figure is inside when the mean of the replications differs "
    "from the exact value by at most 3 standard errors or 0.1 % (for percentiles also by the "
    "resolution of the histogram, 0.8 %); the standard error must be at most 1 % of the value for "
    "means and 3 % for percentiles and rare probabilities, or the check means nothing and fails. "
    "Published figures have the tolerance that is shown. A case that is outside is run once more "
    "with a fresh seed: of 200 figures, chance alone puts about one outside. Intervals are "
    "Student's t over the replications.";
constexpr const char* kMethodOfWrong =
    "One case of every kind is run with a mistake that a simulator could make; the check of that "
    "kind is worth something only when it sees the mistake. In brackets: simulated over exact.";

void add_method(const ValidationInput& input, sim::Document& document) {
    document.blocks.emplace_back(sim::Heading{"How this was computed"});
    document.blocks.emplace_back(sim::Paragraph{input.wrong ? kMethodOfWrong : kMethod});
    for (const auto& suite : input.suites) {
        document.blocks.emplace_back(sim::Paragraph{
            fmt::format("A case of the suite `{}` runs alone with `firedrill validate NAME`; its "
                        "scenario, if it has one, is `{}/NAME.yaml`.",
                        suite.suite->name, suite.suite->folder)});
    }
    if (!input.wrong) {
        document.blocks.emplace_back(sim::Paragraph{
            "`firedrill validate --wrong` runs a deliberately wrong model of every kind of case."});
    }
    document.blocks.emplace_back(
        sim::KeyValues{{{"engine", input.engine_version}, {"again", "`" + input.command + "`"}}});
}

/// "mean wait (1.207) and 3 more figures": which figures saw that the model is wrong.
std::string caught_by(const CaseResult& one) {
    std::string first;
    std::size_t more = 0;
    for (std::size_t i = 0; i < one.figures.size(); ++i) {
        if (one.figures[i].agreement != Agreement::outside) continue;
        if (!first.empty()) {
            ++more;
            continue;
        }
        const auto ratio = one.figures[i].ratio(one.the_case->figures[i]);
        first = one.the_case->figures[i].metric + (ratio ? fmt::format(" ({:.3f})", *ratio) : "");
    }
    return more == 0 ? first : fmt::format("{} and {} more", first, more);
}

void add_wrong(const SuiteResult& suite, sim::Document& document) {
    sim::Table table;
    table.columns = {{"kind"}, {"case"}, {"made wrong", Align::left}, {"caught by"}, {"verdict"}};
    for (const auto& one : suite.result.cases) {
        const auto caught = caught_by(one);
        const bool found = !caught.empty();
        table.rows.push_back({{one.the_case->kind},
                              {one.the_case->name},
                              {one.the_case->wrong->why},
                              {caught},
                              {found ? "caught" : "MISSED", found ? Tone::good : Tone::bad,
                               found ? Mark::good : Mark::bad}});
    }
    document.blocks.emplace_back(
        sim::Heading{std::string(suite.suite->title) + ": deliberately wrong models"});
    add_broken(suite, document);
    document.blocks.emplace_back(std::move(table));
}

nlohmann::ordered_json figure_json(const Figure& figure, const FigureResult& found) {
    nlohmann::ordered_json json;
    json["metric"] = figure.metric;
    json["unit"] = figure.unit;
    json["exact"] = figure.exact;
    if (!figure.published.empty()) json["published"] = figure.published;
    json["formula"] = figure.formula;
    const bool known = found.agreement != Agreement::no_value;
    const auto number = [&](double value) {
        return known ? nlohmann::ordered_json(value) : nlohmann::ordered_json();
    };
    json["value"] = number(found.estimate.value);
    json["low"] = known && found.estimate.low ? nlohmann::ordered_json(*found.estimate.low)
                                              : nlohmann::ordered_json();
    json["high"] = known && found.estimate.high ? nlohmann::ordered_json(*found.estimate.high)
                                                : nlohmann::ordered_json();
    json["standardError"] = number(found.standard_error);
    json["tolerated"] = number(found.tolerated);
    json["gate"] = figure.gate;
    json["verdict"] = name_of(found.agreement);
    if (found.first_try) json["firstTry"] = *found.first_try;
    return json;
}

nlohmann::ordered_json suite_json(const SuiteResult& suite) {
    nlohmann::ordered_json json;
    json["suite"] = suite.suite->name;
    json["cases"] = nlohmann::ordered_json::array();
    for (const auto& one : suite.result.cases) {
        nlohmann::ordered_json entry;
        entry["case"] = one.the_case->name;
        entry["kind"] = one.the_case->kind;
        entry["model"] = one.the_case->model;
        entry["runs"] = one.runs;
        entry["figures"] = nlohmann::ordered_json::array();
        for (std::size_t i = 0; i < one.figures.size(); ++i) {
            entry["figures"].push_back(figure_json(one.the_case->figures[i], one.figures[i]));
        }
        json["cases"].push_back(std::move(entry));
    }
    return json;
}

bool caught(const CaseResult& one) {
    return std::any_of(one.figures.begin(), one.figures.end(), [](const FigureResult& found) {
        return found.agreement == Agreement::outside;
    });
}

}  // namespace

bool validation_passes(const ValidationInput& input) {
    return std::all_of(input.suites.begin(), input.suites.end(), [&](const SuiteResult& suite) {
        const auto& cases = suite.result.cases;
        return suite.result.broken.empty() &&
               std::all_of(cases.begin(), cases.end(), [&](const CaseResult& one) {
                   return input.wrong ? caught(one) : one.passes();
               });
    });
}

sim::Document validation_document(const ValidationInput& input) {
    sim::Document document;
    document.title = "firedrill: is the answer right?";
    for (const auto& suite : input.suites) {
        if (!input.wrong) add_summary(suite, document);
    }
    for (const auto& suite : input.suites) {
        if (input.wrong) {
            add_wrong(suite, document);
            continue;
        }
        if (suite.result.cases.size() > 1) {
            document.blocks.emplace_back(deviation_plot(suite.result));
        }
        add_figures(suite.result, document);
    }
    add_method(input, document);
    document.data["engine"] = input.engine_version;
    document.data["wrongModels"] = input.wrong;
    document.data["passes"] = validation_passes(input);
    document.data["suites"] = nlohmann::ordered_json::array();
    for (const auto& suite : input.suites) document.data["suites"].push_back(suite_json(suite));
    return document;
}

}  // namespace models
