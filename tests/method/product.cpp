// METHOD.md 5a: what the program itself gains by giving all strategies the same luck.
#include <string>

#include <fmt/format.h>

#include "sim/stats/difference.hpp"
#include "tests/method/experiment.hpp"
#include "tests/program.hpp"

namespace method {

namespace {

/// 2 000 customers of a queue with one server, from empty, at two speeds.
std::string queue_text() {
    return "version: 1\n"
           "services:\n"
           "  server: {concurrency: 1, latency: {shape: exponential, mean: 1s}, "
           "endpoints: {serve: []}}\n"
           "workload: {people: {rate: 0.8/s, patience: none, mix: {serve: 100%}}}\n"
           "strategies:\n"
           "  plain: {}\n"
           "  faster: {set: {services.server.latency.mean: 909.090909ms}}\n"
           "experiment: {duration: 2500s, warmup: 0s, drain: 10m, seed: 1, "
           "decideBy: [latency], differenceThatMatters: {relative: 0.1%}}\n"
           "slos: {latency: serve.mean <= 5s}\n";
}

/// The mean latency of each replication of a strategy, by the objective that asks for it.
std::vector<double> per_run(const tests::Json& result, const std::string& strategy,
                            const std::string& slo) {
    std::vector<double> values;
    for (const auto& cell : result["slos"]) {
        if (cell["strategy"] != strategy || cell["name"] != slo || cell["worst"] != true) continue;
        for (const auto& value : cell["perRun"]) values.push_back(value.get<double>());
    }
    return values;
}

double independent_over_paired(const std::vector<double>& a, const std::vector<double>& b) {
    return sim::pairing_gain(a, b).value_or(0);
}

/// Two strategies of the web shop that differ by a tenth in one timeout, and what that touches.
struct Pair {
    const char* what;
    const char* a;
    const char* b;
    const char* slo;  ///< of `kSlos`
};

constexpr const char* kBudgeted =
    "retries: 3, backoff: {base: 50ms, max: 2s, jitter: full}, retryBudget: 10%";
constexpr const char* kNaive = "retries: 3, backoff: none";
constexpr const char* kSlos =
    "slos={checkout: checkout.mean <= 1s, browse: browse.mean <= 1s, success: checkout.success >= "
    "99%}";

constexpr Pair kOnePerTry{"budgeted, perTryTimeout 800 ms and 880 ms, checkout.mean", kBudgeted,
                          "perTryTimeout: 880ms", "checkout"};
constexpr Pair kOneCallee{"budgeted, perTryTimeout of recommend 100 ms and 110 ms, browse.mean",
                          kBudgeted, "policyFor: {recommend: {perTryTimeout: 110ms}}", "browse"};

tests::Json run_pair(const Effort& effort, const Pair& pair,
                     const std::vector<std::string>& options) {
    std::vector<std::string> all{
        "--no-why",
        "--jobs",
        std::to_string(effort.jobs),
        "--set",
        fmt::format("strategies={{a: {{{0}}}, b: {{{0}, {1}}}}}", pair.a, pair.b),
        "--set",
        "experiment.baseline=a",
        "--set",
        kSlos,
        "--set",
        "experiment.decideBy=[checkout]"};
    all.insert(all.end(), options.begin(), options.end());
    return tests::run_text(tests::source_file("scenarios/webshop.yaml"), all);
}

std::vector<std::string> a_day(const Effort& effort, const char* seed) {
    const bool quick = effort.quick;
    return {"--set",  quick ? "experiment.duration=15s" : "experiment.duration=2m",
            "--set",  quick ? "experiment.warmup=5s" : "experiment.warmup=20s",
            "--set",  quick ? "experiment.drain=5s" : "experiment.drain=10s",
            "--set",  "faults={}",
            "--runs", quick ? "5" : "20",
            "--seed", seed};
}

/// What an outage of a zone leaves of it.
void add_outages(const Effort& effort, std::vector<Row>& rows) {
    for (const auto& [name, strategy] :
         {std::pair("budgeted", kBudgeted), std::pair("naive", kNaive)}) {
        const Pair pair{name, strategy, "perTryTimeout: 880ms", ""};
        const auto result = run_pair(
            effort, pair,
            {"--set", "experiment.duration=4m", "--set", "experiment.warmup=20s", "--set",
             "experiment.drain=10s", "--set",
             "faults={eu-1-outage: {at: 1m, for: 1m, zone: eu-1, effect: down}}", "--runs", "20"});
        for (const char* slo : {"checkout", "success"}) {
            const auto gain =
                independent_over_paired(per_run(result, "a", slo), per_run(result, "b", slo));
            rows.push_back(
                {"5a",
                 fmt::format("with an outage of a zone: {}, perTryTimeout 800 ms and "
                             "880 ms, {}",
                             name,
                             slo == std::string("success") ? "checkout.success" : "checkout.mean"),
                 gain,
                 {},
                 {},
                 ""});
        }
    }
}

}  // namespace

std::vector<Row> pairing(const Effort& effort) {
    std::vector<Row> rows;
    for (const Pair& pair : {kOnePerTry, kOneCallee}) {
        const auto one = run_pair(effort, pair, a_day(effort, "42"));
        rows.push_back(
            {"5a",
             std::string("runs that pairing saves: ") + pair.what,
             independent_over_paired(per_run(one, "a", pair.slo), per_run(one, "b", pair.slo)),
             20,
             {},
             "20"});
        if (effort.quick && rows.size() > 1) continue;
        const auto other = run_pair(effort, pair, a_day(effort, "43"));
        rows.push_back(
            {"5a",
             "... with another seed for the second",
             independent_over_paired(per_run(one, "a", pair.slo), per_run(other, "b", pair.slo)),
             20,
             {},
             "1",
             true});
    }
    if (!effort.quick) add_outages(effort, rows);
    return rows;
}

std::vector<Row> common_draws(const Effort& effort) {
    const auto runs = std::to_string(effort.of(1000, 100));
    const auto jobs = std::to_string(effort.jobs);
    const auto one = tests::run_text(queue_text(), {"--runs", runs, "--jobs", jobs});
    const auto other =
        tests::run_text(queue_text(), {"--runs", runs, "--jobs", jobs, "--seed", "2"});
    const auto plain = per_run(one, "plain", "latency");
    return {{"A5.1",
             "variance of the difference of two speeds, independent over common draws",
             independent_over_paired(plain, per_run(one, "faster", "latency")),
             3.0,
             {},
             "3.7"},
            {"A5.1",
             "... with another seed for the second",
             independent_over_paired(plain, per_run(other, "faster", "latency")),
             3.0,
             {},
             "1",
             true}};
}

}  // namespace method
