#include "sim/experiment/runner.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace sim {

namespace {

constexpr std::chrono::milliseconds kWaitStep{50};

std::string describe_failure(std::size_t index, const std::exception_ptr& cause) {
    const std::string prefix = "task " + std::to_string(index) + ": ";
    try {
        std::rethrow_exception(cause);
    } catch (const std::exception& error) {
        return prefix + error.what();
    } catch (...) {
        return prefix + "unknown exception";
    }
}

/// Worker threads and what they share with the thread that waits for them.
class Crew {
  public:
    Crew(const RunnerOptions& options, const std::function<void(std::size_t)>& task)
        : options_(options), task_(task), done_(options.count, 0) {}
    ~Crew() { dismiss(); }
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    void start() {
        const std::size_t size = std::min(std::max<std::size_t>(options_.jobs, 1), options_.count);
        threads_.reserve(size);
        for (std::size_t i = 0; i < size; ++i) {
            {
                const std::lock_guard lock(mutex_);
                ++working_;
            }
            threads_.emplace_back([this] { work(); });
        }
    }

    /// Delivers in ascending order until the workers have ended and nothing is left to deliver.
    std::size_t deliver(const std::function<void(std::size_t)>& on_done) {
        std::size_t delivered = 0;
        std::unique_lock lock(mutex_);
        while (true) {
            if (delivered < done_.size() && done_[delivered] != 0) {
                lock.unlock();
                on_done(delivered++);
                lock.lock();
            } else if (working_ == 0) {
                return delivered;
            } else {
                changed_.wait_for(lock, kWaitStep);
                report_progress(lock);
            }
        }
    }

    /// Starts no further task and waits for the running ones.
    void dismiss() {
        dismissed_.store(true, std::memory_order_relaxed);
        for (std::thread& thread : threads_) thread.join();
        threads_.clear();
    }

    /// After dismiss().
    void rethrow_failure() const {
        if (failure_) throw TaskError(failed_index_, failure_);
    }

  private:
    [[nodiscard]] bool may_start() const {
        return !dismissed_.load(std::memory_order_relaxed) &&
               !(options_.stop != nullptr && options_.stop->requested());
    }

    // Every index below the highest one taken is taken too, and runs to its end: this is what
    // makes the finished tasks a prefix and the lowest failure the same with any number of threads.
    void work() {
        while (may_start()) {
            const std::size_t index = next_.fetch_add(1, std::memory_order_relaxed);
            if (index >= options_.count) break;
            run_one(index);
        }
        const std::lock_guard lock(mutex_);
        --working_;
        changed_.notify_one();
    }

    void run_one(std::size_t index) {
        std::exception_ptr failure;
        try {
            task_(index);
        } catch (...) {
            failure = std::current_exception();
            dismissed_.store(true, std::memory_order_relaxed);
        }
        const std::lock_guard lock(mutex_);
        if (failure) {
            record_failure(index, failure);
        } else {
            done_[index] = 1;
            ++finished_;
        }
        changed_.notify_one();
    }

    void record_failure(std::size_t index, const std::exception_ptr& failure) {
        if (failure_ && failed_index_ < index) return;
        failure_ = failure;
        failed_index_ = index;
    }

    void report_progress(std::unique_lock<std::mutex>& lock) const {
        if (!options_.on_wait) return;
        const std::size_t finished = finished_;
        lock.unlock();
        options_.on_wait(finished);
        lock.lock();
    }

    const RunnerOptions& options_;
    const std::function<void(std::size_t)>& task_;
    std::atomic<std::size_t> next_{0};
    std::atomic<bool> dismissed_{false};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<char> done_;
    std::size_t finished_ = 0;
    std::size_t working_ = 0;
    std::exception_ptr failure_;
    std::size_t failed_index_ = 0;
    std::vector<std::thread> threads_;
};

}  // namespace

TaskError::TaskError(std::size_t index, std::exception_ptr cause)
    : std::runtime_error(describe_failure(index, cause)), index_(index), cause_(std::move(cause)) {}

std::size_t run_indexed(const RunnerOptions& options, const std::function<void(std::size_t)>& task,
                        const std::function<void(std::size_t)>& on_done) {
    Crew crew(options, task);
    crew.start();
    const std::size_t finished = crew.deliver(on_done);
    crew.dismiss();
    crew.rethrow_failure();
    return finished;
}

}  // namespace sim
