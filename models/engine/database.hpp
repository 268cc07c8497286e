#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/engine/stray_primary.hpp"
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
    void add(sim::SimTime now, std::uint64_t customer, const ReplicationPolicy& rule) {
        while (size_ > 0 && !rule.behind(at(0).when, now)) {
            first_ = (first_ + 1) % writes_.size();
            --size_;
        }
        if (size_ == writes_.size()) grow();
        writes_[(first_ + size_) % writes_.size()] = {now, customer};
        ++size_;
    }
    /// Whether replicas do not have the customer's own last write yet.
    [[nodiscard]] bool misses(sim::SimTime now, std::uint64_t customer,
                              const ReplicationPolicy& rule) const {
        for (std::size_t i = size_; i > 0; --i) {
            const Write& write = at(i - 1);
            if (!rule.behind(write.when, now)) return false;
            if (write.customer == customer) return true;
        }
        return false;
    }
    /// Those that die with a primary that is lost now.
    [[nodiscard]] std::uint64_t at_risk(sim::SimTime now, const ReplicationPolicy& rule) const {
        std::uint64_t count = 0;
        for (std::size_t i = 0; i < size_; ++i) {
            count += rule.loses(at(i).when, now) ? 1 : 0;
        }
        return count;
    }
    void clear() { size_ = 0; }

  private:
    struct Write {
        sim::SimTime when{};
        std::uint64_t customer = 0;
    };
    [[nodiscard]] const Write& at(std::size_t i) const {
        return writes_[(first_ + i) % writes_.size()];
    }
    void grow() {
        std::vector<Write> larger(std::max<std::size_t>(64, 2 * writes_.size()));
        for (std::size_t i = 0; i < size_; ++i) larger[i] = at(i);
        writes_ = std::move(larger);
        first_ = 0;
    }

    std::vector<Write> writes_;
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
    sim::Duration behind{};      ///< by faults, on top of the configured lag
    sim::SimTime behind_since{};
    std::uint64_t at_risk = 0;  ///< writes that die with the primary if it is replaced
    std::vector<StrayPrimary> strays;
};

}  // namespace models
