#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sim {

/// Pending events whose keys come in rising order, as those of one constant delay do: pushing and
/// cancelling cost the same however many are pending. `Key` is what the queue orders by; a default
/// key marks a cancelled entry.
template <class Key, class Payload>
class EventLane {
  public:
    struct Entry {
        Key key;
        Payload payload;
    };

    /// More entries, cancelled ones included, do not fit: they wait in the heap like others.
    static constexpr std::uint32_t kMost = 1U << 18;

    [[nodiscard]] bool empty() const { return head_ == tail_; }
    [[nodiscard]] const Entry& front() const { return ring_[head_ & mask()]; }
    [[nodiscard]] bool accepts(const Key& key) const {
        return last_.rank() < key.rank() && tail_ - head_ < kMost;
    }

    /// The number by which `cancel` knows the entry.
    std::uint32_t push(const Key& key, const Payload& payload) {
        if (tail_ - head_ == ring_.size()) grow();
        ring_[tail_ & mask()] = {key, payload};
        last_ = key;
        return tail_++;
    }
    /// The front entry is never a cancelled one.
    void pop() {
        ++head_;
        trim();
    }
    /// True when the entry was still pending.
    bool cancel(std::uint32_t number) {
        if (number - head_ >= tail_ - head_) return false;
        auto& entry = ring_[number & mask()];
        if (is_cancelled(entry)) return false;
        entry.key = Key{};
        if (number == head_) trim();
        return true;
    }

  private:
    [[nodiscard]] std::uint32_t mask() const {
        return static_cast<std::uint32_t>(ring_.size()) - 1;
    }
    static bool is_cancelled(const Entry& entry) { return entry.key.order == 0; }
    void trim() {
        while (head_ != tail_ && is_cancelled(front())) ++head_;
    }
    void grow() {
        std::vector<Entry> larger(ring_.empty() ? 16 : 2 * ring_.size());
        const auto larger_mask = static_cast<std::uint32_t>(larger.size()) - 1;
        for (auto i = head_; i != tail_; ++i) larger[i & larger_mask] = ring_[i & mask()];
        ring_.swap(larger);
    }

    std::vector<Entry> ring_;  ///< by number, modulo its size, a power of two
    Key last_{};               ///< of the newest entry
    std::uint32_t head_ = 0;   ///< number of the oldest entry
    std::uint32_t tail_ = 0;   ///< number of the coming entry
};

}  // namespace sim
