#include <algorithm>

#include "models/analysis/json_parts.hpp"
#include "models/analysis/recovery.hpp"
#include "models/analysis/study_report.hpp"

namespace models {

namespace {

/// Values of all replications, estimated.
template <class Get>
Json over_runs(const StrategyRuns& strategy, double confidence, const Get& get) {
    std::vector<Measure> values;
    for (const auto& run : strategy.runs) values.push_back(get(run));
    return estimate_json(estimate_over_runs(values, confidence));
}

/// The same for a percentile.
template <class Get>
Json percentile(const StrategyRuns& strategy, double confidence, const Get& get) {
    std::vector<Measure> values;
    for (const auto& run : strategy.runs) values.push_back(get(run));
    return estimate_json(estimate_percentile(values, confidence));
}

/// Per replication, by outcome; outcomes that never happened are left out.
template <class Get>
Json outcomes_json(const StrategyRuns& strategy, double confidence, const Get& get) {
    Json json = Json::object();
    for (std::size_t i = 0; i < kOutcomes; ++i) {
        const auto never = [&](const RunDigest& run) { return get(run)[i] == 0; };
        if (std::all_of(strategy.runs.begin(), strategy.runs.end(), never)) continue;
        json[std::string(to_string(static_cast<Outcome>(i)))] = over_runs(
            strategy, confidence,
            [&](const RunDigest& run) { return Measure{static_cast<double>(get(run)[i])}; });
    }
    return json;
}

/// Everything about one flow in one slice.
class SliceWriter {
  public:
    SliceWriter(const StrategyRuns& strategy, std::size_t flow, std::size_t slice,
                double confidence)
        : strategy_(strategy), flow_(flow), slice_(slice), confidence_(confidence) {}

    void write(Json& json) const {
        json["offered"] = estimate([](const SliceDigest& s) { return count(s.offered); });
        json["success"] = share([](const SliceDigest& s) { return count(s.success); });
        json["ok"] = share([](const SliceDigest& s) { return outcome(s, Outcome::ok); });
        json["degraded"] =
            share([](const SliceDigest& s) { return outcome(s, Outcome::degraded); });
        json["goodput"] = estimate([](const SliceDigest& s) { return s.goodput; });
        json["latency"] = latency(&RunDigest::flows);
        if (!strategy_.runs.front().twin_flows.empty()) {
            json["latencyTwin"] = latency(&RunDigest::twin_flows);
        }
        json["outcomes"] = outcomes_json(
            strategy_, confidence_, [&](const RunDigest& run) -> const auto& {
                return run.flows[flow_][slice_].outcomes;
            });
        json["tries"] = estimate([](const SliceDigest& s) { return s.tries; });
        json["duplicates"] = estimate([](const SliceDigest& s) { return count(s.duplicates); });
        if (any([](const SliceDigest& s) { return s.quality.has_value(); })) {
            json["quality"] = estimate([](const SliceDigest& s) { return s.quality; });
        }
    }

  private:
    static Measure count(std::uint64_t n) { return static_cast<double>(n); }
    static Measure outcome(const SliceDigest& slice, Outcome which) {
        return count(slice.outcomes[static_cast<std::size_t>(which)]);
    }

    template <class Get>
    [[nodiscard]] Json estimate(const Get& get) const {
        return over_runs(strategy_, confidence_,
                         [&](const RunDigest& run) { return get(run.flows[flow_][slice_]); });
    }
    template <class Get>
    [[nodiscard]] Json share(const Get& get) const {
        return estimate([&](const SliceDigest& slice) {
            return ratio(*get(slice), static_cast<double>(slice.offered));
        });
    }

    template <class Has>
    [[nodiscard]] bool any(const Has& has) const {
        return std::any_of(strategy_.runs.begin(), strategy_.runs.end(),
                           [&](const RunDigest& run) { return has(run.flows[flow_][slice_]); });
    }

    /// Of the run or of its twin (BLAST_RADIUS.md B20).
    [[nodiscard]] Json latency(std::vector<std::vector<SliceDigest>> RunDigest::*flows) const {
        const auto of = [&](const RunDigest& run) -> const auto& {
            return (run.*flows)[flow_][slice_];
        };
        const auto moment = [&](Measure SliceDigest::*member) {
            return over_runs(strategy_, confidence_,
                             [&](const RunDigest& run) { return of(run).*member; });
        };
        const auto quantile = [&](std::array<Measure, kQuantiles> SliceDigest::*member,
                                  std::size_t q) {
            return percentile(strategy_, confidence_,
                              [&](const RunDigest& run) { return (of(run).*member)[q]; });
        };
        Json json;
        json["mean"] = moment(&SliceDigest::mean);
        json["sd"] = moment(&SliceDigest::sd);
        for (std::size_t q = 0; q < kQuantiles; ++q) {
            json[std::string(kQuantileTable[q].name)] = quantile(&SliceDigest::latency, q);
        }
        for (std::size_t q = 0; q < kQuantiles; ++q) {
            json[std::string(kQuantileTable[q].name) + "ok"] =
                quantile(&SliceDigest::latency_ok, q);
        }
        json["maxok"] = moment(&SliceDigest::slowest);
        return json;
    }

    const StrategyRuns& strategy_;
    std::size_t flow_;
    std::size_t slice_;
    double confidence_;
};

Json journeys_json(const StrategyRuns& strategy, double confidence) {
    Json list = Json::array();
    for (std::size_t f = 0; f < strategy.frame.flows.size(); ++f) {
        Json one;
        one["group"] = strategy.frame.flows[f].group;
        one["journey"] = strategy.frame.flows[f].journey;
        SliceWriter(strategy, f, 0, confidence).write(one);
        Json phases = Json::array();
        for (std::size_t s = 1; s < strategy.frame.slices.size(); ++s) {
            const auto& slice = strategy.frame.slices[s];
            Json phase;
            phase["phase"] = to_string(slice.kind);
            phase["fault"] = slice.fault;
            if (slice.delay.ns != 0) phase["delay"] = slice.delay.seconds();
            SliceWriter(strategy, f, s, confidence).write(phase);
            phases.push_back(std::move(phase));
        }
        one["phases"] = std::move(phases);
        list.push_back(std::move(one));
    }
    return list;
}

/// `cache`, `queue` or `database` of a service that something came to.
template <class Digests, class Names>
void add_store(Json& service, const char* key, const StrategyRuns& strategy, std::size_t index,
               double confidence, const Digests& digests, const Names& names) {
    const auto used = [&](const RunDigest& run) {
        return !digests(run).empty() && digests(run)[index].used;
    };
    if (std::none_of(strategy.runs.begin(), strategy.runs.end(), used)) return;
    Json store = Json::object();
    for (std::size_t m = 0; m < names.size(); ++m) {
        const auto get = [&](const RunDigest& run) { return digests(run)[index].values[m]; };
        store[std::string(names[m].name)] = names[m].percentile
                                                ? percentile(strategy, confidence, get)
                                                : over_runs(strategy, confidence, get);
    }
    service[key] = std::move(store);
}

/// Of a service with levels: how much of their time its replicas were in each.
void add_levels(Json& service, const StrategyRuns& strategy, std::size_t index, double confidence) {
    const auto& names = strategy.frame.services[index].levels;
    if (names.empty()) return;
    service["levels"] = Json::array();
    for (std::size_t level = 0; level < names.size(); ++level) {
        service["levels"].push_back(
            {{"name", names[level]},
             {"share",
              over_runs(strategy, confidence,
                        [&](const RunDigest& run) { return run.levels[index][level].share; })},
             {"entered", over_runs(strategy, confidence, [&](const RunDigest& run) {
                  return Measure{run.levels[index][level].entered};
              })}});
    }
}

Json services_json(const StrategyRuns& strategy, double confidence) {
    Json list = Json::array();
    const double duration_s = strategy.frame.duration.seconds();
    for (std::size_t i = 0; i < strategy.frame.services.size(); ++i) {
        const auto get = [&](ServiceMeasure measure) {
            return over_runs(strategy, confidence,
                             [&](const RunDigest& run) { return run.services[i][measure]; });
        };
        const auto quantile = [&](ServiceMeasure measure) {
            return percentile(strategy, confidence,
                              [&](const RunDigest& run) { return run.services[i][measure]; });
        };
        Json one;
        one["name"] = strategy.frame.services[i].name;
        if (settled_test(strategy.runs, i, duration_s, 1).unstable) one["unstable"] = true;
        one["slots"] = strategy.frame.services[i].slots;
        one["utilisation"] = get(ServiceMeasure::utilisation);
        one["working"] = get(ServiceMeasure::working);
        one["wait"] = {{"mean", get(ServiceMeasure::wait_mean)},
                       {"sd", get(ServiceMeasure::wait_sd)},
                       {"p50", quantile(ServiceMeasure::wait_p50)},
                       {"p99", quantile(ServiceMeasure::wait_p99)},
                       {"positive", get(ServiceMeasure::wait_positive)}};
        one["sojourn"] = {{"mean", get(ServiceMeasure::sojourn_mean)},
                          {"sd", get(ServiceMeasure::sojourn_sd)},
                          {"p50", quantile(ServiceMeasure::sojourn_p50)},
                          {"p99", quantile(ServiceMeasure::sojourn_p99)}};
        one["queueLength"] = get(ServiceMeasure::queue_length);
        one["throughput"] = get(ServiceMeasure::throughput);
        one["amplification"] = get(ServiceMeasure::amplification);
        one["wasted"] = get(ServiceMeasure::wasted);
        one["shed"] = get(ServiceMeasure::shed);
        one["throttled"] = get(ServiceMeasure::throttled);
        one["expired"] = get(ServiceMeasure::expired);
        const auto caches = [](const RunDigest& run) -> const auto& { return run.caches; };
        const auto queues = [](const RunDigest& run) -> const auto& { return run.queues; };
        add_store(one, "cache", strategy, i, confidence, caches, kCacheMeasureNames);
        add_store(one, "queue", strategy, i, confidence, queues, kQueueMeasureNames);
        const auto databases = [](const RunDigest& run) -> const auto& { return run.databases; };
        add_store(one, "database", strategy, i, confidence, databases, kDatabaseMeasureNames);
        const auto scaling = [](const RunDigest& run) -> const auto& { return run.scaling; };
        add_store(one, "autoscale", strategy, i, confidence, scaling, kScalingMeasureNames);
        const auto looked_up = [](const RunDigest& run) -> const auto& { return run.names; };
        add_store(one, "dns", strategy, i, confidence, looked_up, kNameMeasureNames);
        add_levels(one, strategy, i, confidence);
        list.push_back(std::move(one));
    }
    return list;
}

Json edge_json(const StrategyRuns& strategy, std::size_t index, double confidence) {
    const auto& edge = strategy.frame.edges[index];
    Json one = {{"caller", edge.caller}, {"callee", edge.callee}, {"endpoint", edge.endpoint}};
    const auto put = [&](Json& json, EdgeMeasure measure) {
        json[std::string(kEdgeMeasureNames[static_cast<std::size_t>(measure)].name)] = over_runs(
            strategy, confidence, [&](const RunDigest& run) { return run.edges[index][measure]; });
    };
    for (const auto measure :
         {EdgeMeasure::calls, EdgeMeasure::tries, EdgeMeasure::attempts,
          EdgeMeasure::retries_denied, EdgeMeasure::hedges, EdgeMeasure::cancelled,
          EdgeMeasure::duplicates, EdgeMeasure::fallbacks, EdgeMeasure::fallbacks_failed}) {
        put(one, measure);
    }
    one["outcomes"] = outcomes_json(
        strategy,
        confidence, [&](const RunDigest& run) -> const auto& { return run.edges[index].outcomes; });
    one["attemptOutcomes"] = outcomes_json(
        strategy, confidence, [&](const RunDigest& run) -> const auto& {
            return run.edges[index].try_outcomes;
        });
    if (edge.breaker) {
        put(one["breaker"], EdgeMeasure::breaker_open);
        put(one["breaker"], EdgeMeasure::breaker_openings);
    }
    if (edge.ejects) {
        put(one["outlierDetection"], EdgeMeasure::ejections);
        put(one["outlierDetection"], EdgeMeasure::ejected);
    }
    return one;
}

Json edges_json(const StrategyRuns& strategy, double confidence) {
    Json list = Json::array();
    for (std::size_t i = 0; i < strategy.frame.edges.size(); ++i) {
        list.push_back(edge_json(strategy, i, confidence));
    }
    return list;
}

/// Of the faults that come with a version, in the file's order.
Json deployments_json(const StrategyRuns& strategy, double confidence) {
    Json list = Json::array();
    for (const auto& fault : strategy.frame.faults) {
        if (!fault.deployed) continue;
        const auto index = list.size();
        const auto put = [&](Json& json, const char* key, Measure DeploymentDigest::*measure) {
            const auto get = [&](const RunDigest& run) { return run.deployments[index].*measure; };
            std::size_t runs = 0;
            for (const auto& run : strategy.runs) runs += get(run) ? 1 : 0;
            json[key] = over_runs(strategy, confidence, get);
            json[std::string(key) + "Runs"] = runs;
        };
        Json one;
        one["fault"] = fault.name;
        put(one, "began", &DeploymentDigest::began);
        put(one, "finished", &DeploymentDigest::finished);
        put(one, "takenBack", &DeploymentDigest::rolled_back);
        put(one, "restored", &DeploymentDigest::restored);
        const auto count = [&](const char* key, Measure DeploymentDigest::*measure) {
            one[key] = over_runs(strategy, confidence, [&](const RunDigest& run) {
                return run.deployments[index].*measure;
            });
        };
        count("answers", &DeploymentDigest::answers);
        count("failures", &DeploymentDigest::failures);
        list.push_back(std::move(one));
    }
    return list;
}

/// Over replications: the median with its order-statistic interval and the share recovered.
Json recovery_json(const StrategyRuns& strategy, double confidence) {
    if (strategy.runs.front().recovery.empty()) return nullptr;
    Json list = Json::array();
    const auto subjects = group_subjects(strategy.frame);
    for (std::size_t s = 0; s < subjects.size(); ++s) {
        for (std::size_t f = 0; f < strategy.frame.faults.size(); ++f) {
            if (strategy.frame.faults[f].recurs) continue;
            std::vector<Measure> values;
            std::size_t censored = 0;
            for (const auto& run : strategy.runs) {
                values.push_back(run.recovery[s][f]);
                censored += values.back() ? 0 : 1;
            }
            sim::Threshold threshold;
            threshold.op = sim::ThresholdOp::at_most;
            threshold.confidence = confidence;
            Json one;
            one["group"] = subjects[s].group;
            one["fault"] = strategy.frame.faults[f].name;
            one.update(estimate_json(sim::judge_durations(threshold, values).value));
            one["censored"] = censored;
            one["seen"] = seconds_after(strategy.frame, f);
            one["recovered"] = estimate_json(sim::share_present(values, confidence));
            list.push_back(std::move(one));
        }
    }
    return list;
}

Json impact_json(const StrategyRuns& strategy, const StrategyResult& result) {
    Json list = Json::array();
    for (const auto& loss : result.losses) {
        const auto& flow = strategy.frame.flows[loss.flow];
        Json one;
        one["group"] = flow.group;
        one["journey"] = flow.journey;
        one["lost"] = estimate_json(loss.lost);
        one["lasts"] = loss.lasts_s;
        one["untilEnd"] = loss.until_end;
        list.push_back(std::move(one));
    }
    return list;
}

Json saturation_json(const StrategyRuns& strategy, const StrategyResult& result) {
    Json list = Json::array();
    for (const auto& story : result.stories) {
        Json one;
        one["service"] = strategy.frame.services[story.service].name;
        one["runs"] = story.runs;
        one["after"] = story.after_s;
        one["lasts"] = story.length_s;
        one["untilEnd"] = story.until_end;
        one["byOwnRetries"] = story.own_retries;
        one["amplification"] = finite(story.amplification);
        one["wasted"] = finite(story.wasted);
        list.push_back(std::move(one));
    }
    return list;
}

}  // namespace

Json measures_json(const StrategyRuns& strategy, double confidence) {
    Json json;
    json["journeys"] = journeys_json(strategy, confidence);
    json["services"] = services_json(strategy, confidence);
    json["edges"] = edges_json(strategy, confidence);
    json["deployments"] = deployments_json(strategy, confidence);
    json["recovery"] = recovery_json(strategy, confidence);
    json["blast"] = blast_json(strategy, confidence);
    return json;
}

Json strategy_json(const StrategyRuns& strategy, const StrategyResult& result, double confidence) {
    auto json = object_of(32);
    json["name"] = strategy.name;
    json["runs"] = strategy.runs.size();
    if (strategy.automatic) json["ended"] = to_string(strategy.automatic->end);
    json["verdict"] = sim::name_of(result.verdict);
    json.update(measures_json(strategy, confidence));
    json["recoveryRatio"] = recovery_ratio_json(strategy);
    if (!strategy.frame.actions.empty()) json["actions"] = actions_json(strategy);
    json["lost"] = estimate_json(total_loss(strategy, confidence));
    json["impact"] = impact_json(strategy, result);
    json["saturation"] = saturation_json(strategy, result);
    json["series"] = series_json(strategy);
    return json;
}

}  // namespace models
