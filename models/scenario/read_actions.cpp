#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/scenario/merge.hpp"
#include "models/scenario/objective_text.hpp"
#include "models/scenario/read_actions.hpp"
#include "models/scenario/reading.hpp"
#include "sim/yaml/parameters.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

using sim::MapEntry;
using sim::MapReader;
using sim::Node;

namespace {

constexpr std::string_view kConditionGrammar =
    "write `checkout.success < 50%`, `service.payment.utilisation > 95%` or `zone.eu-1.healthy < "
    "80%`";
constexpr sim::Duration kLongestWindow = sim::whole_seconds(3600);

template <class... Kinds>
std::vector<ActionForm> forms_of(const std::variant<Kinds...>* /*registry*/) {
    return {{Kinds::name, Kinds::spelling.main, Kinds::example, Kinds::summary}...};
}

class ConditionReader {
  public:
    ConditionReader(const Node& node, sim::Diagnostics& diagnostics)
        : text_(node, diagnostics, kConditionGrammar) {}

    bool read(LiveConditionSpec& condition) {
        if (!text_.has_comparison()) return false;
        read_subject(text_.words()[0], condition);
        return text_.read_comparison(condition.op, condition.limit, unit_of(condition.metric));
    }

  private:
    using Word = ObjectiveText::Word;

    /// `checkout.success`, `shoppers/checkout.p99`, `service.payment.queue`, `zone.eu-1.healthy`.
    void read_subject(const Word& whole, LiveConditionSpec& condition) {
        const std::size_t dot = whole.text.rfind('.');
        if (dot == std::string_view::npos) return read_metric(whole, condition);
        read_metric({whole.text.substr(dot + 1), whole.at + dot + 1}, condition);
        const std::string_view subject = whole.text.substr(0, dot);
        constexpr std::string_view kService = "service.";
        constexpr std::string_view kZone = "zone.";
        if (subject.starts_with(kService)) {
            condition.service = std::string(subject.substr(kService.size()));
        } else if (subject.starts_with(kZone)) {
            condition.zone = std::string(subject.substr(kZone.size()));
        } else {
            const std::size_t slash = subject.find('/');
            const bool both = slash != std::string_view::npos;
            if (both) condition.group = std::string(subject.substr(0, slash));
            condition.journey = std::string(both ? subject.substr(slash + 1) : subject);
        }
    }

    void read_metric(const Word& word, LiveConditionSpec& condition) {
        std::array<std::string_view, kLiveMetrics> names;
        for (std::size_t i = 0; i < kLiveMetrics; ++i) {
            names[i] = to_string(static_cast<LiveMetric>(i));
        }
        if (const auto found = text_.read_metric(word, names)) {
            condition.metric = static_cast<LiveMetric>(*found);
        }
    }

    ObjectiveText text_;
};

std::optional<LiveConditionSpec> read_condition(const Node& node, std::string_view key,
                                                sim::Diagnostics& diagnostics) {
    LiveConditionSpec condition;
    const Node* text =
        read_timed_condition(node, key, {condition.over, condition.holds, kLongestWindow},
                             kConditionGrammar, diagnostics);
    if (text == nullptr) return std::nullopt;
    condition.text = text->text;
    condition.range = text->range;
    if (!ConditionReader(*text, diagnostics).read(condition)) return std::nullopt;
    return condition;
}

/// The value under a kind's key: a map, or its main parameter alone.
template <class Kind>
std::optional<ActionKind> read_as(const MapEntry& entry, sim::Diagnostics& diagnostics) {
    Node map = entry.value;
    if (entry.value.is_scalar() && !Kind::spelling.main.empty()) {
        map = map_node();
        map.range = entry.value.range;
        put(map, Kind::spelling.main, entry.value);
    } else if (!entry.value.is_map()) {
        sim::report(
            diagnostics, entry.value,
            fmt::format("{}: expected a map, found {}", entry.key, sim::describe(entry.value)),
            fmt::format("write `{}: {}`", entry.key, Kind::example));
        return std::nullopt;
    }
    MapReader reader(map, diagnostics, entry.key);
    Kind kind;
    sim::ParameterReader parameters(reader);
    kind.parameters(parameters);
    reader.finish();
    if (!parameters.good()) return std::nullopt;
    if constexpr (requires { kind.misfit(); }) {
        if (const auto misfit = kind.misfit()) {
            const Node* place = map.find(misfit->key);
            sim::report(diagnostics, place != nullptr ? *place : entry.value, misfit->message,
                        misfit->hint);
            return std::nullopt;
        }
    }
    return ActionKind{std::move(kind)};
}

std::optional<ActionKind> read_kind(const MapEntry& entry, sim::Diagnostics& diagnostics) {
    std::optional<ActionKind> kind;
    [&]<class... Kinds>(std::in_place_type_t<std::variant<Kinds...>>) {
        ((Kinds::name == entry.key ? void(kind = read_as<Kinds>(entry, diagnostics)) : void()),
         ...);
    }(std::in_place_type<ActionKind>);
    return kind;
}

/// Reads one action out of its map.
class ActionReader {
  public:
    ActionReader(const MapEntry& entry, sim::Diagnostics& diagnostics)
        : entry_(entry),
          diagnostics_(diagnostics),
          reader_(entry.value, diagnostics, fmt::format("action `{}`", entry.key)) {}

    std::optional<ActionSpec> read() {
        action_.name = {entry_.key, entry_.key_range};
        const bool good = read_deed() & read_trigger() & read_end();
        std::vector<sim::KeyHint> hints = {{"duration", "for", ""},   {"delay", "after", ""},
                                           {"if", "when", ""},        {"drop", "shed", ""},
                                           {"shift", "evacuate", ""}, {"scale", "scaleOut", ""}};
        reader_.finish(hints);
        if (!good || !reader_.valid()) return std::nullopt;
        return std::move(action_);
    }

  private:
    void needs(std::string message, std::string hint) {
        if (!reader_.valid()) return;
        sim::report_key(diagnostics_, entry_, std::move(message), std::move(hint));
    }

    /// The one key that says what is done.
    bool read_deed() {
        const MapEntry* first = nullptr;
        for (const ActionForm& form : action_forms()) {
            const MapEntry* found = reader_.take_entry(form.kind);
            if (found == nullptr) continue;
            if (first != nullptr) {
                diagnostics_.add({sim::Severity::error, found->key_range,
                                  fmt::format("action `{}` does two things, `{}` and `{}`",
                                              entry_.key, first->key, found->key),
                                  "write two actions with the same trigger", first->key_range,
                                  "the other one"});
                return false;
            }
            first = found;
        }
        if (first == nullptr) {
            needs(fmt::format("action `{}` does nothing", entry_.key),
                  "write `shed: 50%`, `switchStrategy: NAME`, `restart: payment`, `evacuate: eu-1` "
                  "or another: `firedrill help action`");
            return false;
        }
        auto kind = read_kind(*first, diagnostics_);
        if (!kind) return false;
        action_.kind = std::move(*kind);
        deed_ = first;
        return true;
    }

    bool read_trigger() {
        const MapEntry* at = reader_.take_entry("at");
        const MapEntry* when = reader_.take_entry("when");
        const MapEntry* after = reader_.take_entry("after");
        const Node* again = reader_.take("repeat");
        if (at != nullptr && when != nullptr) {
            diagnostics_.add(
                {sim::Severity::error, when->key_range,
                 fmt::format("action `{}` has two triggers, `at` and `when`", entry_.key),
                 "keep one of them, or write two actions", at->key_range, "the other one"});
            return false;
        }
        if (at == nullptr && when == nullptr) {
            needs(fmt::format("action `{}` needs `at` or `when`", entry_.key),
                  "write `at: 3m`, or `when: \"checkout.success < 50%\"`");
            return false;
        }
        const auto before = diagnostics_.error_count();
        if (again != nullptr) {
            action_.repeats = sim::read_bool(*again, diagnostics_).value_or(false);
        }
        const sim::DurationLimits limits{sim::Duration{0}, kMaxTime};
        if (at != nullptr) {
            const auto time = sim::read_duration(at->value, diagnostics_, limits);
            action_.at = sim::SimTime{time.value_or(sim::Duration{}).ns};
            if (after != nullptr) {
                sim::report_key(diagnostics_, *after, "`after` belongs to `when`",
                                "add it to the time of `at`");
            }
        } else {
            action_.when = read_condition(when->value, "when", diagnostics_);
            if (after != nullptr) {
                action_.after = sim::read_duration(after->value, diagnostics_, limits)
                                    .value_or(sim::Duration{});
            }
        }
        return diagnostics_.error_count() == before;
    }

    bool read_end() {
        const MapEntry* length = reader_.take_entry("for");
        const MapEntry* until = reader_.take_entry("until");
        const auto before = diagnostics_.error_count();
        for (const MapEntry* end : {length, until}) {
            if (end == nullptr || deed_ == nullptr || lasts(action_.kind)) continue;
            sim::report_key(diagnostics_, *end,
                            fmt::format("`{}` has no end: it is over when it is done", deed_->key),
                            fmt::format("remove `{}`", end->key));
            return false;
        }
        if (length != nullptr && !(length->value.is_scalar() && length->value.text == "none")) {
            action_.duration =
                sim::read_duration(length->value, diagnostics_, {sim::Duration{1}, kMaxTime})
                    .value_or(sim::kForever);
        }
        if (until != nullptr) action_.until = read_condition(until->value, "until", diagnostics_);
        return diagnostics_.error_count() == before;
    }

    const MapEntry& entry_;
    sim::Diagnostics& diagnostics_;
    MapReader reader_;
    const MapEntry* deed_ = nullptr;
    ActionSpec action_;
};

}  // namespace

const std::vector<ActionForm>& action_forms() {
    static const auto forms = forms_of(static_cast<const ActionKind*>(nullptr));
    return forms;
}

MetricUnit unit_of(LiveMetric metric) {
    switch (metric) {
        case LiveMetric::success:
        case LiveMetric::ok:
        case LiveMetric::degraded:
        case LiveMetric::utilisation:
        case LiveMetric::errors:
        case LiveMetric::wasted:
        case LiveMetric::healthy:
            return MetricUnit::ratio;
        case LiveMetric::goodput:
        case LiveMetric::retries:
            return MetricUnit::rate;
        case LiveMetric::mean:
        case LiveMetric::p50:
        case LiveMetric::p90:
        case LiveMetric::p95:
        case LiveMetric::p99:
        case LiveMetric::p999:
            return MetricUnit::duration;
        case LiveMetric::queue:
            return MetricUnit::count;
        case LiveMetric::tries:
            return MetricUnit::factor;
    }
    SIM_ASSERT(false);
}

const Node* read_timed_condition(const Node& node, std::string_view key, ConditionTimes times,
                                 std::string_view grammar, sim::Diagnostics& diagnostics) {
    const Node* text = &node;
    if (node.is_map()) {
        MapReader reader(node, diagnostics, std::string(key));
        text = reader.require("condition");
        const auto time = [&](std::string_view name, sim::Duration& value,
                              sim::DurationLimits limits) {
            const Node* found = reader.take(name);
            if (found == nullptr) return;
            value = sim::read_duration(*found, diagnostics, limits).value_or(value);
            if (name != "over" || value.ns % 1'000'000'000 == 0) return;
            sim::report(diagnostics, *found, "`over` is no whole number of seconds",
                        "dashboards show a point each second: `over: 10s`");
        };
        time("over", times.over, {sim::whole_seconds(1), times.longest});
        time("for", times.holds, {sim::Duration{0}, kMaxTime});
        reader.finish({{"during", "over", ""}, {"window", "over", ""}});
        if (text == nullptr) return nullptr;
    }
    if (text->is_scalar()) return text;
    sim::report(diagnostics, *text,
                fmt::format("expected a condition, found {}", sim::describe(*text)),
                std::string(grammar));
    return nullptr;
}

std::vector<ActionSpec> read_actions(const Node& node, Reading& reading) {
    std::vector<ActionSpec> actions;
    for (const MapEntry& entry : sim::read_entries(node, reading.diagnostics, "actions")) {
        if (!sim::check_key_name(entry, reading.diagnostics, "an action")) continue;
        if (entry.value.is_scalar() && entry.value.text == "none") continue;  // taken away
        auto action = ActionReader(entry, reading.diagnostics).read();
        if (action) actions.push_back(std::move(*action));
    }
    return actions;
}

}  // namespace models
