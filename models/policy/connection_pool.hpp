#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/policy/rule_scope.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// The connections that one caller keeps to one callee. A try needs a free stream; without one it
/// opens a connection, which costs a round trip and `setup`, and when all that are allowed are open
/// it waits in line. HTTP/1 has one stream a connection, and a try that is given up half way costs
/// its connection; HTTP/2 has many and keeps it. (HIKARI, AWSJ2, BOTO-CFG; POLICIES 10.)
struct ConnectionPool {
    std::uint32_t connections = 10;                 ///< open at once
    std::uint32_t streams = 1;                      ///< tries on one connection at once
    sim::Duration acquire_timeout = sim::kForever;  ///< how long a try may wait for a stream
    sim::Duration setup{};                          ///< to open one, beyond the round trip
    sim::Duration max_lifetime = sim::kForever;     ///< then it is closed when it falls idle
    sim::Duration idle_timeout = sim::kForever;     ///< unused for so long it is closed
    RuleScope scope = RuleScope::client;

    void parameters(sim::Parameters& p);

    struct Connection {
        sim::SimTime opened{};
        sim::SimTime used{};  ///< last given back
        std::uint32_t busy = 0;
        bool open = false;
        bool leaving = false;  ///< no new tries; closed when the last of its streams ends
    };
    /// `slots` never grows beyond `connections`.
    struct State {
        std::vector<Connection> slots;
    };
    [[nodiscard]] State initial() const { return {}; }

    struct Stream {
        std::uint32_t connection = 0;
        bool fresh = false;  ///< it has to be opened first
    };
    /// A free stream: of the open connection that was used last, so that the others may fall idle;
    /// else of a new one; nothing when all are taken.
    [[nodiscard]] std::optional<Stream> acquire(State& state, sim::SimTime now) const;
    /// The try on the stream has ended. `broken`: without its reply, so that an HTTP/1 connection
    /// cannot be used again.
    void release(State& state, std::uint32_t connection, bool broken, sim::SimTime now) const;
    /// The same, of a try whose connection could not be opened.
    void discard(State& state, std::uint32_t connection) const;

  private:
    [[nodiscard]] bool is_stale(const Connection& connection, sim::SimTime now) const;
};

}  // namespace models
