#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "models/engine/records.hpp"

namespace models {

/// Wide enough for nanoseconds with a fraction of 32 bits.
__extension__ using WideKey = __int128;

/// Attempts by a key, the least first, equal keys in the order of joining: a binary heap whose
/// members know their places in it (`Attempt::next` holds the index), so that any of them can
/// leave.
class OrderedLine {
  public:
    [[nodiscard]] bool empty() const { return entries_.empty(); }
    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(entries_.size()); }
    [[nodiscard]] AttemptId front() const { return entries_.front().id; }
    [[nodiscard]] WideKey least() const { return entries_.front().key; }
    void clear() { entries_.clear(); }

    template <class Attempts>
    void push(Attempts& attempts, AttemptId id, WideKey key) {
        const Entry entry{key, joined_++, id};
        entries_.push_back(entry);
        rise(attempts, size() - 1, entry);
    }

    /// Takes the attempt out and returns its key.
    template <class Attempts>
    WideKey remove(Attempts& attempts, AttemptId id) {
        const std::uint32_t place = attempts[id].next.value;
        SIM_ASSERT(place < size() && entries_[place].id == id);
        const WideKey key = entries_[place].key;
        const Entry last = entries_.back();
        entries_.pop_back();
        if (place == size()) return key;
        if (place > 0 && last.before(entries_[(place - 1) / 2])) {
            rise(attempts, place, last);
        } else {
            sink(attempts, place, last);
        }
        return key;
    }

    template <class Attempts>
    [[nodiscard]] WideKey key_of(const Attempts& attempts, AttemptId id) const {
        const std::uint32_t place = attempts[id].next.value;
        SIM_ASSERT(place < size() && entries_[place].id == id);
        return entries_[place].key;
    }

  private:
    struct Entry {
        WideKey key;
        std::uint64_t joined;
        AttemptId id;

        [[nodiscard]] bool before(const Entry& other) const {
            return key != other.key ? key < other.key : joined < other.joined;
        }
    };

    template <class Attempts>
    void put(Attempts& attempts, std::uint32_t place, const Entry& entry) {
        entries_[place] = entry;
        attempts[entry.id].next.value = place;
    }
    template <class Attempts>
    void rise(Attempts& attempts, std::uint32_t place, const Entry& entry) {
        while (place > 0 && entry.before(entries_[(place - 1) / 2])) {
            put(attempts, place, entries_[(place - 1) / 2]);
            place = (place - 1) / 2;
        }
        put(attempts, place, entry);
    }
    template <class Attempts>
    void sink(Attempts& attempts, std::uint32_t place, const Entry& entry) {
        for (;;) {
            std::uint32_t child = 2 * place + 1;
            if (child >= size()) break;
            if (child + 1 < size() && entries_[child + 1].before(entries_[child])) ++child;
            if (!entries_[child].before(entry)) break;
            put(attempts, place, entries_[child]);
            place = child;
        }
        put(attempts, place, entry);
    }

    std::vector<Entry> entries_;
    std::uint64_t joined_ = 0;
};

}  // namespace models
