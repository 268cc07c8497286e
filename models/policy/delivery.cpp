#include "models/policy/delivery.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {

void DeliveryPolicy::parameters(sim::Parameters& p) {
    p.count("consumers", consumers, "deliveries at once, per replica of the queue", {1, 1'000'000});
    p.duration("visibility", visibility,
               "then a message that was not acknowledged is visible again",
               {sim::milliseconds(1), sim::whole_seconds(12 * 3600)});
    p.count("maxReceive", max_receive, "deliveries of a message; then it is a dead letter",
            {1, kUnlimited});
    p.choice<MessageOrder>("order", order, "which message is delivered next",
                           {{"fifo", MessageOrder::fifo},
                            {"lifo", MessageOrder::lifo},
                            {"strict", MessageOrder::strict}});
    p.count("capacity", capacity, "messages that one replica stores; then 503", {1, kUnlimited});
    p.timeout("retention", retention, "then a message is dropped");
    p.flag("durable", durable, "messages survive a loss of power");
}

}  // namespace models
