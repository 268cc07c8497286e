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

/// Null: it is not there.
const StoredRun* find_run(const std::vector<StoredRun>& runs, std::uint32_t replication) {
    const auto found = std::find_if(runs.begin(), runs.end(), [&](const StoredRun& run) {
        return run.key.replication == replication;
    });
    return found == runs.end() ? nullptr : &*found;
}

bool has_run(const std::vector<StoredRun>& runs, std::uint32_t replication) {
    return find_run(runs, replication) != nullptr;
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
bool has_all_runs(const PointRunner& runner, std::size_t index, const models::Scenario& scenario) {
    if (runner.study.automatic) return false;  // how many it needs is not known
    StoredPoint point;
    point.seed = scenario.experiment.seed;
    for (std::size_t s = 0; s < runner.study.strategies.size(); ++s) {
        const auto strategy = strategy_index(scenario, runner.study.strategies[s]);
        point.scenario = models::scenario_identity(scenario, strategy);
        const auto known = runner.known(point, runner.study.runs);
        for (std::uint32_t r = 0; r < runner.study.runs; ++r) {
            if (runner.share.has(index, s, r) && !has_run(known, r)) return false;
        }
    }
    return true;
}

/// The strategies of a point, from its scenario to its results.
class PointRun {
  public:
    PointRun(const PointRunner& runner, std::size_t index,
             const std::vector<std::string>& overrides, const models::Scenario& scenario)
        : runner_(runner), index_(index), scenario_(scenario) {
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
            if (has_failed()) fail_others();
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

    /// Runs one replication; false: it failed, or somebody stopped the sweep.
    bool run_one(StrategyRunner& strategy, std::size_t s, std::uint32_t r) {
        auto& one = outcome_.strategies[s];
        if (runner_.stop.requested()) {
            outcome_.whole = false;
            return false;
        }
        std::string payload;
        guarded(s, [&] { payload = strategy.run(r, one.point.failure); });
        if (!one.point.failure.empty()) {
            one.point.replications = r + 1;
            return false;
        }
        one.runs.push_back({{one.point.scenario, one.point.seed, r}, std::move(payload)});
        return true;
    }

    void run_missing(std::size_t s, PointPart part) {
        auto strategy = make_runner(s);
        const auto replications = outcome_.strategies[s].point.replications;
        const auto there = runner_.known(outcome_.strategies[s].point, replications);
        for (auto r = static_cast<std::uint32_t>(part.index); r < replications;
             r += static_cast<std::uint32_t>(part.count)) {
            if (!runner_.share.has(index_, s, r) || has_run(there, r)) continue;
            if (!run_one(strategy, s, r)) return;
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
                const auto& point = outcome_.strategies[s].point;
                running.push_back({std::move(made), runner_.known(point, point.replications)});
            });
            if (has_failed()) return;
        }
        bool open = false;  // runs of other shards are wanting
        for (std::size_t look = 0; look < kLooks.size() && !open; ++look) {
            for (std::size_t s = 0; s < running.size() && outcome_.whole; ++s) {
                if (!models::is_running(runs[s])) continue;
                guarded(s, [&] { open |= !run_round(s, kLooks[look], running[s], runs[s]); });
            }
            if (has_failed() || !outcome_.whole) return;
            if (open) break;
            models::look_at_verdicts(settings, look, runs);
            if (std::none_of(runs.begin(), runs.end(), models::is_running)) break;
        }
        for (std::size_t s = 0; s < runs.size(); ++s) {
            auto& point = outcome_.strategies[s].point;
            if (open) {
                point.verdicts = models::kOpenRound;
                continue;
            }
            point.replications = static_cast<std::uint32_t>(runs[s].runs.size());
            point.verdicts = models::verdicts_text(runs[s]);
        }
    }

    [[nodiscard]] bool has_failed() const {
        return std::any_of(outcome_.strategies.begin(), outcome_.strategies.end(),
                           [](const PointStrategy& one) { return !one.point.failure.empty(); });
    }

    /// Looks are at all strategies together.
    void fail_others() {
        const auto failed =
            std::find_if(outcome_.strategies.begin(), outcome_.strategies.end(),
                         [](const PointStrategy& one) { return !one.point.failure.empty(); });
        const auto& name = runner_.study.strategies[failed->point.strategy];
        for (auto& one : outcome_.strategies) {
            if (!one.point.failure.empty()) continue;
            one.point.failure = fmt::format("`auto` looks at all strategies together, and {}: {}",
                                            name, failed->point.failure);
            one.point.replications = failed->point.replications;
        }
    }

    /// Takes a strategy to `until` replications; false: some are those of other shards.
    bool run_round(std::size_t s, std::size_t until, Running& running, models::StrategyRuns& runs) {
        auto& one = outcome_.strategies[s];
        bool complete = true;
        for (auto r = static_cast<std::uint32_t>(runs.runs.size()); r < until; ++r) {
            if (const auto* found = find_run(running.there, r)) {
                runs.runs.push_back(running.runner.look_at(found->payload));
            } else if (!runner_.share.has(index_, s, r)) {
                complete = false;
            } else if (run_one(running.runner, s, r)) {
                runs.runs.push_back(running.runner.look_at(one.runs.back().payload));
            } else {
                return false;
            }
        }
        return complete;
    }

    const PointRunner& runner_;
    std::size_t index_;
    const models::Scenario& scenario_;
    PointOutcome outcome_;
};

}  // namespace

std::vector<StoredRun> PointRunner::known(const StoredPoint& point, std::uint32_t most) const {
    auto runs = store.runs(point.scenario, point.seed, most);
    if (merged == nullptr) return runs;
    for (auto& run : merged->runs(point.scenario, point.seed, most)) {
        if (!has_run(runs, run.key.replication)) runs.push_back(std::move(run));
    }
    std::sort(runs.begin(), runs.end(), [](const StoredRun& a, const StoredRun& b) {
        return a.key.replication < b.key.replication;
    });
    return runs;
}

PointOutcome run_point(const PointRunner& runner, std::size_t index,
                       const std::vector<std::string>& overrides, PointPart part) {
    auto point = load_point(runner.tree, runner.sources, runner.base, overrides);
    const bool settles = point.scenario && point.scenario->experiment.warmup_auto;
    if (settles && !has_all_runs(runner, index, *point.scenario)) {
        settle_point(point, runner.limits, runner.stop);
    }
    if (point.scenario) return PointRun(runner, index, overrides, *point.scenario).run(part);
    PointOutcome outcome;
    outcome.whole = !point.failure.empty();
    if (outcome.whole) fail_all(runner, index, overrides, point.failure, outcome);
    return outcome;
}

}  // namespace sim::cli
