#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/policy/failover.hpp"
#include "models/topology/topology.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/simulator.hpp"
#include "sim/core/time.hpp"

namespace models {

/// When writes were acknowledged that replicas may not have yet: a ring, so that in a steady state
/// nothing is allocated.
class RecentWrites {
  public:
    void add(sim::SimTime now, const ReplicationPolicy& rule) {
        while (size_ > 0 && !rule.loses(times_[first_], now)) {
            first_ = (first_ + 1) % times_.size();
            --size_;
        }
        if (size_ == times_.size()) grow();
        times_[(first_ + size_) % times_.size()] = now;
        ++size_;
    }
    /// Those that die with a primary that is lost now.
    [[nodiscard]] std::uint64_t at_risk(sim::SimTime now, const ReplicationPolicy& rule) const {
        std::uint64_t count = 0;
        for (std::size_t i = 0; i < size_; ++i) {
            count += rule.loses(times_[(first_ + i) % times_.size()], now) ? 1 : 0;
        }
        return count;
    }
    void clear() { size_ = 0; }

  private:
    void grow() {
        std::vector<sim::SimTime> larger(std::max<std::size_t>(64, 2 * times_.size()));
        for (std::size_t i = 0; i < size_; ++i) larger[i] = times_[(first_ + i) % times_.size()];
        times_ = std::move(larger);
        first_ = 0;
    }

    std::vector<sim::SimTime> times_;
    std::size_t first_ = 0;
    std::size_t size_ = 0;
};

/// The primary of a database, who is on the way to replace it, and who knows.
struct Database {
    InstanceId primary;
    InstanceId address;  ///< where callers take the primary to be
    sim::EventHandle failover;
    sim::EventHandle publication;  ///< callers learn the new address
    sim::RngStream stream;         ///< how long it takes to notice
    std::uint64_t losses = 0;
    bool overdue = false;        ///< the time is up and no replica was alive
    bool undecided = false;      ///< the time is up and there was nobody to decide
    bool reads_primary = false;  ///< its standbys answer nobody
    RecentWrites writes;         ///< of the primary, when replicas may be behind
    std::uint64_t at_risk = 0;   ///< writes that die with the primary if it is replaced
};

}  // namespace models
