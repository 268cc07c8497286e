#include "models/report/explained_section.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "models/report/cells.hpp"
#include "sim/report/render.hpp"

namespace models {

namespace {

/// What a page shows of one run.
constexpr std::size_t kMostRows = 90;

std::string seconds_text(double seconds) {
    if (std::isnan(seconds)) return "?";
    return seconds < 1 ? fmt::format("{:.1f} ms", 1e3 * seconds) : fmt::format("{:.2f} s", seconds);
}

std::string run_name(const Part& run) {
    return run.text("strategy") + (run.flag("faults") ? "" : " without the faults");
}

/// The spans of a run as a tree whose calm parts are left out.
class Tree {
  public:
    explicit Tree(const Part& run) : spans_(run["spans"].items()), facts_(spans_.size()) {
        for (std::size_t i = 0; i < spans_.size(); ++i) learn(i);
        for (auto i = spans_.size(); i-- > 1;) {
            if (!facts_[i].calm) facts_[facts_[i].parent].calm = false;
        }
    }

    sim::Waterfall waterfall(const std::string& title) const {
        sim::Waterfall fall;
        fall.title = title;
        fall.other = "work at the replica";
        for (std::size_t i = 0; i < spans_.size() && fall.rows.size() < kMostRows; ++i) {
            const auto kind = spans_[i].text("kind");
            const bool shown = kind == "request" || kind == "try" || kind == "delivery" ||
                               (kind == "call" && facts_[i].tries == 0);
            if (shown && !is_hidden(i)) fall.rows.push_back(row_of(i));
        }
        return fall;
    }

  private:
    struct Facts {
        std::size_t parent = 0;  ///< itself: it has none
        int depth = 0;
        bool calm = false;  ///< all went well in it and below it
        int tries = 0;
        std::size_t work = 0;  ///< of a try; 0: none
    };

    /// Of a parent that comes before it, as it should; else the first.
    void learn(std::size_t index) {
        const auto& span = spans_[index];
        auto& facts = facts_[index];
        const double parent = span.number("parent");
        const bool known = parent >= 0 && parent < static_cast<double>(index);
        facts.parent = known ? static_cast<std::size_t>(parent) : 0;
        facts.calm = span.text("end") == "finished" && span.text("outcome") == "ok" &&
                     !span.flag("wasted") && !(span.number("number") > 1);
        if (index == 0) return;
        auto& above = facts_[facts.parent];
        const auto kind = span.text("kind");
        facts.depth = above.depth + (kind == "try" || kind == "delivery" ? 1 : 0);
        if (kind == "try") ++above.tries;
        if (kind == "work") above.work = index;
    }
    /// Inside of a try below which all went well, unless that is the customer's own.
    [[nodiscard]] bool is_hidden(std::size_t index) const {
        for (auto up = index; up != 0;) {
            up = facts_[up].parent;
            const bool own = facts_[up].depth <= 1;
            if (facts_[up].calm && !own && spans_[up].text("kind") == "try") return true;
        }
        return false;
    }
    [[nodiscard]] static std::string name_of(const Part& span) {
        const auto kind = span.text("kind");
        if (kind == "request") return span.text("caller") + " · " + span.text("endpoint");
        const auto& where = span["instance"];
        auto name = where.is_text() ? where.text() : span.text("callee");
        if (kind == "delivery") return name + ", delivery " + span["number"].digits();
        if (span.number("number") > 1) name += ", try " + span["number"].digits();
        return name + (span.flag("hedge") ? ", hedge" : "");
    }
    [[nodiscard]] static std::string end_of(const Part& span) {
        const auto end = span.text("end");
        const auto how = end == "finished"  ? span.text("outcome")
                         : end == "givenUp" ? std::string("given up")
                         : end == "open"    ? std::string("not over")
                                            : end;
        return how + ", " + seconds_text(span.number("lasts"));
    }
    [[nodiscard]] sim::Waterfall::Row row_of(std::size_t index) const {
        const auto& span = spans_[index];
        sim::Waterfall::Row row;
        row.name = name_of(span);
        row.depth = facts_[index].depth;
        row.from_s = finite(span.number("at"));
        row.to_s = row.from_s + finite(span.number("lasts"));
        row.detail = end_of(span);
        row.source = span.source();
        const auto outcome = span.text("outcome");
        const bool good = outcome == "ok" || outcome == "degraded";
        row.tone = span.text("end") != "finished" ? sim::Tone::quiet
                   : good                         ? sim::Tone::good
                                                  : sim::Tone::bad;
        if (const auto work = facts_[index].work; work != 0) {
            const auto& at = spans_[work];
            const double from = finite(at.number("at"));
            row.other_s = std::pair(from, from + finite(at.number("lasts")));
            row.other_source = at.source();
            row.other_wasted = at.flag("wasted") || at.text("end") != "finished";
        }
        return row;
    }
    /// A file can say anything.
    static double finite(double value) {
        return std::isfinite(value) ? std::clamp(value, 0.0, 1e9) : 0.0;
    }

    std::vector<Part> spans_;
    std::vector<Facts> facts_;
};

sim::Table calls_table(const Part& run) {
    sim::Table table;
    table.columns = {{"its calls"},
                     {"calls", sim::Align::right},
                     {"answered", sim::Align::right},
                     {"tries", sim::Align::right},
                     {"how the tries ended"}};
    for (const auto& one : run["calls"].items()) {
        std::string name;
        for (int i = 0; i < one.number("depth") && i < 20; ++i) name += "· ";
        const bool failed = one.number("answered") < one.number("calls");
        table.rows.push_back({{name + one.text("caller") + " → " + one.text("callee")},
                              count_cell(one["calls"]),
                              count_cell(one["answered"]),
                              count_cell(one["tries"]),
                              {one.text("ended"), failed ? sim::Tone::bad : sim::Tone::plain}});
    }
    return table;
}

std::string story_text(const Part& run) {
    std::string text;
    for (const auto& line : run["story"].items()) {
        text += fmt::format("{:9.3f} s  ", line.number("at"));
        for (int i = 0; i < line.number("depth") && i < 20; ++i) text += "│ ";
        text += line.text("text") + "\n";
    }
    const auto more = run["leftOut"].number("lines");
    if (more > 0) text += fmt::format("… and {:.0f} lines more\n", more);
    return text;
}

std::string said(const std::string& text) { return text.empty() ? "nothing more happens" : text; }

std::string parting_text(const Part& parting) {
    return fmt::format("≠ The two part after {}: {}, here: {}.", seconds_text(parting.number("at")),
                       said(parting.text("here")), said(parting.text("there")));
}

std::vector<sim::SideBySide::Line> story_lines(const Part& run) {
    std::vector<sim::SideBySide::Line> lines;
    for (const auto& one : run["story"].items()) {
        const double depth = one.number("depth");
        lines.push_back({.at_s = one.number("at"),
                         .at = fmt::format("{:.3f} s", one.number("at")),
                         .depth = depth > 0 && depth < 20 ? static_cast<int>(depth) : 0,
                         .text = one.text("text")});
    }
    return lines;
}

/// The stories of the first run and of another, the first divergence marked.
sim::SideBySide two_stories(const Part& first, const Part& other) {
    const auto parting = other["divergence"];
    auto here = story_lines(first);
    auto there = story_lines(other);
    const auto same = [&](const sim::SideBySide::Line& a, const sim::SideBySide::Line& b) {
        return a.at_s == b.at_s && a.depth == b.depth && a.text == b.text &&
               a.at_s <= parting.number("at");
    };
    const auto [left, right] =
        std::mismatch(here.begin(), here.end(), there.begin(), there.end(), same);
    sim::SideBySide both;
    both.left = run_name(first);
    both.right = "the same customer under " + run_name(other);
    both.parting = parting_text(parting);
    both.common.assign(here.begin(), left);
    both.left_lines.assign(left, here.end());
    both.right_lines.assign(right, there.end());
    return both;
}

/// The run whose story is told beside the first; 0: none.
std::size_t told_beside(const std::vector<Part>& runs) {
    for (std::size_t i = 1; i < runs.size(); ++i) {
        if (runs[i].flag("faults") && runs[i]["divergence"].is_object()) return i;
    }
    return 0;
}

void add_run(const Part& run, bool first, bool with_story, std::vector<sim::Block>& page) {
    if (run["spans"].size() == 0) {
        page.emplace_back(sim::Paragraph{
            fmt::format("Under {} this request does not come.", run_name(run)), sim::Tone::quiet});
        return;
    }
    const auto title =
        fmt::format("{}{}: {} after {}", first ? "" : "The same customer under ", run_name(run),
                    run.text("outcome"), seconds_text(run.number("sojourn")));
    const auto parting = run["divergence"];
    page.emplace_back(Tree(run).waterfall(title));
    if (run["leftOut"].number("spans") > 0) {
        page.emplace_back(
            sim::Paragraph{fmt::format("{:.0f} more are left out.", run["leftOut"].number("spans")),
                           sim::Tone::quiet});
    }
    if (parting.is_object() && run.flag("faults")) {
        page.emplace_back(sim::Paragraph{parting_text(parting), sim::Tone::strong});
    }
    page.emplace_back(sim::Paragraph{run.text("cost")});
    if (!with_story) return;
    page.emplace_back(sim::Fold{"the story, event by event", story_text(run)});
}

void add_all(const Part& explained, std::vector<sim::Block>& page) {
    const auto since = explained["sinceFault"];
    auto text = fmt::format("Request {} ({} · {}, run {}) came at {}", explained.text("request"),
                            explained.text("group"), explained.text("journey"),
                            explained["run"].digits(), seconds_text(explained.number("arrival")));
    if (since.is_object()) {
        text += fmt::format(", {} after `{}` began", seconds_text(since.number("after")),
                            since.text("fault"));
    }
    const auto because = explained.text("because");
    if (!because.empty()) page.emplace_back(sim::Paragraph{because});
    page.emplace_back(sim::Paragraph{text + ".", sim::Tone::quiet});
    const auto runs = explained["runs"].items();
    if (!runs.empty()) page.emplace_back(calls_table(runs.front()));
    page.emplace_back(sim::Paragraph{
        "Thick bars: what a caller saw, a try at a time. Thin bars: how long the try was at its "
        "replica; broken ones were for nothing, since nobody waited any more.",
        sim::Tone::quiet});
    const auto beside = told_beside(runs);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        add_run(runs[i], i == 0, beside == 0 || (i != 0 && i != beside), page);
        if (i == 0 || i != beside) continue;
        page.emplace_back(sim::FoldStart{"both stories side by side, event by event"});
        page.emplace_back(two_stories(runs.front(), runs[i]));
        page.emplace_back(sim::FoldEnd{});
    }
}

}  // namespace

void add_explained(const Part& result, std::vector<sim::Block>& page) {
    const auto explained = result["explained"];
    if (explained["runs"].size() == 0) return;
    page.emplace_back(sim::Heading{"One request explained"});
    add_all(explained, page);
}

std::vector<sim::Block> explained_page(const Json& json) {
    std::vector<sim::Block> page;
    const Part result(json);
    add_all(result["explained"], page);
    page.emplace_back(sim::Heading{"The same again"});
    page.emplace_back(sim::Paragraph{result.text("repeat"), sim::Tone::plain, 0, 0, false});
    return page;
}

sim::Table explained_sheet(const Json& json) {
    sim::Table sheet;
    for (const char* title :
         {"run", "span", "kind", "parent", "caller", "callee", "endpoint", "number", "instance",
          "zone", "at_s", "lasts_s", "end", "outcome", "wasted"}) {
        sheet.columns.push_back({title});
    }
    for (const auto& run : Part(json)["explained"]["runs"].items()) {
        std::size_t index = 0;
        for (const auto& span : run["spans"].items()) {
            sheet.rows.push_back({{run_name(run)},
                                  {std::to_string(index++)},
                                  {span.text("kind")},
                                  {span["parent"].digits()},
                                  {span.text("caller")},
                                  {span.text("callee")},
                                  {span.text("endpoint")},
                                  {span["number"].digits()},
                                  {span.text("instance")},
                                  {span.text("zone")},
                                  {span["at"].digits()},
                                  {span["lasts"].digits()},
                                  {span.text("end")},
                                  {span.text("outcome")},
                                  {span.flag("wasted") ? "yes" : ""}});
        }
    }
    return sheet;
}

std::string objection_to_explained(const Json& json) {
    const Part result(json);
    if (!result["scenario"]["name"].is_text()) return "`/scenario/name` is missing";
    const auto explained = result["explained"];
    if (!explained["request"].is_text()) return "`/explained/request` is missing";
    if (explained["runs"].size() == 0) return "`/explained/runs` is missing";
    for (const auto& run : explained["runs"].items()) {
        if (!run["strategy"].is_text()) {
            return fmt::format("`{}/strategy` is missing", run.source());
        }
    }
    return "";
}

sim::Document explained_report(Json result) {
    sim::Document document;
    document.data = std::move(result);
    document.page = explained_page(document.data);
    document.sheet = explained_sheet(document.data);
    document.title = Part(document.data)["explained"].text("request");
    sim::read_blocks(document.data["report"], false, document);
    return document;
}

}  // namespace models
