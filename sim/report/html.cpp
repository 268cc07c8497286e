#include <algorithm>
#include <string>

#include "sim/core/assert.hpp"
#include "sim/report/render.hpp"

namespace sim {

namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --quiet: #5b6570;
  --line: #d9dee4; --good: #17693a; --bad: #b3261e; --unsure: #8a5a00; --shade: #f5f7f9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --paper: #14171a; --quiet: #9aa5b1;
  --line: #343b43; --good: #6fcf97; --bad: #ff8a80; --unsure: #f2c14e; --shade: #1d2227; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 68rem; color: var(--ink);
  background: var(--paper); font: 16px/1.5 system-ui, "Segoe UI", sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.2; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
p { margin: .5rem 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; margin: .5rem 0 1rem; }
table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); }
th { color: var(--quiet); font-weight: 600; } .r { text-align: right; white-space: nowrap; }
.strong { font-weight: 650; } .good { color: var(--good); } .bad { color: var(--bad); }
.unsure { color: var(--unsure); } .quiet { color: var(--quiet); }
.banner { display: flex; flex-wrap: wrap; gap: .25rem 2rem; padding: .75rem 1rem;
  background: var(--shade); border-radius: .5rem; font-size: 1.1rem; }
code { background: var(--shade); padding: 0 .25em; border-radius: .25rem; }
pre { background: var(--shade); padding: .75rem 1rem; border-radius: .5rem; overflow-x: auto; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
figure { margin: 1rem 0; } figure svg { max-width: 100%; height: auto; }
figcaption { color: var(--quiet); }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .5rem; } }
@media print { body { max-width: none; padding: 0; font-size: 11pt; }
  .scroll { overflow: visible; } tr, figure { break-inside: avoid; } }
)";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

/// The same, with what stands between backticks as code.
std::string with_code(std::string_view text) {
    if (std::count(text.begin(), text.end(), '`') % 2 != 0) return escaped(text);
    std::string out;
    bool in_code = false;
    while (true) {
        const auto tick = text.find('`');
        out += escaped(text.substr(0, tick));
        if (tick == std::string_view::npos) return out;
        out += in_code ? "</code>" : "<code>";
        in_code = !in_code;
        text.remove_prefix(tick + 1);
    }
}

std::string_view class_of(Tone tone) {
    switch (tone) {
        case Tone::plain:
            return "";
        case Tone::strong:
            return "strong";
        case Tone::good:
            return "good";
        case Tone::bad:
            return "bad";
        case Tone::unsure:
            return "unsure";
        case Tone::quiet:
            return "quiet";
    }
    SIM_ASSERT(false);
}

class HtmlWriter {
  public:
    explicit HtmlWriter(const TextStyle& style) : style_(style) {}

    void add(const Paragraph& paragraph) {
        const auto tag = paragraph.wrap ? std::string("p") : std::string("pre");
        out_ += open(tag, class_of(paragraph.tone)) +
                (paragraph.wrap ? with_code(paragraph.text) : escaped(paragraph.text)) + "</" +
                tag + ">\n";
    }
    void add(const Table& table) {
        out_ += "<div class=\"scroll\"><table><thead><tr>";
        for (const auto& column : table.columns) {
            out_ += open("th", side_of(column)) + escaped(column.title) + "</th>";
        }
        out_ += "</tr></thead><tbody>\n";
        for (const auto& row : table.rows) {
            out_ += "<tr>";
            for (std::size_t i = 0; i < table.columns.size(); ++i) {
                out_ += open("td", side_of(table.columns[i]));
                if (i < row.size()) out_ += inline_text(row[i]);
                out_ += "</td>";
            }
            out_ += "</tr>\n";
        }
        out_ += "</tbody></table></div>\n";
    }
    void add(const KeyValues& values) {
        out_ += "<dl>";
        for (const auto& [key, value] : values.entries) {
            out_ += "<dt>" + escaped(key) + "</dt><dd>" + with_code(value) + "</dd>";
        }
        out_ += "</dl>\n";
    }
    void add(const Finding& finding) {
        out_ += "<p>" + inline_text({finding.text, Tone::plain, finding.mark}) + "</p>\n";
    }
    void add(const Notes& notes) {
        for (const auto& note : notes.entries) add(Paragraph{"note: " + note, Tone::quiet});
    }
    void add(const Banner& banner) {
        out_ += "<div class=\"banner\">";
        for (const auto* cell : {&banner.left, &banner.middle, &banner.right}) {
            if (!cell->text.empty()) out_ += inline_text(*cell);
        }
        out_ += "</div>\n";
    }
    void add(const BlankLine&) {}
    void add(const Heading& heading) { out_ += "<h2>" + escaped(heading.text) + "</h2>\n"; }
    void add(const Plot& plot) {
        out_ += "<figure>" + plot.svg + "<figcaption>" + with_code(plot.caption) +
                "</figcaption></figure>\n";
    }

    std::string take() { return std::move(out_); }

  private:
    static std::string_view side_of(const Column& column) {
        return column.align == Align::right ? "r" : "";
    }
    static std::string open(const std::string& tag, std::string_view name) {
        return name.empty() ? "<" + tag + ">" : "<" + tag + " class=\"" + std::string(name) + "\">";
    }
    [[nodiscard]] std::string inline_text(const Cell& cell) const {
        return open("span", class_of(cell.tone)) +
               with_code(std::string(symbol_of(cell.mark, style_.ascii)) + cell.text) + "</span>";
    }

    TextStyle style_;
    std::string out_;
};

}  // namespace

std::string render_html(const Document& document, const TextStyle& style) {
    HtmlWriter writer(style);
    for (const auto& block : document.blocks) {
        std::visit([&](const auto& kind) { writer.add(kind); }, block);
    }
    const auto title = escaped(document.title.empty() ? "firedrill" : document.title);
    return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
           title + "</title>\n<style>" + std::string(kStyle) + "</style></head>\n<body>\n" +
           (document.title.empty() ? "" : "<h1>" + title + "</h1>\n") + writer.take() +
           "</body></html>\n";
}

}  // namespace sim
