#pragma once

#include <cstdint>

#include "sim/core/assert.hpp"
#include "sim/core/growing_array.hpp"
#include "sim/core/prefetch.hpp"

namespace sim {

/// Says which events that somebody may cancel are still pending. Each has a slot and is known by a
/// number that no other ever has; whoever finds another number in its slot has been cancelled.
class EventSlots {
  public:
    /// Slots are numbered from `first` to `limit` - 1; numbers are not below `limit`.
    EventSlots(std::uint32_t first, std::uint32_t limit) : limit_(limit) {
        for (std::uint32_t i = 0; i < first; ++i) owners_.push_back(0);
    }

    /// A slot that is to be given an owner.
    std::uint32_t take() {
        if (free_ == 0) return make();
        const auto slot = free_;
        free_ = static_cast<std::uint32_t>(owners_[slot]);
        return slot;
    }
    void own(std::uint32_t slot, std::uint64_t number) { owners_[slot] = number; }
    [[nodiscard]] bool owns(std::uint32_t slot, std::uint64_t number) const {
        return owners_[slot] == number;
    }
    void prefetch(std::uint32_t slot) const { sim::prefetch(owners_[slot]); }
    /// Frees the slot if that is its owner; false: it is not.
    bool release(std::uint32_t slot, std::uint64_t number) {
        auto& owner = owners_[slot];
        if (owner != number) return false;
        owner = free_;
        free_ = slot;
        return true;
    }

  private:
    [[gnu::noinline]] std::uint32_t make() {
        const auto slot = static_cast<std::uint32_t>(owners_.size());
        SIM_ASSERT(slot < limit_);
        owners_.push_back(0);
        return slot;
    }

    std::uint32_t limit_;
    std::uint32_t free_ = 0;              ///< a slot, 0: none
    GrowingArray<std::uint64_t> owners_;  ///< of a free slot: the next free one
};

}  // namespace sim
