#include "sim/cli/rules_document.hpp"

#include <string>

#include <fmt/format.h>

#include "sim/core/diagnostics.hpp"

namespace sim::cli {

namespace {

using Json = nlohmann::ordered_json;

std::string demo_of(const models::LintRule& rule) {
    return fmt::format("firedrill run {}", rule.demo);
}

Json json_of(const models::LintRule& rule) {
    return {{"id", rule.id},
            {"level", name_of(rule.severity)},
            {"category", to_string(rule.category)},
            {"title", rule.title},
            {"condition", rule.condition},
            {"why", rule.why},
            {"source", rule.source},
            {"demo", demo_of(rule)},
            {"bad", rule.bad},
            {"good", rule.good}};
}

Document document_of(std::string title) {
    Document document;
    document.title = std::move(title);
    document.data = {{"formatVersion", "1.0"}, {"command", "check"}, {"rules", Json::array()}};
    Table sheet;
    sheet.columns = {{"rule"},      {"level"}, {"category"}, {"title"},
                     {"condition"}, {"why"},   {"source"},   {"demo"}};
    document.sheet = std::move(sheet);
    return document;
}

/// What programs and spreadsheets get of a rule.
void add_data(Document& document, const models::LintRule& rule) {
    document.data["rules"].push_back(json_of(rule));
    std::vector<Cell> row;
    for (const std::string_view text : {rule.id, name_of(rule.severity), to_string(rule.category),
                                        rule.title, rule.condition, rule.why, rule.source}) {
        row.push_back({std::string(text)});
    }
    row.push_back({demo_of(rule)});
    document.sheet->rows.push_back(std::move(row));
}

void add_blocks(std::vector<Block>& blocks, const models::LintRule& rule) {
    blocks.emplace_back(KeyValues{{{"when", std::string(rule.condition)},
                                   {"why", std::string(rule.why)},
                                   {"source", std::string(rule.source)}}});
    for (const auto& [name, snippet] : {std::pair("bad", rule.bad), std::pair("good", rule.good)}) {
        blocks.emplace_back(BlankLine{});
        blocks.emplace_back(Paragraph{name, Tone::plain, 2});
        blocks.emplace_back(Paragraph{std::string(snippet), Tone::plain, 4, 0, false});
    }
    blocks.emplace_back(BlankLine{});
    blocks.emplace_back(KeyValues{
        {{"see it", "`" + demo_of(rule) + "`"},
         {"on purpose",
          fmt::format(
              "`expect: {{{}: \"why it is there\"}}` in a strategy, or at the top of the file",
              rule.id)}}});
}

std::string title_of(const models::LintRule& rule) {
    return fmt::format("{}  {} ({}, {})", rule.id, rule.title, name_of(rule.severity),
                       to_string(rule.category));
}

}  // namespace

Document rules_document() {
    auto document =
        document_of("Rules of the design lint; `firedrill check --explain F07` explains one.");
    Table table;
    table.columns = {{"rule"}, {"level"}, {"finds"}};
    for (const auto& rule : models::lint_rules()) {
        add_data(document, rule);
        table.rows.push_back({{std::string(rule.id)},
                              {std::string(name_of(rule.severity))},
                              {std::string(rule.title)}});
    }
    document.blocks.emplace_back(std::move(table));
    return document;
}

Document rules_document(const std::vector<const models::LintRule*>& rules) {
    auto document = document_of(rules.size() == 1 ? title_of(*rules.front()) : "");
    for (const auto* rule : rules) {
        add_data(document, *rule);
        if (rules.size() > 1) {
            document.blocks.emplace_back(Heading{title_of(*rule)});
            document.blocks.emplace_back(BlankLine{});
        }
        add_blocks(document.blocks, *rule);
    }
    return document;
}

}  // namespace sim::cli
