#pragma once

#include <cstdint>
#include <vector>

#include "models/engine/records.hpp"
#include "sim/core/pool.hpp"

namespace models {

/// Calls that wait at their caller for the same thing, threaded through their records.
struct WaitLine {
    CallId head;
    CallId tail;
    std::int64_t count = 0;

    void join(std::vector<CallExtras>& calls, CallId id) {
        auto& call = calls[id.value];
        call.line_before = tail;
        call.line_after = CallId{};
        if (tail.valid()) {
            calls[tail.value].line_after = id;
        } else {
            head = id;
        }
        tail = id;
        ++count;
    }

    void leave(std::vector<CallExtras>& calls, CallId id) {
        auto& call = calls[id.value];
        if (call.line_before.valid()) {
            calls[call.line_before.value].line_after = call.line_after;
        } else {
            head = call.line_after;
        }
        if (call.line_after.valid()) {
            calls[call.line_after.value].line_before = call.line_before;
        } else {
            tail = call.line_before;
        }
        call.line_before = call.line_after = CallId{};
        --count;
    }
};

}  // namespace models
