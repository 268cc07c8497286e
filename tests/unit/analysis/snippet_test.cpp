// Policies as Envoy, Istio and resilience4j spell them: YAML that parses, with fields that they
// have.
#include "models/analysis/snippet.hpp"

#include "sim/yaml/load.hpp"
#include "tests/catch.hpp"

namespace {

models::CallPolicy budgeted() {
    models::CallPolicy policy;
    policy.timeout = sim::whole_seconds(3);
    policy.per_try_timeout = sim::milliseconds(800);
    policy.retries = 3;
    policy.backoff =
        models::ExponentialBackoff{.base = sim::milliseconds(50), .max = sim::whole_seconds(2)};
    policy.retry_budget = models::WindowedTokensBudget{};
    policy.retry_on.add(models::RetryCondition::status_429);
    return policy;
}

/// Each document by itself, because the reader takes one.
std::vector<sim::Node> documents(const std::string& text) {
    std::vector<sim::Node> all;
    std::size_t start = 0;
    while (start < text.size()) {
        auto end = text.find("---\n", start);
        if (end == std::string::npos) end = text.size();
        sim::SourceMap sources;
        sim::Diagnostics diagnostics;
        auto node =
            sim::load_text(sources, diagnostics, "snippet", text.substr(start, end - start));
        INFO(diagnostics.render(sources));
        REQUIRE(node);
        REQUIRE_FALSE(diagnostics.has_errors());
        all.push_back(std::move(*node));
        start = end + 4;
    }
    return all;
}

/// `http.0.retries.attempts`.
std::string at(const sim::Node& root, const std::string& path) {
    const sim::Node* node = &root;
    std::size_t start = 0;
    while (node != nullptr && start <= path.size()) {
        const auto end = std::min(path.find('.', start), path.size());
        const auto key = path.substr(start, end - start);
        node = node->is_list() ? &node->items.at(std::stoul(key)) : node->find(key);
        start = end + 1;
    }
    return node == nullptr ? "" : node->text;
}

const std::vector<models::SnippetCall> kCalls = {{"gateway", "shop", budgeted()},
                                                 {"shop", "pay", budgeted()}};

}  // namespace

TEST_CASE("a policy for Envoy") {
    const auto all = documents(models::envoy_snippet(kCalls));
    REQUIRE(all.size() == 2);
    const std::string route = "virtual_hosts.0.routes.0.route.";
    CHECK(at(all[0], route + "cluster") == "shop");
    CHECK(at(all[0], route + "timeout") == "3s");
    CHECK(at(all[0], route + "retry_policy.num_retries") == "3");
    CHECK(at(all[0], route + "retry_policy.per_try_timeout") == "0.8s");
    CHECK(at(all[0], route + "retry_policy.retry_back_off.base_interval") == "0.05s");
    CHECK(at(all[0], route + "retry_policy.retriable_status_codes.0") == "429");
    const std::string budget = "clusters.0.circuit_breakers.thresholds.0.retry_budget.";
    CHECK(at(all[1], budget + "budget_percent.value") == "10");
    CHECK(at(all[1], budget + "min_retry_concurrency") == "3");
}

TEST_CASE("a policy for Istio") {
    const auto all = documents(models::istio_snippet(kCalls));
    REQUIRE(all.size() == 4);
    CHECK(at(all[0], "kind") == "VirtualService");
    CHECK(at(all[0], "spec.http.0.timeout") == "3s");
    CHECK(at(all[0], "spec.http.0.retries.attempts") == "3");
    CHECK(at(all[0], "spec.http.0.retries.perTryTimeout") == "800ms");
    CHECK(at(all[1], "spec.trafficPolicy.retryBudget.percent") == "10");
    CHECK(at(all[2], "metadata.name") == "pay");
}

TEST_CASE("a policy for resilience4j, which has no budget and says so") {
    const auto text = models::resilience4j_snippet(kCalls);
    const auto all = documents(text);
    REQUIRE(all.size() == 1);
    const std::string retry = "resilience4j.retry.instances.shop.";
    CHECK(at(all[0], retry + "maxAttempts") == "4");
    CHECK(at(all[0], retry + "waitDuration") == "50ms");
    CHECK(at(all[0], retry + "exponentialMaxWaitDuration") == "2s");
    CHECK(at(all[0], "resilience4j.timelimiter.instances.pay.timeoutDuration") == "800ms");
    CHECK(text.find("# retryBudget: resilience4j has none") != std::string::npos);
}

TEST_CASE("a policy that retries nothing is a timeout") {
    models::CallPolicy policy;
    policy.timeout = sim::whole_seconds(1);
    const std::vector<models::SnippetCall> calls = {{"a", "b", policy}};
    CHECK(models::envoy_snippet(calls).find("retry_policy") == std::string::npos);
    CHECK(at(documents(models::istio_snippet(calls))[0], "spec.http.0.retries.attempts") == "0");
    CHECK(models::resilience4j_snippet(calls).find("maxAttempts: 1 ") != std::string::npos);
}
