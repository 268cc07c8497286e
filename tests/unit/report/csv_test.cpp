// Tables for spreadsheets (RFC 4180).
#include "sim/report/render.hpp"
#include "tests/catch.hpp"

namespace {

using Rows = std::vector<std::vector<std::string>>;

/// What a spreadsheet reads.
Rows read(const std::string& csv) {
    Rows rows(1, {""});
    bool quoted = false;
    for (std::size_t i = 0; i < csv.size(); ++i) {
        const char c = csv[i];
        if (quoted && c == '"' && i + 1 < csv.size() && csv[i + 1] == '"') {
            rows.back().back() += csv[++i];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && c == ',') {
            rows.back().emplace_back();
        } else if (!quoted && c == '\n') {
            rows.push_back({""});
        } else {
            rows.back().back() += c;
        }
    }
    rows.pop_back();
    return rows;
}

sim::Document with(const sim::Table& table) {
    sim::Document document;
    document.blocks.emplace_back(table);
    return document;
}

std::string csv_of(const sim::Document& document, bool ascii = false) {
    sim::TextStyle style;
    style.ascii = ascii;
    return sim::render_csv(document, style);
}

}  // namespace

TEST_CASE("plain fields stand as they are, and a row has as many as the header") {
    sim::Table table;
    table.columns = {{"name"}, {"value", sim::Align::right}, {"only in wide tables", {}, true}};
    table.rows = {{{"a"}, {"1.5"}, {"x"}}, {{"b"}}, {}, {{"c"}, {""}, {"y z"}}};
    CHECK(csv_of(with(table)) ==
          "name,value,only in wide tables\n"
          "a,1.5,x\n"
          "b,,\n"
          ",,\n"
          "c,,y z\n");
}

TEST_CASE("commas, quotes and line ends are quoted, nothing else") {
    sim::Table table;
    table.columns = {{"a,b"}, {"say \"hi\""}};
    table.rows = {{{"line\nbreak"}, {"carriage\rreturn"}}, {{"\""}, {"; 'x' \t"}}};
    const auto csv = csv_of(with(table));
    CHECK(csv ==
          "\"a,b\",\"say \"\"hi\"\"\"\n"
          "\"line\nbreak\",\"carriage\rreturn\"\n"
          "\"\"\"\",; 'x' \t\n");
    CHECK(read(csv) ==
          Rows{{"a,b", "say \"hi\""}, {"line\nbreak", "carriage\rreturn"}, {"\"", "; 'x' \t"}});
}

TEST_CASE("every short text of awkward characters is read again as it was") {
    const std::string letters = "a,\"\n\r ";
    sim::Table table;
    table.columns = {{"first"}, {"second"}};
    Rows expected = {{"first", "second"}};
    const auto count = letters.size() * letters.size() * letters.size();
    for (std::size_t i = 0; i < count; ++i) {
        std::string text;
        for (std::size_t rest = i; text.size() < 3; rest /= letters.size()) {
            text += letters[rest % letters.size()];
        }
        table.rows.push_back({{text}, {text.substr(1)}});
        expected.push_back({text, text.substr(1)});
    }
    CHECK(read(csv_of(with(table))) == expected);
}

TEST_CASE("marks are written, with and without Unicode; tones are not") {
    sim::Table table;
    table.columns = {{"slo"}};
    table.rows = {{{"99 %", sim::Tone::good, sim::Mark::good}},
                  {{"12 %", sim::Tone::bad, sim::Mark::bad}},
                  {{"50 %", sim::Tone::quiet, sim::Mark::none}}};
    CHECK(csv_of(with(table)) == "slo\n✓ 99 %\n✗ 12 %\n50 %\n");
    CHECK(csv_of(with(table), true) == "slo\nOK 99 %\nNO 12 %\n50 %\n");
}

TEST_CASE("several tables have an empty line between them; other blocks are left out") {
    sim::Table one;
    one.columns = {{"x"}};
    one.rows = {{{"1"}}};
    auto document = with(one);
    document.blocks.emplace_back(sim::Paragraph{"words, words"});
    document.blocks.emplace_back(sim::Notes{{"guess"}});
    document.blocks.emplace_back(one);
    CHECK(csv_of(document) == "x\n1\n\nx\n1\n");
    CHECK(csv_of(sim::Document()) == "");
    sim::Table sheet;
    sheet.columns = {{"measure"}, {"value"}};
    sheet.rows = {{{"p99"}, {"0.1"}}};
    document.sheet = sheet;
    CHECK(csv_of(document) == "measure,value\np99,0.1\n");
}
