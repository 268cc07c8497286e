#include "sim/cli/strategy_runner.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "models/engine/replication.hpp"
#include "models/engine/run_pair.hpp"
#include "models/scenario/build.hpp"
#include "models/scenario/frame.hpp"
#include "sim/cli/options.hpp"
#include "sim/cli/warm_up_pilot.hpp"
#include "sim/core/diagnostics.hpp"

namespace sim::cli {

namespace {

std::string first_error(const Diagnostics& diagnostics, const SourceMap& sources) {
    const auto text = diagnostics.render(sources);
    return text.substr(0, text.find('\n'));
}

}  // namespace

LoadedPoint load_point(const models::ScenarioTree& tree, const SourceMap& tree_sources,
                       const models::LoadRequest& base, const std::vector<std::string>& overrides) {
    auto request = base;
    request.overrides.insert(request.overrides.end(), overrides.begin(), overrides.end());
    SourceMap sources = tree_sources;
    Diagnostics diagnostics;
    LoadedPoint point;
    point.scenario = models::load_scenario(tree, request, sources, diagnostics);
    if (diagnostics.has_errors()) point.scenario.reset();
    if (!point.scenario) point.failure = first_error(diagnostics, sources);
    return point;
}

void settle_point(LoadedPoint& point, const Limits& limits, const StopFlag& stop) {
    if (!point.scenario || !point.scenario->experiment.warmup_auto) return;
    RunnerOptions alone;
    alone.stop = &stop;
    std::optional<LimitExceeded> limit;
    if (find_warm_up(*point.scenario, limits, alone, limit)) return;
    point.scenario.reset();
    if (limit) {
        point.failure = fmt::format("the pilot for the warm-up reached the limit of {} {}",
                                    limit->value, limit->limit);
    }
}

std::string point_command(const models::LoadRequest& base,
                          const std::vector<std::string>& overrides, const std::string& limits,
                          const std::string& strategy, std::uint64_t seed,
                          const std::string& runs) {
    std::string command = "firedrill run " + shell_quoted(base.path);
    for (const auto* list : {&base.overrides, &overrides}) {
        for (const auto& one : *list) {
            if (one.starts_with("experiment.seed=")) continue;
            if (one.starts_with("experiment.replications=")) continue;
            command += " --set " + shell_quoted(one);
        }
    }
    return command + fmt::format("{} --strategy {} --seed {} --runs {}", limits,
                                 shell_quoted(strategy), seed, runs);
}

std::size_t strategy_index(const models::Scenario& scenario, const std::string& name) {
    const auto found = std::find_if(scenario.strategies.begin(), scenario.strategies.end(),
                                    [&](const auto& one) { return one.name.text == name; });
    return static_cast<std::size_t>(found - scenario.strategies.begin());
}

StrategyRunner::StrategyRunner(const models::Scenario& scenario, std::size_t strategy,
                               const Limits& limits)
    : scenario_(scenario),
      limits_(limits),
      model_(models::build_model(scenario, strategy)),
      frame_(models::frame_of(model_)),
      cells_(models::slo_cells(frame_, scenario.slos)) {
    if (!scenario.faults.empty()) {
        twin_ = models::build_model(scenario, strategy, models::Twin::yes);
    }
    models::StudySettings settings;
    settings.experiment = scenario.experiment;
    settings.slos = scenario.slos;
    columns_ = models::sweep_columns(settings, frame_, cells_);
}

std::string StrategyRunner::run(std::uint32_t replication, std::string& failure) const {
    const models::ReplicationKey key{scenario_.experiment.seed, replication};
    models::RunResult run;
    std::optional<models::RunResult> twin;
    if (twin_) {
        const models::RunPair pair(model_, *twin_, key, limits_);
        run = pair.run();
        if (!run.stopped) twin = pair.twin();
    } else {
        run = models::run_replication(model_, key, limits_);
    }
    const auto& limit = run.stopped || !twin ? run.stopped : twin->stopped;
    if (limit) {
        failure = limit_failure(replication, *limit);
        return "";
    }
    const auto digest = models::digest(frame_, cells_, run, twin ? &*twin : nullptr);
    return models::values_bytes(models::sweep_values(columns_, frame_, digest));
}

std::string limit_failure(std::uint32_t replication, const LimitExceeded& limit) {
    return fmt::format("replication {} reached the limit of {} {}", replication + 1, limit.value,
                       limit.limit);
}

}  // namespace sim::cli
