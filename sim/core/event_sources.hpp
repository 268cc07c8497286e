#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace sim {

/// Pending events of a few sources, of which each has one: sorted, the soonest last. `Pending` has
/// `at`, `order` and `payload`.
template <class Pending>
class SourceEvents {
  public:
    static constexpr std::size_t kMost = 8;

    SourceEvents() {
        entries_[0].at = std::numeric_limits<std::int64_t>::max();
        entries_[0].order = std::numeric_limits<std::uint64_t>::max();
    }

    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] bool full() const { return size_ == kMost; }
    /// When there is none, an entry that comes after all others.
    [[nodiscard]] const Pending& soonest() const { return entries_[size_]; }

    /// There must be room, and `order` be above those that are there. (Field by field: an entry
    /// that is put together first would be read before its parts are written.)
    template <class Payload>
    void put(std::int64_t at, std::uint64_t order, const Payload& payload) {
        Pending* place = &entries_[size_++];
        for (; place->at <= at && place != entries_.data(); --place) place[1] = place[0];
        place[1].at = at;
        place[1].order = order;
        place[1].payload = payload;
    }
    void pop() { --size_; }

  private:
    std::size_t size_ = 0;
    std::array<Pending, kMost + 1> entries_{};  ///< the first stands for none
};

}  // namespace sim
