// Queues. A try at a queue is answered as soon as its message is stored. Consumers then deliver the
// messages, each delivery being an attempt of its own that makes the calls of the endpoint:
//
//   message  | delivered                       | visibility ends   | acknowledged by the latest
//   waiting  | under way, or dead letter       | -                 | gone
//   under way| -                               | waiting           | gone
#include <algorithm>

#include "models/engine/tracing.hpp"

namespace models {

const DeliveryPolicy& World::delivery_of(InstanceId id) const {
    return *model_.services[service_of(id).value].delivery;
}

void World::note_message(const Message& message, MessageEvent event) {
    const auto now = simulator_.now();
    const auto service = service_of(message.instance);
    ++books_.accounts.queues[service.value][static_cast<std::size_t>(event)];
    notify(metrics_, MessageHappened{service, event, now, now - message.stored});
}

void World::store_message(AttemptId id) {
    auto& attempt = attempts_[id];
    const InstanceId instance = attempt.instance;
    auto& queue = *queues_[instance.value];
    drop_expired(queue);
    if (!delivery_of(instance).has_room(queue.messages)) {
        notify(metrics_, TryRefused{service_of(instance), Outcome::shed, simulator_.now()});
        return finish(id, Outcome::shed);
    }
    const MessageId message_id = messages_.allocate();
    auto& message = messages_[message_id];
    message.number = attempt.number;
    message.path = attempt.path;
    message.stored = simulator_.now();
    message.instance = instance;
    message.endpoint = attempt.endpoint;
    message.group = attempt.group;
    message.priority = attempt.priority;
    if (!is_nominal_) mark_message(attempt, message);
    message.older = queue.newest;
    (queue.newest.valid() ? messages_[queue.newest].newer : queue.oldest) = message_id;
    queue.newest = message_id;
    ++queue.messages;
    note_message(message, MessageEvent::stored);
    if (tracer_ != nullptr) [[unlikely]]
        Tracing{*this}.stored(id, message_id);
    make_visible(message_id);
    answer_with_stored(id);
    deliver(instance);
}

/// Puts it among those to be delivered: see MessageOrder.
void World::make_visible(MessageId id) {
    auto& message = messages_[id];
    auto& queue = *queues_[message.instance.value];
    const bool fresh = message.receives == 0;
    const bool fifo = delivery_of(message.instance).order != MessageOrder::lifo;
    message.waiting = true;
    if (fresh == fifo) {
        message.before = queue.last;
        message.behind = MessageId{};
        (queue.last.valid() ? messages_[queue.last].behind : queue.first) = id;
        queue.last = id;
    } else {
        message.before = MessageId{};
        message.behind = queue.first;
        (queue.first.valid() ? messages_[queue.first].before : queue.last) = id;
        queue.first = id;
    }
}

void World::make_invisible(MessageId id) {
    auto& message = messages_[id];
    auto& queue = *queues_[message.instance.value];
    if (!message.waiting) return;
    message.waiting = false;
    (message.before.valid() ? messages_[message.before].behind : queue.first) = message.behind;
    (message.behind.valid() ? messages_[message.behind].before : queue.last) = message.before;
}

void World::deliver(InstanceId instance) {
    auto& queue = *queues_[instance.value];
    const auto& delivery = delivery_of(instance);
    if (queue.delivering || stations_[instance.value].state != InstanceState::up) return;
    queue.delivering = true;
    drop_expired(queue);
    const bool strict = delivery.order == MessageOrder::strict;
    while (queue.busy < delivery.consumers && queue.first.valid()) {
        const MessageId id = queue.first;
        if (strict && !(id == queue.oldest)) break;
        if (delivery.is_dead(messages_[id].receives) && !messages_[id].copy) {
            remove_message(id, MessageEvent::dead);
        } else {
            receive_message(id);
        }
    }
    queue.delivering = false;
}

void World::receive_message(MessageId id) {
    auto& message = messages_[id];
    make_invisible(id);
    note_message(message,
                 message.receives == 0 ? MessageEvent::delivered : MessageEvent::redelivered);
    message.copy = message.copy && message.receives == 0;
    ++message.receives;
    ++message.open;
    ++queues_[message.instance.value]->busy;
    const auto ends =
        sim::saturated_add(simulator_.now(), delivery_of(message.instance).visibility);
    // An acknowledgement at exactly that time counts.
    if (message.copy) {
        make_visible(id);
    } else {
        message.timer =
            simulator_.at(ends, {EventKind::visibility_ended, id.value}, sim::EventClass::timer);
    }
    const AttemptId attempt = start_background({message.instance, message.endpoint, message.number,
                                                sim::hash_combine(message.path, message.receives),
                                                message.group, message.priority});
    attempts_[attempt].message = id;
    attempts_[attempt].receipt = message.receives;
    if (tracer_ != nullptr) [[unlikely]]
        Tracing{*this}.delivery_begins(attempt);
    next_step(attempt);
}

void World::visibility_ended(MessageId id) {
    messages_[id].timer = sim::EventHandle{};
    make_visible(id);
    deliver(messages_[id].instance);
}

/// `attempt` has been freed: what it was.
void World::delivery_ended(const Attempt& attempt, Outcome outcome) {
    auto& message = messages_[attempt.message];
    const InstanceId instance = attempt.instance;
    --queues_[instance.value]->busy;
    const bool done = is_success(outcome) && attempt.quality >= 0.5F;
    if (done || attempt.executed_below) {
        if (message.processed) note_message(message, MessageEvent::duplicate);
        message.processed = true;
    }
    const bool last =
        !message.copy && DeliveryPolicy::acknowledges(attempt.receipt, message.receives);
    if (done && !message.gone && last) remove_message(attempt.message, MessageEvent::acknowledged);
    close_delivery(attempt.message);
    deliver(instance);
}

/// Another delivery of the message has begun, or it is gone: nobody counts on this one.
bool World::is_superseded(const Attempt& delivery) const {
    if (!delivery.message.valid()) return false;
    const auto& message = messages_[delivery.message];
    return message.gone || !DeliveryPolicy::acknowledges(delivery.receipt, message.receives);
}

void World::close_delivery(MessageId id) {
    auto& message = messages_[id];
    --message.open;
    if (message.gone && message.open == 0) free_message(id);
}

/// Deliveries that are under way go on; the record is theirs until the last of them has ended.
void World::remove_message(MessageId id, MessageEvent why) {
    auto& message = messages_[id];
    auto& queue = *queues_[message.instance.value];
    make_invisible(id);
    simulator_.cancel(message.timer);
    (message.older.valid() ? messages_[message.older].newer : queue.oldest) = message.newer;
    (message.newer.valid() ? messages_[message.newer].older : queue.newest) = message.older;
    --queue.messages;
    message.gone = true;
    note_message(message, why);
    if (tracer_ != nullptr) [[unlikely]]
        Tracing{*this}.removed(id, why);
    if (message.open == 0) free_message(id);
}

void World::free_message(MessageId id) {
    if (tracer_ != nullptr) [[unlikely]]
        Tracing{*this}.message_gone(id);
    messages_.free(id);
}

void World::drop_expired(QueueReplica& queue) {
    while (queue.oldest.valid()) {
        const auto& message = messages_[queue.oldest];
        const auto retention = delivery_of(message.instance).retention;
        if (sim::saturated_add(message.stored, retention) >= simulator_.now()) return;
        remove_message(queue.oldest, MessageEvent::expired);
    }
}

/// After all deliveries of the replica have vanished.
void World::lose_messages(InstanceId id) {
    auto& queue = *queues_[id.value];
    queue.busy = 0;
    if (delivery_of(id).durable) return;
    while (queue.oldest.valid()) remove_message(queue.oldest, MessageEvent::lost);
}

void World::sample_queues() {
    const auto now = simulator_.now();
    for (std::uint32_t i = 0; i < model_.services.size() && !queues_.empty(); ++i) {
        if (!model_.services[i].delivery) continue;
        QueueSampled sample{ServiceId{i}, 0, {}, now};
        for (const InstanceId id : model_.topology.services[i].instances) {
            auto& queue = *queues_[id.value];
            drop_expired(queue);
            sample.messages += queue.messages;
            if (!queue.oldest.valid()) continue;
            sample.oldest = std::max(sample.oldest, now - messages_[queue.oldest].stored);
        }
        notify(metrics_, sample);
    }
}

}  // namespace models
