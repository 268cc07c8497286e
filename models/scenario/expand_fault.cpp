// What a name of the catalogue stands for: its effects with the values of its parameters.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "models/fault/effect.hpp"
#include "models/scenario/fault_catalog.hpp"
#include "models/scenario/merge.hpp"
#include "models/scenario/read_effect.hpp"
#include "sim/core/assert.hpp"
#include "sim/core/did_you_mean.hpp"
#include "sim/yaml/parameters.hpp"
#include "sim/yaml/scalars.hpp"
#include "sim/yaml/write_scalars.hpp"

namespace models {

using sim::MapEntry;
using sim::MapReader;
using sim::Node;

namespace {

Node with_text(const Node& node, std::string text) {
    Node copy = node;
    copy.text = std::move(text);
    return copy;
}

bool is_bare_number(const Node& node) {
    return node.is_scalar() && sim::parse_number(node.text).has_value();
}

/// A number as the tool writes it gets the unit that it has there.
Node with_unit(const FaultParameter& parameter, const Node& node) {
    if (!is_bare_number(node)) return node;
    if (parameter.type == "us" || parameter.type == "ms" || parameter.type == "s") {
        return with_text(node, node.text + parameter.type);
    }
    if (parameter.type == "points") return with_text(node, node.text + "%");
    if (parameter.type == "factor") return with_text(node, node.text + "x");
    if (parameter.type == "fraction") {
        return with_text(node, fmt::format("{:.12g}%", *sim::parse_number(node.text) * 100));
    }
    return node;
}

/// Checks the value and says it in our words; nothing after an error.
std::optional<Node> read_value(const FaultParameter& parameter, const Node& written,
                               sim::Diagnostics& diagnostics) {
    const Node node = with_unit(parameter, written);
    const auto& type = parameter.type;
    const auto kept = [&](bool good) { return good ? std::optional(node) : std::nullopt; };
    if (type == "duration" || type == "us" || type == "ms" || type == "s") {
        return kept(
            sim::read_duration(node, diagnostics, {{}, sim::whole_seconds(86'400)}).has_value());
    }
    if (type == "percent" || type == "points" || type == "fraction") {
        return kept(sim::read_percent(node, diagnostics, {0, 1, false}).has_value());
    }
    if (type == "factor") return kept(sim::read_factor(node, diagnostics).has_value());
    if (type == "number") return kept(sim::read_number(node, diagnostics).has_value());
    if (type == "count") return kept(sim::read_count(node, diagnostics).has_value());
    if (type == "shares") return node;  // its effect reads the map
    if (type == "text") {
        return kept(sim::read_string(node, diagnostics, "a value").has_value());
    }
    SIM_ASSERT(type == "choice");
    std::vector<std::string_view> words;
    for (const auto& [word, ours] : parameter.values) words.push_back(word);
    const auto index = sim::read_choice(node, diagnostics, parameter.key, words);
    if (!index) return std::nullopt;
    return with_text(node, parameter.values[*index].second);
}

using Values = std::map<std::string, Node, std::less<>>;

/// A value as a plain number: `30%` is 0.3.
double number_of(const Node& node) {
    std::string_view text = node.text;
    const bool percent = text.ends_with('%');
    if (percent || text.ends_with('x')) text.remove_suffix(1);
    const double number = sim::parse_number(text).value_or(0);
    return percent ? number / 100 : number;
}

bool is_zero(const Node& node) {
    const auto duration = sim::parse_duration(node.text);
    return duration ? duration->ns == 0 : number_of(node) == 0;
}

std::string factor_text(double factor) { return fmt::format("{:.6g}x", factor); }

/// A size or a number; a share as a number.
double amount_of(const Node& node) {
    sim::Diagnostics ignored;
    if (node.text.find('B') == std::string::npos) return number_of(node);
    return static_cast<double>(sim::read_size(node, ignored).value_or(0));
}

/// What a message of `size` takes longer when it is cut into slices with a pause after each.
std::string slicing_delay(const std::vector<Node>& inputs) {
    const double slices = std::ceil(amount_of(inputs[0]) / std::max(amount_of(inputs[1]), 1.0));
    const auto pause = sim::parse_duration(inputs[2].text).value_or(sim::Duration{});
    return sim::duration_text(sim::from_seconds(std::max(slices - 1, 0.0) * pause.seconds()));
}

/// The conversions of the catalogue's header.
std::string convert(std::string_view how, const std::vector<Node>& inputs) {
    if (how == "slices") return slicing_delay(inputs);
    const double x = amount_of(inputs[0]);
    const double y = inputs.size() < 2 ? 0 : amount_of(inputs[1]);
    if (how == "slowdown") return factor_text(1 / std::max(1 - x, 1e-6));
    if (how == "fairShare") return factor_text(1 + x);
    if (how == "shifted") return factor_text(x / std::max(x - 1, 1e-6));
    if (how == "inverse") return fmt::format("{:.6g}", 1 / std::max(x, 1e-6));
    if (how == "complement") return fmt::format("{:.12g}%", (1 - x) * 100);
    if (how == "stationary") return fmt::format("{:.12g}%", x / std::max(x + y, 1e-12) * 100);
    if (how == "ratio") return fmt::format("{:.6g}%", std::min(x / std::max(y, 1e-12), 1.0) * 100);
    SIM_ASSERT(how == "toBytes");
    return fmt::format("{:.0f}B/s", x * 1000);
}

class Expansion {
  public:
    Expansion(const NamedFault& fault, const Node& written, sim::Diagnostics& diagnostics)
        : fault_(fault),
          written_(written),
          diagnostics_(diagnostics),
          map_(written.is_map() ? written : Node{}),
          reader_(map_, diagnostics, fmt::format("`{}`", fault.name)) {}

    std::optional<FaultExpansion> expand() {
        const auto before = diagnostics_.error_count();
        reader_.take("preset");
        for (const FaultParameter& parameter : fault_.parameters) take(parameter);
        if (diagnostics_.error_count() > before) return std::nullopt;
        FaultExpansion expansion;
        for (const Node& effect : fault_.effects) {
            if (const Node* chosen = chosen_of(effect)) {
                expansion.effects.push_back(filled(*chosen));
            }
        }
        if (expansion.effects.size() == 1) lay_own_keys(expansion.effects[0]);
        reader_.finish();
        if (diagnostics_.error_count() > before) return std::nullopt;
        fill_target(expansion);
        return expansion;
    }

  private:
    void take(const FaultParameter& parameter) {
        Node value;
        if (const Node* node = reader_.take(parameter.key)) {
            value = *node;
        } else if (parameter.otherwise.empty()) {
            sim::report(
                diagnostics_, written_,
                fmt::format("`{}` needs `{}`: {}", fault_.name, parameter.key, parameter.summary),
                fmt::format("`firedrill help fault {}` has an example", fault_.name));
            return;
        } else {
            value = scalar_node(parameter.otherwise);
            value.range = written_.range;
        }
        if (auto read = read_value(parameter, value, diagnostics_)) {
            values_[parameter.key] = std::move(*read);
        }
    }

    /// Null when the effect's condition does not hold.
    [[nodiscard]] const Node* chosen_of(const Node& effect) const {
        const Node* only = effect.is_map() ? effect.find("effect") : nullptr;
        if (only == nullptr) return &effect;
        const Node* condition = effect.find("if");
        if (condition != nullptr) return is_zero(value_of(condition->text)) ? nullptr : only;
        return is_zero(value_of(effect.find("unless")->text)) ? only : nullptr;
    }

    [[nodiscard]] const Node& value_of(std::string_view key) const {
        const auto found = values_.find(key);
        SIM_ASSERT(found != values_.end());
        return found->second;
    }

    /// `$delay`, `slowdown($load)`, `stationary($p, $r)`, or the text itself.
    [[nodiscard]] Node filled(const Node& node) const {
        Node result = node;
        result.range = written_.range;
        for (MapEntry& entry : result.entries) {
            entry.key_range = written_.range;
            entry.value = filled(entry.value);
        }
        if (!node.is_scalar()) return result;
        const auto dollar = node.text.find('$');
        if (dollar == std::string::npos) return result;
        if (dollar == 0) return value_of(std::string_view(node.text).substr(1));
        std::string_view rest = std::string_view(node.text).substr(dollar);
        rest.remove_suffix(1);  // the bracket
        std::vector<Node> inputs;
        for (;;) {
            const auto comma = rest.find(", $");
            inputs.push_back(value_of(rest.substr(1, comma == rest.npos ? comma : comma - 1)));
            if (comma == rest.npos) break;
            rest.remove_prefix(comma + 2);
        }
        return with_text(inputs[0],
                         convert(std::string_view(node.text).substr(0, dollar - 1), inputs));
    }

    /// Keys of the effect beside the parameters: `{preset: edge.blackhole, direction: reply}`.
    void lay_own_keys(Node& effect) {
        for (const EffectForm& form : effect_forms()) {
            const bool is_this =
                (effect.is_scalar() ? effect.text : effect.entries.front().key) == form.kind;
            if (!is_this) continue;
            for (const sim::KindDoc& kind : sim::describe_kinds<FaultEffect>()) {
                if (kind.name == form.kind) lay_keys_of(kind, form.spelling.main, effect);
            }
            return;
        }
    }

    void lay_keys_of(const sim::KindDoc& kind, std::string_view main, Node& effect) {
        for (const sim::ParameterDoc& doc : kind.parameters) {
            const Node* own =
                fault_.parameter(doc.key) != nullptr ? nullptr : reader_.take(doc.key);
            if (own == nullptr) continue;
            if (effect.is_scalar()) {
                Node map = map_node();
                map.range = effect.range;
                put(map, "kind", effect);
                effect = std::move(map);
            }
            const bool is_main = doc.key == main && effect.find(kind.name) != nullptr;
            put(effect, is_main ? kind.name : std::string_view(doc.key), *own);
        }
    }

    void fill_target(FaultExpansion& expansion) const {
        if (const Node* share = fault_.target.find("share")) {
            expansion.share = number_of(filled(*share));
        }
        expansion.sticky = fault_.target.find("sticky") != nullptr;
        expansion.border = fault_.target.find("border") != nullptr;
        if (!fault_.schedule.is_map()) return;
        const auto time = [&](std::string_view key) {
            const auto text = filled(*fault_.schedule.find(key)).text;
            return sim::parse_duration(text).value_or(sim::Duration{});
        };
        expansion.flapping = Flapping{time("down"), time("up")};
    }

    const NamedFault& fault_;
    const Node& written_;
    sim::Diagnostics& diagnostics_;
    Node map_;
    MapReader reader_;
    Values values_;
};

}  // namespace

std::optional<FaultExpansion> fill_in(const NamedFault& fault, const Node& written,
                                      sim::Diagnostics& diagnostics) {
    return Expansion(fault, written, diagnostics).expand();
}

std::optional<FaultExpansion> expand_fault(const NamedFault& fault, const Node& written,
                                           sim::Diagnostics& diagnostics) {
    if (!fault.instead.empty()) {
        sim::report(diagnostics, written, fmt::format("`{}` is no fault here", fault.name),
                    fault.instead);
        return std::nullopt;
    }
    if (!fault.usable()) {
        const bool is_word = sim::is_name(fault.needs);
        sim::report(diagnostics, written,
                    fmt::format("`{}` needs {}, which is planned", fault.name,
                                is_word ? "`" + fault.needs + "`" : fault.needs),
                    "`firedrill help faults` lists what there is");
        return std::nullopt;
    }
    return fill_in(fault, written, diagnostics);
}

}  // namespace models
