#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "models/validation/case.hpp"
#include "sim/stats/estimate.hpp"

namespace models {

enum class Agreement : std::uint8_t {
    inside,
    inside_again,  ///< outside with the committed seed, inside with a fresh one
    outside,
    imprecise,  ///< the standard error is too large for the check to mean anything
    no_value,   ///< some replication could not estimate it
};
/// "inside", "inside with a fresh seed", "OUTSIDE", "IMPRECISE", "NO VALUE".
std::string_view name_of(Agreement agreement);
/// inside, with either seed.
bool agrees(Agreement agreement);

/// What was found for one figure.
struct FigureResult {
    Agreement agreement = Agreement::no_value;
    sim::Estimate estimate;  ///< mean of the replications, with its 95 % Student interval
    double standard_error = 0;
    double tolerated = 0;             ///< largest difference that is inside
    std::optional<double> first_try;  ///< with the committed seed, when that was outside

    /// Simulated over exact; nothing when that is 0.
    [[nodiscard]] std::optional<double> ratio(const Figure& figure) const;
};

/// Judges the values that the replications gave (METHOD.md 12). An empty value: not estimable.
FigureResult judge_figure(const Figure& figure, std::span<const std::optional<double>> values);

/// A case as it was run.
struct CaseResult {
    const Case* the_case = nullptr;
    std::size_t runs = 0;
    std::vector<FigureResult> figures;  ///< parallel to those of the case

    /// Whether every figure that is a gate agrees.
    [[nodiscard]] bool passes() const;
};

}  // namespace models
