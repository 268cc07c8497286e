#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/time.hpp"

namespace models {

/// A map from keys to small numbers with open addressing: no allocation while it does not grow, and
/// nobody iterates over it, so its layout shows nowhere.
class KeyTable {
  public:
    static constexpr std::uint32_t kNone = 0xFFFFFFFFU;

    /// Room for so many keys without growing.
    void reserve(std::uint32_t keys);
    /// kNone when the key is not there.
    [[nodiscard]] std::uint32_t find(std::uint32_t key) const;
    /// The key must not be there.
    void insert(std::uint32_t key, std::uint32_t value);
    /// The key must be there.
    void erase(std::uint32_t key);
    void clear();

  private:
    struct Cell {
        std::uint32_t key = 0;
        std::uint32_t value = kNone;  ///< kNone: free
    };
    [[nodiscard]] std::size_t home(std::uint32_t key) const;
    [[nodiscard]] std::size_t place(std::uint32_t key) const;
    void grow(std::size_t cells);

    std::vector<Cell> cells_;  ///< a power of two, at most half full
    std::uint32_t used_ = 0;
};

/// What a cache has stored: at most `capacity` keys, the least recently used goes first. Exact, and
/// all its memory is taken at once.
class LruStore {
  public:
    struct Entry {
        std::uint32_t key = 0;
        std::uint32_t older = KeyTable::kNone;  ///< towards the least recently used
        std::uint32_t newer = KeyTable::kNone;
        sim::SimTime expires{};
        sim::Duration fetch{};  ///< how long it took to get
    };

    LruStore() = default;
    explicit LruStore(std::uint32_t capacity);

    /// Null when the key is not stored. Does not count as a use.
    [[nodiscard]] Entry* find(std::uint32_t key);
    /// A use: the entry is now the most recently used.
    void touch(Entry& entry);
    /// The key's entry as the most recently used, in place of the least recently used if need be.
    Entry& store(std::uint32_t key);
    void clear();

    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(entries_.size()); }

  private:
    void unlink(const Entry& entry);
    void push_newest(std::uint32_t index);

    std::uint32_t capacity_ = 0;
    std::vector<Entry> entries_;
    KeyTable index_;
    std::uint32_t oldest_ = KeyTable::kNone;
    std::uint32_t newest_ = KeyTable::kNone;
};

}  // namespace models
