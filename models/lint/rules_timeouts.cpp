#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/lint/context.hpp"
#include "models/lint/rules.hpp"
#include "models/scenario/preset_catalog.hpp"

namespace models {

namespace {

std::string limit_text(double seconds) {
    return std::isinf(seconds) ? "for ever" : seconds_text(seconds);
}

/// The bundle of timeouts that a preset is made of: itself or a part of it. Null: none.
const Preset* timeouts_of(std::string_view preset) {
    if (const Preset* own = find_preset("timeouts", preset)) return own;
    const Preset* whole = find_policy_preset(preset);
    if (whole == nullptr) return nullptr;
    for (const std::string& part : whole->parts) {
        constexpr std::string_view kTimeouts = "timeouts ";
        if (part.starts_with(kTimeouts)) return find_preset("timeouts", part.substr(9));
    }
    return nullptr;
}

std::string sources_text(const Preset& preset) {
    std::string text;
    for (const std::string& key : preset.sources) {
        text += (text.empty() ? "" : "; ") + std::string(preset_source(key));
    }
    return text;
}

/// "`timeout: none`, `perTryTimeout: 60s`" as the client has them.
std::string defaults_text(const Preset& client) {
    std::string text;
    for (const std::string_view key : {"timeout", "perTryTimeout", "connectTimeout"}) {
        const sim::Node* value = client.settings.find(key);
        if (value == nullptr) continue;
        text += fmt::format("{}`{}: {}`", text.empty() ? "" : ", ", key, value->text);
    }
    return text;
}

bool is_proxy(const Preset& client) {
    return client.name == "istio-route" || client.name == "envoy-route";
}

/// The preset whose timeouts hold because nobody wrote another; empty: none.
std::string inherited_timeouts(const LintContext& c, const LintCall& call) {
    std::string preset;
    for (const std::string_view key : {"timeout", "perTryTimeout"}) {
        if (!c.is_written(call, key)) continue;
        preset = c.preset_of(call, key);
        if (preset.empty()) return {};
    }
    return preset;
}

/// Where a timeout stands that comes with a preset.
sim::SourceRange place_of_timeout(const LintContext& c, const LintCall& call) {
    return c.place_of(call, c.is_written(call, "timeout") ? "timeout" : "perTryTimeout");
}

void check_f01(const LintContext& c, LintHits& hits) {
    for (const LintCall& call : c.calls()) {
        if (call.of_customers) continue;  // their patience bounds them
        const double limit = c.call_limit(call);
        const std::string preset = inherited_timeouts(c, call);
        const Preset* client = preset.empty() ? nullptr : timeouts_of(preset);
        if (client != nullptr && (!is_proxy(*client) || std::isinf(limit))) {
            hits.add({place_of_timeout(c, call),
                      fmt::format("{} may wait {}: nobody wrote a timeout, and preset `{}` has the "
                                  "defaults of {}, {} ({})",
                                  call.text(), limit_text(limit), preset, client->name,
                                  defaults_text(*client), sources_text(*client)),
                      call.text(), limit});
        } else if (std::isinf(limit) && call.policy->per_try_quantile) {
            hits.add(
                {c.place_of(call, "perTryTimeout"),
                 fmt::format("{} may wait for ever when nothing answers: its `perTryTimeout` is "
                             "a percentile of the replies, and no `timeout` is behind it",
                             call.text()),
                 call.text(), limit});
        } else if (std::isinf(limit)) {
            hits.add({place_of_timeout(c, call),
                      fmt::format("{} may wait for ever: it has no `timeout` and no "
                                  "`perTryTimeout`, and the default of Python requests, Go's "
                                  "http.Client, Java's HttpURLConnection, fetch and gRPC is none",
                                  call.text()),
                      call.text(), limit, c.is_written(call, "timeout") ? "" : "missing"});
        }
    }
}

void check_f02(const LintContext& c, LintHits& hits) {
    for (const LintCall& call : c.calls()) {
        if (call.of_customers) continue;
        const double written = bounded_seconds(call.policy->connect_timeout);
        const double limit = std::min(written, c.try_limit(call));
        const double most = std::max(1.0, 3 * c.round_trip(call));
        if (limit <= most) continue;
        const bool missing = std::isinf(written);
        const std::string preset = c.preset_of(call, "connectTimeout");
        std::string how = missing ? "it has no `connectTimeout`"
                                  : "its `connectTimeout` is " + seconds_text(written);
        if (!preset.empty()) how += fmt::format(", from preset `{}`", preset);
        hits.add({c.place_of(call, "connectTimeout"),
                  fmt::format("to connect to a replica that is gone {} waits {}: {}; {} is enough",
                              call.text(), limit_text(limit), how, seconds_text(most)),
                  call.text(), limit, c.is_written(call, "connectTimeout") ? "" : "missing"});
    }
}

/// "3 tries of 600 ms and 200 ms of backoff".
std::string tries_text(const LintContext& c, const LintCall& call) {
    const double one = c.try_limit(call);
    const int retries = call.policy->retries;
    if (retries == 0 || one * (1 + retries) > c.call_limit(call)) return "its timeout";
    const double waits = longest_backoffs(call.policy->backoff, retries);
    return fmt::format("{} tries of {} and up to {} of backoff", 1 + retries, seconds_text(one),
                       seconds_text(waits));
}

/// The caller that waits least for the endpoint and does not say how long; null: none.
const LintCall* shortest_wait(const LintContext& c, EndpointId id) {
    const LintCall* least = nullptr;
    for (const LintCall* call : c.calls_to(id)) {
        if (call->policy->pass_deadline_down) continue;
        if (least == nullptr || c.try_limit(*call) < c.try_limit(*least)) least = call;
    }
    return least;
}

std::string key_of_limit(const LintCall& call) {
    return call.policy->timeout == sim::kForever ? "perTryTimeout" : "timeout";
}

void check_f03(const LintContext& c, LintHits& hits) {
    for (const LintCall& call : c.calls()) {
        if (call.of_customers || c.model().services[call.caller_service.value].delivery) continue;
        const double worst = c.call_limit(call) * call.times;
        const LintCall* caller = shortest_wait(c, call.from);
        if (std::isinf(worst) || caller == nullptr) continue;
        const double patience = c.try_limit(*caller);
        if (worst <= patience) continue;
        hits.add({c.place_of(call, key_of_limit(call)),
                  fmt::format("{} may take {} ({}), but {} waits only {}", call.text(),
                              seconds_text(worst), tries_text(c, call), caller->text(),
                              seconds_text(patience)),
                  call.text(), worst / patience});
    }
}

void check_f04(const LintContext& c, LintHits& hits) {
    for (std::uint32_t e = 0; e < c.model().endpoints.size(); ++e) {
        const EndpointId id{e};
        const LintCall* caller = shortest_wait(c, id);
        const auto& steps = c.endpoint(id).steps;
        if (caller == nullptr || steps.size() < 2) continue;
        if (c.model().services[c.endpoint(id).service.value].delivery) continue;
        std::vector<double> worst(steps.size(), 0.0);
        for (const LintCall* call : c.calls_from(id)) {
            worst[call->step] = std::max(worst[call->step], c.call_limit(*call) * call->times);
        }
        double sum = 0;
        std::string parts;
        for (const double one : worst) {
            sum += one;
            parts += (parts.empty() ? "" : " + ") + limit_text(one);
        }
        const double patience = c.try_limit(*caller);
        const bool alone = *std::max_element(worst.begin(), worst.end()) > patience;
        if (std::isinf(sum) || sum <= patience || alone) continue;
        hits.add({c.endpoint_spec(id).name.range,
                  fmt::format("the calls of {} may take {} = {} one after the other, but {} waits "
                              "only {}",
                              c.endpoint_name(id), parts, seconds_text(sum), caller->text(),
                              seconds_text(patience)),
                  c.endpoint_name(id), sum / patience});
    }
}

std::string key_of_try(const LintCall& call) {
    return call.policy->per_try_timeout < call.policy->timeout ? "perTryTimeout" : "timeout";
}

bool has_fixed_try(const LintCall& call) {
    return !call.policy->per_try_quantile &&
           std::min(call.policy->per_try_timeout, call.policy->timeout) != sim::kForever;
}

void check_f05(const LintContext& c, LintHits& hits) {
    for (const LintCall& call : c.calls()) {
        if (!has_fixed_try(call)) continue;
        const double limit =
            bounded_seconds(std::min(call.policy->per_try_timeout, call.policy->timeout));
        for (const auto& [p, text] : {std::pair(0.99, "p99"), std::pair(0.999, "p99.9")}) {
            const double work = c.own_quantile(call.to, p);
            if (limit >= work) continue;
            LintHit hit{c.place_of(call, key_of_try(call)),
                        fmt::format("{} waits {} for a try, but the own work of {} alone has a {} "
                                    "of {}: more than {} of the tries are given up on a good day",
                                    call.text(), seconds_text(limit), call.callee_name, text,
                                    seconds_text(work), percent_text(1 - p)),
                        call.text(), work / limit};
            if (p > 0.99) hit.severity = sim::Severity::warning;
            hits.add(std::move(hit));
            break;
        }
    }
}

void check_f06(const LintContext& c, LintHits& hits) {
    constexpr double kMostTimes = 10;
    for (const LintCall& call : c.calls()) {
        if (!has_fixed_try(call) || call.of_customers) continue;
        const double limit = c.try_limit(call);
        const double reply = c.reply_p99(call.to);
        if (reply <= 0 || limit <= kMostTimes * reply) continue;
        hits.add(
            {c.place_of(call, key_of_try(call)),
             fmt::format("{} waits {} for a try, {} times the p99 of {} ({}): that long a slow "
                         "callee holds what the caller has",
                         call.text(), seconds_text(limit), number_text(limit / reply),
                         call.callee_name, seconds_text(reply)),
             call.text(), limit / reply});
    }
}

void check_f14(const LintContext& c, LintHits& hits) {
    for (const LintCall& call : c.calls()) {
        if (call.of_customers) continue;
        const std::string preset = inherited_timeouts(c, call);
        const Preset* client = preset.empty() ? nullptr : timeouts_of(preset);
        if (client == nullptr || !is_proxy(*client)) continue;
        hits.add({place_of_timeout(c, call),
                  fmt::format("{} has the proxy's timeouts, {}, since preset `{}` is all that says "
                              "anything of them ({})",
                              call.text(), defaults_text(*client), preset, sources_text(*client)),
                  call.text()});
    }
}

constexpr auto kTimeoutsRules = std::to_array<LintRule>({
    {"F01", sim::Severity::error, LintCategory::latency, "a call without a timeout of its own",
     "nobody wrote `timeout` or `perTryTimeout` for a call between services, and what holds is "
     "unlimited, or a client's default that came with a preset (those of proxies: F14); or "
     "`perTryTimeout` is a percentile and there is no `timeout`",
     "a call that waits for ever, or for a default that nobody chose, holds its caller's slot as "
     "long as the callee hangs",
     "AWS Well-Architected REL05-BP05: defaults are often infinite or far too high; defaults: "
     "`firedrill help presets`",
     "scenarios/policies/timeout.yaml", "policy: {preset: python-requests}",
     "policy: {preset: python-requests, timeout: 1s, connectTimeout: 500ms}", check_f01},
    {"F02", sim::Severity::warning, LintCategory::latency, "a connection may take too long",
     "the smaller of `connectTimeout` and the time of a try is above 1 s, or above three round "
     "trips where those are longer",
     "a replica that is gone does not answer, and without a limit for the connection every call to "
     "it costs the time of a whole try",
     "AWS Well-Architected REL05-BP05: set both connection and request timeouts",
     "scenarios/tournament.yaml", "policy: {timeout: 3s}",
     "policy: {timeout: 3s, connectTimeout: 500ms}", check_f02},
    {"F03", sim::Severity::error, LintCategory::latency, "the caller gives up first",
     "all tries of a call and their backoffs may take longer than the caller's caller waits, which "
     "does not pass its deadline down",
     "whoever gave up does not read the answer, so the last tries are work for nobody, at the "
     "worst "
     "time",
     "AWS Well-Architected REL05-BP04 (stale requests); Google SRE, Addressing Cascading Failures: "
     "deadlines",
     "scenarios/policies/timeout.yaml",
     "policyFor: {web: {timeout: 1s}, stock: {perTryTimeout: 1s, retries: 2}}",
     "policyFor: {web: {timeout: 1s}, stock: {perTryTimeout: 300ms, retries: 1, timeout: 900ms}}",
     check_f03},
    {"F04", sim::Severity::warning, LintCategory::latency,
     "calls one after the other exceed the caller's time",
     "the longest times of an endpoint's steps together are longer than its caller waits, although "
     "each alone is not",
     "every call is within its limit, and the request is not: late answers are thrown away",
     "Google SRE, Addressing Cascading Failures: deadline propagation",
     "scenarios/faults/slow-dependency.yaml",
     "policy: {timeout: 1s}   # web calls cart, then stock, then payment",
     "policy: {timeout: 1s, deadline: passDown}", check_f04},
    {"F05", sim::Severity::error, LintCategory::latency, "a timeout below normal latency",
     "the time of a try is below the p99 of the callee's own work (between p99 and p99.9: a "
     "warning)",
     "tries that would have succeeded are given up and repeated, which is more load exactly when "
     "the callee is slow",
     "Amazon Builders' Library, Timeouts, retries, and backoff with jitter: choose an acceptable "
     "rate of false timeouts (0.1 %) and the matching percentile",
     "scenarios/policies/timeout.yaml",
     "services: {stock: {latency: {p50: 35ms, p99: 140ms}}}\npolicy: {perTryTimeout: 100ms}",
     "services: {stock: {latency: {p50: 35ms, p99: 140ms}}}\npolicy: {perTryTimeout: 400ms}",
     check_f05},
    {"F06", sim::Severity::warning, LintCategory::latency, "a timeout far above normal latency",
     "the time of a try is more than ten times the p99 of the callee's reply on an idle system",
     "a caller that waits so long holds slots and connections for a callee that will not answer",
     "AWS Well-Architected REL05-BP05", "scenarios/policies/timeout.yaml",
     "services: {stock: {latency: {p50: 10ms, p99: 40ms}}}\npolicy: {timeout: 5s}",
     "services: {stock: {latency: {p50: 10ms, p99: 40ms}}}\npolicy: {timeout: 300ms}", check_f06},
    {"F14", sim::Severity::warning, LintCategory::misconfiguration,
     "timeouts inherited from the proxy",
     "nobody wrote `timeout` or `perTryTimeout`, and the preset is Envoy's or Istio's",
     "Istio switches the route's timeout off and Envoy waits 15 s: neither was chosen for this "
     "call",
     "istio/api virtual_service.proto; envoy docs, faq/configuration/timeouts",
     "scenarios/tournament.yaml", "policy: {preset: envoy-default}",
     "policy: {preset: envoy-default, timeout: 1s}", check_f14},
});

}  // namespace

std::span<const LintRule> timeout_rules() { return kTimeoutsRules; }

}  // namespace models
