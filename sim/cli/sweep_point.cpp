#include "sim/cli/sweep_point.hpp"

#include <algorithm>
#include <exception>

#include <fmt/format.h>

#include "models/engine/replication.hpp"
#include "models/scenario/build.hpp"
#include "models/scenario/frame.hpp"
#include "models/scenario/identity.hpp"
#include "sim/core/diagnostics.hpp"

namespace sim::cli {

namespace {

/// "firedrill run FILE --set … --strategy NAME --seed N --runs N": this point and nothing else.
std::string command_of(const PointRunner& runner, const std::vector<std::string>& overrides,
                       const std::string& strategy, std::uint64_t seed, std::uint32_t runs) {
    std::string command = "firedrill run " + shell_quoted(runner.base.path);
    for (const auto* list : {&runner.base.overrides, &overrides}) {
        for (const auto& one : *list) {
            if (one.starts_with("experiment.seed=")) continue;
            if (one.starts_with("experiment.replications=")) continue;
            command += " --set " + shell_quoted(one);
        }
    }
    return command + fmt::format(" --strategy {} --seed {} --runs {}", shell_quoted(strategy), seed,
                                 runs);
}

/// The first error, on one line.
std::string first_error(const Diagnostics& diagnostics, const SourceMap& sources) {
    const auto text = diagnostics.render(sources);
    return text.substr(0, text.find('\n'));
}

/// One strategy of a point: what it needs, and what it has.
class StrategyRunner {
  public:
    StrategyRunner(const PointRunner& runner, const models::Scenario& scenario,
                   std::size_t strategy)
        : runner_(runner),
          scenario_(scenario),
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

    [[nodiscard]] std::string layout() const { return models::columns_text(columns_); }

    /// Empty when it reached a limit: then `failure` says which.
    std::string run(std::uint32_t replication, std::size_t& events, std::string& failure) {
        const models::ReplicationKey key{scenario_.experiment.seed, replication};
        const auto run = models::run_replication(model_, key, runner_.limits);
        std::optional<models::RunResult> twin;
        if (twin_) twin = models::run_replication(*twin_, key, runner_.limits);
        const auto& limit = run.stopped || !twin ? run.stopped : twin->stopped;
        if (limit) {
            failure = fmt::format("replication {} reached the limit of {} {}", replication + 1,
                                  limit->value, limit->limit);
            return "";
        }
        const auto digest = models::digest(frame_, cells_, run, twin ? &*twin : nullptr);
        events += digest.events;
        return models::values_bytes(models::sweep_values(columns_, frame_, digest));
    }

  private:
    const PointRunner& runner_;
    const models::Scenario& scenario_;
    models::SystemModel model_;
    std::optional<models::SystemModel> twin_;
    models::StudyFrame frame_;
    std::vector<models::SloCell> cells_;
    std::vector<models::SweepColumn> columns_;
};

/// Whether the part has this replication, and the store has not.
bool is_missing(const std::vector<StoredRun>& stored, std::uint32_t replication, PointPart part) {
    if (replication % part.count != part.index) return false;
    return std::none_of(stored.begin(), stored.end(), [&](const StoredRun& run) {
        return run.key.replication == replication;
    });
}

/// Runs what is missing of one strategy. False when it was stopped.
bool run_missing(const PointRunner& runner, const models::Scenario& scenario, std::size_t strategy,
                 PointPart part, PointStrategy& out, std::size_t& events) {
    auto& point = out.point;
    StrategyRunner strategy_runner(runner, scenario, strategy);
    out.layout = strategy_runner.layout();
    const auto stored = runner.store.runs(point.scenario, point.seed, point.replications);
    for (std::uint32_t r = 0; r < point.replications; ++r) {
        if (!is_missing(stored, r, part)) continue;
        if (runner.stop.requested()) return false;
        auto payload = strategy_runner.run(r, events, point.failure);
        if (!point.failure.empty()) return true;
        out.runs.push_back({{point.scenario, point.seed, r}, std::move(payload)});
    }
    return true;
}

std::size_t strategy_index(const models::Scenario& scenario, const std::string& name) {
    const auto found = std::find_if(scenario.strategies.begin(), scenario.strategies.end(),
                                    [&](const auto& one) { return one.name.text == name; });
    return static_cast<std::size_t>(found - scenario.strategies.begin());
}

/// A point that could not be read fails under every strategy.
void fail_all(const PointRunner& runner, std::size_t index,
              const std::vector<std::string>& overrides, const std::string& failure,
              PointOutcome& outcome) {
    for (std::uint32_t s = 0; s < runner.study.strategies.size(); ++s) {
        PointStrategy one;
        one.point.number = index + 1;
        one.point.strategy = s;
        one.point.failure = failure;
        one.point.command = command_of(runner, overrides, runner.study.strategies[s],
                                       runner.study.seed, runner.study.runs);
        outcome.strategies.push_back(std::move(one));
    }
}

}  // namespace

PointOutcome run_point(const PointRunner& runner, std::size_t index,
                       const std::vector<std::string>& overrides, PointPart part) {
    PointOutcome outcome;
    auto request = runner.base;
    request.overrides.insert(request.overrides.end(), overrides.begin(), overrides.end());
    SourceMap sources = runner.sources;
    Diagnostics diagnostics;
    const auto scenario = models::load_scenario(runner.tree, request, sources, diagnostics);
    if (!scenario || diagnostics.has_errors()) {
        fail_all(runner, index, overrides, first_error(diagnostics, sources), outcome);
        return outcome;
    }
    for (std::uint32_t s = 0; s < runner.study.strategies.size(); ++s) {
        PointStrategy one;
        auto& point = one.point;
        point.number = index + 1;
        point.strategy = s;
        point.seed = scenario->experiment.seed;
        point.replications = runner.study.runs;
        const auto& name = runner.study.strategies[s];
        point.command = command_of(runner, overrides, name, point.seed, point.replications);
        try {
            const auto strategy = strategy_index(*scenario, name);
            point.scenario = models::scenario_identity(*scenario, strategy);
            outcome.whole = run_missing(runner, *scenario, strategy, part, one, outcome.events);
        } catch (const StoreError&) {
            throw;
        } catch (const std::exception& problem) {
            point.failure = std::string("internal error: ") + problem.what();
            one.bug = true;
        }
        outcome.strategies.push_back(std::move(one));
        if (!outcome.whole) break;
    }
    return outcome;
}

}  // namespace sim::cli
