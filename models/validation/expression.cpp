#include "models/validation/expression.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "sim/core/assert.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

namespace {

using Json = nlohmann::ordered_json;

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// By which of its words an entry of a list is called.
constexpr std::array<const char*, 6> kNamesOfEntries = {"name",  "journey", "callee",
                                                        "phase", "group",   "fault"};

const Json* entry_called(const Json& list, const std::string& word) {
    for (const char* key : kNamesOfEntries) {
        for (const auto& entry : list) {
            if (entry.is_object() && entry.value(key, Json()) == word) return &entry;
        }
    }
    return nullptr;
}

const Json* step(const Json& from, const std::string& word) {
    if (from.is_object()) {
        const auto found = from.find(word);
        return found == from.end() ? nullptr : &*found;
    }
    if (!from.is_array()) return nullptr;
    if (!std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        return entry_called(from, word);
    }
    const auto index = sim::parse_number(word);
    if (!index || *index >= static_cast<double>(from.size())) return nullptr;
    return &from[static_cast<std::size_t>(*index)];
}

std::optional<double> follow(const Json& data, const std::vector<std::string>& path) {
    const Json* at = &data;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const auto* next = step(*at, path[i]);
        const bool counts_outcomes = i > 0 && path[i - 1].ends_with("utcomes");
        if (next == nullptr && counts_outcomes) return 0;
        if (next == nullptr) return std::nullopt;
        at = next;
    }
    if (at->is_object() && at->contains("value")) at = &(*at)["value"];
    if (!at->is_number()) return std::nullopt;
    return at->get<double>();
}

}  // namespace

/// A number, a path, or two terms and the operator between them.
struct Expression::Term {
    char what = 0;  ///< '#', '.', 'r' (square root), or an operator
    double number = 0;
    std::vector<std::string> path;
    std::shared_ptr<const Term> left;
    std::shared_ptr<const Term> right;

    [[nodiscard]] std::optional<double> evaluate(const Json& data) const {
        if (what == '#') return number;
        if (what == '.') return follow(data, path);
        const auto a = left->evaluate(data);
        if (what == 'r') return a && *a >= 0 ? std::optional(std::sqrt(*a)) : std::nullopt;
        const auto b = right->evaluate(data);
        if (!a || !b) return std::nullopt;
        switch (what) {
            case '+':
                return *a + *b;
            case '-':
                return *a - *b;
            case '*':
                return *a * *b;
            case '/':
                if (*b == 0) return std::nullopt;
                return *a / *b;
        }
        SIM_ASSERT(false);
    }

    /// Recursive descent: a sum of products of factors.
    class Parser {
      public:
        Parser(std::string_view text, std::string& error) : text_(text), error_(error) {}

        std::shared_ptr<const Term> all() {
            auto term = sum();
            skip_spaces();
            if (term && at_ < text_.size()) return fail("an operator");
            return term;
        }

      private:
        using Pointer = std::shared_ptr<const Term>;

        Pointer fail(const std::string& wanted) {
            if (error_.empty()) {
                error_ = "expected " + wanted + " at column " + std::to_string(at_ + 1);
            }
            return nullptr;
        }
        void skip_spaces() {
            while (at_ < text_.size() && text_[at_] == ' ') ++at_;
        }
        /// The next operator when it is one of these.
        char take(std::string_view operators) {
            skip_spaces();
            if (at_ >= text_.size() || operators.find(text_[at_]) == std::string_view::npos) {
                return 0;
            }
            return text_[at_++];
        }
        template <class Operand>
        Pointer chain(std::string_view operators, const Operand& operand) {
            auto left = operand();
            while (left) {
                const char what = take(operators);
                if (what == 0) return left;
                auto right = operand();
                if (!right) return nullptr;
                auto both = std::make_shared<Term>();
                both->what = what;
                both->left = std::move(left);
                both->right = std::move(right);
                left = std::move(both);
            }
            return nullptr;
        }
        Pointer sum() {
            return chain("+-", [&] { return chain("*/", [&] { return factor(); }); });
        }
        Pointer factor() {
            if (take("(") != 0) return parenthesis();
            const std::size_t start = at_;
            while (at_ < text_.size() && goes_on(start)) ++at_;
            const auto word = text_.substr(start, at_ - start);
            if (word.empty()) return fail("a number, a path or `(`");
            if (word == "sqrt" && take("(") != 0) return root();
            auto term = std::make_shared<Term>();
            if (const auto number = sim::parse_number(word)) {
                term->what = '#';
                term->number = *number;
                return term;
            }
            term->what = '.';
            term->path = words_of(word);
            return term;
        }
        /// Whether the next character belongs to the operand that began at `start`.
        [[nodiscard]] bool goes_on(std::size_t start) const {
            const char c = text_[at_];
            if (is_word(c) || c == '.') return true;
            const bool is_number = text_[start] >= '0' && text_[start] <= '9';
            return is_number && (c == '-' || c == '+') && text_[at_ - 1] == 'e';  // 1.5e-3
        }
        Pointer root() {
            auto term = std::make_shared<Term>();
            term->what = 'r';
            term->left = parenthesis();
            return term->left ? term : nullptr;
        }
        Pointer parenthesis() {
            constexpr int kDeepest = 50;  // nobody writes more, and the stack is finite
            if (++depth_ > kDeepest) return fail("fewer parentheses");
            auto term = sum();
            if (term && take(")") == 0) return fail("`)`");
            --depth_;
            return term;
        }
        static std::vector<std::string> words_of(std::string_view path) {
            std::vector<std::string> words(1);
            for (const char c : path) {
                if (c == '.') {
                    words.emplace_back();
                } else {
                    words.back() += c;
                }
            }
            return words;
        }

        std::string_view text_;
        std::string& error_;
        std::size_t at_ = 0;
        int depth_ = 0;
    };
};

std::optional<Expression> Expression::parse(std::string_view text, std::string& error) {
    error.clear();
    Expression expression;
    expression.text_ = text;
    expression.root_ = Term::Parser(text, error).all();
    if (!expression.root_) return std::nullopt;
    return expression;
}

std::optional<double> Expression::evaluate(const nlohmann::ordered_json& data) const {
    return root_->evaluate(data);
}

}  // namespace models
