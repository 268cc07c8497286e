#pragma once

#include <optional>

#include "sim/core/time.hpp"

namespace models {

/// What a backoff may know of the retry that it delays.
struct RetryOccasion {
    int retry = 1;                      ///< 1: the first retry
    int since_hint = 1;                 ///< the same, counted from the last obeyed server hint
    bool throttled = false;             ///< the last try was answered with 429
    sim::Duration elapsed{};            ///< since the call began
    std::optional<sim::Duration> hint;  ///< how long the server asked to wait (Retry-After)
};

/// What a backoff remembers from retry to retry of one call; zero before the first, and again after
/// a server hint that starts the backoff anew.
struct BackoffState {
    double value = 0;  ///< what of, is the kind's affair
};

/// Nothing: give up instead of waiting (a backoff with a longest elapsed time).
using BackoffDelay = std::optional<sim::Duration>;

}  // namespace models
