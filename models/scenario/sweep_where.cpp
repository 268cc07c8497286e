// What conditions compute.
#include "models/scenario/sweep_where.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "models/scenario/objective_text.hpp"
#include "models/scenario/quantity.hpp"
#include "sim/core/assert.hpp"

namespace models {

using Action = WhereCondition::Action;
using Step = WhereCondition::Step;
using sim::Node;

namespace {

using Kind = WhereValue::Kind;

bool is_number(const WhereValue& value) {
    return value.kind == Kind::number || value.kind == Kind::endless;
}

/// "a duration", "a rate": what has these powers of units.
std::string unit_name(const WhereValue& value) {
    if (value.kind == Kind::text) return "text";
    if (value.seconds == 0 && value.bytes == 0) return "a plain number";
    if (value.seconds == 1 && value.bytes == 0) return "a duration";
    if (value.seconds == -1 && value.bytes == 0) return "a rate";
    if (value.seconds == 0 && value.bytes == 1) return "a size";
    if (value.seconds == -1 && value.bytes == 1) return "a bandwidth";
    return fmt::format("s^{} B^{}", value.seconds, value.bytes);
}

/// Decimals are not exact in binary: 3 x 0.1 is 0.3 here.
bool nearly_equal(double a, double b) {
    constexpr double kTolerance = 1e-12;
    if (std::isinf(a) || std::isinf(b)) return a == b;
    return std::abs(a - b) <= kTolerance * std::max(std::abs(a), std::abs(b));
}

bool fit(const WhereValue& a, const WhereValue& b) {
    if (a.kind == Kind::endless || b.kind == Kind::endless) return true;
    return a.seconds == b.seconds && a.bytes == b.bytes;
}

bool compare(Action action, double a, double b) {
    const bool equal = nearly_equal(a, b);
    switch (action) {
        case Action::equal:
            return equal;
        case Action::unequal:
            return !equal;
        case Action::less:
            return a < b && !equal;
        case Action::less_or_equal:
            return a < b || equal;
        case Action::greater:
            return a > b && !equal;
        case Action::greater_or_equal:
            return a > b || equal;
        case Action::constant:
        case Action::input:
        case Action::add:
        case Action::subtract:
        case Action::multiply:
        case Action::divide:
        case Action::conjunction:
        case Action::disjunction:
        case Action::negation:
            break;
    }
    SIM_ASSERT(false);
}

WhereValue truth(bool value) { return {Kind::truth, value ? 1.0 : 0.0, 0, 0, {}}; }

/// The sum, difference, product or quotient; the units have been checked.
WhereValue calculate(Action action, const WhereValue& a, const WhereValue& b) {
    WhereValue out;
    const bool endless = a.kind == Kind::endless || b.kind == Kind::endless;
    out.kind = endless ? Kind::endless : Kind::number;
    out.seconds = a.seconds;
    out.bytes = a.bytes;
    if (action == Action::add) {
        out.number = a.number + b.number;
    } else if (action == Action::subtract) {
        out.number = nearly_equal(a.number, b.number) ? 0 : a.number - b.number;
    } else {
        const int sign = action == Action::multiply ? 1 : -1;
        out.number = action == Action::multiply ? a.number * b.number : a.number / b.number;
        out.seconds += sign * b.seconds;
        out.bytes += sign * b.bytes;
    }
    return out;
}

/// What is wrong with the two values; empty: nothing.
std::string misfit(Action action, std::string_view word, const WhereValue& a, const WhereValue& b) {
    const bool joins = action == Action::conjunction || action == Action::disjunction;
    if (joins) return {};
    const bool same = action == Action::equal || action == Action::unequal;
    if (!is_number(a) || !is_number(b)) {
        if (same) return {};
        const WhereValue& text = is_number(a) ? b : a;
        return fmt::format("`{}` needs numbers, but {} is text", word, sim::quote(text.text));
    }
    if (action == Action::multiply || action == Action::divide || fit(a, b)) return {};
    return fmt::format("`{}` stands between {} and {}", word, unit_name(a), unit_name(b));
}

WhereValue joined(Action action, const WhereValue& a, const WhereValue& b) {
    switch (action) {
        case Action::conjunction:
            return truth(a.number != 0 && b.number != 0);
        case Action::disjunction:
            return truth(a.number != 0 || b.number != 0);
        case Action::add:
        case Action::subtract:
        case Action::multiply:
        case Action::divide:
            return calculate(action, a, b);
        case Action::equal:
        case Action::unequal:
            if (!is_number(a) || !is_number(b)) {
                return truth((a.text == b.text) == (action == Action::equal));
            }
            return truth(compare(action, a.number, b.number));
        case Action::less:
        case Action::less_or_equal:
        case Action::greater:
        case Action::greater_or_equal:
            return truth(compare(action, a.number, b.number));
        case Action::constant:
        case Action::input:
        case Action::negation:
            break;
    }
    SIM_ASSERT(false);
}

}  // namespace

WhereValue where_value(std::string_view text) {
    WhereValue value;
    value.text = std::string(text);
    if (text == "none" || text == "unlimited" || text == "forever") {
        value.kind = Kind::endless;
        value.number = std::numeric_limits<double>::infinity();
        return value;
    }
    const auto quantity = parse_quantity(text);
    if (!quantity) {
        value.kind = Kind::text;
        return value;
    }
    value.number = static_cast<double>(quantity->value) / static_cast<double>(kQuantityScale);
    switch (quantity->dimension()) {
        case Dimension::number:
        case Dimension::factor:
            break;
        case Dimension::share:
            value.number /= 100;
            break;
        case Dimension::duration:
            value.number /= 1e9;
            value.seconds = 1;
            break;
        case Dimension::size:
            value.bytes = 1;
            break;
        case Dimension::rate:
            value.number /= 86'400;
            value.seconds = -1;
            break;
        case Dimension::bandwidth:
            value.bytes = 1;
            value.seconds = -1;
            break;
    }
    return value;
}

std::optional<bool> WhereCondition::holds(std::span<const WhereValue* const> values,
                                          sim::Diagnostics& diagnostics) const {
    std::vector<WhereValue> stack;
    for (const Step& step : steps_) {
        if (step.action == Action::constant) {
            stack.push_back(step.value);
        } else if (step.action == Action::input) {
            stack.push_back(*values[step.input]);
        } else if (step.action == Action::negation) {
            stack.back() = truth(stack.back().number == 0);
        } else {
            const WhereValue right = std::move(stack.back());
            stack.pop_back();
            const auto word = std::string_view(node_.text).substr(step.at, step.length);
            auto problem = misfit(step.action, word, stack.back(), right);
            if (!problem.empty()) {
                diagnostics.error(place_in(node_.range, node_.text, step.at, step.length),
                                  std::move(problem), "compare values of the same kind");
                return std::nullopt;
            }
            stack.back() = joined(step.action, stack.back(), right);
        }
    }
    return stack.back().number != 0;
}

}  // namespace models
