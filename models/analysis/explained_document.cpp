#include <algorithm>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "models/analysis/explained.hpp"
#include "models/analysis/format.hpp"
#include "models/analysis/study_report.hpp"
#include "sim/report/render.hpp"

namespace models {

namespace {

sim::Tone tone_in_story(StoryTone tone) {
    static constexpr sim::Tone kTones[] = {sim::Tone::plain, sim::Tone::good, sim::Tone::bad,
                                           sim::Tone::quiet};
    return kTones[static_cast<std::size_t>(tone)];
}

/// All in the same unit, so that they can be compared at a glance.
std::string clock_text(sim::Duration at, bool in_seconds) {
    return in_seconds ? fmt::format("{:7.3f} s ", at.seconds())
                      : fmt::format("{:7.2f} ms", 1e3 * at.seconds());
}

/// Collects the blocks of the report.
class Writer {
  public:
    Writer(const ExplainedRequest& explained, StoryDetail detail)
        : explained_(explained),
          first_(explained.runs.front()),
          detail_(detail),
          in_seconds_(first_.trace.seen.sojourn() >= sim::whole_seconds(1)) {}

    sim::Document write() {
        document_.title =
            fmt::format("{}   {} · {}   {}, run {}", explained_.id, first_.trace.group,
                        first_.trace.journey, first_.name(), explained_.replication + 1);
        if (!explained_.because.empty()) {
            line(explained_.because, sim::Tone::quiet);
            add(sim::BlankLine{});
        }
        add(facts());
        add(sim::BlankLine{});
        add(calls_table());
        line(cost_sentence(first_.trace));
        add(sim::BlankLine{});
        const auto beside = tell_first();
        for (std::size_t i = 1; i < explained_.runs.size(); ++i) {
            if (i != beside) twin(explained_.runs[i]);
        }
        return std::move(document_);
    }

  private:
    /// The story, with that of another strategy beside it where there is one; its index, or 0.
    std::size_t tell_first() {
        std::size_t beside = 0;
        std::optional<Divergence> parting;
        for (std::size_t i = 1; i < explained_.runs.size() && beside == 0; ++i) {
            const auto& run = explained_.runs[i];
            if (run.faults && run.trace.found) parting = divergence_of(explained_, run);
            if (parting) beside = i;
        }
        if (parting) {
            tell_two(explained_.runs[beside], *parting);
            line(cost_sentence(explained_.runs[beside].trace));
        } else {
            tell_lines(first_, tell(first_.trace, detail_));
        }
        if (first_.trace.truncated) line("More happened than is kept.", sim::Tone::unsure);
        return beside;
    }

    void add(sim::Block block) { document_.blocks.push_back(std::move(block)); }
    void line(std::string text, sim::Tone tone = sim::Tone::plain) {
        add(sim::Paragraph{std::move(text), tone, 0, 2});
    }

    [[nodiscard]] sim::KeyValues facts() const {
        const auto& trace = first_.trace;
        sim::KeyValues facts;
        if (trace.knows_customer) {
            facts.entries.emplace_back("customer",
                                       fmt::format("{} of {}", trace.customer, trace.group));
        }
        if (!trace.spans.empty()) facts.entries.emplace_back("place", trace.spans.front().zone);
        auto came = fmt::format("{:.3f} s", trace.seen.arrival.seconds());
        if (const auto& fault = explained_.since_fault) {
            came += fmt::format(", {} after `{}` began", seconds_text(fault->second.seconds()),
                                fault->first);
        }
        facts.entries.emplace_back("came at", came);
        return facts;
    }

    [[nodiscard]] sim::Table calls_table() const {
        sim::Table table;
        table.columns = {{"its calls"},
                         {"calls", sim::Align::right},
                         {"answered", sim::Align::right},
                         {"tries", sim::Align::right},
                         {"how the tries ended"}};
        for (const auto& one : summarise_calls(first_.trace)) {
            std::string name;
            for (std::uint32_t i = 0; i < one.depth; ++i) name += "· ";
            const auto tone = one.answered < one.calls ? sim::Tone::bad : sim::Tone::plain;
            table.rows.push_back({{fmt::format("{}{} → {}", name, one.caller, one.callee)},
                                  {std::to_string(one.calls)},
                                  {std::to_string(one.answered), tone},
                                  {std::to_string(one.tries)},
                                  {tries_text(one)}});
        }
        return table;
    }

    [[nodiscard]] sim::SideBySide::Line told(const StoryLine& one) const {
        return {.at_s = one.at.seconds(),
                .at = clock_text(one.at, in_seconds_),
                .depth = static_cast<int>(one.depth),
                .text = one.text,
                .tone = tone_in_story(one.tone)};
    }

    void tell_lines(const ExplainedRun& run, const std::vector<StoryLine>& lines) {
        sim::SideBySide alone;
        alone.left = run.name();
        for (const auto& one : lines) alone.common.push_back(told(one));
        add(std::move(alone));
    }

    /// The request that is explained and, beside it, the same customer under the strategy that
    /// comes first.
    void tell_two(const ExplainedRun& run, const Divergence& parting) {
        const auto here = tell(first_.trace, detail_);
        const auto there = tell(run.trace, detail_);
        sim::SideBySide both;
        both.left = first_.name();
        both.right = twin_title(run);
        both.parting = parting_words(run, parting);
        const auto same = [&](const StoryLine& a, const StoryLine& b) {
            return a.at == b.at && a.depth == b.depth && a.text == b.text && a.at <= parting.at;
        };
        const auto [left, right] =
            std::mismatch(here.begin(), here.end(), there.begin(), there.end(), same);
        for (auto one = there.begin(); one != right; ++one) {
            both.common.push_back(told(*one));
            both.common.back().open = !is_over(run, *one, parting);
        }
        for (auto one = left; one != here.end(); ++one) both.left_lines.push_back(told(*one));
        for (auto one = right; one != there.end(); ++one) both.right_lines.push_back(told(*one));
        add(std::move(both));
    }

    static std::string twin_title(const ExplainedRun& run) {
        return "The same customer under " + run.name();
    }

    [[nodiscard]] std::string parting_words(const ExplainedRun& run,
                                            const Divergence& parting) const {
        const auto said = [](const std::string& text) {
            return text.empty() ? std::string("nothing more happens") : text;
        };
        return fmt::format("≠ They part after {}. {}: {}. {}: {}.",
                           seconds_text(parting.at.seconds()), first_.name(), said(parting.here),
                           run.name(), said(parting.there));
    }

    void twin(const ExplainedRun& run) {
        add(sim::Heading{twin_title(run)});
        if (!run.trace.found) return line("This request does not come there.", sim::Tone::quiet);
        const auto parting = divergence_of(explained_, run);
        if (!parting) {
            return line("The same from the first event to the last.", sim::Tone::quiet);
        }
        if (run.faults) line(parting_words(run, *parting), sim::Tone::strong);
        auto lines = tell(run.trace, detail_);
        std::erase_if(lines, [&](const StoryLine& one) { return is_over(run, one, *parting); });
        tell_lines(run, lines);
        line(cost_sentence(run.trace));
    }

    /// Whether what a line is about is over when the two part.
    static bool is_over(const ExplainedRun& run, const StoryLine& line, const Divergence& parting) {
        const auto& span = run.trace.spans[line.span];
        const auto when = run.trace.seen.arrival + parting.at;
        return line.at < parting.at && span.end_kind != SpanEnd::open && span.end < when;
    }

    const ExplainedRequest& explained_;
    const ExplainedRun& first_;
    StoryDetail detail_;
    bool in_seconds_;
    sim::Document document_;
};

}  // namespace

sim::Document explained_document(const ExplainedRequest& explained, const ExplainedSource& source,
                                 StoryDetail detail) {
    auto document = Writer(explained, detail).write();
    document.blocks.emplace_back(sim::BlankLine{});
    document.blocks.emplace_back(
        sim::Paragraph{fmt::format("seed {} · repeat:", explained.seed), sim::Tone::quiet});
    document.blocks.emplace_back(
        sim::Paragraph{source.repeat_command, sim::Tone::plain, 2, 0, false});
    document.data["formatVersion"] = "1.0";
    document.data["command"] = "explain";
    document.data["computedBy"] = {{"method", kMethodCommand}, {"validation", kValidationCommand}};
    document.data["scenario"] = {
        {"name", source.scenario}, {"file", source.file}, {"sha256", source.sha256}};
    document.data["provenance"] = {{"engine", source.engine_version}, {"seed", explained.seed}};
    document.data["repeat"] = source.repeat_command;
    document.data["explained"] = explained_json(explained, std::numeric_limits<std::size_t>::max());
    document.data["report"] = sim::blocks_json(document, 0, 0);
    return document;
}

}  // namespace models
