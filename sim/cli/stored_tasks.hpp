#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "sim/cli/io.hpp"
#include "sim/cli/options.hpp"
#include "sim/cli/progress.hpp"
#include "sim/experiment/runner.hpp"
#include "sim/experiment/store.hpp"

namespace sim::cli {

/// What tasks need whose results go into a store. The references must outlive them.
struct StoredTasks {
    const Options& options;  ///< jobs and --time-limit
    Io& io;
    Store& store;
    Progress& progress;
    StopFlag& stop;          ///< is set when the user or the time limit wants an end
    double started_s = 0;    ///< of what the time limit is about
    std::size_t before = 0;  ///< tasks that were finished before these
};

/// Sets the flag when it is time to stop.
void stop_when_due(const StoredTasks& with);

/// Says why it was stopped, where what is finished is, and the command that goes on; returns the
/// exit code. Without a store it names the one that would have kept it: "STUDY.db".
int end_stopped(Io& io, const std::string& store, const std::string& resume,
                std::string_view example);

/// What a kill costs at most; a transaction for every task would cost more than small ones.
inline constexpr double kCommitAfterS = 0.1;

/// Runs `task(index)` on worker threads; `on_done(index, result)` gets the results in ascending
/// order on the calling thread and keeps them in the store, which is committed every now and then.
/// Returns how many were run: all of them unless it was stopped.
template <class Task, class OnDone>
std::size_t run_stored_tasks(const StoredTasks& with, std::size_t count, const Task& task,
                             OnDone&& on_done) {
    RunnerOptions runner;
    runner.count = count;
    runner.jobs = with.options.jobs;
    runner.stop = &with.stop;
    runner.on_wait = [&](std::size_t finished) {
        with.progress.update(with.before + finished);
        stop_when_due(with);
    };
    std::size_t done = 0;
    double committed_s = with.io.seconds();
    run_tasks(runner, task, [&](std::size_t index, auto& result) {
        done = index + 1;
        on_done(index, std::move(result));
        result = {};
        if (with.io.seconds() - committed_s < kCommitAfterS) return;
        with.store.flush();
        committed_s = with.io.seconds();
    });
    with.store.flush();
    return done;
}

}  // namespace sim::cli
