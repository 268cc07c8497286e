#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <vector>

namespace sim {

/// After how many replications `auto` may decide (SEMANTICS 10): fixed, so that the number of
/// threads changes nothing, and far apart, so that each look may be judged at a level worth having.
inline constexpr std::array<std::size_t, 6> kLooks = {10, 20, 40, 80, 160, 200};
inline constexpr std::size_t kMostReplications = kLooks.back();
/// From here on a value that is very near to its limit holds up no other.
inline constexpr std::size_t kPatientReplications = 40;

/// The error that a look may make, so that all looks together make at most `alpha`: O'Brien and
/// Fleming's spending (see spending.hpp), at the shares of the replications that they have.
double alpha_of_look(std::size_t look, double alpha);

/// Whether item `index` is decided at this confidence; more confidence decides less.
using DecidedAt = std::function<bool(std::size_t index, double confidence)>;

/// Holm's step-down over `count` questions: which of them are decided when the chance that any
/// decided one is wrong may be at most `alpha`, whatever they have to do with each other. The first
/// is asked at alpha / count; each that is decided leaves more to those that are not.
std::vector<bool> decide_together(std::size_t count, double alpha, const DecidedAt& decided_at);

}  // namespace sim
