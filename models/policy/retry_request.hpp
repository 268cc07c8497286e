#pragma once

#include <cstdint>

#include "sim/core/time.hpp"

namespace models {

/// A retry (or hedge) that asks for permission.
struct RetryRequest {
    sim::SimTime now{};
    bool timeout = false;    ///< the failed try ended in a timeout
    bool throttled = false;  ///< it was answered with 429
};

/// How a call that a budget watches has ended.
struct CallEnd {
    sim::SimTime now{};
    bool success = false;
    std::int64_t paid = -1;  ///< what its last retry paid; -1: it made none
};

}  // namespace models
