#include "models/policy/lru_store.hpp"

#include <utility>

#include "sim/core/assert.hpp"
#include "sim/core/hash.hpp"

namespace models {

void KeyTable::reserve(std::uint32_t keys) {
    std::size_t cells = 16;
    while (cells < 2 * static_cast<std::size_t>(keys)) cells *= 2;
    if (cells > cells_.size()) grow(cells);
}

std::size_t KeyTable::home(std::uint32_t key) const {
    return static_cast<std::size_t>(sim::mix64(key + 1ULL)) & (cells_.size() - 1);
}

/// Where the key is, or the free cell where it would be put.
std::size_t KeyTable::place(std::uint32_t key) const {
    std::size_t at = home(key);
    while (cells_[at].value != kNone && cells_[at].key != key) at = (at + 1) & (cells_.size() - 1);
    return at;
}

std::uint32_t KeyTable::find(std::uint32_t key) const {
    return used_ == 0 ? kNone : cells_[place(key)].value;
}

void KeyTable::insert(std::uint32_t key, std::uint32_t value) {
    SIM_ASSERT(value != kNone);
    if (2 * (static_cast<std::size_t>(used_) + 1) > cells_.size()) {
        grow(cells_.empty() ? 16 : 2 * cells_.size());
    }
    Cell& cell = cells_[place(key)];
    SIM_ASSERT(cell.value == kNone);
    cell = {key, value};
    ++used_;
}

/// Moves back what the freed cell has kept from its home, so that no gap is left in a search.
void KeyTable::erase(std::uint32_t key) {
    std::size_t free = place(key);
    SIM_ASSERT(used_ > 0 && cells_[free].value != kNone);
    const std::size_t mask = cells_.size() - 1;
    for (std::size_t at = (free + 1) & mask; cells_[at].value != kNone; at = (at + 1) & mask) {
        const std::size_t wandered = (at - home(cells_[at].key)) & mask;
        if (wandered < ((at - free) & mask)) continue;
        cells_[free] = cells_[at];
        free = at;
    }
    cells_[free].value = kNone;
    --used_;
}

void KeyTable::clear() {
    for (Cell& cell : cells_) cell.value = kNone;
    used_ = 0;
}

void KeyTable::grow(std::size_t cells) {
    const auto old = std::exchange(cells_, std::vector<Cell>(cells));
    for (const Cell& cell : old) {
        if (cell.value != kNone) cells_[place(cell.key)] = cell;
    }
}

LruStore::LruStore(std::uint32_t capacity) : capacity_(capacity) {
    SIM_ASSERT(capacity > 0 && capacity < KeyTable::kNone);
    entries_.reserve(capacity);
    index_.reserve(capacity);
}

LruStore::Entry* LruStore::find(std::uint32_t key) {
    const auto index = index_.find(key);
    return index == KeyTable::kNone ? nullptr : &entries_[index];
}

void LruStore::touch(Entry& entry) {
    const auto index = static_cast<std::uint32_t>(&entry - entries_.data());
    if (index == newest_) return;
    unlink(entry);
    push_newest(index);
}

LruStore::Entry& LruStore::store(std::uint32_t key) {
    if (Entry* known = find(key)) {
        touch(*known);
        return *known;
    }
    std::uint32_t index = size();
    if (index < capacity_) {
        entries_.emplace_back();
    } else {
        index = oldest_;
        index_.erase(entries_[index].key);
        unlink(entries_[index]);
    }
    entries_[index] = {};
    entries_[index].key = key;
    index_.insert(key, index);
    push_newest(index);
    return entries_[index];
}

void LruStore::clear() {
    entries_.clear();
    index_.clear();
    oldest_ = newest_ = KeyTable::kNone;
}

void LruStore::unlink(const Entry& entry) {
    (entry.older == KeyTable::kNone ? oldest_ : entries_[entry.older].newer) = entry.newer;
    (entry.newer == KeyTable::kNone ? newest_ : entries_[entry.newer].older) = entry.older;
}

void LruStore::push_newest(std::uint32_t index) {
    Entry& entry = entries_[index];
    entry.older = newest_;
    entry.newer = KeyTable::kNone;
    (newest_ == KeyTable::kNone ? oldest_ : entries_[newest_].newer) = index;
    newest_ = index;
}

}  // namespace models
