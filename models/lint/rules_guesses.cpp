#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/lint/context.hpp"
#include "models/lint/rules.hpp"

namespace models {

namespace {

/// By so much a guess is taken to be wrong.
constexpr double kWrong = 0.2;

/// `services.NAME.KEY…` of a guess; nothing: it is about something else.
struct GuessedKey {
    std::string service;
    std::string key;
};
std::optional<GuessedKey> guessed_key(const std::string& path) {
    constexpr std::string_view kServices = "services.";
    if (!path.starts_with(kServices)) return std::nullopt;
    const auto end = path.find('.', kServices.size());
    if (end == std::string::npos) return std::nullopt;
    return GuessedKey{path.substr(kServices.size(), end - kServices.size()), path.substr(end + 1)};
}

/// Whether the guess decides how long the endpoint works.
bool decides(const LintContext& c, const GuessedKey& guess, EndpointId id) {
    const Endpoint& endpoint = c.endpoint(id);
    if (c.name(endpoint.service) != guess.service) return false;
    const std::string own = "endpoints." + endpoint.name + ".latency";
    if (guess.key.starts_with(own)) return true;
    return guess.key.starts_with("latency") && !c.is_written(endpoint.service, own);
}

/// Static answers if the guessed work took `kWrong` longer, or the guessed slots were so many
/// fewer; nothing: the guess is about neither.
std::optional<std::vector<ServiceLoad>> loads_if_wrong(const LintContext& c,
                                                       const GuessedKey& guess) {
    auto endpoints = c.model().endpoints;
    auto services = c.capacity().services;
    bool changed = false;
    for (std::uint32_t e = 0; e < endpoints.size(); ++e) {
        if (!decides(c, guess, EndpointId{e})) continue;
        endpoints[e].latency = {
            sim::ConstantDistribution{endpoints[e].latency.mean_seconds() * (1 + kWrong)}};
        changed = true;
    }
    for (const ServiceId id : c.services()) {
        if (c.name(id) != guess.service || guess.key != "concurrency") continue;
        services[id.value].slots /= 1 + kWrong;
        changed = true;
    }
    if (!changed) return std::nullopt;
    const CapacityInput& now = c.capacity();
    return service_loads({now.topology, endpoints, now.policies, now.groups, std::move(services)});
}

/// The p50 and the p99 of one latency are one guess.
std::string one_value(const std::string& path) {
    const auto latency = path.find(".latency");
    return latency == std::string::npos ? path : path.substr(0, latency);
}

void check_guess(const LintContext& c, const Guess& guess, const std::vector<ServiceLoad>& wrong,
                 LintHits& hits) {
    for (const ServiceId id : c.services()) {
        const ServiceLoad& now = c.load(id);
        const ServiceLoad& then = wrong[id.value];
        const bool today = now.busy < 1 && then.busy >= 1;
        const bool lost = now.busy_zone_lost < 1 && then.busy_zone_lost >= 1;
        if (!today && !lost) continue;
        hits.add(
            {guess.range,
             fmt::format("`{}` is a guess (`~{}`): were it wrong by {}, {} would be offered {} "
                         "of its capacity{}, {} as it is",
                         guess.path, guess.text, percent_text(kWrong, 0), c.name(id),
                         percent_text(today ? then.busy : then.busy_zone_lost, 0),
                         today ? "" : " with a zone lost",
                         percent_text(today ? now.busy : now.busy_zone_lost, 0)),
             c.name(id), today ? then.busy + 1 : then.busy_zone_lost, one_value(guess.path)});
    }
}

void check_f44(const LintContext& c, LintHits& hits) {
    for (const Guess& guess : c.scenario().guesses) {
        const auto key = guessed_key(guess.path);
        if (!key) continue;
        if (const auto wrong = loads_if_wrong(c, *key)) check_guess(c, guess, *wrong, hits);
    }
}

constexpr auto kGuessesRules = std::to_array<LintRule>({
    {"F44", sim::Severity::note, LintCategory::experiment, "a guess that decides",
     "a `latency` or `concurrency` is a guess (`~`), and a service whose capacity suffices, today "
     "or with any one zone lost, would be overloaded if the work took 20 % longer, or the slots "
     "were as many fewer",
     "the verdict is then about the guess and not about the design: measure that number first",
     "Saltelli et al., Global Sensitivity Analysis: The Primer, 2008; `firedrill sweep` varies it",
     "scenarios/lint/F44-about.yaml",
     "services: {payment: {concurrency: 8, latency: ~80ms}}    # 90 % busy: 108 %",
     "services: {payment: {concurrency: 16, latency: ~80ms}}   # 45 % busy: 54 %", check_f44},
});

}  // namespace

std::span<const LintRule> guess_rules() { return kGuessesRules; }

}  // namespace models
