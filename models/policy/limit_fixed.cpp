#include "models/policy/limit_fixed.hpp"

#include <algorithm>

#include "sim/yaml/parameters.hpp"

namespace models {

void FixedLimit::parameters(sim::Parameters& p) {
    p.count("max", max, "calls at once", {1, INT32_MAX});
    p.choice<LimitAround>("around", around, "whether each try of a call takes a place, or the call",
                          {{"try", LimitAround::each_try}, {"call", LimitAround::whole_call}});
    waiting.parameters(p);
    partitions_parameter(p, partitions);
    scope_parameter(p, scope);
}

std::optional<sim::Misfit> FixedLimit::misfit() const { return misfit_of(partitions); }

void ThreadPoolLimit::parameters(sim::Parameters& p) {
    p.count("coreSize", core_size, "threads that stay", {1, INT32_MAX});
    p.count("maxSize", max_size, "threads once the queue is full; 0: coreSize", {0, INT32_MAX});
    p.count("maxQueueSize", max_queue_size, "calls that may wait; -1: no queue", {-1, INT32_MAX});
    p.count("queueSizeRejectionThreshold", queue_rejection,
            "calls that may wait although the queue holds more", {1});
    scope_parameter(p, scope);
}

std::optional<sim::Misfit> ThreadPoolLimit::misfit() const {
    if (max_size == 0 || max_size >= core_size) return std::nullopt;
    return sim::Misfit{"maxSize", "the pool may not be smaller than its core",
                       "leave maxSize out for a pool of coreSize threads"};
}

LimitQueue ThreadPoolLimit::pool_queue() const {
    return {std::max<std::int64_t>(0, std::min(max_queue_size, queue_rejection)), sim::kForever,
            WaitOrder::fifo};
}

std::int64_t ThreadPoolLimit::most_threads() const { return std::max(core_size, max_size); }

/// A thread takes the next call: there are no more than the queue has made the pool grow to.
bool ThreadPoolLimit::admit(State& state, const LimitAsk& ask) const {
    return ask.in_flight < std::max(core_size, state.threads);
}

LimitVerdict ThreadPoolLimit::arrive(State& state, const LimitAsk& ask) const {
    if (ask.waiting == 0) state.threads = std::max(core_size, ask.in_flight);
    if (ask.waiting == 0 && ask.in_flight < state.threads) return LimitVerdict::start;
    if (ask.waiting < pool_queue().queue) return LimitVerdict::wait;
    // Hystrix rejects at its threshold before the pool is asked.
    if (max_queue_size >= 0 && ask.waiting >= queue_rejection) return LimitVerdict::reject;
    if (ask.in_flight >= most_threads()) return LimitVerdict::reject;
    state.threads = ask.in_flight + 1;
    return LimitVerdict::start;
}

}  // namespace models
