#include "sim/cli/search.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "models/scenario/identity.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/stored_tasks.hpp"
#include "sim/cli/strategy_runner.hpp"
#include "sim/cli/sweep.hpp"

namespace sim::cli {

namespace {

/// A place that is being asked.
struct OpenPlace {
    SearchPlace place;
    models::SearchProbe probe;
    LoadedPoint point;
    std::unique_ptr<StrategyRunner> runner;
    std::string identity;
    std::vector<std::size_t> judging;
    std::vector<StoredRun> there;               ///< that the store had
    std::vector<std::vector<double>> values{};  ///< of the runs so far
    std::size_t look = 0;
};

/// The search under one strategy.
struct ActiveSearch {
    std::string strategy;
    std::uint32_t index = 0;
    FrontierSearch search;
    std::unique_ptr<OpenPlace> open{};
    bool finished = false;
};

/// One run that is asked for.
struct SearchTask {
    std::size_t search = 0;
    std::uint32_t replication = 0;
};

struct SearchRun {
    std::string payload;
    std::string failure;
    bool is_new = false;
};

class SearchLoop {
  public:
    SearchLoop(const Options& options, Io& io, const Session& session, const SearchAxis& axis,
               const models::SearchStudy& study, Store& store, std::int64_t plan)
        : options_(options),
          io_(io),
          session_(session),
          axis_(axis),
          study_(study),
          store_(store),
          plan_(plan),
          base_(load_request(options.files.front(), options, io)),
          progress_(io, options.err_style, options.quiet, 1),
          started_s_(io.seconds()) {
        for (const auto& name : study.strategies) {
            searches_.push_back(
                {name, static_cast<std::uint32_t>(searches_.size()), FrontierSearch(axis.range())});
        }
    }

    /// False when it was stopped.
    bool run() {
        while (open_places()) {
            const auto tasks = tasks_of_round();
            progress_.set_total(done_ + std::max<std::size_t>(1, tasks.size() + later_runs()));
            const StoredTasks with{options_, io_, store_, progress_, stop_, started_s_, done_};
            const auto ran = run_stored_tasks(
                with, tasks.size(), [&](std::size_t i) { return run_one(tasks[i]); },
                [&](std::size_t i, SearchRun one) { take(tasks[i], std::move(one)); });
            done_ += ran;
            stop_when_due(with);
            if (ran < tasks.size() || stop_.requested()) {
                progress_.finish(done_);
                return false;
            }
            for (auto& one : searches_) judge(one);
            store_.flush();
        }
        progress_.set_total(std::max<std::size_t>(1, done_));
        progress_.finish(done_);
        return !stop_.requested();
    }

  private:
    /// Whether there is anything to ask.
    bool open_places() {
        bool any = false;
        for (auto& one : searches_) {
            while (!one.open && !one.finished && !stop_.requested()) open_next(one);
            any = any || one.open;
        }
        store_.flush();
        return any && !stop_.requested();
    }

    /// The next place of a search, or its end. A place without a scenario is told at once.
    void open_next(ActiveSearch& one) {
        const auto next = one.search.next();
        if (!next) {
            one.finished = true;
            keep(one, {}, "");  // says that there is no further place
            return;
        }
        auto open = std::make_unique<OpenPlace>();
        open->place = axis_.place(*next);
        open->probe.at = open->place.number;
        open->probe.text = open->place.text;
        open->probe.command =
            point_command(base_, open->place.overrides, limit_options(options_), one.strategy,
                          study_.seed, std::to_string(kProbeLooks[1]));
        open->point = load_point(*session_.tree, session_.sources, base_, open->place.overrides);
        settle_point(open->point, limits_of(options_), io_.stop);
        if (!open->point.scenario && open->point.failure.empty()) {
            stop_.request();
            return;
        }
        one.open = std::move(open);
        if (!one.open->point.scenario) {
            one.open->probe.failure = one.open->point.failure;
            tell(one);
            return;
        }
        prepare(one);
    }

    void prepare(ActiveSearch& one) {
        auto& open = *one.open;
        const auto& scenario = *open.point.scenario;
        const auto strategy = strategy_index(scenario, one.strategy);
        open.runner = std::make_unique<StrategyRunner>(scenario, strategy, limits_of(options_));
        open.identity = models::scenario_identity(scenario, strategy);
        open.judging = models::judging_columns(open.runner->columns(), study_.slos);
        open.there = store_.runs(open.identity, study_.seed, study_.most_runs);
    }

    [[nodiscard]] std::size_t wanted(const OpenPlace& open) const {
        return std::min<std::size_t>(kProbeLooks[open.look], study_.most_runs);
    }

    std::vector<SearchTask> tasks_of_round() const {
        std::vector<SearchTask> tasks;
        for (std::size_t s = 0; s < searches_.size(); ++s) {
            const auto& open = searches_[s].open;
            if (!open) continue;
            for (auto r = open->values.size(); r < wanted(*open); ++r) {
                tasks.push_back({s, static_cast<std::uint32_t>(r)});
            }
        }
        return tasks;
    }

    /// Runs of the places that are probably still to come.
    [[nodiscard]] std::size_t later_runs() const {
        std::size_t places = 0;
        for (const auto& one : searches_) {
            if (one.finished) continue;
            const auto usual = study_.most_probes - std::min<std::size_t>(study_.most_probes, 8);
            places += usual - std::min(usual, one.search.probes().size());
        }
        return places * kProbeLooks[1];
    }

    [[nodiscard]] SearchRun run_one(const SearchTask& task) const {
        const auto& open = *searches_[task.search].open;
        for (const auto& run : open.there) {
            if (run.key.replication == task.replication) return {run.payload, "", false};
        }
        SearchRun run;
        run.is_new = true;
        run.payload = open.runner->run(task.replication, run.failure);
        return run;
    }

    void take(const SearchTask& task, SearchRun one) {
        auto& open = *searches_[task.search].open;
        if (!one.failure.empty()) {
            if (open.probe.failure.empty()) open.probe.failure = one.failure;
            return;
        }
        open.values.push_back(models::read_values(one.payload));
        if (one.is_new) {
            store_.keep({{open.identity, study_.seed, task.replication}, std::move(one.payload)});
        }
    }

    /// After the runs of a look.
    void judge(ActiveSearch& one) {
        if (!one.open) return;
        auto& open = *one.open;
        if (open.probe.failure.empty()) {
            const models::ProbeLevel level{1 - study_.probe_confidence, study_.confidence};
            models::judge_probe(open.runner->columns(), open.judging, open.values, level,
                                open.probe);
            const bool may_go_on =
                open.look + 1 < kProbeLooks.size() && open.values.size() < study_.most_runs;
            const bool few = open.probe.verdict == Verdict::met && open.look == 0;
            if ((few || open.probe.verdict == Verdict::inconclusive) && may_go_on) {
                ++open.look;
                return;
            }
        }
        tell(one);
    }

    void tell(ActiveSearch& one) {
        auto& open = *one.open;
        one.search.tell(open.place.at, open.probe.verdict);
        keep(one, open.probe, open.identity);
        one.open.reset();
    }

    /// Places are numbered in the order in which they were asked.
    void keep(const ActiveSearch& one, const std::optional<models::SearchProbe>& probe,
              const std::string& identity) {
        StoredPoint point;
        point.number = one.search.probes().size() + (probe ? 0 : 1);
        point.strategy = one.index;
        point.scenario = identity;
        point.seed = study_.seed;
        if (probe) {
            point.replications = static_cast<std::uint32_t>(probe->runs);
            point.verdicts = models::probe_text(*probe);
            point.failure = probe->failure;
            point.command = probe->command;
        }
        store_.keep_point(plan_, std::move(point));
    }

    const Options& options_;
    Io& io_;
    const Session& session_;
    const SearchAxis& axis_;
    const models::SearchStudy& study_;
    Store& store_;
    std::int64_t plan_;
    models::LoadRequest base_;
    Progress progress_;
    double started_s_;
    StopFlag stop_;
    std::vector<ActiveSearch> searches_;
    std::size_t done_ = 0;
};

}  // namespace

bool run_search_places(const Options& options, Io& io, const Session& session,
                       const SearchAxis& axis, const models::SearchStudy& study, Store& store,
                       std::int64_t plan) {
    return SearchLoop(options, io, session, axis, study, store, plan).run();
}

}  // namespace sim::cli
