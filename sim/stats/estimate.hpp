#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace sim {

/// How the bounds of an Estimate were found. `none`: there are no bounds. `identical`: a paired
/// difference that is 0 in every replication, which needs none.
enum class IntervalMethod {
    none,
    identical,
    student_t,
    paired_t,
    welch_t,
    clopper_pearson,
    wilson,
    order_statistic,
};

/// "Student t", "Clopper-Pearson", ... for reports.
std::string_view name_of(IntervalMethod method);

/// A number with its confidence interval. `low` and `high` are both there or both absent (one
/// replication, or identical). With censored data `value` and the bounds may be +infinity, which
/// means "beyond what the run could see": JSON writes null and a flag, text writes `> ...`.
struct Estimate {
    double value = 0;
    std::optional<double> low;
    std::optional<double> high;
    IntervalMethod method = IntervalMethod::none;
    /// Replications (or trials) behind it.
    std::size_t n = 0;

    [[nodiscard]] bool has_bounds() const { return low.has_value() && high.has_value(); }
    /// Half of the width; empty without bounds.
    [[nodiscard]] std::optional<double> half_width() const {
        if (!has_bounds()) return std::nullopt;
        return (*high - *low) / 2;
    }
    friend bool operator==(const Estimate&, const Estimate&) = default;
};

}  // namespace sim
