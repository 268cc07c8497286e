// The text of conditions becomes steps.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "models/scenario/objective_text.hpp"
#include "models/scenario/quantity.hpp"
#include "models/scenario/sweep_where.hpp"
#include "sim/core/did_you_mean.hpp"

namespace models {

using Action = WhereCondition::Action;
using Step = WhereCondition::Step;
using sim::Node;

namespace {

constexpr std::string_view kGrammar =
    "conditions look like `policy.perTryTimeout * (policy.retries + 1) <= policy.timeout`";
constexpr std::size_t kMostDepth = 50;  ///< of brackets

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n'; }

/// Names have dashes and units have slashes, so these two are operators only between spaces; `>`
/// after a dash is the arrow of `web->payment`.
bool is_operator_at(std::string_view text, std::size_t at) {
    if (text[at] == '>') return at == 0 || text[at - 1] != '-';
    return std::string_view("<=!*+&|").find(text[at]) != std::string_view::npos;
}

struct Word {
    std::string_view text;
    std::size_t at = 0;
};

std::vector<Word> words_of(std::string_view text) {
    std::vector<Word> words;
    std::size_t i = 0;
    while (i < text.size()) {
        if (is_space(text[i])) {
            ++i;
            continue;
        }
        std::size_t end = i + 1;
        const char first = text[i];
        if (first == '\'' || first == '"') {
            end = std::min(text.find(first, i + 1), text.size() - 1) + 1;
        } else if (std::string_view("<>=!&|").find(first) != std::string_view::npos) {
            while (end < text.size() && std::string_view("=&|").find(text[end]) != text.npos) ++end;
        } else if (std::string_view("()*+").find(first) == std::string_view::npos) {
            while (end < text.size() && !is_space(text[end]) && text[end] != '(' &&
                   text[end] != ')' && !is_operator_at(text, end)) {
                ++end;
            }
        }
        words.push_back({text.substr(i, end - i), i});
        i = end;
    }
    return words;
}

struct Operator {
    std::string_view text;
    Action action;
    int level;  ///< the higher, the closer it binds
};
constexpr std::array<Operator, 12> kOperators = {{{"or", Action::disjunction, 0},
                                                  {"and", Action::conjunction, 1},
                                                  {"==", Action::equal, 2},
                                                  {"!=", Action::unequal, 2},
                                                  {"<", Action::less, 2},
                                                  {"<=", Action::less_or_equal, 2},
                                                  {">", Action::greater, 2},
                                                  {">=", Action::greater_or_equal, 2},
                                                  {"+", Action::add, 3},
                                                  {"-", Action::subtract, 3},
                                                  {"*", Action::multiply, 4},
                                                  {"/", Action::divide, 4}}};
constexpr int kComparison = 2;

const Operator* find_operator(std::string_view text) {
    const auto* found = std::find_if(kOperators.begin(), kOperators.end(),
                                     [&](const Operator& one) { return one.text == text; });
    return found == kOperators.end() ? nullptr : found;
}

/// What people write in other languages.
std::string_view operator_hint(std::string_view text) {
    if (text == "&&" || text == "&") return "write `and`";
    if (text == "||" || text == "|") return "write `or`";
    if (text == "=") return "write `==`";
    if (text == "!") return "write `not`";
    return kGrammar;
}

/// Text to steps, by precedence. What a part of it is, a truth or a value, is known as it is read.
class ConditionReader {
  public:
    ConditionReader(const Node& node, std::span<const std::string> inputs,
                    const WhereLookup& lookup, sim::Diagnostics& diagnostics)
        : node_(node),
          inputs_(inputs),
          lookup_(lookup),
          diagnostics_(diagnostics),
          words_(words_of(node.text)) {}

    std::optional<std::vector<Step>> read() {
        const auto type = read_level(0);
        if (!type) return std::nullopt;
        if (next_ < words_.size()) {
            const Word& word = words_[next_];
            fail(word, fmt::format("{} was not expected here", sim::quote(word.text)),
                 std::string(operator_hint(word.text)));
            return std::nullopt;
        }
        if (*type == Type::value) {
            fail({node_.text, 0}, "nothing is compared in it", std::string(kGrammar));
            return std::nullopt;
        }
        return std::move(steps_);
    }

  private:
    enum class Type { truth, value };

    void fail(const Word& word, std::string message, std::string hint) {
        diagnostics_.add({sim::Severity::error,
                          place_in(node_.range, node_.text, word.at, word.text.size()),
                          std::move(message), std::move(hint), node_.alias,
                          node_.alias.has_place() ? "used here" : ""});
    }

    void emit(Action action, const Word& word) {
        steps_.push_back({action, 0, {}, word.at, word.text.size()});
    }

    /// The operators of one level and all that bind closer, from left to right.
    std::optional<Type> read_level(int level) {
        if (level > 4) return read_atom();
        if (level == kComparison && next_ < words_.size() && words_[next_].text == "not") {
            return read_negation();
        }
        auto left = read_level(level + 1);
        while (left && next_ < words_.size()) {
            const Word word = words_[next_];
            const Operator* found = find_operator(word.text);
            if (found == nullptr || found->level != level) break;
            ++next_;
            const auto right = read_level(level + 1);
            if (!right) return std::nullopt;
            left = join(*found, word, *left, *right);
        }
        return left;
    }

    std::optional<Type> join(const Operator& found, const Word& word, Type left, Type right) {
        const bool of_truths = found.level < kComparison;
        if ((left == Type::truth) != of_truths || (right == Type::truth) != of_truths) {
            const bool chain = found.level == kComparison && left == Type::truth;
            fail(word,
                 of_truths ? fmt::format("`{}` joins comparisons", found.text)
                           : fmt::format("`{}` stands between values", found.text),
                 chain ? "one comparison at a time: `1 <= x and x <= 5`" : std::string(kGrammar));
            return std::nullopt;
        }
        emit(found.action, word);
        return found.level <= kComparison ? Type::truth : Type::value;
    }

    std::optional<Type> read_negation() {
        const Word word = words_[next_++];
        const auto type = deeper([&] { return read_level(kComparison); });
        if (!type) return std::nullopt;
        if (*type == Type::value) {
            fail(word, "`not` stands before a comparison", std::string(kGrammar));
            return std::nullopt;
        }
        emit(Action::negation, word);
        return Type::truth;
    }

    template <class Read>
    std::optional<Type> deeper(const Read& read) {
        if (++depth_ > kMostDepth) {
            fail(words_[next_ - 1], fmt::format("brackets are more than {} deep", kMostDepth), "");
            return std::nullopt;
        }
        const auto type = read();
        --depth_;
        return type;
    }

    std::optional<Type> read_atom() {
        if (next_ >= words_.size()) {
            const Word last = words_.empty() ? Word{node_.text, 0} : words_.back();
            fail(last, "the condition is not complete", std::string(kGrammar));
            return std::nullopt;
        }
        const Word word = words_[next_++];
        if (word.text == "(") return read_brackets(word);
        if (word.text == ")" || find_operator(word.text) != nullptr ||
            is_operator_at(word.text, 0)) {
            fail(word, fmt::format("expected a value or a path, found {}", sim::quote(word.text)),
                 std::string(operator_hint(word.text)));
            return std::nullopt;
        }
        return read_word(word) ? std::optional(Type::value) : std::nullopt;
    }

    std::optional<Type> read_brackets(const Word& open) {
        const auto type = deeper([&] { return read_level(0); });
        if (!type) return std::nullopt;
        if (next_ >= words_.size() || words_[next_].text != ")") {
            fail(open, "nothing closes this bracket", "write `)`");
            return std::nullopt;
        }
        ++next_;
        return type;
    }

    bool read_word(const Word& word) {
        const auto input = std::find(inputs_.begin(), inputs_.end(), word.text);
        if (input != inputs_.end()) {
            emit(Action::input, word);
            steps_.back().input = static_cast<std::size_t>(input - inputs_.begin());
            return true;
        }
        std::string_view text = word.text;
        const bool quoted = text.size() > 1 && (text[0] == '\'' || text[0] == '"');
        if (quoted) {
            text = text.substr(1, text.size() - 2);
        } else if (const bool path = text.find('.') != text.npos && !parse_quantity(text); path) {
            return read_path(word);
        } else if (text[0] >= '0' && text[0] <= '9' && !parse_quantity(text)) {
            fail(word, fmt::format("{} is no number with a unit", sim::quote(text)),
                 "units are as in the scenario: `250ms`, `10%`, `100/s`, `2x`, `4MiB`");
            return false;
        }
        emit(Action::constant, word);
        steps_.back().value = where_value(text);
        if (quoted) steps_.back().value.kind = WhereValue::Kind::text;
        return true;
    }

    /// A path that is not swept has the scenario's value.
    bool read_path(const Word& word) {
        const std::string path(word.text);
        for (const std::string& input : inputs_) {
            if (!path.starts_with(input + ".")) continue;
            fail(word, fmt::format("`{}` is swept as a whole", input),
                 fmt::format("sweep {} instead, or compare `{}`", sim::quote(path), input));
            return false;
        }
        const auto text = lookup_(path);
        if (!text) {
            std::vector<std::string_view> known(inputs_.begin(), inputs_.end());
            const auto hint = sim::did_you_mean_hint(path, known);
            fail(word,
                 fmt::format("{} is not swept, and the scenario has no value of it",
                             sim::quote(path)),
                 hint.empty() ? fmt::format("swept: {}", fmt::join(inputs_, ", ")) : hint);
            return false;
        }
        emit(Action::constant, word);
        steps_.back().value = where_value(*text);
        return true;
    }

    const Node& node_;
    std::span<const std::string> inputs_;
    const WhereLookup& lookup_;
    sim::Diagnostics& diagnostics_;
    std::vector<Word> words_;
    std::vector<Step> steps_;
    std::size_t next_ = 0;
    std::size_t depth_ = 0;
};

}  // namespace

std::optional<WhereCondition> WhereCondition::read(const Node& node,
                                                   std::span<const std::string> inputs,
                                                   const WhereLookup& lookup,
                                                   sim::Diagnostics& diagnostics) {
    auto steps = ConditionReader(node, inputs, lookup, diagnostics).read();
    if (!steps) return std::nullopt;
    WhereCondition condition;
    condition.node_ = node;
    condition.steps_ = std::move(*steps);
    return condition;
}

}  // namespace models
