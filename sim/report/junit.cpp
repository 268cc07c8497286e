#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "sim/core/utf8.hpp"
#include "sim/report/render.hpp"

namespace sim {

namespace {

/// What XML 1.0 can hold at all (its production `Char`).
bool is_xml(char32_t c) {
    if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
    return c < 0xd800 || (c >= 0xe000 && c <= 0xfffd) || c >= 0x10000;
}

/// One code point as it stands in text and in attributes: parsers would turn line ends and tabs of
/// attributes into spaces, and what XML cannot hold becomes the replacement character.
std::string escaped(const CodePoint& point, std::string_view bytes, bool ascii) {
    const char32_t c = point.valid && is_xml(point.value) ? point.value : U'\ufffd';
    if (c == '&') return "&amp;";
    if (c == '<') return "&lt;";
    if (c == '>') return "&gt;";
    if (c == '"') return "&quot;";
    const bool plain = c >= 0x20 && c < 0x7f;
    const bool reference = !plain && (ascii || c < 0xa0);
    if (reference) return fmt::format("&#{};", static_cast<std::uint32_t>(c));
    return c == point.value && point.valid ? std::string(bytes) : "\xef\xbf\xbd";
}

class Writer {
  public:
    explicit Writer(bool ascii) : ascii_(ascii) {}

    void line(int depth, const std::string& text) {
        out += std::string(static_cast<std::size_t>(depth) * 2, ' ') + text + "\n";
    }
    [[nodiscard]] std::string text(std::string_view text) const {
        std::string escaped_text;
        for (std::size_t i = 0; i < text.size();) {
            const auto point = decode_utf8(text, i);
            escaped_text += escaped(point, text.substr(i, point.bytes), ascii_);
            i += point.bytes;
        }
        return escaped_text;
    }

    /// Between tags, where lines may end.
    [[nodiscard]] std::string body(std::string_view text) const {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) return this->text(text);
        return this->text(text.substr(0, end)) + "\n" + body(text.substr(end + 1));
    }

    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

  private:
    bool ascii_;
};

/// What was found, where, and why it matters.
std::string details_of(const Check& check) {
    std::string text = check.message;
    if (check.place) text = check.place->text() + ": " + text;
    if (check.suppression) text += "\non purpose: " + check.suppression->justification;
    if (!check.help.empty()) text += "\n" + check.help;
    return text;
}

void write_case(const Check& check, Writer& writer) {
    const auto head = fmt::format("testcase name=\"{}\" classname=\"{}\"", writer.text(check.name),
                                  writer.text(check.group));
    const auto message = writer.body(check.message);
    const auto details = writer.body(details_of(check));
    std::string inner;
    switch (check.result) {
        case CheckResult::pass:
            if (!check.message.empty()) inner = "<system-out>" + message + "</system-out>";
            break;
        case CheckResult::tolerated:
            inner = "<system-out>" + details + "</system-out>";
            break;
        case CheckResult::unsure:
            inner = "<skipped>" + message + "</skipped>";
            break;
        case CheckResult::fail:
            inner = fmt::format("<failure message=\"{}\" type=\"{}\">{}</failure>",
                                writer.text(check.message.substr(0, check.message.find('\n'))),
                                writer.text(check.rule), details);
            break;
    }
    if (inner.empty()) return writer.line(2, "<" + head + "/>");
    writer.line(2, "<" + head + ">");
    writer.line(3, inner);
    writer.line(2, "</testcase>");
}

std::size_t count(const std::vector<const Check*>& checks, CheckResult result) {
    return static_cast<std::size_t>(std::count_if(
        checks.begin(), checks.end(), [&](const Check* one) { return one->result == result; }));
}

std::string counts_text(const std::vector<const Check*>& checks) {
    return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"0\"", checks.size(),
                       count(checks, CheckResult::fail));
}

void write_suite(const std::vector<const Check*>& checks, Writer& writer) {
    writer.line(1, fmt::format("<testsuite name=\"{}\" {} skipped=\"{}\">",
                               writer.text(checks.front()->group), counts_text(checks),
                               count(checks, CheckResult::unsure)));
    for (const auto* check : checks) write_case(*check, writer);
    writer.line(1, "</testsuite>");
}

/// In the order in which they first appear.
std::vector<std::vector<const Check*>> groups_of(const std::vector<const Check*>& checks) {
    std::vector<std::vector<const Check*>> groups;
    for (const auto* check : checks) {
        const auto found = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
            return group.front()->group == check->group;
        });
        auto& group = found == groups.end() ? groups.emplace_back() : *found;
        group.push_back(check);
    }
    return groups;
}

}  // namespace

std::string render_junit(const Document& document, const TextStyle& style) {
    std::vector<const Check*> all;
    for (const auto& check : document.checks) all.push_back(&check);
    Writer writer(style.ascii);
    writer.line(0, "<testsuites name=\"firedrill\" " + counts_text(all) + ">");
    for (const auto& group : groups_of(all)) write_suite(group, writer);
    writer.line(0, "</testsuites>");
    return writer.out;
}

}  // namespace sim
