#include "models/scenario/objective_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "sim/core/assert.hpp"
#include "sim/core/did_you_mean.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

using sim::Node;

namespace {

bool is_operator_char(char c) { return c == '<' || c == '>' || c == '='; }

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n'; }

/// Words are separated by spaces; operators and `+` are words of their own.
std::vector<ObjectiveText::Word> split_words(std::string_view text) {
    std::vector<ObjectiveText::Word> words;
    std::size_t i = 0;
    while (i < text.size()) {
        if (is_space(text[i])) {
            ++i;
            continue;
        }
        std::size_t end = i + 1;
        if (is_operator_char(text[i])) {
            while (end < text.size() && is_operator_char(text[end])) ++end;
        } else if (text[i] != '+') {
            while (end < text.size() && !is_space(text[end]) && text[end] != '+' &&
                   !is_operator_char(text[end])) {
                ++end;
            }
        }
        words.push_back({text.substr(i, end - i), i});
        i = end;
    }
    return words;
}

}  // namespace

sim::SourceRange place_in(const sim::SourceRange& value, std::string_view text, std::size_t at,
                          std::size_t length) {
    const std::size_t quotes = value.length == text.size() + 2 ? 1 : 0;
    if (value.length != text.size() + 2 * quotes) return value;
    sim::SourceRange range = value;
    range.column += static_cast<std::uint32_t>(at + quotes);
    range.length = static_cast<std::uint32_t>(length);
    return range;
}

ObjectiveText::ObjectiveText(const Node& node, sim::Diagnostics& diagnostics,
                             std::string_view grammar)
    : node_(node), diagnostics_(diagnostics), grammar_(grammar), words_(split_words(node.text)) {}

bool ObjectiveText::has_comparison() {
    if (words_.size() >= 3) return true;
    good_ = false;
    sim::report(diagnostics_, node_, fmt::format("{} is no objective", sim::describe(node_)),
                std::string(grammar_));
    return false;
}

sim::SourceRange ObjectiveText::place_of(const Word& word) const {
    return place_in(node_.range, node_.text, word.at, word.text.size());
}

void ObjectiveText::fail(const Word& word, std::string message, std::string hint) {
    good_ = false;
    diagnostics_.add({sim::Severity::error, place_of(word), std::move(message), std::move(hint),
                      node_.alias, node_.alias.has_place() ? "used here" : ""});
}

std::optional<std::size_t> ObjectiveText::read_metric(const Word& word,
                                                      std::span<const std::string_view> names) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == word.text) return i;
    }
    const std::string hint = sim::did_you_mean_hint(word.text, names);
    fail(word, fmt::format("unknown metric {}", sim::quote(word.text)),
         hint.empty() ? fmt::format("known: {}", fmt::join(names, ", ")) : hint);
    return std::nullopt;
}

std::optional<SloOp> ObjectiveText::read_operator() {
    constexpr std::array<std::pair<std::string_view, SloOp>, 4> kOps = {{{">=", SloOp::at_least},
                                                                         {"<=", SloOp::at_most},
                                                                         {">", SloOp::above},
                                                                         {"<", SloOp::below}}};
    const Word& word = words_[1];
    const auto* found = std::find_if(kOps.begin(), kOps.end(),
                                     [&](const auto& op) { return op.first == word.text; });
    if (found != kOps.end()) return found->second;
    fail(word, fmt::format("expected `>=`, `<=`, `>` or `<`, found {}", sim::quote(word.text)),
         std::string(grammar_));
    return std::nullopt;
}

bool ObjectiveText::read_comparison(SloOp& op, double& limit, MetricUnit unit) {
    op = read_operator().value_or(op);
    if (good_) limit = read_limit(unit).value_or(0);
    if (words_.size() > 3) {
        fail(words_[3], fmt::format("unexpected {}", sim::quote(words_[3].text)),
             "a condition is a metric, an operator and a value");
    }
    return good_;
}

std::optional<double> ObjectiveText::read_limit(MetricUnit unit) {
    const Word& word = words_[2];
    Node value;
    value.kind = Node::Kind::scalar;
    value.text = word.text;
    value.range = place_of(word);
    value.alias = node_.alias;
    const auto limit = [&]() -> std::optional<double> {
        switch (unit) {
            case MetricUnit::ratio:
                return sim::read_percent(value, diagnostics_);
            case MetricUnit::duration: {
                const auto time = sim::read_duration(value, diagnostics_);
                return time ? std::optional(time->seconds()) : std::nullopt;
            }
            case MetricUnit::rate:
                return sim::read_rate(value, diagnostics_);
            case MetricUnit::factor:
                return word.text.ends_with('x') ? sim::read_factor(value, diagnostics_)
                                                : sim::read_number(value, diagnostics_);
            case MetricUnit::count:
                return sim::read_number(value, diagnostics_);
        }
        SIM_ASSERT(false);
    }();
    good_ = good_ && limit.has_value();
    return limit;
}

}  // namespace models
