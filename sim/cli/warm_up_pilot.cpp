#include "sim/cli/warm_up_pilot.hpp"

#include <algorithm>
#include <utility>

#include "models/engine/replication.hpp"
#include "models/scenario/build.hpp"
#include "models/scenario/frame.hpp"
#include "sim/cli/progress.hpp"
#include "sim/core/hash.hpp"
#include "sim/experiment/runner.hpp"

namespace sim::cli {

namespace {

/// The draws of a pilot are not those of the study: what is cut must not depend on the luck that
/// is measured.
std::uint64_t pilot_seed(std::uint64_t seed) {
    return hash_combine(seed, hash_text("warm-up pilot"));
}

/// What may be left of a warm-up: so much of the difference that matters.
constexpr double kShareOfDifference = 0.2;

/// Strategies without faults, from empty, nothing cut.
std::vector<models::SystemModel> pilot_models(const models::Scenario& scenario) {
    std::vector<models::SystemModel> all;
    for (std::size_t i = 0; i < scenario.strategies.size(); ++i) {
        auto& model = all.emplace_back(models::build_model(scenario, i, models::Twin::yes));
        model.warmup = {};
        model.logs_customers = false;
    }
    return all;
}

bool load_varies(const models::Scenario& scenario) {
    return std::any_of(scenario.systems.begin(), scenario.systems.end(), [](const auto& system) {
        return std::any_of(system.groups.begin(), system.groups.end(),
                           [](const auto& group) { return group.day.has_value(); });
    });
}

/// Runs the pilot. Nothing when it did not come to its end, which `io.err` says.
std::optional<models::StudyWarmUp> run_pilot(const Options& options, Io& io,
                                             const models::Scenario& scenario) {
    const auto pilots = pilot_models(scenario);
    std::vector<std::string> names;
    std::vector<models::StudyFrame> frames;
    for (std::size_t i = 0; i < pilots.size(); ++i) {
        names.push_back(scenario.strategies[i].name.text);
        frames.push_back(models::frame_of(pilots[i]));
    }
    const auto& experiment = scenario.experiment;
    models::WarmUpSearch search(names, experiment.duration,
                                experiment.difference.relative * kShareOfDifference);
    StopFlag stop;
    std::optional<LimitExceeded> limit;
    RunnerOptions runner;
    runner.count = pilots.size() * models::kPilotRuns;
    runner.jobs = options.jobs;
    runner.stop = &stop;
    Progress progress(io, options.err_style, options.quiet, runner.count);
    runner.on_wait = [&](std::size_t finished) {
        progress.update(finished);
        if (io.stop.requested()) stop.request();
    };
    const auto limits = limits_of(options);
    const auto seed = pilot_seed(scenario.experiment.seed);
    const auto done = run_tasks(
        runner,
        [&](std::size_t index) {
            const auto run = static_cast<std::uint32_t>(index / pilots.size());
            return models::run_replication(pilots[index % pilots.size()], {seed, run}, limits);
        },
        [&](std::size_t index, models::RunResult& result) {
            if (result.stopped && !limit) {
                limit = result.stopped;
                stop.request();
            }
            const auto strategy = index % pilots.size();
            if (!limit) search.add(strategy, frames[strategy], result);
            result = {};
        });
    progress.finish(done.size());
    if (limit) {
        io.err << limit_error("a run of the pilot that looks for the warm-up", *limit);
        return std::nullopt;
    }
    if (done.size() < runner.count) {
        io.err << "interrupted while looking for the warm-up\n";
        return std::nullopt;
    }
    return search.finish(models::Experiment{}.warmup);
}

}  // namespace

std::optional<int> settle_warm_up(const Options& options, Io& io, Session& session) {
    auto& experiment = session.scenario->experiment;
    session.warm_up.length = experiment.warmup;
    if (!experiment.warmup_auto) return std::nullopt;
    if (load_varies(*session.scenario)) {
        session.warm_up.found = true;
        session.warm_up.load_varies = true;
        return std::nullopt;
    }
    auto found = run_pilot(options, io, *session.scenario);
    if (!found) return io.stop.requested() ? kInterrupted : kInconclusive;
    experiment.warmup = found->length;
    session.warm_up = std::move(*found);
    return std::nullopt;
}

}  // namespace sim::cli
