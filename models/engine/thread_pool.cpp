#include "models/engine/thread_pool.hpp"

#include <algorithm>

#include "sim/core/assert.hpp"

namespace models {

Seat Threads::arrive(const ThreadPool& pool, std::uint32_t max, std::uint32_t busy, bool room,
                     sim::SimTime now) {
    SIM_ASSERT(alive_ == busy + idle_);
    while (idle_ > 0 && alive_ > pool.core &&
           now >= sim::saturated_add(idle_since_[first_], pool.keep_alive)) {
        pop();
        --alive_;
    }
    const bool grows_early = alive_ < pool.core || (pool.grow_before_queue && idle_ == 0);
    if (grows_early && alive_ < max) {
        ++alive_;
        return Seat::slot;
    }
    if (idle_ > 0) {
        pop();
        return Seat::slot;
    }
    if (room) return Seat::queue;
    if (alive_ >= max) return Seat::none;
    ++alive_;
    return Seat::slot;
}

void Threads::push(sim::SimTime now) {
    const auto capacity = static_cast<std::uint32_t>(idle_since_.size());
    if (idle_ == capacity) {
        std::rotate(idle_since_.begin(), idle_since_.begin() + first_, idle_since_.end());
        first_ = 0;
        idle_since_.resize(std::max<std::size_t>(8, 2 * idle_since_.size()));
    }
    idle_since_[(first_ + idle_) % idle_since_.size()] = now;
    ++idle_;
}

void Threads::pop() {
    SIM_ASSERT(idle_ > 0);
    first_ = (first_ + 1) % static_cast<std::uint32_t>(idle_since_.size());
    --idle_;
}

}  // namespace models
