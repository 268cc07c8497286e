#include "models/map/map_words.hpp"

#include <cmath>

#include <fmt/format.h>

#include "models/analysis/format.hpp"

namespace models {

namespace {

bool is_metastable(const StabilityMap& map, std::size_t strategy, std::size_t column,
                   std::size_t row) {
    return map.cell(strategy, column, row).mostly_metastable();
}

std::string at(const MapAxis& axis, std::size_t index) {
    return fmt::format("{} {}", axis.path, axis.values[index]);
}

std::string start_text(const StabilityMap& map, const RegionStart& start) {
    const auto& study = map.study;
    const auto& values = study.x.values;
    if (start.at_edge) {
        return fmt::format("at {} or below (the edge of the map), with {}", values[start.first],
                           at(study.y, start.row));
    }
    return fmt::format("between {} and {}, with {}", values[start.first - 1], values[start.first],
                       at(study.y, start.row));
}

/// "-39 %, " from today's value, where both are numbers.
std::string distance_text(const MapAxis& axis, std::size_t index) {
    const auto now = axis.number(axis.today);
    const auto there = axis.number(axis.values[index]);
    if (!now || !there || *now == 0) return "";
    const double change = *there / *now - 1;
    return fmt::format("{:+.0f} %, ", 100 * change);
}

/// "policy.retries 1 (-50 %, healthy)"; `column` and `row` are today's.
std::string step_text(const StabilityMap& map, std::size_t strategy, std::size_t column,
                      std::size_t row, const BoundaryStep& step) {
    const auto& axis = step.along_x ? map.study.x : map.study.y;
    const auto& cell =
        step.along_x ? map.cell(strategy, step.first, row) : map.cell(strategy, column, step.first);
    return fmt::format("{} {} ({}{})", axis.path, axis.values[step.first],
                       distance_text(axis, step.first), to_string(cell.state()));
}

/// From `index` on in one direction, the first value whose cell is another kind.
template <class IsMetastable>
std::optional<BoundaryStep> step_of(std::size_t index, std::size_t count, bool up, bool along_x,
                                    const IsMetastable& is) {
    const bool today = is(index);
    std::size_t last = index;
    while (up ? last + 1 < count : last > 0) {
        const std::size_t next = up ? last + 1 : last - 1;
        if (is(next) != today) return BoundaryStep{along_x, last, next};
        last = next;
    }
    return std::nullopt;
}

std::string today_text(const StabilityMap& map, std::size_t strategy) {
    const auto& study = map.study;
    const auto column = study.x.today_at();
    const auto row = study.y.today_at();
    if (study.x.today.empty() || study.y.today.empty()) {
        return "The scenario has no single value of its own for both axes: its own place on the "
               "map is not known.";
    }
    const auto here = fmt::format("Today ({} {}, {} {})", study.x.path, study.x.today, study.y.path,
                                  study.y.today);
    if (!column || !row) return here + " is beyond the edge of this map.";
    const auto& cell = map.cell(strategy, *column, *row);
    auto text = fmt::format("{} is {}", here, to_string(cell.state()));
    const auto steps = steps_from_today(map, strategy);
    if (steps.empty()) return text + ", and so is everything in its row and its column of the map.";
    std::vector<std::string> ends;
    for (const auto& step : steps) ends.push_back(step_text(map, strategy, *column, *row, step));
    return fmt::format("{}; {} {}, the rest being as today.", text,
                       cell.mostly_metastable() ? "it would no longer be metastable at"
                                                : "the metastable region begins at",
                       fmt::join(ends, ", or at "));
}

}  // namespace

std::vector<RegionStart> region_starts(const StabilityMap& map, std::size_t strategy) {
    std::vector<RegionStart> starts;
    for (std::size_t row = 0; row < map.study.y.values.size(); ++row) {
        for (std::size_t column = 0; column < map.study.x.values.size(); ++column) {
            if (!is_metastable(map, strategy, column, row)) continue;
            starts.push_back({row, column, column == 0});
            break;
        }
    }
    return starts;
}

std::vector<BoundaryStep> steps_from_today(const StabilityMap& map, std::size_t strategy) {
    const auto column = map.study.x.today_at();
    const auto row = map.study.y.today_at();
    std::vector<BoundaryStep> steps;
    if (!column || !row) return steps;
    const auto add = [&](const std::optional<BoundaryStep>& step) {
        if (step) steps.push_back(*step);
    };
    for (const bool up : {false, true}) {
        add(step_of(*column, map.study.x.values.size(), up, true,
                    [&](std::size_t i) { return is_metastable(map, strategy, i, *row); }));
    }
    for (const bool up : {false, true}) {
        add(step_of(*row, map.study.y.values.size(), up, false,
                    [&](std::size_t i) { return is_metastable(map, strategy, *column, i); }));
    }
    return steps;
}

std::vector<std::string> map_words(const StabilityMap& map, std::size_t strategy) {
    const auto& study = map.study;
    const auto starts = region_starts(map, strategy);
    std::vector<std::string> words;
    if (starts.empty()) {
        words.push_back(
            fmt::format("{}: nothing on this map is metastable.", study.strategies[strategy]));
    } else {
        std::size_t cells = 0;
        for (const auto& cell : map.cells[strategy]) cells += cell.mostly_metastable() ? 1 : 0;
        auto text = fmt::format("{}: {} of {} cells are metastable. Along {} that begins {}",
                                study.strategies[strategy], cells, study.cells(), study.x.path,
                                start_text(map, starts.front()));
        if (starts.size() > 1) text += "; " + start_text(map, starts.back());
        words.push_back(text + ".");
    }
    words.push_back(today_text(map, strategy));
    if (!study.without_effect[strategy].empty()) {
        words.push_back(fmt::format(
            "{} changes nothing under {}: the strategy says it itself, so vary `strategies.{}.…` "
            "instead.",
            study.without_effect[strategy], study.strategies[strategy],
            study.strategies[strategy]));
    }
    return words;
}

}  // namespace models
