#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/diagnostics.hpp"
#include "sim/yaml/node.hpp"

namespace models {

/// A value in a condition: a number with the powers of its units, a truth or a text.
struct WhereValue {
    enum class Kind : std::uint8_t { number, endless, truth, text };
    Kind kind = Kind::number;
    double number = 0;  ///< in seconds and bytes; 1 is true
    int seconds = 0;    ///< power of the unit: a rate has -1
    int bytes = 0;
    std::string text;  ///< as it was written
};

/// `100ms` in seconds, `10%` as 0.1, `5x` as 5, `100/s` per second; `none`, `unlimited` and
/// `forever` are larger than every number; anything else is text.
WhereValue where_value(std::string_view text);

/// The scenario's own value of a path that is not swept; nothing: it has none.
using WhereLookup = std::function<std::optional<std::string>(const std::string& path)>;

/// `policy.perTryTimeout * (policy.retries + 1) <= policy.timeout`: comparisons of sums and
/// products of values and paths, joined by `and`, `or` and `not`. Names may have dashes, so an
/// operator stands between spaces.
class WhereCondition {
  public:
    /// Reads the text of a scalar; what is wrong is reported at its place.
    static std::optional<WhereCondition> read(const sim::Node& node,
                                              std::span<const std::string> inputs,
                                              const WhereLookup& lookup,
                                              sim::Diagnostics& diagnostics);

    /// Whether it holds for these values of the inputs. Nothing (and an error, with both values)
    /// when values are combined that do not fit: a duration and a rate.
    [[nodiscard]] std::optional<bool> holds(std::span<const WhereValue* const> values,
                                            sim::Diagnostics& diagnostics) const;

    [[nodiscard]] const sim::Node& node() const { return node_; }

    enum class Action : std::uint8_t {
        constant,
        input,
        add,
        subtract,
        multiply,
        divide,
        equal,
        unequal,
        less,
        less_or_equal,
        greater,
        greater_or_equal,
        conjunction,
        disjunction,
        negation
    };
    /// One step on a stack of values.
    struct Step {
        Action action = Action::constant;
        std::size_t input = 0;
        WhereValue value{};
        std::size_t at = 0;  ///< of its word in the text
        std::size_t length = 0;
    };

  private:
    sim::Node node_;
    std::vector<Step> steps_;
};

}  // namespace models
