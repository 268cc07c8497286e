#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/scenario/objective_text.hpp"
#include "models/scenario/reading.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

using sim::MapEntry;
using sim::MapReader;
using sim::Node;

namespace {

constexpr std::string_view kGrammar =
    "write `checkout.success >= 99.5%`, and perhaps `before`, `during` or `after` and a fault";

/// Reads one objective; every method reports at its word.
class ObjectiveReader {
  public:
    ObjectiveReader(const Node& node, sim::Diagnostics& diagnostics)
        : text_(node, diagnostics, kGrammar), words_(text_.words()) {}

    bool read(Slo& slo) {
        if (!text_.has_comparison()) return false;
        read_subject(slo);
        slo.op = text_.read_operator().value_or(slo.op);
        if (text_.good()) slo.limit = text_.read_limit(unit_of(slo.metric)).value_or(0);
        read_phase(slo);
        return text_.good();
    }

  private:
    using Word = ObjectiveText::Word;

    void fail(const Word& word, std::string message, std::string hint) {
        text_.fail(word, std::move(message), std::move(hint));
    }

    void read_metric(const Word& word, Slo& slo) {
        std::array<std::string_view, kSloMetrics> names;
        for (std::size_t i = 0; i < kSloMetrics; ++i) {
            names[i] = to_string(static_cast<SloMetric>(i));
        }
        if (const auto found = text_.read_metric(word, names)) {
            slo.metric = static_cast<SloMetric>(*found);
        }
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

    ObjectiveText text_;
    const std::vector<Word>& words_;
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
