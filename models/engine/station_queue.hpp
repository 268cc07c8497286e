#pragma once

#include <cstdint>
#include <vector>

#include "models/engine/ordered_line.hpp"
#include "models/engine/records.hpp"
#include "models/engine/server_config.hpp"

namespace models {

/// Waiting attempts in the order of their arrival, threaded through the attempts themselves: any
/// of them can leave without a search.
struct WaitingLine {
    AttemptId head;  ///< waits longest
    AttemptId tail;

    [[nodiscard]] bool empty() const { return !head.valid(); }

    template <class Attempts>
    void push(Attempts& attempts, AttemptId id) {
        auto& attempt = attempts[id];
        attempt.next = AttemptId{};
        attempt.previous = tail;
        if (tail.valid()) {
            attempts[tail].next = id;
        } else {
            head = id;
        }
        tail = id;
    }

    template <class Attempts>
    AttemptId pop(Attempts& attempts) {
        const AttemptId id = head;
        head = attempts[id].next;
        if (head.valid()) {
            attempts[head].previous = AttemptId{};
        } else {
            tail = AttemptId{};
        }
        return id;
    }

    template <class Attempts>
    void remove(Attempts& attempts, AttemptId id) {
        if (head == id) {
            pop(attempts);
            return;
        }
        const auto& attempt = attempts[id];
        attempts[attempt.previous].next = attempt.next;
        if (attempt.next.valid()) {
            attempts[attempt.next].previous = attempt.previous;
        } else {
            tail = attempt.previous;
        }
    }
};

/// Lanes of a StationQueue.
std::uint32_t lanes_of(QueueOrder order, std::uint32_t groups);

/// The queue of one instance in any order but plain fifo. Attempts of one lane (a class, a group of
/// customers, or everybody) are served in the order of arrival, or the last one first.
class StationQueue {
  public:
    /// `lanes`: see lanes_of.
    StationQueue(QueueOrder order, sim::Duration standing_after, std::uint32_t lanes)
        : order_(order), standing_after_(standing_after), lanes_(lanes) {}

    [[nodiscard]] std::uint32_t size() const { return size_; }
    /// When it was empty last; `now` when it is.
    [[nodiscard]] sim::SimTime last_empty(sim::SimTime now) const {
        return size_ == 0 ? now : standing_since_;
    }

    template <class Attempts>
    void push(Attempts& attempts, AttemptId id, sim::SimTime now) {
        if (size_++ == 0) standing_since_ = now;
        if (order_ == QueueOrder::edf) {
            by_deadline_.push(attempts, id, attempts[id].deadline.ns);
            return;
        }
        auto& lane = lanes_[lane_of(attempts[id])];
        lane.line.push(attempts, id);
        ++lane.size;
    }

    template <class Attempts>
    void remove(Attempts& attempts, AttemptId id) {
        --size_;
        if (order_ == QueueOrder::edf) {
            by_deadline_.remove(attempts, id);
            return;
        }
        auto& lane = lanes_[lane_of(attempts[id])];
        lane.line.remove(attempts, id);
        --lane.size;
    }

    /// Takes the next one out. The queue must not be empty.
    template <class Attempts>
    AttemptId pop(Attempts& attempts, sim::SimTime now) {
        const AttemptId id = next(now);
        remove(attempts, id);
        return id;
    }

    /// The one with the least to lose: it has waited longest (priority: in the least important
    /// class; fair: in the longest lane), or its deadline comes first. The queue must not be empty.
    [[nodiscard]] AttemptId hopeless() const;

  private:
    struct Lane {
        WaitingLine line;
        std::uint32_t size = 0;
    };

    [[nodiscard]] std::uint32_t lane_of(const Attempt& attempt) const {
        if (order_ == QueueOrder::priority) return static_cast<std::uint32_t>(attempt.priority);
        return order_ == QueueOrder::fair ? attempt.group : 0;
    }
    AttemptId next(sim::SimTime now);
    AttemptId next_in_turn();

    QueueOrder order_;
    sim::Duration standing_after_;
    std::vector<Lane> lanes_;
    OrderedLine by_deadline_;
    sim::SimTime standing_since_{};  ///< not empty since
    std::uint32_t size_ = 0;
    std::uint32_t turn_ = 0;  ///< fair: the lane to ask first
};

}  // namespace models
