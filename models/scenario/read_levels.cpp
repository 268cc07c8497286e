#include "models/scenario/read_levels.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "models/scenario/objective_text.hpp"
#include "models/scenario/read_actions.hpp"
#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

using sim::MapEntry;
using sim::MapReader;
using sim::Node;

namespace {

constexpr std::string_view kGrammar =
    "write `utilisation > 90%`, `queue > 20`, `wait > 100ms`, `errors > 30%` or `p99 > 500ms`";
constexpr sim::Duration kLongestWindow = sim::whole_seconds(60);

bool read_text(const Node& node, LevelCondition& condition, sim::Diagnostics& diagnostics) {
    ObjectiveText text(node, diagnostics, kGrammar);
    if (!text.has_comparison()) return false;
    std::array<std::string_view, kSelfMetrics> names;
    for (std::size_t i = 0; i < kSelfMetrics; ++i) {
        names[i] = to_string(static_cast<SelfMetric>(i));
    }
    const auto metric = text.read_metric(text.words()[0], names);
    if (metric) condition.metric = static_cast<SelfMetric>(*metric);
    return text.read_comparison(condition.op, condition.limit, unit_of(condition.metric));
}

/// Reads one level out of its map.
class LevelReader {
  public:
    LevelReader(const MapEntry& entry, sim::Diagnostics& diagnostics)
        : entry_(entry),
          diagnostics_(diagnostics),
          reader_(entry.value, diagnostics, fmt::format("level `{}`", entry.key)) {}

    std::optional<LevelSpec> read() {
        spec_.name = {entry_.key, entry_.key_range};
        spec_.level.name = entry_.key;
        const auto before = diagnostics_.error_count();
        read_condition("when", spec_.level.when, spec_.when, spec_.when_place);
        read_condition("until", spec_.level.until, spec_.until, spec_.until_place);
        if (const Node* without = reader_.take("without")) read_without(*without);
        sim::ParameterReader parameters(reader_);
        spec_.level.parameters(parameters);
        reader_.finish({{"enter", "when", ""},
                        {"exit", "until", ""},
                        {"for", "stay", ""},
                        {"hold", "stay", ""},
                        {"skip", "without", ""},
                        {"work", "latency", ""},
                        {"readonly", "readOnly", ""}});
        if (diagnostics_.error_count() > before) return std::nullopt;
        check();
        return std::move(spec_);
    }

  private:
    void read_condition(std::string_view key, std::optional<LevelCondition>& condition,
                        std::string& text, sim::SourceRange& place) {
        const Node* node = reader_.take(key);
        if (node == nullptr || (node->is_scalar() && node->text == "none")) return;
        LevelCondition read;
        const Node* written = read_timed_condition(
            *node, key, {read.over, read.holds, kLongestWindow}, kGrammar, diagnostics_);
        if (written == nullptr || !read_text(*written, read, diagnostics_)) return;
        condition = read;
        text = written->text;
        place = written->range;
    }

    void read_without(const Node& node) {
        const auto add = [&](const Node& one) {
            const auto name = sim::read_name(one, diagnostics_, "a service or `service.endpoint`");
            if (name) spec_.without.push_back({{*name, one.range}});
        };
        if (node.is_scalar()) return add(node);
        if (!node.is_list()) {
            sim::report(diagnostics_, node,
                        fmt::format("expected a list, found {}", sim::describe(node)),
                        "write `without: [recommendations, catalog.details]`");
            return;
        }
        for (const Node& one : node.items) add(one);
    }

    void check() {
        if (spec_.level.until && !spec_.level.when) {
            diagnostics_.error(
                spec_.until_place,
                fmt::format("level `{}` is left by measure, and entered by none", entry_.key),
                "write `when`, or remove `until`: without `when` only a person or a "
                "fault chooses it");
        }
        if (spec_.level.does_something() || !spec_.without.empty()) return;
        sim::report_key(diagnostics_, entry_, fmt::format("level `{}` changes nothing", entry_.key),
                        "write `latency: 30%`, `without: [recommendations]`, `readOnly: true`, "
                        "`quality: 70%` or `off: true`");
    }

    const MapEntry& entry_;
    sim::Diagnostics& diagnostics_;
    MapReader reader_;
    LevelSpec spec_;
};

}  // namespace

MetricUnit unit_of(SelfMetric metric) {
    switch (metric) {
        case SelfMetric::utilisation:
        case SelfMetric::errors:
            return MetricUnit::ratio;
        case SelfMetric::queue:
            return MetricUnit::count;
        case SelfMetric::wait:
        case SelfMetric::p99:
            return MetricUnit::duration;
    }
    SIM_ASSERT(false);
}

std::vector<LevelSpec> read_levels(const Node& node, sim::Diagnostics& diagnostics) {
    std::vector<LevelSpec> levels;
    if (node.is_scalar() && node.text == "none") return levels;
    for (const MapEntry& entry : sim::read_entries(node, diagnostics, "levels")) {
        if (!sim::check_key_name(entry, diagnostics, "a level")) continue;
        if (entry.value.is_scalar() && entry.value.text == "none") continue;  // taken away
        if (entry.key == kFullService) {
            sim::report_key(diagnostics, entry, "`full` is what a service does without levels",
                            "name what it does instead: `degraded`, `readOnly`, `off`");
            continue;
        }
        auto level = LevelReader(entry, diagnostics).read();
        if (level) levels.push_back(std::move(*level));
    }
    return levels;
}

}  // namespace models
