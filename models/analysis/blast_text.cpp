#include "models/analysis/blast_text.hpp"

#include <cmath>

#include <fmt/format.h>

#include "models/analysis/format.hpp"

namespace models {

namespace {

const TimeStory& time_of(const BlastStory& story, BlastInstant instant) {
    return story.times[static_cast<std::size_t>(instant)];
}

/// "after 1 s"; empty when most runs did not see it.
std::string after_text(const TimeStory& time) {
    if (!time.at || std::isinf(time.at->value)) return "";
    return "after " + seconds_text(std::round(time.at->value));
}

std::string recovery_text(const BlastStory& story) {
    const auto& back = time_of(story, BlastInstant::recovered);
    if (!back.at || std::isinf(back.at->value)) {
        if (story.verdict == BlastVerdict::deviated) {
            return "the run ends before one could see whether that passes";
        }
        return fmt::format("they are not served as before in the {} that the run looks",
                           seconds_text(std::round(story.seen_s)));
    }
    const double late_s = back.at->value - story.fault_s;
    if (late_s < 1) return "they are served as before when the fault ends";
    return fmt::format("they are served as before {} after its end",
                       seconds_text(std::round(late_s)));
}

std::string residue_list(const StudyFrame& frame, const BlastStory& story) {
    constexpr std::size_t kMost = 2;
    std::vector<std::string> words;
    for (std::size_t i = 0; i < std::min(kMost, story.residue.size()); ++i) {
        words.push_back(residue_text(frame, story.residue[i]));
    }
    if (story.residue.size() > kMost) {
        words.push_back(fmt::format("{} more", story.residue.size() - kMost));
    }
    return listed(words);
}

}  // namespace

std::string residue_text(const StudyFrame& frame, const ResidueStory& residue) {
    const auto& name = frame.services[residue.service].name;
    if (residue.kind == Residue::Kind::hit_ratio) {
        return fmt::format("{}: hit ratio {} instead of {}", name, percent_text(residue.run, 0),
                           percent_text(residue.twin, 0));
    }
    const auto few = [](double value) { return number_text(std::round(value * 10) / 10); };
    return fmt::format("{}: {} {} instead of {}", name, few(residue.run), to_string(residue.kind),
                       few(residue.twin));
}

std::string blast_sentence(const StudyFrame& frame, const BlastStory& story) {
    std::string text = fmt::format("{} in {} of {} {}", to_string(story.verdict),
                                   story.verdicts[static_cast<std::size_t>(story.verdict)],
                                   story.runs, story.runs == 1 ? "run" : "runs");
    if (story.verdict == BlastVerdict::pass) return text + ": no customer notices";
    const auto impact = after_text(time_of(story, BlastInstant::impact));
    if (story.verdict == BlastVerdict::aborted) return text + ": an action ended the faults";
    if (const auto seen = time_of(story, BlastInstant::impact).seen; impact.empty() && seen > 0) {
        return text + fmt::format(": customers notice in {} of {}", seen, story.runs);
    }
    text += impact.empty() ? ": no customer notices" : ": customers notice " + impact;
    if (!impact.empty()) text += "; " + recovery_text(story);
    const bool tells_residue = story.verdict == BlastVerdict::recovered_with_residue;
    if (tells_residue) text += "; left at the end: " + residue_list(frame, story);
    return text;
}

}  // namespace models
