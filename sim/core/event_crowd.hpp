#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sim {

/// Pending events of which too many come too close together to be told apart by time, such as
/// thousands at one instant: those that are put in rising order stand in a line, the others in a
/// heap. `Pending` has `comes_before`.
template <class Pending>
class EventCrowd {
  public:
    [[nodiscard]] bool empty() const { return size() == 0; }
    [[nodiscard]] std::size_t size() const { return line_.size() - front_ + heap_.size(); }

    void put(const Pending& entry) {
        if (front_ == line_.size() || line_.back().comes_before(entry)) {
            line_.push_back(entry);
        } else {
            heap_.push_back(entry);
            std::push_heap(heap_.begin(), heap_.end(), is_later);
        }
    }
    /// Only for when it is empty: `add` as many as there are, in any order, then `sort` them.
    void add(const Pending& entry) { line_.push_back(entry); }
    void sort() {
        std::sort(line_.begin() + front(), line_.end(),
                  [](const Pending& a, const Pending& b) { return a.comes_before(b); });
    }

    /// The first in order. There must be one, here and in `pop`.
    [[nodiscard]] const Pending& first() const {
        return heap_comes_first() ? heap_.front() : line_[front_];
    }
    Pending pop() {
        if (!heap_comes_first()) return pop_line();
        std::pop_heap(heap_.begin(), heap_.end(), is_later);
        const Pending entry = heap_.back();
        heap_.pop_back();
        return entry;
    }

    template <class Drop>
    void remove_if(Drop&& drop) {
        forget_front();
        std::erase_if(line_, drop);
        if (std::erase_if(heap_, drop) > 0) std::make_heap(heap_.begin(), heap_.end(), is_later);
    }

  private:
    static bool is_later(const Pending& a, const Pending& b) { return b.comes_before(a); }
    [[nodiscard]] std::ptrdiff_t front() const { return static_cast<std::ptrdiff_t>(front_); }
    [[nodiscard]] bool heap_comes_first() const {
        if (heap_.empty()) return false;
        return front_ == line_.size() || heap_.front().comes_before(line_[front_]);
    }
    Pending pop_line() {
        const Pending entry = line_[front_++];
        if (2 * front_ > line_.size() + 64 || front_ == line_.size()) forget_front();
        return entry;
    }
    void forget_front() {
        line_.erase(line_.begin(), line_.begin() + front());
        front_ = 0;
    }

    std::vector<Pending> line_;  ///< rising
    std::size_t front_ = 0;      ///< in the line
    std::vector<Pending> heap_;
};

}  // namespace sim
