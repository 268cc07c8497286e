#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// Which message a consumer gets next.
enum class MessageOrder : std::uint8_t {
    fifo,    ///< the oldest; one that becomes visible again goes first
    lifo,    ///< the newest; one that becomes visible again goes last
    strict,  ///< the oldest, and no other before it is acknowledged or dead
};

/// How a queue hands its messages on: at least once. Every delivery is an own call to the consumer;
/// a message that has not been acknowledged `visibility` after it was received becomes visible
/// again, and only the latest delivery can acknowledge it.
struct DeliveryPolicy {
    static constexpr std::string_view name = "delivery";
    static constexpr std::string_view summary =
        "stores messages and delivers each at least once to the service that its endpoint calls";
    static constexpr std::string_view formula =
        "visible again `visibility` after a delivery that did not succeed; dead letter when it "
        "would be received for the (maxReceive + 1)th time; backlog drains in B / (mu - lambda)";
    static constexpr std::string_view source = "POLICIES 9; BOTO-API (sqs)";
    static constexpr std::string_view example =
        "delivery: {consumers: 10, visibility: 30s, maxReceive: 10, order: fifo}";
    static constexpr std::uint32_t kUnlimited = std::numeric_limits<std::uint32_t>::max();

    std::uint32_t consumers = 1;
    sim::Duration visibility = sim::whole_seconds(30);
    std::uint32_t max_receive = 10;
    MessageOrder order = MessageOrder::fifo;
    std::uint32_t capacity = kUnlimited;
    sim::Duration retention = sim::whole_seconds(std::int64_t{4} * 86'400);
    bool durable = true;
    void parameters(sim::Parameters& p);

    /// Whether the queue takes another message beside those that it has.
    [[nodiscard]] bool has_room(std::uint32_t messages) const { return messages < capacity; }
    /// Whether a message that was received so often becomes a dead letter instead of being received
    /// once more: the count may reach `maxReceive` and not exceed it.
    [[nodiscard]] bool is_dead(std::uint32_t receives) const { return receives >= max_receive; }
    /// Whether a delivery may still remove its message: a later one has the newer receipt.
    [[nodiscard]] static bool acknowledges(std::uint32_t receipt, std::uint32_t receives) {
        return receipt == receives;
    }
};

}  // namespace models
