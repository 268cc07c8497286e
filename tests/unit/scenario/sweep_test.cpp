// From `sweep:` and the command line to the points.
#include "models/scenario/sweep.hpp"

#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "models/scenario/resolved.hpp"
#include "sim/core/rng.hpp"
#include "tests/catch.hpp"
#include "tests/effort.hpp"
#include "tests/unit/scenario/support.hpp"

using namespace scenario_test;
using Texts = std::vector<std::string>;

namespace {

struct Planned {
    sim::SourceMap sources;
    sim::Diagnostics diagnostics;
    models::LoadRequest request;
    std::optional<models::ScenarioTree> tree;
    std::optional<models::Scenario> scenario;
    std::optional<models::SweepPlan> plan;

    [[nodiscard]] std::string messages() const { return diagnostics.render(sources); }
};

Planned plan_text(const std::string& text, const models::SweepArguments& arguments = {},
                  Texts overrides = {}, std::size_t limit = 100'000) {
    Planned out;
    out.request.path = "shop.yaml";
    out.request.overrides = std::move(overrides);
    out.request.limits.points = limit;
    out.request.loader = [text](const std::string& path, std::size_t) {
        return path == "shop.yaml" ? sim::FileContent{text, ""}
                                   : sim::FileContent{"", "no such file"};
    };
    out.tree = models::read_scenario_tree(out.request, out.sources, out.diagnostics);
    REQUIRE(out.tree);
    out.scenario = models::load_scenario(*out.tree, out.request, out.sources, out.diagnostics);
    INFO(out.messages());
    REQUIRE(out.scenario);
    out.plan = models::plan_sweep(*out.tree, out.request, *out.scenario, arguments, out.sources,
                                  out.diagnostics);
    CHECK(out.plan.has_value() != out.diagnostics.has_errors());
    return out;
}

Planned plan(const std::string& sweep, const models::SweepArguments& arguments = {},
             Texts overrides = {}, std::size_t limit = 100'000) {
    return plan_text(kShop + sweep, arguments, std::move(overrides), limit);
}

/// The points as "a b, a c".
std::string points_of(const Planned& planned) {
    INFO(planned.messages());
    REQUIRE(planned.plan);
    std::string text;
    for (const auto& point : planned.plan->points) {
        text += text.empty() ? "" : ", ";
        for (std::size_t i = 0; i < point.values.size(); ++i) {
            text += (i > 0 ? " " : "") + point.values[i];
        }
    }
    return text;
}

std::string problem(const std::string& sweep, const models::SweepArguments& arguments = {},
                    Texts overrides = {}, std::size_t limit = 100'000) {
    const auto planned = plan(sweep, arguments, std::move(overrides), limit);
    CHECK_FALSE(planned.plan);
    return planned.messages();
}

bool says(const std::string& messages, const std::string& words) {
    INFO(messages);
    CHECK(messages.find(words) != std::string::npos);
    return messages.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("all combinations, the last path fastest, numbered from 1") {
    const auto planned =
        plan("sweep: {services.payment.queue: [10, 20], policy.timeout: 1s..3s step 1s}\n");
    CHECK(points_of(planned) == "10 1s, 10 2s, 10 3s, 20 1s, 20 2s, 20 3s");
    CHECK(planned.plan->points[4].number == 5);
    CHECK(planned.plan->combinations == 6);
    CHECK(models::overrides_of(*planned.plan, planned.plan->points[3]) ==
          Texts{"services.payment.queue=20", "policy.timeout=1s"});
}

TEST_CASE("every point's overrides load, whatever shape the values have") {
    const auto planned = plan(
        "sweep:\n"
        "  services.web.endpoints.browse.0: [catalog (optional), \"catalog\"]\n"
        "  strategies.naive.backoff: [none, {base: ~20ms, max: 1s}, envoy]\n"
        "  policy.retryOn: [[timeout], [timeout, 503, reset]]\n"
        "  services.payment.latency: [~20ms, {p50: 5ms, p99: 50ms}]\n"
        "  experiment.seed: [1, 2]\n");
    REQUIRE(planned.plan);
    CHECK(planned.plan->points.size() == 48);
    std::set<std::string> different;
    for (const auto& point : planned.plan->points) {
        auto request = planned.request;
        request.overrides = models::overrides_of(*planned.plan, point);
        sim::SourceMap sources = planned.sources;
        sim::Diagnostics diagnostics;
        const auto scenario = models::load_scenario(*planned.tree, request, sources, diagnostics);
        INFO(diagnostics.render(sources));
        REQUIRE(scenario);
        different.insert(models::write_resolved(*scenario));
        CHECK(models::write_resolved(*scenario).find("sweep") == std::string::npos);
    }
    CHECK(different.size() == 48);
}

TEST_CASE("a tree that is read once gives what the text gives") {
    const auto planned = plan("sweep: {services.payment.queue: [10, 20]}\n");
    for (const auto& point : planned.plan->points) {
        auto request = planned.request;
        request.overrides = models::overrides_of(*planned.plan, point);
        sim::SourceMap sources = planned.sources;
        sim::Diagnostics diagnostics;
        const auto fast = models::load_scenario(*planned.tree, request, sources, diagnostics);
        const auto slow =
            load(kShop + "sweep: {services.payment.queue: [10, 20]}\n", request.overrides);
        REQUIRE((fast && slow->scenario));
        CHECK(models::write_resolved(*fast) == models::write_resolved(*slow->scenario));
        CHECK(fast->sha256 == slow->scenario->sha256);
        CHECK(dump(models::build_model(*fast, 1)) == dump(models::build_model(*slow->scenario, 1)));
    }
}

TEST_CASE("threads share a tree") {
    const auto planned = plan(
        "sweep: {policy.backoff: [none, envoy, {base: 5ms}], services.payment.queue: 1..8 step 1, "
        "policy.retries: [0, 1]}\n");
    REQUIRE(planned.plan);
    const auto& points = planned.plan->points;
    REQUIRE(points.size() == 48);
    const auto resolved = [&](const models::SweepPoint& point) {
        auto request = planned.request;
        request.overrides = models::overrides_of(*planned.plan, point);
        sim::SourceMap sources = planned.sources;
        sim::Diagnostics diagnostics;
        const auto scenario = models::load_scenario(*planned.tree, request, sources, diagnostics);
        return scenario ? models::write_resolved(*scenario) : diagnostics.render(sources);
    };
    Texts by_threads(points.size());
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (std::size_t p = t; p < points.size(); p += 4) by_threads[p] = resolved(points[p]);
        });
    }
    for (auto& thread : threads) thread.join();
    for (std::size_t p = 0; p < points.size(); ++p) CHECK(by_threads[p] == resolved(points[p]));
    CHECK(std::set<std::string>(by_threads.begin(), by_threads.end()).size() == points.size());
}

TEST_CASE("paths that move together take their values row by row") {
    const auto planned = plan(
        "sweep:\n"
        "  policy.timeout, policy.perTryTimeout: [[1s, 300ms], [2s, 600ms], 3s]\n"
        "  policy.retries: [0, 1]\n");
    CHECK(points_of(planned) == "1s 300ms 0, 1s 300ms 1, 2s 600ms 0, 2s 600ms 1, 3s 3s 0, 3s 3s 1");
    CHECK(planned.plan->inputs[1].moves_with == 0);
    CHECK(planned.plan->inputs[2].moves_with == 2);
    CHECK(
        points_of(plan("sweep: {\"services.web.queue, services.payment.queue\": 1..3 step 1}\n")) ==
        "1 1, 2 2, 3 3");
}

TEST_CASE("what begins with dots is a file, and what is quoted no range") {
    models::SweepArguments arguments;
    arguments.sweeps = {"services.web.latency.empirical=../a.csv"};
    CHECK(says(problem("", arguments), "--sweep:1:32: error: cannot read `../a.csv`"));
    arguments.sweeps = {"services.payment.queue='1..2'"};
    CHECK(says(problem("", arguments), "expected a whole number, found `1..2`"));
}

TEST_CASE("where leaves points out") {
    const std::string grid =
        "sweep:\n  policy.perTryTimeout: [100ms, 400ms, 800ms]\n  policy.retries: [0, 1, 2]\n";
    const auto one = plan(grid + "  where: policy.perTryTimeout * (policy.retries + 1) <= 1s\n");
    CHECK(points_of(one) == "100ms 0, 100ms 1, 100ms 2, 400ms 0, 400ms 1, 800ms 0");
    CHECK(one.plan->combinations == 9);
    CHECK(one.plan->points.back().number == 6);
    // The scenario's own timeout is 2 s.
    const auto two =
        plan(grid + "  where: [policy.perTryTimeout * 5 <= policy.timeout, policy.retries > 0]\n");
    CHECK(points_of(two) == "100ms 1, 100ms 2, 400ms 1, 400ms 2");
    models::SweepArguments arguments;
    arguments.where = {"policy.retries != 1"};
    CHECK(points_of(plan(grid + "  where: policy.perTryTimeout < 500ms\n", arguments)) ==
          "100ms 0, 100ms 2, 400ms 0, 400ms 2");
    CHECK(problem(grid + "  where: policy.retries > 5\n") ==
          "shop.yaml:33:10: error: `where` leaves none of 9 points\n"
          "   33 |   where: policy.retries > 5\n"
          "      |          ^^^^^^^^^^^^^^^^^^\n"
          "   hint: the first was policy.perTryTimeout=100ms, policy.retries=0\n");
}

TEST_CASE("options replace the file's values path by path, and add to them") {
    const std::string grid = "sweep:\n  policy.timeout: [1s, 2s]\n  policy.retries: [0, 1]\n";
    models::SweepArguments arguments;
    arguments.sweeps = {"policy.timeout=5s,6s"};
    CHECK(points_of(plan(grid, arguments)) == "5s 0, 5s 1, 6s 0, 6s 1");
    arguments.sweeps = {"services.payment.queue=[7, 8]", "policy.retries=3"};
    CHECK(points_of(plan(grid, arguments)) == "1s 3 7, 1s 3 8, 2s 3 7, 2s 3 8");
    arguments.sweeps = {"policy.backoff={base: 1ms},none"};
    CHECK(points_of(plan("", arguments)) == "{base: 1ms}, none");
    arguments.sweeps = {"policy.timeout, policy.perTryTimeout=[1s, 300ms], [2s, 600ms]"};
    CHECK(points_of(plan(grid, arguments)) == "1s 300ms 0, 1s 300ms 1, 2s 600ms 0, 2s 600ms 1");
    arguments.sweeps = {"policy.timeout=1s", "policy.timeout=2s"};
    CHECK(says(problem(grid, arguments), "`policy.timeout` is swept twice"));
    const std::string together =
        "sweep:\n  policy.timeout, policy.perTryTimeout: [[1s, 300ms], [2s, 600ms]]\n";
    arguments.sweeps = {"policy.timeout=5s"};
    CHECK(says(problem(together, arguments),
               "--sweep:1:1: error: `policy.timeout` moves together with `policy.perTryTimeout`"));
    arguments.sweeps = {"policy.perTryTimeout, policy.timeout=[[1s, 5s]]"};
    CHECK(points_of(plan(together, arguments)) == "1s 5s");
}

TEST_CASE("samples are drawn from all ranges at once, with the lists crossed") {
    const auto planned = plan(
        "sweep:\n"
        "  policy.retries: [0, 1]\n"
        "  policy.timeout: 1s..2s\n"
        "  services.payment.queue: [5, 6]\n"
        "  services.web.queue: 10..1000 log\n"
        "  samples: 50\n");
    REQUIRE(planned.plan);
    CHECK(planned.plan->points.size() == 200);
    CHECK(planned.plan->samples == 50);
    std::set<std::string> timeouts;
    std::set<std::string> pairs;
    std::vector<int> strata(50, 0);
    for (const auto& point : planned.plan->points) {
        timeouts.insert(point.values[1]);
        pairs.insert(point.values[1] + " " + point.values[3]);
    }
    CHECK(pairs.size() == 50);
    for (const auto& text : timeouts) {
        const double seconds = std::stod(text);
        REQUIRE((seconds >= 1 && seconds < 2));
        ++strata[static_cast<std::size_t>((seconds - 1) * 50 + 1e-9)];
    }
    CHECK(strata == std::vector<int>(50, 1));
}

TEST_CASE("samples repeat with the seed, and those of a range do not depend on the others") {
    const std::string one = "sweep: {policy.timeout: 1s..2s, samples: 8}\n";
    const auto first = points_of(plan(one));
    CHECK(first == points_of(plan(one)));
    CHECK(first != points_of(plan(one, {}, {"experiment.seed=8"})));
    const auto two =
        plan("sweep: {services.web.queue: 1..100, policy.timeout: 1s..2s, samples: 8}\n");
    std::string timeouts;
    for (const auto& point : two.plan->points) {
        timeouts += (timeouts.empty() ? "" : ", ") + point.values[1];
    }
    CHECK(timeouts == first);
    models::SweepArguments arguments;
    arguments.samples = "16";
    arguments.method = "sobol";
    const auto sobol = plan(one, arguments);
    CHECK(sobol.plan->points.size() == 16);
    CHECK(sobol.plan->method == models::SampleMethod::sobol);
    std::set<int> strata;
    for (const auto& point : sobol.plan->points) {
        strata.insert(static_cast<int>((std::stod(point.values[0]) - 1) * 16 + 1e-9));
    }
    CHECK(strata.size() == 16);
}

TEST_CASE("mistakes of a sweep are shown where they are") {
    CHECK(problem("sweep:\n  services.paymnt.queue: [1, 2]\n") ==
          "shop.yaml:31:3: error: unknown service `paymnt`\n"
          "   31 |   services.paymnt.queue: [1, 2]\n"
          "      |   ^^^^^^^^^^^^^^^^^^^^^\n"
          "   hint: did you mean `payment`?\n");
    CHECK(problem("sweep:\n  services.payment.queue: [1, many]\n") ==
          "shop.yaml:31:31: error: expected a whole number, found `many`\n"
          "   31 |   services.payment.queue: [1, many]\n"
          "      |                               ^^^^\n"
          "   hint: counts look like `100`\n");
    CHECK(problem("sweep:\n  policy.timeout: 1..5 step 1\n") ==
          "shop.yaml:31:19: error: a duration needs a unit: `1`\n"
          "   31 |   policy.timeout: 1..5 step 1\n"
          "      |                   ^^^^^^^^^^^\n"
          "   hint: write `1ms` or `1s`\n");
    CHECK(says(problem("sweep:\n  policy.timeout, polcy.retries: [[1s, 1]]\n"),
               "shop.yaml:31:19: error: `polcy.retries` is no path that can be swept"));
    CHECK(says(problem("sweep: {sample: 5}\n"), "did you mean `samples`?"));
    CHECK(says(problem("sweep: {strategy: [none, naive]}\n"), "`--strategy` selects some"));
    CHECK(says(problem("sweep: {policy.timeout: 1s..2s}\n"),
               "nothing says which values of this range `policy.timeout` takes"));
    CHECK(says(problem("sweep: {policy.timeout: [1s, 2s], samples: 5}\n"),
               "there is no range to draw samples from"));
    CHECK(says(problem("sweep: {policy.timeout: [1s, 2s], method: sobol}\n"),
               "`method` is how `samples` are drawn"));
    CHECK(says(problem("sweep: {policy.timeout: 1s..2s, samples: 5, method: sobbol}\n"),
               "did you mean `sobol`?"));
    CHECK(says(problem("sweep: {policy.timeout: 1s, 2s: 3}\n"), "no path that can be swept"));
    CHECK(says(problem("sweep:\n  policy.timeout: 1s, 2s\n"), "write `[1s, 2s]`"));
    CHECK(says(problem("sweep: {policy.timeout: []}\n"), "`policy.timeout` has no values"));
    CHECK(says(problem("sweep: {policy.timeout: [1s, 1s]}\n"), "`1s` is there twice"));
    CHECK(says(problem("sweep: {policy.backoff: [none], policy.backoff.base: [1s]}\n"),
               "change the same place"));
    CHECK(says(problem("sweep: {\"policy.timeout, policy.retries\": [[1s, 1], [2s]]}\n"),
               "2 paths move together, but 1 value is here"));
    CHECK(says(problem("sweep: {policy.timeout: [1s..3s, 5s], samples: 5}\n"),
               "a range in a list has `step`, `points` or `log N`"));
    CHECK(says(problem("sweep: {where: policy.retries > 1}\n"), "there is nothing to sweep"));
    CHECK(says(problem("sweep: {policy.timeout: [1s, 2s]}\n", {}, {"policy.timeout=3s"}),
               "--set:1:1: error: `policy.timeout` is swept"));
    models::SweepArguments arguments;
    arguments.sweeps = {"policy.timeout"};
    CHECK(says(problem("", arguments), "write `--sweep services.payment.queue=10,20,40`"));
}

TEST_CASE("Where nothing varies the scenario is one point") {
    const auto loaded = plan("");
    REQUIRE(loaded.plan);
    CHECK(loaded.plan->inputs.empty());
    REQUIRE(loaded.plan->points.size() == 1);
    CHECK(loaded.plan->points[0].values.empty());
    CHECK(models::overrides_of(*loaded.plan, loaded.plan->points[0]).empty());
}

TEST_CASE("--set does not change what is swept") {
    const auto loaded = load(kShop, {"sweep.samples=5"});
    CHECK_FALSE(loaded->scenario);
    CHECK(says(loaded->messages(), "`--set` does not change what is swept"));
}

TEST_CASE("a value that only some combinations can use is no mistake") {
    // A try longer than the whole call is an error of the reader.
    const auto planned =
        plan("sweep: {policy.timeout: [1s, 4s], policy.perTryTimeout: [500ms, 2s]}\n");
    CHECK(points_of(planned) == "1s 500ms, 1s 2s, 4s 500ms, 4s 2s");
    CHECK(says(problem("sweep: {policy.timeout: [1s], policy.perTryTimeout: [500ms, 2s]}\n"),
               "shop.yaml:30:61: error: a `perTryTimeout` of 2s is above the `timeout` of 1s"));
}

TEST_CASE("whatever a sweep says, it is points or an error with a place") {
    const std::vector<std::string> words = {"[",
                                            "]",
                                            ",",
                                            "1",
                                            "10ms..1s",
                                            "..",
                                            "step",
                                            "log",
                                            "points",
                                            "5",
                                            "{",
                                            "}",
                                            "from",
                                            ":",
                                            "none",
                                            "9e9",
                                            "policy.timeout",
                                            "1s",
                                            "0",
                                            "x",
                                            "-1",
                                            "\"a",
                                            "''",
                                            "~1",
                                            "*",
                                            "100%..",
                                            "&a",
                                            "..1s",
                                            "<<",
                                            "999999999999999999999"};
    sim::KeyedRng rng(sim::RngStream(1, 0, "words", "test"), 0, 0);
    const auto some = [&] {
        std::string text;
        for (std::uint32_t n = rng.below(8); n-- > 0;) {
            text += words[rng.below(static_cast<std::uint32_t>(words.size()))];
            if (rng.bernoulli(0.5)) text += ' ';
        }
        return text;
    };
    std::size_t planned_ones = 0;
    constexpr int kRounds = tests::kSanitized ? 600 : 3000;
    for (int i = 0; i < kRounds; ++i) {
        models::SweepArguments arguments;
        arguments.sweeps = {(rng.bernoulli(0.8) ? "policy.timeout=" : "") + some()};
        if (rng.bernoulli(0.3)) arguments.where = {some()};
        if (rng.bernoulli(0.3)) arguments.samples = rng.bernoulli(0.5) ? "3" : some();
        INFO(arguments.sweeps[0] << " | " << arguments.samples);
        const auto planned = plan("", arguments, {}, 1000);
        planned_ones += planned.plan ? 1 : 0;
    }
    CHECK(planned_ones > kRounds / 500);
}

TEST_CASE("limits are named with what raises them") {
    CHECK(says(problem("sweep: {services.web.queue: 1..20 step 1, policy.retries: 0..9 step 1}\n",
                       {}, {}, 100),
               "the sweep has 200 points: more than 100, the limit"));
    CHECK(plan("sweep: {services.web.queue: 1..20 step 1, policy.retries: 0..9 step 1}\n", {}, {},
               200)
              .plan);
    CHECK(says(problem("sweep:\n  services.web.queue: 1..20 step 1\n"
                       "  policy.retries: 0..9 step 1\n  where: policy.retries >= 1\n",
                       {}, {}, 100),
               "the sweep has more than 100 points, the limit"));
    CHECK(says(problem("sweep: {policy.timeout: 1s..2s, samples: 101}\n", {}, {}, 100),
               "more than 100 samples, the limit"));
    CHECK(says(problem("sweep:\n  services.web.queue: 1..100 step 1\n"
                       "  services.payment.queue: 1..100 step 1\n"
                       "  services.catalog.queue: 1..100 step 1\n"
                       "  where: services.web.queue == 1 and services.payment.queue == 1\n",
                       {}, {}, 100),
               "the values make 1000000 combinations: more than 10000, the limit"));
}

TEST_CASE("ten thousand points are there at once") {
    const auto start = std::chrono::steady_clock::now();
    const auto planned = plan(
        "sweep:\n  services.web.queue: 1..200 step 1\n  policy.timeout: 1s..51s step 500ms\n"
        "  where: services.web.queue * 10ms <= policy.timeout * 10\n");
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    REQUIRE(planned.plan);
    CHECK(planned.plan->combinations == 20'200);
    CHECK(planned.plan->points.size() > 10'000);
    // A tenth of a second where nothing else runs; machines of tests are slow and shared.
    CHECK(took.count() < 5);
}
