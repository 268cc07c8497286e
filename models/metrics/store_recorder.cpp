#include <utility>

#include "models/metrics/recorders.hpp"

namespace models {

StoreRecorder::StoreRecorder(const MeasurementPlan& plan)
    : duration_(plan.duration),
      caches_(plan.caches ? plan.services : 0),
      queues_(plan.queues ? plan.services : 0) {
    for (auto& queue : queues_) queue.windows.reserve(plan.seconds());
}

void StoreRecorder::on(const MessageHappened& fact) {
    if (counts(fact.now) == 0) return;
    auto& queue = queues_[fact.service.value];
    ++queue.counts[static_cast<std::size_t>(fact.event)];
    if (fact.event == MessageEvent::acknowledged) queue.age.record(fact.age);
}

void StoreRecorder::on(const QueueSampled& fact) {
    auto& queue = queues_[fact.service.value];
    queue.left = fact.messages;  // the last sample is that of the end
    if (counts(fact.now) == 0) return;
    queue.windows.push_back({fact.messages, static_cast<float>(fact.oldest.seconds())});
}

void StoreRecorder::finish(RunResult& result) {
    result.caches = std::move(caches_);
    result.queues = std::move(queues_);
}

}  // namespace models
