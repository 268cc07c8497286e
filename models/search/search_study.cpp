#include "models/search/search_study.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "sim/core/assert.hpp"

namespace models {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kKind = "search";

/// Verdicts of all probes about one thing, and the flip between the certain ones.
struct Told {
    const SearchProbe* probe;
    sim::Verdict verdict;
};

Bracket bracket_around(std::vector<Told> told) {
    std::erase_if(told, [](const Told& one) {
        return one.verdict != sim::Verdict::met && one.verdict != sim::Verdict::missed;
    });
    std::sort(told.begin(), told.end(),
              [](const Told& a, const Told& b) { return a.probe->at < b.probe->at; });
    Bracket bracket;
    if (told.empty()) return bracket;
    // The low end's verdict holds up to the first place with the other one.
    const auto low = told.front().verdict;
    const auto flip =
        std::find_if(told.begin(), told.end(), [&](const Told& one) { return one.verdict != low; });
    const auto set = [&](const Told& one) {
        const bool is_met = one.verdict == sim::Verdict::met;
        (is_met ? bracket.met : bracket.missed) = one.probe->at;
        (is_met ? bracket.met_text : bracket.missed_text) = one.probe->text;
    };
    if (flip == told.end()) {
        // Without one it is the place that is nearest to where the other verdict may be.
        set(low == sim::Verdict::met ? told.back() : told.front());
        return bracket;
    }
    set(*std::prev(flip));
    set(*flip);
    return bracket;
}

sim::Verdict verdict_of(const SearchProbe& probe, const std::string& slo) {
    auto verdict = sim::Verdict::none;
    for (const auto& one : probe.slos) {
        if (one.slo == slo) verdict = sim::worst(verdict, one.verdict);
    }
    return verdict;
}

}  // namespace

std::string_view to_string(SearchKind kind) {
    return kind == SearchKind::max_load ? "max-load" : "boundary";
}

std::string_view to_string(SearchEnd end) {
    switch (end) {
        case SearchEnd::found:
            return "found";
        case SearchEnd::wide:
            return "wide";
        case SearchEnd::never_met:
            return "neverMet";
        case SearchEnd::always_met:
            return "alwaysMet";
        case SearchEnd::open:
            return "open";
        case SearchEnd::unfinished:
            return "unfinished";
    }
    SIM_ASSERT(false);
}

Bracket StrategySearch::bracket() const {
    std::vector<Told> told;
    for (const auto& probe : probes) told.push_back({&probe, probe.verdict});
    return bracket_around(std::move(told));
}

Bracket StrategySearch::bracket_of(const std::string& slo) const {
    std::vector<Told> told;
    for (const auto& probe : probes) told.push_back({&probe, verdict_of(probe, slo)});
    return bracket_around(std::move(told));
}

SearchEnd StrategySearch::end() const {
    if (!finished) return SearchEnd::unfinished;
    const auto found = bracket();
    if (found.met && found.missed) {
        const auto [low, high] = std::minmax(*found.met, *found.missed);
        const bool unsure = std::any_of(probes.begin(), probes.end(), [&](const auto& probe) {
            return low < probe.at && probe.at < high;
        });
        return unsure ? SearchEnd::wide : SearchEnd::found;
    }
    const bool sure = std::all_of(probes.begin(), probes.end(), [](const SearchProbe& probe) {
        return probe.verdict != sim::Verdict::inconclusive;
    });
    if (!sure) return SearchEnd::open;
    return found.met ? SearchEnd::always_met : SearchEnd::never_met;
}

const SearchProbe* StrategySearch::first_missed() const {
    const auto found = bracket();
    for (const auto& probe : probes) {
        if (found.missed && probe.at == *found.missed) return &probe;
    }
    return nullptr;
}

std::vector<const ProbeSlo*> StrategySearch::binding() const {
    std::vector<const ProbeSlo*> missed;
    if (const auto* probe = first_missed()) {
        for (const auto& slo : probe->slos) {
            if (slo.verdict == sim::Verdict::missed) missed.push_back(&slo);
        }
    }
    return missed;
}

std::size_t StrategySearch::runs() const {
    std::size_t sum = 0;
    for (const auto& probe : probes) sum += probe.runs;
    return sum;
}

std::string search_text(const SearchStudy& study) {
    Json json = {{"kind", kKind},
                 {"search", to_string(study.kind)},
                 {"name", study.name},
                 {"file", study.file},
                 {"question", study.question},
                 {"resolved", study.resolved},
                 {"path", study.path},
                 {"range", study.range},
                 {"today", study.today},
                 {"strategies", study.strategies},
                 {"slos", study.slos},
                 {"tolerance", study.tolerance},
                 {"confidence", study.confidence},
                 {"probeConfidence", study.probe_confidence},
                 {"mostProbes", study.most_probes},
                 {"mostRuns", study.most_runs},
                 {"seed", study.seed},
                 {"command", study.command},
                 {"engine", study.engine}};
    json["rates"] = Json::array();
    for (const auto& [group, rate] : study.rates) json["rates"].push_back({group, rate});
    return json.dump();
}

std::optional<SearchStudy> read_search_text(const std::string& text) {
    try {
        const auto json = Json::parse(text);
        if (json.at("kind") != kKind) return std::nullopt;
        SearchStudy study;
        study.kind = json.at("search") == to_string(SearchKind::boundary) ? SearchKind::boundary
                                                                          : SearchKind::max_load;
        json.at("name").get_to(study.name);
        json.at("file").get_to(study.file);
        json.at("question").get_to(study.question);
        json.at("resolved").get_to(study.resolved);
        json.at("path").get_to(study.path);
        json.at("range").get_to(study.range);
        json.at("today").get_to(study.today);
        json.at("strategies").get_to(study.strategies);
        json.at("slos").get_to(study.slos);
        json.at("tolerance").get_to(study.tolerance);
        json.at("confidence").get_to(study.confidence);
        json.at("probeConfidence").get_to(study.probe_confidence);
        json.at("mostProbes").get_to(study.most_probes);
        json.at("mostRuns").get_to(study.most_runs);
        json.at("seed").get_to(study.seed);
        json.at("command").get_to(study.command);
        json.at("engine").get_to(study.engine);
        for (const auto& one : json.at("rates")) {
            study.rates.emplace_back(one.at(0).get<std::string>(), one.at(1).get<double>());
        }
        return study;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

bool is_search_text(const std::string& text) {
    const auto json = Json::parse(text, nullptr, false);
    return json.is_object() && json.value("kind", "") == kKind;
}

SearchResult read_search(sim::Store& store) {
    const auto plan = store.newest_plan();
    if (!plan) throw sim::StoreError("it holds no search");
    auto study = read_search_text(store.plan(*plan));
    if (!study) throw sim::StoreError("its newest plan is no search, or damaged");
    SearchResult result{std::move(*study), {}};
    for (const auto& name : result.study.strategies) {
        result.strategies.emplace_back().name = name;
    }
    // One more than its probes says that a search has ended.
    for (const auto& point : store.points(*plan, 1, result.study.most_probes + 1)) {
        if (point.strategy >= result.strategies.size()) continue;
        auto& strategy = result.strategies[point.strategy];
        if (point.verdicts.empty()) {
            strategy.finished = true;
            continue;
        }
        auto probe = read_probe_text(point.verdicts);
        if (!probe) throw sim::StoreError("a result in it is damaged");
        probe->failure = point.failure;
        probe->command = point.command;
        strategy.probes.push_back(std::move(*probe));
    }
    return result;
}

}  // namespace models
