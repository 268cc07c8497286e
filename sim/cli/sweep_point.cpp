#include "sim/cli/sweep_point.hpp"

#include <algorithm>
#include <exception>

#include <fmt/format.h>

#include "models/scenario/identity.hpp"
#include "sim/cli/strategy_runner.hpp"
#include "sim/experiment/looks.hpp"

namespace sim::cli {

namespace {

std::string command_of(const PointRunner& runner, const std::vector<std::string>& overrides,
                       const std::string& strategy, std::uint64_t seed, const std::string& runs) {
    return point_command(runner.base, overrides, runner.limit_options, strategy, seed, runs);
}

/// Whether the part has this replication, and the store has not.
bool is_missing(const std::vector<StoredRun>& stored, std::uint32_t replication, PointPart part) {
    if (replication % part.count != part.index) return false;
    return std::none_of(stored.begin(), stored.end(),
                        [&](const StoredRun& run) { return run.key.replication == replication; });
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
                                       runner.study.seed, std::to_string(runner.study.runs));
        outcome.strategies.push_back(std::move(one));
    }
}

/// Whether nothing of the point has to be run, so that nobody has to look for its warm-up.
bool has_all_runs(const PointRunner& runner, const models::Scenario& scenario) {
    if (runner.study.automatic) return false;  // how many it needs is not known
    const auto wanted = runner.study.runs;
    return std::all_of(
        runner.study.strategies.begin(), runner.study.strategies.end(), [&](const auto& name) {
            const auto identity =
                models::scenario_identity(scenario, strategy_index(scenario, name));
            return runner.store.runs(identity, scenario.experiment.seed, wanted).size() == wanted;
        });
}

/// The strategies of a point, from its scenario to its results.
class PointRun {
  public:
    PointRun(const PointRunner& runner, std::size_t index,
             const std::vector<std::string>& overrides, const models::Scenario& scenario)
        : runner_(runner), scenario_(scenario) {
        for (std::uint32_t s = 0; s < runner.study.strategies.size(); ++s) {
            PointStrategy one;
            auto& point = one.point;
            point.number = index + 1;
            point.strategy = s;
            point.seed = scenario.experiment.seed;
            point.replications = runner.study.runs;
            point.command =
                command_of(runner, overrides, runner.study.strategies[s], point.seed,
                           runner.study.automatic ? "auto" : std::to_string(point.replications));
            outcome_.strategies.push_back(std::move(one));
        }
    }

    PointOutcome run(PointPart part) {
        if (runner_.study.automatic) {
            run_looks();
            return std::move(outcome_);
        }
        for (std::size_t s = 0; s < outcome_.strategies.size() && outcome_.whole; ++s) {
            guarded(s, [&] { run_missing(s, part); });
        }
        return std::move(outcome_);
    }

  private:
    /// What goes wrong is the failure of this strategy at this point.
    template <class Step>
    void guarded(std::size_t s, const Step& step) {
        auto& one = outcome_.strategies[s];
        try {
            step();
        } catch (const StoreError&) {
            throw;
        } catch (const std::exception& problem) {
            one.point.failure = std::string("internal error: ") + problem.what();
            one.bug = true;
        }
    }

    StrategyRunner make_runner(std::size_t s) {
        auto& one = outcome_.strategies[s];
        const auto strategy = strategy_index(scenario_, runner_.study.strategies[s]);
        one.point.scenario = models::scenario_identity(scenario_, strategy);
        StrategyRunner made(scenario_, strategy, runner_.limits);
        one.layout = made.layout();
        return made;
    }

    std::vector<StoredRun> stored(const StoredPoint& point) {
        return runner_.store.runs(point.scenario, point.seed, point.replications);
    }

    void run_missing(std::size_t s, PointPart part) {
        auto& one = outcome_.strategies[s];
        auto strategy = make_runner(s);
        const auto there = stored(one.point);
        for (std::uint32_t r = 0; r < one.point.replications; ++r) {
            if (!is_missing(there, r, part)) continue;
            if (runner_.stop.requested()) {
                outcome_.whole = false;
                return;
            }
            auto payload = strategy.run(r, one.point.failure);
            if (!one.point.failure.empty()) return;
            one.runs.push_back({{one.point.scenario, one.point.seed, r}, std::move(payload)});
        }
    }

    /// A strategy while `auto` runs it.
    struct Running {
        StrategyRunner runner;
        std::vector<StoredRun> there;
    };

    /// Rounds of `auto`: the same looks as those of `run`, at this point alone.
    void run_looks() {
        std::vector<Running> running;
        std::vector<models::StrategyRuns> runs;
        models::StudySettings settings;
        settings.experiment = scenario_.experiment;
        settings.slos = scenario_.slos;
        settings.precision = runner_.precision;
        for (std::size_t s = 0; s < outcome_.strategies.size(); ++s) {
            auto& strategy_runs = runs.emplace_back();
            guarded(s, [&] {
                auto made = make_runner(s);
                strategy_runs.name = runner_.study.strategies[s];
                strategy_runs.frame = made.frame();
                strategy_runs.cells = made.cells();
                running.push_back({std::move(made), stored(outcome_.strategies[s].point)});
            });
            if (has_failed()) return;
        }
        for (std::size_t look = 0; look < kLooks.size() && outcome_.whole; ++look) {
            for (std::size_t s = 0; s < running.size() && outcome_.whole; ++s) {
                if (!models::is_running(runs[s])) continue;
                guarded(s, [&] { run_round(s, kLooks[look], running[s], runs[s]); });
            }
            if (has_failed() || !outcome_.whole) return;
            models::look_at_verdicts(settings, look, runs);
            if (std::none_of(runs.begin(), runs.end(), models::is_running)) break;
        }
        for (std::size_t s = 0; s < runs.size(); ++s) {
            outcome_.strategies[s].point.replications =
                static_cast<std::uint32_t>(runs[s].runs.size());
            outcome_.strategies[s].point.verdicts = models::verdicts_text(runs[s]);
        }
    }

    [[nodiscard]] bool has_failed() const {
        return std::any_of(outcome_.strategies.begin(), outcome_.strategies.end(),
                           [](const PointStrategy& one) { return !one.point.failure.empty(); });
    }

    void run_round(std::size_t s, std::size_t until, Running& running, models::StrategyRuns& runs) {
        auto& one = outcome_.strategies[s];
        for (auto r = static_cast<std::uint32_t>(runs.runs.size()); r < until; ++r) {
            if (runner_.stop.requested()) {
                outcome_.whole = false;
                return;
            }
            const auto found =
                std::find_if(running.there.begin(), running.there.end(),
                             [&](const StoredRun& run) { return run.key.replication == r; });
            if (found != running.there.end()) {
                runs.runs.push_back(running.runner.look_at(found->payload));
                continue;
            }
            auto payload = running.runner.run(r, one.point.failure);
            if (!one.point.failure.empty()) return;
            runs.runs.push_back(running.runner.look_at(payload));
            one.runs.push_back({{one.point.scenario, one.point.seed, r}, std::move(payload)});
        }
    }

    const PointRunner& runner_;
    const models::Scenario& scenario_;
    PointOutcome outcome_;
};

}  // namespace

PointOutcome run_point(const PointRunner& runner, std::size_t index,
                       const std::vector<std::string>& overrides, PointPart part) {
    auto point = load_point(runner.tree, runner.sources, runner.base, overrides);
    const bool settles = point.scenario && point.scenario->experiment.warmup_auto;
    if (settles && !has_all_runs(runner, *point.scenario)) {
        settle_point(point, runner.limits, runner.stop);
    }
    if (point.scenario) return PointRun(runner, index, overrides, *point.scenario).run(part);
    PointOutcome outcome;
    outcome.whole = !point.failure.empty();
    if (outcome.whole) fail_all(runner, index, overrides, point.failure, outcome);
    return outcome;
}

}  // namespace sim::cli
