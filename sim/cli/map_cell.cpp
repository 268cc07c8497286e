#include "sim/cli/map_cell.hpp"

#include <algorithm>
#include <exception>
#include <memory>

#include <fmt/format.h>

#include "models/analysis/capacity.hpp"
#include "models/engine/run_pair.hpp"
#include "models/scenario/build.hpp"
#include "models/scenario/frame.hpp"
#include "models/scenario/identity.hpp"
#include "sim/cli/session.hpp"
#include "sim/cli/strategy_runner.hpp"

namespace sim::cli {

namespace {

/// The scenario of a cell in a window of some length, ready to run.
struct CellWindow {
    models::Scenario scenario;
    std::size_t strategy;
    models::SystemModel model;
    models::SystemModel twin;
    models::StudyFrame frame;
    std::string key;  ///< of its runs in the store
    std::vector<StoredRun> there;

    CellWindow(models::Scenario one, std::size_t index)
        : scenario(std::move(one)),
          strategy(index),
          model(models::build_model(scenario, index)),
          twin(models::build_model(scenario, index, models::Twin::yes)),
          frame(models::frame_of(model)) {}
};

/// It cannot go on; the text is the cell's failure. Empty: it was stopped.
struct CellEnd {
    std::string failure;
};

class CellRun {
  public:
    CellRun(const MapRunner& runner, const std::string& strategy,
            const std::vector<std::string>& overrides, MapCellOutcome& outcome)
        : runner_(runner), strategy_(strategy), overrides_(overrides), outcome_(outcome) {}

    void run() {
        std::vector<models::StabilityRun> runs;
        const bool overloaded = demand_exceeds();
        for (std::uint32_t r = 0; r < runner_.study.runs; ++r) {
            runs.push_back(overloaded ? models::StabilityRun{{models::Stability::overloaded,
                                                              models::Overload::demand}}
                                      : decide(r));
        }
        outcome_.point.verdicts = models::runs_text(runs);
    }

  private:
    bool demand_exceeds() {
        auto& first = window(0);
        outcome_.point.scenario = first.key;
        outcome_.point.seed = first.scenario.experiment.seed;
        if (!models::last_fault(first.frame)) {
            throw CellEnd{
                "no fault ends before the window does: there is nothing to come back from"};
        }
        const auto loads = models::service_loads(capacity_input(first.twin));
        return models::demand_exceeds_capacity(first.frame, loads);
    }

    /// In longer and longer windows.
    models::StabilityRun decide(std::uint32_t replication) {
        models::StabilityRun run;
        for (std::size_t doubled = 0;; ++doubled) {
            run.windows = 1U << doubled;
            run.look = look(window(doubled), replication);
            const bool last = 2 * run.windows > runner_.study.extend;
            if (run.look.stability != models::Stability::undecided || last) return run;
        }
    }

    models::StabilityLook look(CellWindow& at, std::uint32_t replication) {
        for (const auto& run : at.there) {
            if (run.key.replication != replication) continue;
            const auto known = models::read_look(run.payload);
            if (!known) throw StoreError("a result in it is damaged");
            return *known;
        }
        if (runner_.stop.requested()) throw CellEnd{};
        const auto found = simulate(at, replication);
        StoredRun run{{at.key, at.scenario.experiment.seed, replication},
                      models::look_bytes(found)};
        at.there.push_back(run);
        outcome_.runs.push_back(std::move(run));
        return found;
    }

    models::StabilityLook simulate(const CellWindow& at, std::uint32_t replication) {
        const models::ReplicationKey key{at.scenario.experiment.seed, replication};
        const models::RunPair pair(at.model, at.twin, key, runner_.limits);
        const auto twin = pair.twin();
        if (twin.stopped) throw CellEnd{limit_failure(replication, *twin.stopped)};
        const auto overload = models::overload_of(at.frame, twin);
        if (overload != models::Overload::none) return {models::Stability::overloaded, overload};
        const auto run = pair.run();
        if (run.stopped) throw CellEnd{limit_failure(replication, *run.stopped)};
        const double longest_s =
            windows_.front()->frame.duration.seconds() * static_cast<double>(runner_.study.extend);
        return models::look_after_fault(at.frame, run, twin, longest_s);
    }

    /// 2^doubled times as long as the scenario says.
    CellWindow& window(std::size_t doubled) {
        while (windows_.size() <= doubled) windows_.push_back(make_window(windows_.size()));
        return *windows_[doubled];
    }

    std::unique_ptr<CellWindow> make_window(std::size_t doubled) {
        auto overrides = overrides_;
        if (doubled > 0) {
            const auto ns = windows_.front()->scenario.experiment.duration.ns;
            overrides.push_back(fmt::format("experiment.duration={}ns", ns << doubled));
        }
        auto point = load_point(runner_.tree, runner_.sources, runner_.base, overrides);
        if (doubled == 0) {
            settle_point(point, runner_.limits, runner_.stop);
        } else if (point.scenario) {
            // The same beginning: what a pilot of the longer window would find may differ.
            point.scenario->experiment.warmup = windows_.front()->scenario.experiment.warmup;
        }
        if (!point.scenario) throw CellEnd{point.failure};
        const auto strategy = strategy_index(*point.scenario, strategy_);
        const auto identity = models::scenario_identity(*point.scenario, strategy);
        auto made = std::make_unique<CellWindow>(std::move(*point.scenario), strategy);
        made->key = fmt::format("map/{}/{}", runner_.study.extend, identity);
        made->there =
            runner_.store.runs(made->key, made->scenario.experiment.seed, runner_.study.runs);
        return made;
    }

    const MapRunner& runner_;
    const std::string& strategy_;
    const std::vector<std::string>& overrides_;
    MapCellOutcome& outcome_;
    std::vector<std::unique_ptr<CellWindow>> windows_;
};

}  // namespace

MapCellOutcome run_map_cell(const MapRunner& runner, std::size_t index, std::uint32_t strategy,
                            const std::vector<std::string>& overrides) {
    MapCellOutcome outcome;
    auto& point = outcome.point;
    const auto& name = runner.study.strategies[strategy];
    point.number = index + 1;
    point.strategy = strategy;
    point.seed = runner.study.seed;
    point.replications = runner.study.runs;
    point.command = point_command(runner.base, overrides, runner.limit_options, name,
                                  runner.study.seed, std::to_string(runner.study.runs));
    try {
        CellRun(runner, name, overrides, outcome).run();
    } catch (const StoreError&) {
        throw;
    } catch (const CellEnd& end) {
        outcome.whole = !end.failure.empty();
        point.failure = end.failure;
    } catch (const std::exception& problem) {
        point.failure = std::string("internal error: ") + problem.what();
        outcome.bug = true;
    }
    return outcome;
}

}  // namespace sim::cli
