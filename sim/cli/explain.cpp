#include "sim/cli/explain.hpp"

#include <algorithm>
#include <utility>

#include "models/analysis/request_id.hpp"
#include "models/engine/trace_request.hpp"
#include "sim/experiment/runner.hpp"

namespace sim::cli {

namespace {

/// The latest fault that had begun, and how long before the request came.
std::optional<std::pair<std::string, Duration>> last_fault(const models::StudyFrame& frame,
                                                           SimTime arrival) {
    const models::FrameFault* last = nullptr;
    for (const auto& fault : frame.faults) {
        if (fault.at <= arrival && (last == nullptr || fault.at > last->at)) last = &fault;
    }
    if (last == nullptr) return std::nullopt;
    return std::pair(last->name, arrival - last->at);
}

/// Of the run in which it would be looked for. The slice of the whole run has them all.
bool some_request_failed(const models::StrategyRuns& strategy) {
    if (strategy.runs.empty()) return true;
    const auto& flows = strategy.runs.front().flows;
    return std::any_of(flows.begin(), flows.end(), [](const auto& slices) {
        return slices.front().success < slices.front().offered;
    });
}

}  // namespace

FoundRequest find_request(const Study& study, std::size_t strategy, const WantedRequest& wanted,
                          const Limits& limits) {
    const auto& model = study.models[strategy];
    const auto& frame = study.strategies[strategy].frame;
    const models::ReplicationKey key{study.plan.seed, wanted.replication};
    FoundRequest found;
    auto name = wanted.name;
    auto from = models::kLongAgo;
    std::string because;
    if (!name) {
        const auto when = models::searched_time(frame, model.duration);
        models::RequestCensus census(model.flows, when.from, when.to);
        found.stopped = models::take_census(model, key, limits, census);
        if (found.stopped) return found;
        auto chosen = models::choose_request(census, frame, when, wanted.choice, wanted.outcome);
        if (!chosen) return found;
        name = chosen->seen.name;
        from = chosen->seen.arrival;
        because = std::move(chosen->because);
    }
    auto followed = models::trace_request(model, key, limits, *name, from);
    found.stopped = followed.stopped;
    if (found.stopped || !followed.trace.found) return found;
    models::ExplainedRequest explained;
    explained.id = models::request_id(*name, frame.groups);
    explained.seed = key.seed;
    explained.replication = key.replication;
    explained.because = std::move(because);
    explained.since_fault = last_fault(frame, followed.trace.seen.arrival);
    explained.runs.push_back({study.plan.strategies[strategy], true, std::move(followed.trace)});
    found.explained = std::move(explained);
    return found;
}

std::vector<models::ExplainedRun> follow_twins(const Study& study,
                                               const models::ExplainedRequest& explained,
                                               const std::vector<TwinRun>& runs, std::size_t jobs,
                                               const Limits& limits) {
    const auto& name = explained.runs.front().trace.seen.name;
    const models::ReplicationKey key{study.plan.seed, explained.replication};
    RunnerOptions options;
    options.count = runs.size();
    options.jobs = jobs;
    auto followed = run_tasks(options, [&](std::size_t index) {
        const auto& one = runs[index];
        const auto& model = (one.faults ? study.models : study.twins)[one.strategy];
        return models::trace_request(model, key, limits, name);
    });
    std::vector<models::ExplainedRun> all;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (followed[i].stopped) continue;
        all.push_back({study.plan.strategies[runs[i].strategy], runs[i].faults,
                       std::move(followed[i].trace)});
    }
    return all;
}

std::optional<models::ExplainedRequest> explain_for_report(
    const Study& study, const std::optional<std::string>& helping, const Limits& limits) {
    // Where the baseline fails nobody, one of the first others may.
    constexpr std::size_t kMostOthers = 2;
    auto strategy = study.plan.baseline;
    const auto look = [&] {
        // Nothing is simulated again where nothing is to be found.
        return some_request_failed(study.strategies[strategy])
                   ? find_request(study, strategy, {}, limits)
                   : FoundRequest{};
    };
    auto found = look();
    for (std::size_t i = 0, others = 0; i < study.models.size() && others < kMostOthers; ++i) {
        if (found.explained || found.stopped) break;
        if (i == study.plan.baseline) continue;
        ++others;
        strategy = i;
        found = look();
    }
    if (!found.explained) return std::nullopt;
    std::vector<TwinRun> twins;
    for (std::size_t i = 0; i < study.models.size(); ++i) {
        const bool wanted = helping ? study.plan.strategies[i] == *helping : twins.empty();
        if (i != strategy && wanted) twins.push_back({i, true});
    }
    if (!study.twins.empty()) twins.push_back({strategy, false});
    for (auto& run : follow_twins(study, *found.explained, twins, study.plan.jobs, limits)) {
        found.explained->runs.push_back(std::move(run));
    }
    return std::move(found.explained);
}

}  // namespace sim::cli
