#include "sim/cli/time_trial.hpp"

#include <algorithm>
#include <utility>

#include "models/engine/run_pair.hpp"
#include "models/engine/stepped_run.hpp"
#include "models/scenario/fault_parts.hpp"
#include "models/scenario/shortened.hpp"
#include "sim/cli/study_parts.hpp"

namespace sim::cli {

namespace {

/// Of all strategies together: about two seconds.
constexpr double kTrialEvents = 12e6;
/// Seconds of a core after which no new part is begun, where events take longer.
constexpr double kLongestTrial = 4;
/// A storm of retries may take so many times the events that the load has.
constexpr double kStorm = 2;
/// Where whole runs are cheap: luck differs from one to the next.
constexpr std::uint32_t kMostRuns = 5;

models::TrialSpan span_of(const models::Stretch& stretch) {
    models::TrialSpan span;
    span.length_s = stretch.length().seconds();
    span.calm = stretch.calm;
    span.load = stretch.load;
    return span;
}

class TimeTrial {
  public:
    TimeTrial(const TrialTask& task, const Options& options, Io& io)
        : task_(task), io_(io), limits_(limits_of(options)), started_s_(io.cpu_seconds()) {
        budget_ = kTrialEvents / static_cast<double>(task.models.size());
        const auto most = static_cast<std::uint64_t>(kStorm * budget_);
        limits_.events = std::min(limits_.events, most);
    }

    std::vector<models::StrategyTrial> run() {
        const auto baseline = try_strategy(task_.baseline);
        std::vector<models::StrategyTrial> trials;
        for (std::size_t s = 0; s < task_.models.size(); ++s) {
            auto trial = s == task_.baseline || is_over() ? baseline : try_strategy(s);
            trial.name = task_.names[s];
            trials.push_back(std::move(trial));
        }
        return trials;
    }

  private:
    [[nodiscard]] bool is_over() const {
        return io_.stop.requested() || io_.cpu_seconds() - started_s_ > kLongestTrial;
    }

    models::StrategyTrial try_strategy(std::size_t strategy) {
        const auto& model = task_.models[strategy];
        const auto affordable = from_seconds(budget_ / std::max(1.0, task_.events_per_s));
        const auto stretches = models::stretches_of(model, affordable);
        const auto trial_model = models::shortened(model, stretches);
        models::StrategyTrial trial;
        const auto most =
            models::is_whole(stretches) ? std::min<std::size_t>(kMostRuns, task_.replications) : 1;
        double spent = 0;
        do {
            const auto number = static_cast<std::uint32_t>(trial.runs.size());
            spent += try_run(trial_model, {task_.seed, number}, stretches, trial);
        } while (trial.runs.size() < most && !is_over() && has_room(spent, trial.runs.size()));
        return trial;
    }

    /// For another run of the strategy: a second one in any case, so that luck shows.
    [[nodiscard]] bool has_room(double spent, std::size_t runs) const {
        const double next = runs == 1 ? 0 : spent / static_cast<double>(runs);
        return spent + next <= budget_;
    }

    /// Returns its events.
    double try_run(const models::SystemModel& model, models::ReplicationKey key,
                   const std::vector<models::Stretch>& stretches, models::StrategyTrial& trial) {
        const auto before_s = io_.cpu_seconds();
        models::SteppedRun run(model, key, limits_);
        trial.setup_s = io_.cpu_seconds() - before_s;
        auto& spans = trial.runs.emplace_back();
        auto until = run.now();
        bool goes_on = true;
        for (const auto& stretch : stretches) {
            auto& span = spans.emplace_back(span_of(stretch));
            const Duration half{stretch.tried.ns / 2};
            for (const auto& [part, length] :
                 {std::pair(&span.first, half), std::pair(&span.last, stretch.tried - half)}) {
                until = until + length;
                if (goes_on) goes_on = try_part(run, until, *part) && !is_over();
            }
        }
        return static_cast<double>(run.events());
    }

    /// Whether it may go on.
    bool try_part(models::SteppedRun& run, SimTime until, models::TriedPart& part) {
        const auto from = run.now();
        const auto events = run.events();
        const auto before_s = io_.cpu_seconds();
        const bool goes_on = run.advance(until);
        part.length_s = (run.now() - from).seconds();
        part.work.events = static_cast<double>(run.events() - events);
        part.work.cpu_s = io_.cpu_seconds() - before_s;
        return goes_on;
    }

    const TrialTask& task_;
    Io& io_;
    Limits limits_;
    double started_s_;
    double budget_ = 0;  ///< events of each strategy
};

}  // namespace

std::vector<models::StrategyTrial> run_time_trial(const TrialTask& task, const Options& options,
                                                  Io& io) {
    return TimeTrial(task, options, io).run();
}

models::StudyShape study_shape(const models::Scenario& scenario,
                               const models::SystemModel& baseline, const Options& options) {
    models::StudyShape shape;
    shape.twins = !scenario.faults.empty();
    const auto until = models::shared_until(baseline);
    if (until) shape.shared_s = (*until - (SimTime{} - baseline.warmup)).seconds();
    if (options.why) {
        const auto& experiment = scenario.experiment;
        const auto runs = experiment.replications_auto
                              ? kPartReplications
                              : std::min<std::size_t>(kPartReplications, experiment.replications);
        shape.parts = models::parts_of(baseline).size() * runs;
    }
    return shape;
}

}  // namespace sim::cli
