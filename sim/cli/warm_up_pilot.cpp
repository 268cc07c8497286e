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

}  // namespace

std::optional<models::StudyWarmUp> find_warm_up(models::Scenario& scenario, const Limits& limits,
                                                RunnerOptions runner,
                                                std::optional<LimitExceeded>& limit) {
    models::StudyWarmUp varies;
    varies.length = scenario.experiment.warmup;
    varies.found = true;
    varies.load_varies = load_varies(scenario);
    if (varies.load_varies) return varies;
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
    StopFlag full;  // a limit was reached
    const auto* outside = runner.stop;
    runner.count = pilots.size() * models::kPilotRuns;
    runner.stop = &full;
    const auto wait = runner.on_wait;
    runner.on_wait = [&](std::size_t finished) {
        if (wait) wait(finished);
        if (outside != nullptr && outside->requested()) full.request();
    };
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
                full.request();
            }
            const auto strategy = index % pilots.size();
            if (!limit) search.add(strategy, frames[strategy], result);
            result = {};
        });
    if (limit || done.size() < runner.count) return std::nullopt;
    auto found = search.finish(models::Experiment{}.warmup);
    scenario.experiment.warmup = found.length;
    return found;
}

namespace {

/// With a progress bar; what went wrong is said.
std::optional<models::StudyWarmUp> run_pilot(const Options& options, Io& io,
                                             models::Scenario& scenario) {
    Progress progress(io, options.err_style, options.quiet,
                      scenario.strategies.size() * models::kPilotRuns);
    RunnerOptions runner;
    runner.jobs = options.jobs;
    runner.stop = &io.stop;
    std::size_t last = 0;
    runner.on_wait = [&](std::size_t finished) { progress.update(last = finished); };
    std::optional<LimitExceeded> limit;
    auto found = find_warm_up(scenario, limits_of(options), runner, limit);
    const auto all = scenario.strategies.size() * models::kPilotRuns;
    if (!found || !found->load_varies) progress.finish(found ? all : last);
    if (limit) {
        io.err << limit_error("a run of the pilot that looks for the warm-up", *limit);
    } else if (!found) {
        io.err << "interrupted while looking for the warm-up\n";
    }
    return found;
}

}  // namespace

std::optional<int> settle_warm_up(const Options& options, Io& io, Session& session) {
    auto& experiment = session.scenario->experiment;
    session.warm_up.length = experiment.warmup;
    if (!experiment.warmup_auto) return std::nullopt;
    auto found = run_pilot(options, io, *session.scenario);
    if (!found) return io.stop.requested() ? kInterrupted : kInconclusive;
    session.warm_up = std::move(*found);
    return std::nullopt;
}

}  // namespace sim::cli
