#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sim {

/// Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`, byte by byte
/// (Damerau-Levenshtein, optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate that a user who wrote `word` most likely meant: equal but for case and word
/// separators (`max_retries`, `maxRetries`, `max-retries`), or at most about a third of its
/// letters away, or with the same words at one end (`max_retries`, `retries`). The first of equals.
std::optional<std::string_view> did_you_mean(std::string_view word,
                                             std::span<const std::string_view> candidates);

/// "did you mean `x`?", or empty when no candidate is close.
std::string did_you_mean_hint(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace sim
