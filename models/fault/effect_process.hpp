#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/fault/fault_target.hpp"
#include "sim/core/time.hpp"

// Effects on the processes of instances: they run on, but not as they should.
namespace models {

/// Nothing moves and nothing is lost. What was at work goes on afterwards with what was left of it;
/// messages wait at the door; replies and timers of its own calls are seen when it resumes, replies
/// first.
struct PauseEffect {
    static constexpr std::string_view name = "pause";
    static constexpr std::string_view summary =
        "frozen: nothing moves, nothing is lost; messages and probes find no answer until it "
        "resumes";
    static constexpr std::string_view formula = "own work ends later by the length of the pause";
    static constexpr std::string_view source =
        "SIGSTOP, a stop-the-world collection, a stolen or migrated machine; Gremlin, Chaos Mesh "
        "JVMChaos gc";
    static constexpr std::string_view example = "pause";
    static constexpr EffectPlaces places = {true, false};
    static constexpr EffectSpelling spelling = {"", true};

    void parameters(sim::Parameters& p);
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// Workers that never come back from what they do. They hold their slots until the process is
/// restarted: idle ones at once, busy ones from the end of their request on.
struct HangEffect {
    static constexpr std::string_view name = "hang";
    static constexpr std::string_view summary =
        "workers deadlock: slots are lost, and stay lost until the replica restarts";
    static constexpr std::string_view formula =
        "ceil(share x concurrency) or `slots` of them, once or every `every`";
    static constexpr std::string_view source =
        "a deadlock, an endless loop, a call without timeout";
    static constexpr std::string_view example = "{hang: 10%, every: 1s}";
    static constexpr EffectPlaces places = {true, false};
    static constexpr EffectSpelling spelling = {"share", false};

    double share = 0;
    std::uint32_t slots = 0;
    sim::Duration every = sim::kForever;

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// Memory that fills up: own work slows down above the watermark, at the limit the process is
/// killed and starts empty. When the fault ends the memory is free again.
struct MemoryEffect {
    static constexpr std::string_view name = "memory";
    static constexpr std::string_view summary =
        "memory leaks away: work slows down, then the process is killed and restarts";
    static constexpr std::string_view formula =
        "used = taken + perRequest x requests + perMinute x minutes since the start; above the "
        "watermark w "
        "of the limit work x (1 + (slowdown - 1) x (used/limit - w) / (1 - w))";
    static constexpr std::string_view source =
        "a leak and the kernel's OOM killer; Gremlin memory, Chaos Mesh StressChaos, Litmus "
        "pod-memory-hog";
    static constexpr std::string_view example = "{memory: 2GB, perRequest: 100kB}";
    static constexpr EffectPlaces places = {true, false};
    static constexpr EffectSpelling spelling = {"limit", false};

    std::int64_t limit = 1'000'000'000;  ///< bytes
    std::int64_t per_request = 0;
    std::int64_t per_minute = 0;
    double watermark = 0.8;
    double slow = 1;
    double spread = 0;  ///< of the limit: replicas that started together do not die together
    double taken = 0;   ///< of the limit, by something else

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// A process that crashes a while after each of its starts.
struct CrashLoopEffect {
    static constexpr std::string_view name = "crashLoop";
    static constexpr std::string_view summary =
        "the process crashes a while after each start and is restarted, with its service's "
        "back-off";
    static constexpr std::string_view formula =
        "a crash `runs` after each start, or at the request number `requests`, whichever is first";
    static constexpr std::string_view source =
        "Kubernetes CrashLoopBackOff; Litmus pod-delete with an interval, Simian Army kill every "
        "second";
    static constexpr std::string_view example = "{crashLoop: 20s}";
    static constexpr EffectPlaces places = {true, false};
    static constexpr EffectSpelling spelling = {"runs", false};

    sim::Duration runs = sim::kForever;
    std::uint64_t requests = 0;  ///< 0: however many

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// Whatever is stored in a cache is gone, at the start of the fault.
struct FlushEffect {
    static constexpr std::string_view name = "flush";
    static constexpr std::string_view summary = "empties caches at its start";
    static constexpr std::string_view formula = "origin load x (1 - 0) / (1 - hit ratio) at first";
    static constexpr std::string_view source =
        "FLUSHALL, a deployment with new keys; Chaos Mesh RedisChaos, AWS FIS ElastiCache";
    static constexpr std::string_view example = "flush";
    static constexpr EffectPlaces places = {true, false};
    static constexpr EffectSpelling spelling = {"", true};

    void parameters(sim::Parameters& p);
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

}  // namespace models
