#include "sim/cli/sweep_run.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "sim/cli/progress.hpp"
#include "sim/cli/session.hpp"
#include "sim/cli/stored_tasks.hpp"
#include "sim/cli/sweep.hpp"

namespace sim::cli {

namespace {

/// Tasks for each worker at the least, so that none waits long for the last ones.
constexpr std::size_t kTasksPerJob = 16;

/// Few points are divided into parts of their replications.
std::size_t parts_of(const Sweep& sweep) {
    if (sweep.study.automatic) return 1;  // what comes next depends on what was
    const auto wanted = kTasksPerJob * std::max<std::size_t>(1, sweep.options.jobs);
    const auto points = std::max<std::size_t>(1, sweep.points.size());
    return std::clamp<std::size_t>((wanted + points - 1) / points, 1, sweep.study.runs);
}

void keep_strategy(Sweep& sweep, PointStrategy one) {
    if (one.point.failure.empty()) {
        const auto [layout, is_new] = sweep.layouts.try_emplace(one.layout, 0);
        if (is_new) layout->second = sweep.store.keep_text(one.layout);
        one.point.layout = layout->second;
    }
    for (auto& run : one.runs) sweep.store.keep(std::move(run));
    sweep.store.keep_point(sweep.plan_id, one.point);
    one.runs.clear();
    if (!one.point.failure.empty()) sweep.failures.push_back(std::move(one));
}

/// The last part of a point says that all of it is there.
void take_part(Sweep& sweep, std::size_t part, PointOutcome outcome) {
    if (part == 0) sweep.open.clear();
    if (!outcome.whole) {
        // Finished runs are kept, the point is not yet one.
        for (auto& one : outcome.strategies) {
            for (auto& run : one.runs) sweep.store.keep(std::move(run));
        }
        sweep.stopped = true;
        return;
    }
    if (sweep.stopped) return;
    if (sweep.open.empty()) {
        sweep.open = std::move(outcome.strategies);
    } else {
        for (std::size_t s = 0; s < sweep.open.size(); ++s) {
            auto& whole = sweep.open[s];
            auto& more = outcome.strategies[s];
            if (models::fails_before(more.point, whole.point)) {
                whole.point.failure = more.point.failure;
                whole.point.replications = more.point.replications;
            }
            whole.bug = whole.bug || more.bug;
            std::move(more.runs.begin(), more.runs.end(), std::back_inserter(whole.runs));
        }
    }
    if (part + 1 < sweep.parts.count) return;
    const auto is_open = [](const auto& one) { return one.point.verdicts == models::kOpenRound; };
    if (std::any_of(sweep.open.begin(), sweep.open.end(), is_open)) ++sweep.open_points;
    for (auto& one : sweep.open) keep_strategy(sweep, std::move(one));
    sweep.open.clear();
}

}  // namespace

std::int64_t plan_in(Store& store, const models::SweepStudy& study) {
    return plan_in(store, models::sweep_text(study));
}

std::vector<std::size_t> strategies_done(const models::SweepStudy& study, Store& store,
                                         bool of_shard) {
    std::vector<std::size_t> done(study.points.size(), 0);
    const auto plan = store.newest_plan();
    if (!plan || store.plan(*plan) != models::sweep_text(study)) return done;
    for (const auto& point : store.points(*plan, 1, done.size())) {
        const bool counts = (point.failure.empty() || of_shard) && point.number >= 1 &&
                            point.verdicts != models::kOpenRound;
        if (counts && point.number <= done.size()) ++done[point.number - 1];
    }
    return done;
}

std::vector<std::size_t> points_to_run(const models::SweepStudy& study, const PlanShare& share,
                                       const std::vector<std::size_t>& done) {
    std::vector<std::size_t> points;
    for (std::size_t i = 0; i < done.size(); ++i) {
        if (done[i] < study.strategies.size() && share.has_some(i)) points.push_back(i);
    }
    return points;
}

void run_points(Sweep& sweep, const Session& session) {
    StopFlag stop;
    sweep.parts.count = parts_of(sweep);
    const PointRunner runner_of_points{
        sweep.study,
        *session.tree,
        session.sources,
        load_request(sweep.options.files.front(), sweep.options, sweep.io),
        limits_of(sweep.options),
        limit_options(sweep.options),
        sweep.options.precision,
        sweep.store,
        sweep.merged,
        sweep.share,
        stop};
    const auto count = sweep.points.size() * sweep.parts.count;
    Progress progress(sweep.io, sweep.options.err_style, sweep.options.quiet, count);
    if (sweep.parts.count == 1) progress.count("points");
    const auto task = [&](std::size_t index) {
        const auto point = sweep.points[index / sweep.parts.count];
        const PointPart part{index % sweep.parts.count, sweep.parts.count};
        const auto overrides = models::overrides_of(sweep.plan, sweep.plan.points[point]);
        return run_point(runner_of_points, point, overrides, part);
    };
    const StoredTasks tasks{sweep.options, sweep.io, sweep.store,
                            progress,      stop,     sweep.io.seconds()};
    const auto done =
        run_stored_tasks(tasks, count, task, [&](std::size_t index, PointOutcome outcome) {
            take_part(sweep, index % sweep.parts.count, std::move(outcome));
        });
    sweep.stopped = sweep.stopped || done < count;
    progress.finish(done);
}

void tell_failures(const Sweep& sweep) {
    constexpr std::size_t kTold = 3;
    auto& err = sweep.io.err;
    for (std::size_t i = 0; i < std::min(kTold, sweep.failures.size()); ++i) {
        const auto& point = sweep.failures[i].point;
        err << fmt::format("point {}, {}: {}\n  repeat: {}\n", point.number,
                           sweep.study.strategies[point.strategy], point.failure, point.command);
    }
    if (sweep.failures.size() > kTold) {
        err << fmt::format("… {} more failed; each is a row of the export\n",
                           sweep.failures.size() - kTold);
    }
}

int failure_code(const Sweep& sweep) {
    int code = kOk;
    for (const auto& one : sweep.failures) {
        if (one.bug) return kInternal;
        const bool read = !one.point.scenario.empty();
        code = read && code != kUsage ? kInconclusive : kUsage;
    }
    return code;
}

}  // namespace sim::cli
