#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "models/policy/shedding_common.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// WeChat's overload control: requests have a level made of their priority and their user; a server
/// admits those up to a level that follows how long they wait, and tells it to its callers.
struct DagorShedding {
    static constexpr std::string_view name = "dagor";
    static constexpr std::string_view summary =
        "admits levels of priority and user up to one that follows the waiting time (WeChat)";
    static constexpr std::string_view formula =
        "level = rank * userLevels + user level (dealt anew every userRotation); at the end of a "
        "window, 1 s or windowRequests: overloaded iff mean wait > queuingTimeThreshold; the "
        "admitted level moves until the last window would have admitted (1 - alpha) * admitted if "
        "overloaded, admitted + beta * incoming if not; tellCallers: every reply carries the "
        "level, and for a window after it the caller's replica sheds what lies above, without "
        "sending it; a level that is not sent counts as full as the mean of those that are";
    static constexpr std::string_view source = "DAGOR";
    static constexpr std::string_view example =
        "shedding: {kind: dagor, queuingTimeThreshold: 20ms, alpha: 5%, beta: 1%}";
    sim::Duration threshold = sim::milliseconds(20);
    sim::Duration window = sim::whole_seconds(1);
    std::int64_t window_requests = 2000;
    double alpha = 0.05;
    double beta = 0.01;
    std::int32_t user_levels = kUserCohorts;
    sim::Duration user_rotation = sim::whole_seconds(3600);
    bool tell_callers = true;  ///< calling services, that is: a customer is one user and no service
    void parameters(sim::Parameters& p);

    struct State {
        bool started = false;
        sim::SimTime window_end{};
        std::vector<std::int64_t> incoming;  ///< requests of the window, by level
        std::int64_t requests = 0;           ///< their number
        std::int64_t admitted = 0;
        std::int64_t dequeued = 0;
        double waited_ns = 0;             ///< in all
        std::int32_t admitted_level = 0;  ///< the last that is admitted; -1: none
    };
    [[nodiscard]] State initial() const;
    bool on_arrival(State& state, const Arrival& arrival, sim::KeyedRng& rng) const;
    bool on_dequeue(State& state, const Dequeue& dequeue, sim::KeyedRng& rng) const;
    [[nodiscard]] std::int32_t admitted_level(const State& state) const {
        return state.admitted_level;
    }
    /// 0: the most important.
    [[nodiscard]] std::int32_t level(const Arrival& request) const;

  private:
    [[nodiscard]] std::int32_t levels() const {
        return static_cast<std::int32_t>(kCriticalities) * user_levels;
    }
    void end_window(State& state, const Arrival& arrival) const;
    void move_level(State& state, bool overloaded) const;
};

/// Uber's load shedder Cinnamon: a PI controller finds the share of requests to reject so that as
/// many come as leave, and rejects those with the lowest priorities and cohorts of users.
struct PiRejectorShedding {
    static constexpr std::string_view name = "piRejector";
    static constexpr std::string_view summary =
        "a PI controller on what comes and what leaves, by priority and user cohort (Cinnamon)";
    static constexpr std::string_view formula =
        "every period: P = (in - (out + free slots)) / out, share = clamp(share + kp * P + ki * "
        "sum "
        "of the last `window` P, 0, 1); shed the levels beyond the (1 - share) quantile of the "
        "last "
        "requests' levels; share 0 unless the queue was not empty for overloadAfter";
    static constexpr std::string_view source = "CINNAMON";
    static constexpr std::string_view example = "shedding: {kind: piRejector, kp: 0.1, ki: 1.4}";
    double kp = 0.1;
    double ki = 1.4;
    std::int64_t window = 30;
    sim::Duration period = sim::milliseconds(500);
    sim::Duration overload_after = sim::whole_seconds(1);
    std::int32_t cohorts = kUserCohorts;
    std::int64_t level_window = 1000;
    void parameters(sim::Parameters& p);

    struct State {
        bool started = false;
        sim::SimTime next_period{};
        sim::SimTime last_empty{};         ///< of the queue
        std::int64_t in = 0;               ///< requests of the period that were let in
        std::int64_t out = 0;              ///< those that left the queue for a slot
        double share = 0;                  ///< of the requests that are to be rejected
        std::vector<double> errors;        ///< P of the last periods, a ring
        std::int64_t periods = 0;          ///< of the current overload
        std::vector<std::int32_t> levels;  ///< of the last requests, a ring
        std::vector<std::int64_t> counts;  ///< of those, by level
        std::int64_t total = 0;            ///< requests ever seen
        std::int32_t admitted_level = 0;
    };
    [[nodiscard]] State initial() const;
    bool on_arrival(State& state, const Arrival& arrival, sim::KeyedRng& rng) const;
    bool on_dequeue(State& state, const Dequeue& dequeue, sim::KeyedRng& rng) const;
    /// P of a period; `slots` when nothing left.
    struct Period {
        std::int64_t in = 0;
        std::int64_t out = 0;
        std::int64_t free = 0;
        std::int64_t slots = 1;
    };
    [[nodiscard]] static double error_of(const Period& period);

  private:
    [[nodiscard]] std::int32_t level(const Arrival& request) const;
    [[nodiscard]] std::int32_t levels() const {
        return static_cast<std::int32_t>(kCriticalities) * cohorts;
    }
    void end_period(State& state, const Arrival& arrival) const;
    void find_level(State& state) const;
    void record_level(State& state, std::int32_t level) const;
};

}  // namespace models
