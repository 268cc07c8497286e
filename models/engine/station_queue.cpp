#include "models/engine/station_queue.hpp"

#include "sim/core/assert.hpp"

namespace models {

std::uint32_t lanes_of(QueueOrder order, std::uint32_t groups) {
    if (order == QueueOrder::priority) return static_cast<std::uint32_t>(kCriticalities);
    return order == QueueOrder::fair ? groups : 1;
}

AttemptId StationQueue::next(sim::SimTime now) {
    switch (order_) {
        case QueueOrder::fifo:
            return lanes_[0].line.head;
        case QueueOrder::lifo:
            return lanes_[0].line.tail;
        case QueueOrder::adaptive_lifo: {
            const bool stands = now - standing_since_ > standing_after_;
            return stands ? lanes_[0].line.tail : lanes_[0].line.head;
        }
        case QueueOrder::priority:
            for (const auto& lane : lanes_) {
                if (!lane.line.empty()) return lane.line.head;
            }
            break;
        case QueueOrder::edf:
            return by_deadline_.front();
        case QueueOrder::fair:
            return next_in_turn();
    }
    SIM_ASSERT(false);
}

/// Round robin over the lanes in which somebody waits.
AttemptId StationQueue::next_in_turn() {
    const auto lanes = static_cast<std::uint32_t>(lanes_.size());
    for (std::uint32_t i = 0; i < lanes; ++i) {
        const std::uint32_t lane = (turn_ + i) % lanes;
        if (lanes_[lane].line.empty()) continue;
        turn_ = (lane + 1) % lanes;
        return lanes_[lane].line.head;
    }
    SIM_ASSERT(false);
}

AttemptId StationQueue::hopeless() const {
    if (order_ == QueueOrder::edf) return by_deadline_.front();
    const Lane* most = nullptr;
    for (const auto& lane : lanes_) {
        if (lane.line.empty()) continue;
        const bool longer = most == nullptr || lane.size > most->size;
        if (longer || order_ == QueueOrder::priority) most = &lane;  // lanes go down in importance
    }
    SIM_ASSERT(most != nullptr);
    return most->line.head;
}

}  // namespace models
