#include "sim/cli/study_parts.hpp"

#include <algorithm>
#include <utility>

#include "models/engine/replication.hpp"
#include "sim/cli/study.hpp"

namespace sim::cli {

namespace {

/// Harm is what customers feel: a journey is hit, or an SLO missed.
bool is_harmed(const Study& study) {
    const auto baseline =
        models::judge_strategy(study.settings, study.strategies[study.plan.baseline]);
    const bool hit = std::any_of(baseline.losses.begin(), baseline.losses.end(),
                                 [](const models::FlowLoss& loss) { return loss.hit; });
    return hit || baseline.verdict == Verdict::missed;
}

/// A part is numbered inside a replication.
struct PartTask {
    std::size_t replication = 0;
    std::size_t part = 0;
};
PartTask part_task(const StudyParts& parts, std::size_t index) {
    return {index / parts.parts.size(), index % parts.parts.size()};
}

/// What the runs of a part are laid into: the names and SLOs are those of the whole.
std::vector<models::StrategyRuns> empty_runs(const Study& study) {
    const auto& whole = study.strategies[study.plan.baseline];
    std::vector<models::StrategyRuns> all;
    for (const auto& part : study.parts.parts) {
        models::StrategyRuns runs;
        runs.name = part.name;
        runs.frame = whole.frame;
        runs.cells = whole.cells;
        all.push_back(std::move(runs));
    }
    return all;
}

}  // namespace

void StudyParts::keep_twin(models::RunResult twin) {
    twin.customers.clear();  // parts do not ask who was hit
    twins.push_back(std::move(twin));
}

void prepare_parts(Study& study) {
    auto& parts = study.parts;
    const auto& whole = study.models[study.plan.baseline];
    parts.parts = models::parts_of(whole);
    parts.replications = std::min(kPartReplications, study.plan.replications);
    for (const auto& part : parts.parts) {
        auto& model = parts.models.emplace_back(whole);
        model.faults = part.faults;
        model.logs_customers = false;
    }
}

void run_parts(Study& study, const RunnerOptions& runner, const Limits& limits) {
    auto& parts = study.parts;
    if (parts.task_count() == 0 || !is_harmed(study)) return;
    auto runs = empty_runs(study);
    RunnerOptions options = runner;
    options.count = parts.task_count();
    const auto task = [&](std::size_t index) {
        const auto what = part_task(parts, index);
        const auto replication = static_cast<std::uint32_t>(what.replication);
        return models::run_replication(parts.models[what.part], {study.plan.seed, replication},
                                       limits);
    };
    const auto on_done = [&](std::size_t index, models::RunResult& result) {
        const auto what = part_task(parts, index);
        const auto& twin = parts.twins[what.replication];
        if (result.stopped) {
            parts.limit = result.stopped;
            return;
        }
        auto& part = runs[what.part];
        part.runs.push_back(models::digest(part.frame, part.cells, result, &twin));
        part.series.add(result, &twin);
        result = {};
    };
    std::size_t done = 0;
    try {
        done = run_tasks(options, task, on_done).size();
    } catch (const TaskError& problem) {
        throw TaskError(study.tasks.size() + problem.index(), problem.cause());
    }
    if (done == parts.task_count() && !parts.limit) parts.runs = std::move(runs);
}

}  // namespace sim::cli
