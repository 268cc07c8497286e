#include <fmt/format.h>

#include "models/analysis/explained.hpp"
#include "models/analysis/format.hpp"

namespace models {

namespace {

sim::Tone tone_of(StoryTone tone) {
    static constexpr sim::Tone kTones[] = {sim::Tone::plain, sim::Tone::good, sim::Tone::bad,
                                           sim::Tone::quiet};
    return kTones[static_cast<std::size_t>(tone)];
}

/// All in the same unit, so that they can be compared at a glance.
std::string clock_text(sim::Duration at, bool in_seconds) {
    return in_seconds ? fmt::format("{:7.3f} s ", at.seconds())
                      : fmt::format("{:7.2f} ms", 1e3 * at.seconds());
}

void add_lines(const std::vector<StoryLine>& lines, sim::Duration from, bool in_seconds,
               sim::Document& document) {
    for (const auto& line : lines) {
        if (line.at < from) continue;
        std::string text = clock_text(line.at, in_seconds) + "  ";
        for (std::uint32_t i = 0; i < line.depth; ++i) text += "│ ";
        const auto hanging = static_cast<int>(12 + 2 * line.depth);
        document.blocks.emplace_back(
            sim::Paragraph{text + line.text, tone_of(line.tone), 0, hanging});
    }
}

std::string came_text(const ExplainedRequest& explained) {
    const auto arrival = explained.runs.front().trace.seen.arrival;
    auto text = fmt::format("{:.3f} s", arrival.seconds());
    if (explained.since_fault) {
        text += fmt::format(", {} after `{}` began",
                            seconds_text(explained.since_fault->second.seconds()),
                            explained.since_fault->first);
    }
    return text;
}

void add_twin(const ExplainedRequest& explained, const ExplainedRun& run, StoryDetail detail,
              bool in_seconds, sim::Document& document) {
    document.blocks.emplace_back(sim::BlankLine{});
    document.blocks.emplace_back(sim::Heading{fmt::format("The same customer: {}", run.name())});
    if (!run.trace.found) {
        document.blocks.emplace_back(
            sim::Paragraph{"This request does not come there.", sim::Tone::quiet});
        return;
    }
    const auto parting = first_divergence(tell(explained.runs.front().trace, StoryDetail::whole),
                                          tell(run.trace, StoryDetail::whole));
    if (!parting) {
        document.blocks.emplace_back(
            sim::Paragraph{"The same from the first event to the last.", sim::Tone::quiet});
        return;
    }
    document.blocks.emplace_back(sim::Paragraph{
        fmt::format("≠ They part after {}. {}: {}. {}: {}.", seconds_text(parting->at.seconds()),
                    explained.runs.front().name(),
                    parting->here.empty() ? "nothing more happens" : parting->here, run.name(),
                    parting->there.empty() ? "nothing more happens" : parting->there),
        sim::Tone::strong, 0, 2});
    add_lines(tell(run.trace, detail), parting->at, in_seconds, document);
    document.blocks.emplace_back(sim::Paragraph{cost_sentence(run.trace), sim::Tone::plain, 0, 2});
}

}  // namespace

sim::Document explained_document(const ExplainedRequest& explained, StoryDetail detail) {
    const auto& first = explained.runs.front();
    sim::Document document;
    document.title = fmt::format("{}   {} · {}   {}, run {}", explained.id, first.trace.group,
                                 first.trace.journey, first.name(), explained.replication + 1);
    if (!explained.because.empty()) {
        document.blocks.emplace_back(sim::Paragraph{explained.because, sim::Tone::quiet});
        document.blocks.emplace_back(sim::BlankLine{});
    }
    sim::KeyValues facts;
    if (first.trace.knows_customer) {
        facts.entries.emplace_back(
            "customer", fmt::format("{} of {}", first.trace.customer, first.trace.group));
    }
    if (!first.trace.spans.empty()) {
        facts.entries.emplace_back("place", first.trace.spans.front().zone);
    }
    facts.entries.emplace_back("came at", came_text(explained));
    document.blocks.emplace_back(std::move(facts));
    document.blocks.emplace_back(sim::BlankLine{});
    const bool in_seconds = first.trace.seen.sojourn() >= sim::whole_seconds(1);
    add_lines(tell(first.trace, detail), sim::Duration{}, in_seconds, document);
    document.blocks.emplace_back(
        sim::Paragraph{cost_sentence(first.trace), sim::Tone::plain, 0, 2});
    if (first.trace.truncated) {
        document.blocks.emplace_back(
            sim::Paragraph{"More happened than is kept.", sim::Tone::unsure});
    }
    for (std::size_t i = 1; i < explained.runs.size(); ++i) {
        add_twin(explained, explained.runs[i], detail, in_seconds, document);
    }
    document.data = explained_json(explained, 20'000);
    return document;
}

}  // namespace models
