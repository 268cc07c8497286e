#pragma once

#include <string>
#include <vector>

#include "models/policy/call_policy.hpp"

// The policy of a call as products spell it, to be pasted. A snippet is YAML that parses; what a
// product cannot say, or says in another sense, is a comment in it.
namespace models {

/// A call with the policy that it should have.
struct SnippetCall {
    std::string caller;
    std::string callee;
    CallPolicy policy;
};

/// Envoy v3: a route's timeout and retry_policy, a cluster's connect_timeout and circuit_breakers.
std::string envoy_snippet(const std::vector<SnippetCall>& calls);
/// Istio v1: a VirtualService and a DestinationRule for each callee.
std::string istio_snippet(const std::vector<SnippetCall>& calls);
/// resilience4j in a Spring Boot application.yml: retry, timelimiter, circuitbreaker, bulkhead.
std::string resilience4j_snippet(const std::vector<SnippetCall>& calls);

/// The delays of a policy as base, limit and growth, so far as its backoff has them.
struct BackoffShape {
    sim::Duration base{};  ///< zero: no delay
    sim::Duration max = sim::kForever;
    double factor = 1;
    bool random = false;  ///< spread by full jitter
    bool exact = true;    ///< false: the kind is another one, the numbers are the nearest
};
BackoffShape shape_of(const Backoff& backoff);

/// What a retry budget allows, as a share of the calls; nothing: no budget that has a share.
std::optional<double> budget_share(const CallPolicy& policy);
/// "800ms", "3s".
std::string time_text(sim::Duration duration);
/// Rules of the policy that none of the products has, as comment lines (with `#`).
std::string comment_on_rest(const CallPolicy& policy, const std::string& indent);
/// `retry_on` of Envoy and Istio.
std::string envoy_retry_on(const RetryOn& conditions);

}  // namespace models
