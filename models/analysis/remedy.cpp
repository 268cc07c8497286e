#include "models/analysis/remedy.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "models/analysis/json_parts.hpp"
#include "models/analysis/setting_lookup.hpp"
#include "models/analysis/snippet.hpp"
#include "models/scenario/policy_layers.hpp"

namespace models {

namespace {

/// How sure it is that it meets all that the baseline misses, and misses nothing that it meets.
enum class Helps : std::uint8_t { no, perhaps, surely };
Helps helps(const StrategyResult& baseline, const StrategyResult& other) {
    auto answer = Helps::surely;
    for (std::size_t slo = 0; slo < baseline.slos.size(); ++slo) {
        const auto was = baseline.slos[slo].verdict;
        const auto is = other.slos[slo].verdict;
        if (was != sim::Verdict::inconclusive && is == sim::Verdict::missed) return Helps::no;
        if (was == sim::Verdict::missed && is != sim::Verdict::met) answer = Helps::perhaps;
    }
    return answer;
}

/// A key of a strategy, or what holds without it.
std::string value_in(const SettingLookup& lookup, const std::string& strategy,
                     const std::string& key) {
    if (const auto own = lookup.at("strategies." + strategy + "." + key)) return own->value;
    const bool path = key.starts_with("policyFor.") || key.starts_with("set.");
    const auto shared = path ? key.substr(key.starts_with("set.") ? 4 : 0) : "policy." + key;
    const auto found = lookup.at(shared);
    if (!found) return "none";
    return found->value.empty() ? "the default" : found->value;
}

std::vector<DifferingSetting> differences(const SettingLookup& lookup, const std::string& baseline,
                                          const std::string& other) {
    auto keys = lookup.own_keys(baseline);
    for (auto& key : lookup.own_keys(other)) {
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(std::move(key));
    }
    std::vector<DifferingSetting> differing;
    for (const auto& key : keys) {
        DifferingSetting one{key, value_in(lookup, baseline, key), value_in(lookup, other, key)};
        if (one.baseline != one.value) differing.push_back(std::move(one));
    }
    return differing;
}

/// The call's own settings in the scenario; null when it has none.
sim::Node own_settings(const SystemSpec& system, const Amplifier& call) {
    for (const ServiceSpec& service : system.services) {
        if (service.name.text != call.caller) continue;
        for (const EndpointSpec& endpoint : service.endpoints) {
            for (const auto& step : endpoint.steps) {
                for (const CallEntry& entry : step) {
                    if (entry.service.text == call.callee) return entry.policy;
                }
            }
        }
    }
    return {};
}

std::vector<SnippetCall> calls_under(const WhyInput& input, const Why& why,
                                     const std::string& strategy) {
    const auto& all = input.scenario.strategies;
    const auto found = std::find_if(
        all.begin(), all.end(), [&](const StrategySpec& one) { return one.name.text == strategy; });
    std::vector<SnippetCall> calls;
    if (found == all.end()) return calls;
    const auto& system = input.scenario.systems[found->system];
    sim::Diagnostics diagnostics;  // the scenario is valid
    PolicyLayers layers(system, *found, diagnostics);
    for (const Amplifier& one : why.amplifiers) {
        const bool of_service = std::any_of(
            system.services.begin(), system.services.end(),
            [&](const ServiceSpec& service) { return service.name.text == one.caller; });
        if (!of_service) continue;  // customers' clients are not ours to configure
        const auto index = layers.between(one.caller, one.callee, own_settings(system, one));
        calls.push_back({one.caller, one.callee, layers.policy(index)});
    }
    return calls;
}

}  // namespace

std::optional<HelpingStrategy> find_remedy(const WhyInput& input, const Why& why,
                                           const StudyResult& result) {
    if (input.result.verdict != sim::Verdict::missed) return std::nullopt;
    const SettingLookup lookup(input.settings, input.sources);
    std::optional<HelpingStrategy> best;
    std::tuple<bool, std::size_t, std::ptrdiff_t> best_rank;
    for (const StrategyResult& other : result.strategies) {
        if (other.name == input.result.name) continue;
        const auto sure = helps(input.result, other);
        if (sure == Helps::no) continue;
        auto settings = differences(lookup, input.result.name, other.name);
        const std::tuple rank(sure != Helps::surely, settings.size(),
                              -static_cast<std::ptrdiff_t>(other.slos_met));
        if (best && !(rank < best_rank)) continue;
        best_rank = rank;
        best.emplace();
        best->strategy = other.name;
        best->sure = sure == Helps::surely;
        best->settings = std::move(settings);
    }
    if (!best) return best;
    const auto calls = calls_under(input, why, best->strategy);
    if (calls.empty()) return best;
    for (const auto& call : calls) best->calls.push_back(call.caller + " → " + call.callee);
    best->envoy = envoy_snippet(calls);
    best->istio = istio_snippet(calls);
    best->resilience4j = resilience4j_snippet(calls);
    return best;
}

std::string remedy_line(const HelpingStrategy& remedy) {
    std::string settings;
    for (const auto& one : remedy.settings) {
        // A line has no room for a rule with several keys: it is named.
        const auto value = one.value.starts_with("{") ? std::string() : " " + one.value;
        settings += (settings.empty() ? "" : ", ") + one.name + value;
    }
    return fmt::format("What {} have helped: {} ({}){}.", remedy.sure ? "would" : "may",
                       remedy.strategy, settings,
                       remedy.calls.empty() ? "" : "; to paste: -o report.html");
}

nlohmann::ordered_json remedy_json(const HelpingStrategy& remedy) {
    Json json;
    json["strategy"] = remedy.strategy;
    json["sure"] = remedy.sure;
    json["sentence"] = remedy_line(remedy);
    json["settings"] = Json::array();
    for (const auto& one : remedy.settings) {
        json["settings"].push_back(
            {{"name", one.name}, {"baseline", one.baseline}, {"value", one.value}});
    }
    json["calls"] = remedy.calls;
    json["snippets"] = {
        {"envoy", remedy.envoy}, {"istio", remedy.istio}, {"resilience4j", remedy.resilience4j}};
    return json;
}

}  // namespace models
