// What `plan` says of services that may do less.
#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/analysis/plan_report.hpp"

namespace models {

namespace {

std::string seen_text(const std::string& text, const LevelCondition& condition) {
    std::string seen = fmt::format("`{}` over {}", text, seconds_text(condition.over.seconds()));
    if (condition.holds.ns > 0)
        seen += fmt::format(" for {}", seconds_text(condition.holds.seconds()));
    return seen;
}

/// "own work 30 %, without recommendations, quality 70 %".
std::string deeds_text(const LevelSpec& spec) {
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
    const ServiceLevel& level = spec.level;
    if (level.off) add("refuses everything");
    if (level.read_only) add("refuses writes");
    if (level.work != 1) add("own work " + percent_text(level.work));
    for (const LeftOutSpec& call : spec.without) add("without " + call.target.text);
    if (level.quality != 1) add("quality " + percent_text(level.quality));
    return text;
}

std::string text_of(const LevelSpec& spec) {
    const ServiceLevel& level = spec.level;
    std::string text = spec.name.text + " ";
    text += level.when ? "when " + seen_text(spec.when, *level.when) : "by hand or fault";
    text += ": " + deeds_text(spec);
    if (!level.when) return text;
    text += fmt::format(", for at least {}", seconds_text(level.stay.seconds()));
    if (level.until) text += " and until " + seen_text(spec.until, *level.until);
    return text;
}

}  // namespace

std::vector<std::string> level_lines(const PlanInput& input) {
    std::vector<std::string> lines;
    for (const ServiceSpec& service : input.scenario.system(input.scenario.baseline).services) {
        for (const LevelSpec& level : service.levels) {
            lines.push_back(fmt::format("{} goes to {}", service.name.text, text_of(level)));
        }
    }
    return lines;
}

}  // namespace models
