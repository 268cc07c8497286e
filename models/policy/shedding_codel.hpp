#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/policy/shedding_common.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
struct Misfit;
}  // namespace sim

namespace models {

/// Folly's CoDel for requests: a standing queue, one whose shortest delay over an interval exceeds
/// the target, drops what has waited twice the target. The first request of an interval is never
/// dropped: its delay is the interval's first.
struct CodelShedding {
    static constexpr std::string_view name = "codel";
    static constexpr std::string_view summary =
        "while a queue stands, drop what has waited too long (Folly)";
    static constexpr std::string_view formula =
        "overloaded = least delay of the last interval > target; drop iff overloaded and delay > 2 "
        "* target; the first of an interval never";
    static constexpr std::string_view source = "FOLLY";
    static constexpr std::string_view example =
        "shedding: {kind: codel, interval: 100ms, targetDelay: 5ms}";
    sim::Duration interval = sim::milliseconds(100);
    sim::Duration target = sim::milliseconds(5);
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    struct State {
        bool started = false;
        sim::SimTime interval_end{};
        sim::Duration least{};  ///< delay of the current interval
        bool resets = true;     ///< the next request begins an interval
        bool overloaded = false;
    };
    bool on_dequeue(State& state, const Dequeue& dequeue, sim::KeyedRng& rng) const;
};

/// Facebook's variant of CoDel: how long a request may wait is decided when it joins the queue. Its
/// partner is the queue order adaptiveLifo, last come first served while a queue stands.
struct QueueTimeoutShedding {
    static constexpr std::string_view name = "queueTimeout";
    static constexpr std::string_view summary =
        "while a queue stands, requests may wait only briefly in it (Facebook)";
    static constexpr std::string_view formula =
        "a request may wait m if the queue was not empty within the last n, else n";
    static constexpr std::string_view source = "FB-FAIL";
    static constexpr std::string_view example = "shedding: {kind: queueTimeout, n: 100ms, m: 5ms}";
    sim::Duration n = sim::milliseconds(100);
    sim::Duration m = sim::milliseconds(5);
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    struct State {};
    sim::Duration queue_timeout(State& state, const QueueHistory& history) const;
};

}  // namespace models
