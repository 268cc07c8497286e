#pragma once

#include <cstdint>
#include <vector>

#include "models/engine/server_config.hpp"

namespace models {

/// What becomes of a request that has just come.
enum class Seat : std::uint8_t { slot, queue, none };

/// The threads of one instance that are alive, at work or idle. They start when a request comes:
///
///                    | java.util.concurrent              | Tomcat (`grow_before_queue`)
///   threads < core   | another thread                    | another thread
///   one is idle      | the one that has idled longest    | the same
///   threads < max    | wait; a full queue: another one   | another thread
///   else             | wait, or be refused               | wait, or be refused
///
/// Threads beyond `core` end when they have idled for `keep_alive`. An end is noticed when the next
/// request comes, which is soon enough: nothing else depends on it.
class Threads {
  public:
    /// `busy`: slots in use; `room`: the queue can take one more.
    Seat arrive(const ThreadPool& pool, std::uint32_t max, std::uint32_t busy, bool room,
                sim::SimTime now);
    /// A thread has nothing to do, or (`resumes`) takes the next request of the queue.
    void idles(sim::SimTime now) { push(now); }
    void resumes() { pop(); }

    [[nodiscard]] std::uint32_t alive() const { return alive_; }

  private:
    void push(sim::SimTime now);
    void pop();

    std::vector<sim::SimTime> idle_since_;  ///< a ring, the longest first
    std::uint32_t first_ = 0;
    std::uint32_t idle_ = 0;
    std::uint32_t alive_ = 0;
};

}  // namespace models
