#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "models/scenario/reading.hpp"
#include "sim/core/did_you_mean.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

using sim::MapEntry;
using sim::MapReader;
using sim::Node;

namespace {

constexpr std::string_view kGrammar =
    "write `checkout.success >= 99.5%`, and perhaps `before`, `during` or `after` and a fault";

/// A word of the objective with its place in the text.
struct Word {
    std::string_view text;
    std::size_t at = 0;
};

bool is_operator_char(char c) { return c == '<' || c == '>' || c == '='; }

/// Words are separated by spaces; operators and `+` are words of their own.
std::vector<Word> split_words(std::string_view text) {
    std::vector<Word> words;
    std::size_t i = 0;
    while (i < text.size()) {
        if (text[i] == ' ' || text[i] == '\t' || text[i] == '\n') {
            ++i;
            continue;
        }
        std::size_t end = i + 1;
        if (is_operator_char(text[i])) {
            while (end < text.size() && is_operator_char(text[end])) ++end;
        } else if (text[i] != '+') {
            while (end < text.size() && text[end] != ' ' && text[end] != '\t' &&
                   text[end] != '\n' && text[end] != '+' && !is_operator_char(text[end])) {
                ++end;
            }
        }
        words.push_back({text.substr(i, end - i), i});
        i = end;
    }
    return words;
}

/// Reads one objective; every method reports at its word and leaves `good_` false.
class ObjectiveReader {
  public:
    ObjectiveReader(const Node& node, sim::Diagnostics& diagnostics)
        : node_(node), diagnostics_(diagnostics), words_(split_words(node.text)) {}

    bool read(Slo& slo) {
        if (words_.size() < 3) {
            sim::report(diagnostics_, node_,
                        fmt::format("{} is no objective", sim::describe(node_)),
                        std::string(kGrammar));
            return false;
        }
        read_subject(slo);
        read_operator(slo);
        if (good_) read_limit(slo);
        read_phase(slo);
        return good_;
    }

  private:
    /// The word's own place when the text stands in one line as it is, else that of the value.
    [[nodiscard]] sim::SourceRange place_of(const Word& word) const {
        const std::size_t quotes = node_.range.length == node_.text.size() + 2 ? 1 : 0;
        if (node_.range.length != node_.text.size() + 2 * quotes) return node_.range;
        sim::SourceRange range = node_.range;
        range.column += static_cast<std::uint32_t>(word.at + quotes);
        range.length = static_cast<std::uint32_t>(word.text.size());
        return range;
    }

    void fail(const Word& word, std::string message, std::string hint) {
        good_ = false;
        diagnostics_.add({sim::Severity::error, place_of(word), std::move(message), std::move(hint),
                          node_.alias, node_.alias.has_place() ? "used here" : ""});
    }

    void read_metric(const Word& word, Slo& slo) {
        std::array<std::string_view, kSloMetrics> names;
        for (std::size_t i = 0; i < kSloMetrics; ++i) {
            names[i] = to_string(static_cast<SloMetric>(i));
            if (names[i] != word.text) continue;
            slo.metric = static_cast<SloMetric>(i);
            return;
        }
        const std::string hint = sim::did_you_mean_hint(word.text, names);
        fail(word, fmt::format("unknown metric {}", sim::quote(word.text)),
             hint.empty() ? fmt::format("known: {}", fmt::join(names, ", ")) : hint);
    }

    /// `checkout.success`, `eu-shoppers/checkout.p99`, `service.payment.utilisation`, `recovery`.
    void read_subject(Slo& slo) {
        const Word& whole = words_[0];
        const std::size_t dot = whole.text.rfind('.');
        if (dot == std::string_view::npos) {
            read_metric(whole, slo);
            return;
        }
        read_metric({whole.text.substr(dot + 1), whole.at + dot + 1}, slo);
        const std::string_view subject = whole.text.substr(0, dot);
        constexpr std::string_view kService = "service.";
        if (subject.starts_with(kService)) {
            slo.service = std::string(subject.substr(kService.size()));
            return;
        }
        const std::size_t slash = subject.find('/');
        if (slash != std::string_view::npos) slo.group = std::string(subject.substr(0, slash));
        slo.journey =
            std::string(slash == std::string_view::npos ? subject : subject.substr(slash + 1));
    }

    void read_operator(Slo& slo) {
        const Word& word = words_[1];
        constexpr std::array<std::pair<std::string_view, SloOp>, 4> kOps = {
            {{">=", SloOp::at_least},
             {"<=", SloOp::at_most},
             {">", SloOp::above},
             {"<", SloOp::below}}};
        const auto* found = std::find_if(kOps.begin(), kOps.end(),
                                         [&](const auto& op) { return op.first == word.text; });
        if (found != kOps.end()) {
            slo.op = found->second;
        } else {
            fail(word,
                 fmt::format("expected `>=`, `<=`, `>` or `<`, found {}", sim::quote(word.text)),
                 std::string(kGrammar));
        }
    }

    void read_limit(Slo& slo) {
        const Word& word = words_[2];
        Node value;
        value.kind = Node::Kind::scalar;
        value.text = word.text;
        value.range = place_of(word);
        value.alias = node_.alias;
        const auto limit = [&]() -> std::optional<double> {
            switch (unit_of(slo.metric)) {
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
        slo.limit = limit.value_or(0);
    }

    /// `before F`, `during F`, `after F`, `after F + 60s`.
    void read_phase(Slo& slo) {
        if (words_.size() == 3) return;
        const Word& word = words_[3];
        if (word.text == "before") {
            slo.slice = SliceKind::before;
        } else if (word.text == "during") {
            slo.slice = SliceKind::during;
        } else if (word.text == "after") {
            slo.slice = SliceKind::after;
        } else {
            fail(word,
                 fmt::format("expected `before`, `during` or `after`, found {}",
                             sim::quote(word.text)),
                 std::string(kGrammar));
            return;
        }
        if (words_.size() == 4) {
            fail(word, fmt::format("`{}` needs a fault", word.text),
                 fmt::format("write `{} NAME`", word.text));
            return;
        }
        slo.fault = words_[4].text;
        if (words_.size() > 5) read_delay(slo);
    }

    void read_delay(Slo& slo) {
        if (words_[5].text != "+" || slo.slice != SliceKind::after || words_.size() != 7) {
            fail(words_[5], fmt::format("unexpected {}", sim::quote(words_[5].text)),
                 "only `after` may go on: `after NAME + 60s`");
            return;
        }
        if (const auto delay = sim::parse_duration(words_[6].text)) {
            slo.delay = *delay;
        } else {
            fail(words_[6],
                 fmt::format("expected a duration, found {}", sim::quote(words_[6].text)),
                 "durations look like `60s`");
        }
    }

    const Node& node_;
    sim::Diagnostics& diagnostics_;
    std::vector<Word> words_;
    bool good_ = true;
};

/// The text, or `{objective: text, in: 95%}`.
const Node* take_objective(const MapEntry& entry, Slo& slo, sim::Diagnostics& diagnostics) {
    if (!entry.value.is_map()) return &entry.value;
    MapReader reader(entry.value, diagnostics, fmt::format("SLO `{}`", entry.key));
    const Node* objective = reader.require("objective");
    if (const Node* share = reader.take("in")) {
        slo.in_share = sim::read_percent(*share, diagnostics, {0, 1, true}).value_or(slo.in_share);
    }
    reader.finish();
    return objective;
}

}  // namespace

std::vector<Slo> read_slos(const Node& node, Reading& reading) {
    std::vector<Slo> slos;
    for (const MapEntry& entry : sim::read_entries(node, reading.diagnostics, "SLOs")) {
        if (!sim::check_key_name(entry, reading.diagnostics, "an SLO")) continue;
        Slo slo;
        slo.name = entry.key;
        const Node* objective = take_objective(entry, slo, reading.diagnostics);
        if (objective == nullptr) continue;
        if (!objective->is_scalar()) {
            sim::report(reading.diagnostics, *objective,
                        fmt::format("expected an objective, found {}", sim::describe(*objective)),
                        std::string(kGrammar));
            continue;
        }
        slo.text = objective->text;
        slo.range = objective->range;
        if (ObjectiveReader(*objective, reading.diagnostics).read(slo))
            slos.push_back(std::move(slo));
    }
    return slos;
}

}  // namespace models
