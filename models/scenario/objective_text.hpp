#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/scenario/slo.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/yaml/node.hpp"

namespace models {

/// The place of a part of a value's text, when it stands in one line as it is; else that of all.
sim::SourceRange place_in(const sim::SourceRange& value, std::string_view text, std::size_t at,
                          std::size_t length);

/// The words of `checkout.success >= 99.5%`, of an SLO or of the condition of an action, each with
/// its place. Every reader reports at its word.
class ObjectiveText {
  public:
    struct Word {
        std::string_view text;
        std::size_t at = 0;
    };

    /// `grammar` is the hint of what cannot be read.
    ObjectiveText(const sim::Node& node, sim::Diagnostics& diagnostics, std::string_view grammar);

    [[nodiscard]] const std::vector<Word>& words() const { return words_; }
    /// Whether there is a subject, an operator and a value; reports when not.
    [[nodiscard]] bool has_comparison();
    /// False once something has been reported.
    [[nodiscard]] bool good() const { return good_; }
    void fail(const Word& word, std::string message, std::string hint);
    /// The word's own place when the text stands in one line as it is, else that of the value.
    [[nodiscard]] sim::SourceRange place_of(const Word& word) const;

    /// The index of a metric among the names.
    std::optional<std::size_t> read_metric(const Word& word,
                                           std::span<const std::string_view> names);
    /// The second word.
    std::optional<SloOp> read_operator();
    /// The third word: seconds, ratio, per second or factor.
    std::optional<double> read_limit(MetricUnit unit);
    /// Both, of a condition that ends there; false when anything has been reported.
    bool read_comparison(SloOp& op, double& limit, MetricUnit unit);

  private:
    const sim::Node& node_;
    sim::Diagnostics& diagnostics_;
    std::string_view grammar_;
    std::vector<Word> words_;
    bool good_ = true;
};

}  // namespace models
