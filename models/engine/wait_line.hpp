#pragma once

#include <cstdint>

#include "models/engine/records.hpp"
#include "sim/core/pool.hpp"

namespace models {

/// Calls that wait at their caller for the same thing, threaded through their records.
struct WaitLine {
    CallId head;
    CallId tail;
    std::int64_t count = 0;

    template <class Calls>
    void join(Calls& calls, CallId id) {
        auto& call = calls[id];
        call.line_before = tail;
        call.line_after = CallId{};
        if (tail.valid()) {
            calls[tail].line_after = id;
        } else {
            head = id;
        }
        tail = id;
        ++count;
    }

    template <class Calls>
    void leave(Calls& calls, CallId id) {
        auto& call = calls[id];
        if (call.line_before.valid()) {
            calls[call.line_before].line_after = call.line_after;
        } else {
            head = call.line_after;
        }
        if (call.line_after.valid()) {
            calls[call.line_after].line_before = call.line_before;
        } else {
            tail = call.line_before;
        }
        call.line_before = call.line_after = CallId{};
        --count;
    }
};

}  // namespace models
