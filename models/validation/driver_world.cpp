#include "models/validation/driver_world.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>

#include "models/engine/world.hpp"
#include "models/scenario/build.hpp"
#include "models/scenario/load.hpp"
#include "sim/core/assert.hpp"
#include "sim/stats/summary.hpp"

namespace models {

namespace {

SystemModel model_of(const std::string& text) {
    LoadRequest request;
    request.path = "driver.yaml";
    request.loader = [&](const std::string&, std::size_t) { return sim::FileContent{text, {}}; };
    sim::SourceMap sources;
    sim::Diagnostics diagnostics;
    const auto scenario = load_scenario(request, sources, diagnostics);
    SIM_ASSERT(scenario.has_value());
    return build_model(*scenario, 0);
}

/// Whole ones: nothing in a scenario is finer.
std::string in_nanoseconds(double value_s) {
    return fmt::format("{}ns", sim::from_seconds(value_s).ns);
}

std::string exponential(double mean_s) {
    return fmt::format("{{shape: exponential, mean: {}}}", in_nanoseconds(mean_s));
}

/// What the drivers have in common: `server`, whose replicas nobody else calls.
struct Servers {
    std::uint32_t replicas = 1;
    double work_s = 0;
    std::string slots = "1";
    std::uint32_t choices = 1;
};

std::string servers_text(const Servers& servers) {
    const auto balancing =
        servers.choices == 1 ? std::string("{kind: random}")
                             : fmt::format("{{kind: leastRequest, choices: {}}}", servers.choices);
    return fmt::format(
        "version: 1\n"
        "services:\n"
        "  server: {{replicas: {}, concurrency: {}, endpoints: {{serve: []}},\n"
        "            latency: {}}}\n"
        "workload:\n"
        "  people: {{rate: RATE/s, patience: none, mix: {{serve: 100%}},\n"
        "            policy: {{loadBalancing: {}}}}}\n",
        servers.replicas, servers.slots, exponential(servers.work_s), balancing);
}

std::string with_rate(std::string text, double per_s) {
    const std::string word = "RATE";
    return text.replace(text.find(word), word.size(), fmt::format("{}", per_s));
}

void advance(World& world, double until_s) {
    const auto stopped = world.advance(sim::SimTime{} + sim::from_seconds(until_s));
    SIM_ASSERT(!stopped);
}

/// Over the replicas of the only service.
template <class Count>
double mean_over(const SystemModel& model, const World& world, const Count& count) {
    double sum = 0;
    for (const auto id : model.topology.services.front().instances) {
        sum += count(world.requests_at(id));
    }
    return sum / static_cast<double>(model.topology.services.front().instances.size());
}

std::string drain_text(double backlog, double rate, double capacity, bool fluid, double gathers_s) {
    const auto work = fluid ? in_nanoseconds(1 / capacity) : exponential(1 / capacity);
    return fmt::format(
        "version: 1\n"
        "services: {{server: {{concurrency: 1, latency: {}, endpoints: {{serve: []}}}}}}\n"
        "workload:\n"
        "  backlog: {{users: {}, thinkTime: {}s, patience: none, mix: {{serve: 100%}}}}\n"
        "  people: {{rate: {}/s, arrivals: {}, patience: none, mix: {{serve: 100%}}}}\n"
        "faults: {{nobody: {{at: 0s, for: {}s, effect: {{load: 0}}, group: people}}}}\n"
        "experiment: {{warmup: 0s, duration: 1h}}\n",
        work, static_cast<std::uint32_t>(backlog), gathers_s, rate, fluid ? "regular" : "poisson",
        gathers_s);
}

/// When so many have left of a backlog that is there at time 0, each `block` smaller.
struct Drained {
    double until_idle_s = 0;
    std::vector<double> blocks_s;  ///< how long each block took
};

Drained drain_once(const SystemModel& model, ReplicationKey key, double gathers_s,
                   std::uint32_t block) {
    constexpr double kLook = 0.002;
    World world(model, key, {});
    world.begin();
    advance(world, gathers_s);
    const InstanceId server{0};
    Drained drained;
    std::uint32_t level = world.requests_at(server);
    double last_s = 0;
    for (std::uint64_t looks = 1; level > 0; ++looks) {
        const double now_s = static_cast<double>(looks) * kLook;
        advance(world, gathers_s + now_s);
        const std::uint32_t wanted = level > block ? level - block : 0;
        if (world.requests_at(server) > wanted) continue;
        drained.blocks_s.push_back(now_s - last_s);
        last_s = now_s;
        level = wanted;
    }
    drained.until_idle_s = last_s;
    return drained;
}

}  // namespace

std::vector<double> run_crowd(const DriverRun& run) {
    Servers servers;
    servers.replicas = run.count("replicas");
    servers.work_s = run.parameter("work");
    servers.choices = run.count("choices");
    const double duration_s = run.parameter("duration");
    const double every_s = run.parameter("every");
    const auto text = with_rate(servers_text(servers), run.parameter("rate") * servers.replicas) +
                      fmt::format("experiment: {{warmup: {}s, duration: {}s}}\n",
                                  run.parameter("warmup"), duration_s);
    const auto model = model_of(text);
    const auto least = run.count("atLeast");
    World world(model, {run.seed, run.replication}, {});
    world.begin();
    double sum = 0;
    const auto looks = static_cast<std::uint64_t>(std::lround(duration_s / every_s));
    for (std::uint64_t i = 0; i < looks; ++i) {
        advance(world, static_cast<double>(i) * every_s);
        sum += mean_over(model, world, [&](std::uint32_t n) { return n >= least ? 1.0 : 0.0; });
    }
    return {sum / static_cast<double>(looks)};
}

std::vector<double> run_transient(const DriverRun& run) {
    Servers servers;
    servers.replicas = run.count("replicas");
    servers.work_s = run.parameter("work");
    const auto slots = run.count("slots");
    servers.slots = slots == 0 ? "unlimited" : fmt::format("{}", slots);
    const double at_s = run.parameter("at");
    const auto text = with_rate(servers_text(servers), run.parameter("rate") * servers.replicas) +
                      "experiment: {warmup: 0s, duration: 1h}\n";
    const auto model = model_of(text);
    World world(model, {run.seed, run.replication}, {});
    world.begin();
    advance(world, at_s);
    return {mean_over(model, world, [](std::uint32_t n) { return static_cast<double>(n); })};
}

/// The variance from blocks of levels: the time to go down by so many levels has the same law
/// wherever it begins and does not depend on what was before (only the backlog and the memory-less
/// rest matter), so that of the whole way is the sum of them.
std::vector<double> run_drain(const DriverRun& run) {
    constexpr double kGathers = 500;  // the backlog comes then, at once
    constexpr std::uint32_t kBlocks = 60;
    const double backlog = run.parameter("backlog");
    const bool fluid = run.parameter("fluid") != 0;
    const auto worlds = run.count("worlds");
    const auto model = model_of(
        drain_text(backlog, run.parameter("rate"), run.parameter("capacity"), fluid, kGathers));
    const auto block = static_cast<std::uint32_t>(backlog) / kBlocks;
    std::vector<double> times_s;
    std::vector<double> blocks_s;
    for (std::uint32_t i = 0; i < worlds; ++i) {
        const ReplicationKey key{run.seed, run.replication * worlds + i};
        const auto drained = drain_once(model, key, kGathers, block);
        times_s.push_back(drained.until_idle_s);
        blocks_s.insert(blocks_s.end(), drained.blocks_s.begin(), drained.blocks_s.end());
    }
    const double mean_s = sim::summarise(times_s).mean;
    if (fluid) return {mean_s};
    return {mean_s, std::sqrt(sim::summarise(blocks_s).variance * kBlocks)};
}

}  // namespace models
