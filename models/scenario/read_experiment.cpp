#include <fmt/format.h>

#include "models/scenario/reading.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

using sim::MapReader;
using sim::Node;

namespace {

constexpr sim::Duration kMaxRun = sim::whole_seconds(366 * 86'400);
constexpr std::int64_t kMaxReplications = 100'000;
/// Of a day there are 86 400 by the second. Each takes some hundred bytes per journey and service.
constexpr std::int64_t kMostWindows = 1'000'000;

void read_windows(MapReader& reader, Experiment& experiment) {
    const Node* node = reader.take("windows");
    if (node == nullptr) return;
    constexpr auto kShortest = sim::whole_seconds(1);
    const auto value = sim::read_duration(*node, reader.diagnostics(), {kShortest, kMaxRun});
    if (!value) return;
    const auto count = experiment.duration.ns / value->ns;
    if (value->ns % kShortest.ns != 0) {
        reader.diagnostics().error(node->range, "`windows` are whole seconds", "write `1s`");
    } else if (*value > experiment.duration) {
        reader.diagnostics().error(node->range, "a window is longer than the measured time",
                                   "make `windows` shorter than `duration`");
    } else if (count > kMostWindows) {
        reader.diagnostics().error(
            node->range, fmt::format("{} windows are too many: at most {}", count, kMostWindows),
            "make them longer, or `duration` shorter");
    } else {
        experiment.windows = *value;
    }
}

void read_times(MapReader& reader, Experiment& experiment) {
    sim::Diagnostics& diagnostics = reader.diagnostics();
    const auto read = [&](std::string_view key, sim::Duration min, sim::Duration& value) {
        if (const Node* node = reader.take(key)) {
            value = sim::read_duration(*node, diagnostics, {min, kMaxRun}).value_or(value);
        }
    };
    read("duration", sim::whole_seconds(1), experiment.duration);
    const Node* warmup = reader.take("warmup");
    experiment.warmup_auto = warmup != nullptr && warmup->is_scalar() && warmup->text == "auto";
    if (!experiment.warmup_auto) read("warmup", sim::Duration{0}, experiment.warmup);
    read("drain", sim::Duration{0}, experiment.drain);
    read_windows(reader, experiment);
}

void read_replications(MapReader& reader, Experiment& experiment) {
    const Node* node = reader.take("replications");
    if (node == nullptr) return;
    experiment.replications_auto = node->is_scalar() && node->text == "auto";
    if (experiment.replications_auto) return;
    experiment.replications = static_cast<std::uint32_t>(
        sim::read_count(*node, reader.diagnostics(), {1, kMaxReplications}).value_or(10));
}

void read_difference(const Node& node, DifferenceThatMatters& difference,
                     sim::Diagnostics& diagnostics) {
    MapReader reader(node, diagnostics, "differenceThatMatters");
    if (const Node* value = reader.take("ratio")) {
        difference.ratio = sim::read_percent(*value, diagnostics).value_or(difference.ratio);
    }
    if (const Node* value = reader.take("relative")) {
        difference.relative = sim::read_percent(*value, diagnostics).value_or(difference.relative);
    }
    if (const Node* value = reader.take("recovery")) {
        const auto time = sim::read_duration(*value, diagnostics);
        if (time) difference.recovery_s = time->seconds();
    }
    reader.finish();
}

}  // namespace

Experiment read_experiment(const Node& node, Reading& reading) {
    sim::Diagnostics& diagnostics = reading.diagnostics;
    Experiment experiment;
    MapReader reader(node, diagnostics, "experiment");
    read_times(reader, experiment);
    if (const Node* baseline = reader.take("baseline")) {
        // One that nobody wrote is the first strategy, whose name has been looked at.
        experiment.baseline =
            baseline->range.has_place()
                ? sim::read_name(*baseline, diagnostics, "a strategy").value_or("")
                : baseline->text;
    }
    if (const Node* seed = reader.take("seed")) {
        experiment.seed =
            static_cast<std::uint64_t>(sim::read_count(*seed, diagnostics).value_or(1));
    }
    read_replications(reader, experiment);
    if (const Node* confidence = reader.take("confidence")) {
        experiment.confidence =
            sim::read_percent(*confidence, diagnostics, {0.5, 0.9999, false}).value_or(0.95);
    }
    if (const Node* rules = reader.take("decideBy")) {
        for (const Node& rule : sim::read_list_or_one(*rules)) {
            const auto name = sim::read_name(rule, diagnostics, "an SLO");
            if (name) experiment.decide_by.push_back(*name);
        }
    }
    if (const Node* difference = reader.take("differenceThatMatters")) {
        read_difference(*difference, experiment.difference, diagnostics);
    }
    reader.finish({{"runs", "replications", ""},
                   {"length", "duration", ""},
                   {"warmUp", "warmup", ""},
                   {"window", "windows", ""}});
    return experiment;
}

}  // namespace models
