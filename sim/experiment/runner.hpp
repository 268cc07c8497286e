#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

namespace sim {

/// Asks a runner to start no further task. May be set from any thread and from a signal handler.
class StopFlag {
  public:
    void request() noexcept { requested_.store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool requested() const noexcept {
        return requested_.load(std::memory_order_relaxed);
    }

  private:
    std::atomic<bool> requested_{false};
    static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may not lock");
};

/// A task threw. `index` is the lowest task that did, so the same task is blamed with any number
/// of threads; `cause` is its exception.
class TaskError : public std::runtime_error {
  public:
    TaskError(std::size_t index, std::exception_ptr cause);
    [[nodiscard]] std::size_t index() const { return index_; }
    [[nodiscard]] const std::exception_ptr& cause() const { return cause_; }

  private:
    std::size_t index_;
    std::exception_ptr cause_;
};

struct RunnerOptions {
    std::size_t count = 0;
    /// Worker threads; 0 counts as 1, and more than `count` are not started.
    std::size_t jobs = 1;
    /// May be null: then nothing stops the runner early.
    const StopFlag* stop = nullptr;
    /// Called on the calling thread while it waits, at least ten times a second, with the number
    /// of finished tasks: for progress bars and time limits. May be empty. It must not change
    /// results.
    std::function<void(std::size_t finished)> on_wait;
};

/// The threads behind `run_tasks`. Workers take indices in ascending order and call `task`;
/// `on_done` is called on the calling thread in strictly ascending order. Returns the number n of
/// tasks that were run, which are always the first n. Throws TaskError after all workers ended;
/// then `on_done` was called for exactly the tasks below the failed one.
std::size_t run_indexed(const RunnerOptions& options, const std::function<void(std::size_t)>& task,
                        const std::function<void(std::size_t)>& on_done);

/// Runs `task(index)` for every index below `options.count` on worker threads and returns the
/// results by index: all of them, or after a stop the first n. `on_done(index, Result&)` sees them
/// on the calling thread in ascending order, so a reduction there does not depend on the number of
/// threads; it may move from the result to save memory. `task` is called from several threads at
/// once.
template <class Task, class OnDone>
auto run_tasks(const RunnerOptions& options, const Task& task, OnDone&& on_done) {
    using Result = std::invoke_result_t<const Task&, std::size_t>;
    std::vector<std::optional<Result>> slots(options.count);
    const std::size_t finished = run_indexed(
        options, [&](std::size_t index) { slots[index].emplace(task(index)); },
        [&](std::size_t index) { on_done(index, *slots[index]); });
    std::vector<Result> results;
    results.reserve(finished);
    for (std::size_t i = 0; i < finished; ++i) results.push_back(std::move(*slots[i]));
    return results;
}

/// The same without an observer.
template <class Task>
auto run_tasks(const RunnerOptions& options, const Task& task) {
    return run_tasks(options, task, [](std::size_t, const auto&) {});
}

}  // namespace sim
