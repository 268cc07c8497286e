#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace models {

/// Arithmetic over the numbers of a strategy's JSON result: `1 - journeys.0.success`,
/// `services.shop.queueLength + services.shop.working`.
///
/// Operands are decimal numbers and paths; operators + - * / with the usual precedence,
/// parentheses, and sqrt(…). A path is words with dots between: keys of objects, and in lists a
/// position or the `name`, `journey`, `callee`, `phase` or `group` of an entry. It must lead to a
/// number or to an object with a `value`. An outcome that is missing happened 0 times.
class Expression {
  public:
    /// Empty when the text is no expression; then `error` says why.
    static std::optional<Expression> parse(std::string_view text, std::string& error);

    /// Empty when a path leads nowhere, a value is null, or a division is by 0.
    [[nodiscard]] std::optional<double> evaluate(const nlohmann::ordered_json& data) const;

    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    struct Term;
    std::string text_;
    std::shared_ptr<const Term> root_;  ///< never changed, so copies may share it
};

}  // namespace models
