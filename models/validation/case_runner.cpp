#include "models/validation/case_runner.hpp"

#include <algorithm>
#include <variant>

#include "models/analysis/study_report.hpp"
#include "models/engine/replication.hpp"
#include "models/scenario/build.hpp"
#include "models/scenario/frame.hpp"
#include "models/scenario/load.hpp"
#include "models/validation/driver.hpp"
#include "sim/core/assert.hpp"

namespace models {

namespace {

using Values = std::vector<std::optional<double>>;  ///< per figure, of one replication

/// One strategy of a scenario, ready to run.
struct PreparedStrategy {
    std::string name;
    SystemModel model;
    std::optional<SystemModel> twin;
    StudyFrame frame;
    std::vector<SloCell> cells;
};

/// A case, ready to run.
struct PreparedCase {
    Case the_case;  ///< with the wrong model's changes, if it is that which is run
    std::uint64_t seed = 0;
    std::size_t runs = 0;
    StudySettings settings;
    std::vector<PreparedStrategy> strategies;  ///< those that figures name; none for a driver
};

std::optional<Scenario> read_scenario(const Suite& suite, const Case& one, std::string& error) {
    LoadRequest request;
    request.path = std::string(suite.folder) + "/" + one.scenario;
    request.overrides = one.set;
    request.loader = [&suite](const std::string& path, std::size_t) {
        const auto slash = path.rfind('/');
        const auto text = suite.text_of(path.substr(slash + 1));
        if (text.empty()) return sim::FileContent{{}, "no such file"};
        return sim::FileContent{std::string(text), {}};
    };
    sim::SourceMap sources;
    sim::Diagnostics diagnostics;
    auto scenario = load_scenario(request, sources, diagnostics);
    if (diagnostics.has_errors()) {
        error = diagnostics.render(sources);
        return std::nullopt;
    }
    return scenario;
}

/// The strategies that figures speak of, in the order of the scenario.
std::vector<std::size_t> wanted_strategies(const Scenario& scenario, const Case& one) {
    std::vector<std::size_t> wanted;
    for (std::size_t i = 0; i < scenario.strategies.size(); ++i) {
        const auto& name = scenario.strategies[i].name.text;
        const bool asked = std::any_of(one.figures.begin(), one.figures.end(), [&](const auto& f) {
            return f.strategy.empty() ? i == 0 : f.strategy == name;
        });
        if (asked) wanted.push_back(i);
    }
    return wanted;
}

void prepare_strategies(const Scenario& scenario, PreparedCase& prepared) {
    prepared.settings.experiment = scenario.experiment;
    prepared.settings.slos = scenario.slos;
    for (const auto index : wanted_strategies(scenario, prepared.the_case)) {
        PreparedStrategy strategy;
        strategy.name = scenario.strategies[index].name.text;
        strategy.model = build_model(scenario, index);
        if (prepared.the_case.twin) strategy.twin = build_model(scenario, index, Twin::yes);
        strategy.frame = frame_of(strategy.model);
        strategy.cells = slo_cells(strategy.frame, scenario.slos);
        prepared.strategies.push_back(std::move(strategy));
    }
}

/// The committed seed of drivers, which have no scenario to write one in.
constexpr std::uint64_t kDriverSeed = 42;
/// Of the second try of a case that was outside.
constexpr std::uint64_t kFreshSeed = 1'000'003;

std::variant<PreparedCase, BrokenCase> prepare(const Suite& suite, const Case& one,
                                               const ValidationOptions& options) {
    PreparedCase prepared;
    prepared.the_case = one;
    prepared.seed = options.seed.value_or(kDriverSeed);
    auto& the_case = prepared.the_case;
    if (options.wrong && one.wrong) {
        the_case.set.insert(the_case.set.end(), one.wrong->set.begin(), one.wrong->set.end());
        // The first of a name counts.
        the_case.parameters.insert(the_case.parameters.begin(), one.wrong->parameters.begin(),
                                   one.wrong->parameters.end());
    }
    prepared.runs = the_case.runs;
    if (!the_case.driver.empty()) return prepared;
    std::string error;
    const auto scenario = read_scenario(suite, the_case, error);
    if (!scenario) return BrokenCase{one.name, error};
    prepared.seed = options.seed.value_or(scenario->experiment.seed);
    if (prepared.runs == 0) prepared.runs = scenario->experiment.replications;
    prepare_strategies(*scenario, prepared);
    for (const auto& figure : the_case.figures) {
        const auto known = std::any_of(
            prepared.strategies.begin(), prepared.strategies.end(),
            [&](const auto& s) { return figure.strategy.empty() || s.name == figure.strategy; });
        if (!known) return BrokenCase{one.name, "no strategy `" + figure.strategy + "`"};
    }
    return prepared;
}

bool asks_for_series(const Case& one) {
    return std::any_of(one.figures.begin(), one.figures.end(), [](const Figure& figure) {
        return figure.value && figure.value->text().find("series.") != std::string::npos;
    });
}

/// One strategy's JSON result of one replication.
nlohmann::ordered_json measure(const PreparedCase& prepared, const PreparedStrategy& strategy,
                               std::uint32_t replication) {
    const ReplicationKey key{prepared.seed, replication};
    const auto run = run_replication(strategy.model, key, {});
    std::optional<RunResult> twin;
    if (strategy.twin) twin = run_replication(*strategy.twin, key, {});
    StrategyRuns runs;
    runs.name = strategy.name;
    runs.frame = strategy.frame;
    runs.cells = strategy.cells;
    runs.runs.push_back(digest(runs.frame, runs.cells, run, twin ? &*twin : nullptr));
    auto json = measures_json(runs, prepared.settings.experiment.confidence);
    if (asks_for_series(prepared.the_case)) {
        runs.series.add(run, twin ? &*twin : nullptr);
        json["series"] = series_json(runs);
    }
    return json;
}

Values run_scenario(const PreparedCase& prepared, std::uint32_t replication) {
    const auto& figures = prepared.the_case.figures;
    Values values(figures.size());
    for (std::size_t s = 0; s < prepared.strategies.size(); ++s) {
        const auto& strategy = prepared.strategies[s];
        const auto json = measure(prepared, strategy, replication);
        for (std::size_t i = 0; i < figures.size(); ++i) {
            const auto& figure = figures[i];
            const bool here = figure.strategy.empty() ? s == 0 : figure.strategy == strategy.name;
            if (here) values[i] = figure.value->evaluate(json);
        }
    }
    return values;
}

Values run_driver(const PreparedCase& prepared, std::uint32_t replication) {
    const auto& the_case = prepared.the_case;
    const auto numbers = find_driver(the_case.driver)->run({the_case, prepared.seed, replication});
    SIM_ASSERT(numbers.size() == the_case.figures.size());
    return {numbers.begin(), numbers.end()};
}

Values run_once(const PreparedCase& prepared, std::uint32_t replication) {
    return prepared.the_case.driver.empty() ? run_scenario(prepared, replication)
                                            : run_driver(prepared, replication);
}

CaseResult judge(const Case& one, const std::vector<Values>& runs) {
    CaseResult result{.the_case = &one, .runs = runs.size(), .figures = {}};
    for (std::size_t i = 0; i < one.figures.size(); ++i) {
        Values column;
        for (const auto& run : runs) column.push_back(run[i]);
        result.figures.push_back(judge_figure(one.figures[i], column));
    }
    return result;
}

/// A case of the list with where its replications are among all of them.
struct Share {
    const Case* original = nullptr;
    PreparedCase prepared;
    std::size_t first = 0;
};

/// All replications of all cases in one queue, so that no core waits for a long case.
void run_shares(std::vector<Share>& shares, const ValidationOptions& options,
                ValidationResult& result) {
    std::size_t all = 0;
    for (auto& share : shares) {
        share.first = all;
        all += share.prepared.runs;
    }
    const auto share_of = [&](std::size_t index) -> const Share& {
        const auto after = std::upper_bound(
            shares.begin(), shares.end(), index,
            [](std::size_t value, const Share& share) { return value < share.first; });
        return *std::prev(after);
    };
    sim::RunnerOptions runner;
    runner.count = all;
    runner.jobs = options.jobs;
    runner.stop = options.stop;
    if (options.on_wait) {
        runner.on_wait = [&](std::size_t done) { options.on_wait(done, all); };
    }
    const auto values = sim::run_tasks(runner, [&](std::size_t index) {
        const auto& share = share_of(index);
        return run_once(share.prepared, static_cast<std::uint32_t>(index - share.first));
    });
    for (const auto& share : shares) {
        const auto end = share.first + share.prepared.runs;
        if (end > values.size()) {
            result.stopped = true;
            return;
        }
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(share.first);
        result.cases.push_back(judge(
            *share.original, {begin, begin + static_cast<std::ptrdiff_t>(share.prepared.runs)}));
    }
}

/// Judges a case that was outside once more, with a seed that nobody chose.
void run_again(const Suite& suite, const ValidationOptions& options, CaseResult& first,
               ValidationResult& result) {
    auto fresh = options;
    fresh.again = false;
    fresh.seed = options.seed.value_or(0) + kFreshSeed;
    const std::vector<const Case*> one{first.the_case};
    const auto second = run_cases(suite, one, fresh);
    result.stopped = result.stopped || second.stopped;
    if (second.cases.empty()) return;
    for (std::size_t i = 0; i < first.figures.size(); ++i) {
        if (agrees(first.figures[i].agreement)) continue;
        const auto before = first.figures[i];
        first.figures[i] = second.cases[0].figures[i];
        first.figures[i].first_try = before.estimate.value;
        if (first.figures[i].agreement == Agreement::inside) {
            first.figures[i].agreement = Agreement::inside_again;
        }
    }
}

}  // namespace

ValidationResult run_cases(const Suite& suite, std::span<const Case* const> cases,
                           const ValidationOptions& options) {
    ValidationResult result;
    std::vector<Share> shares;
    for (const auto* one : cases) {
        auto prepared = prepare(suite, *one, options);
        if (auto* broken = std::get_if<BrokenCase>(&prepared)) {
            result.broken.push_back(std::move(*broken));
        } else {
            shares.push_back({one, std::move(std::get<PreparedCase>(prepared)), 0});
        }
    }
    run_shares(shares, options, result);
    if (!options.again || options.wrong) return result;
    for (auto& one : result.cases) {
        if (!one.passes() && !result.stopped) run_again(suite, options, one, result);
    }
    return result;
}

}  // namespace models
