#include "models/fault/effect_process.hpp"

#include "sim/yaml/parameters.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {
namespace {

constexpr sim::DurationLimits kPeriod = {sim::milliseconds(1), sim::kForever};

void size_parameter(sim::Parameters& p, std::string_view key, std::int64_t& bytes,
                    std::string otherwise, std::string_view summary) {
    p.other(key, "text", std::move(otherwise), summary,
            [&bytes](const sim::Node& node, sim::Diagnostics& diagnostics, bool /*partial*/) {
                const auto size = sim::read_size(node, diagnostics, {0, std::int64_t{1} << 50});
                bytes = size.value_or(bytes);
                return size.has_value();
            });
}

}  // namespace

void PauseEffect::parameters(sim::Parameters& /*p*/) {}

void PauseEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                        const ActiveFault& fault) const {
    for (const InstanceId id : fault.target.instances) {
        conditions.instances[id.value].paused = true;
    }
}

void HangEffect::parameters(sim::Parameters& p) {
    p.percent("share", share, "of the slots of a replica, rounded up");
    p.count("slots", slots, "so many slots instead", {0, 1'000'000});
    p.timeout("every", every, "again and again; none: once", kPeriod);
}

std::optional<sim::Misfit> HangEffect::misfit() const {
    if ((share > 0) != (slots > 0)) return std::nullopt;
    return sim::Misfit{
        "share", "effect `hang` needs a share or a number of slots, one of them",
        "write `effect: {hang: 10%, every: 1s}` or `effect: {kind: hang, slots: 2}`"};
}

void HangEffect::apply(Conditions& conditions, const Topology& topology,
                       const ActiveFault& fault) const {
    auto hang = struck_by<HangConditions>(topology, fault);
    hang.share = share;
    hang.slots = slots;
    hang.every = every;
    conditions.hangs.push_back(std::move(hang));
}

void MemoryEffect::parameters(sim::Parameters& p) {
    size_parameter(p, "limit", limit, "1GB", "at which the process is killed");
    p.percent("taken", taken, "of the limit that something else takes", {0, 0.99, false});
    size_parameter(p, "perRequest", per_request, "0B", "lost with each request, such as `20kB`");
    size_parameter(p, "perMinute", per_minute, "0B", "lost each minute, such as `50MB`");
    p.percent("watermark", watermark, "of the limit: from there on own work is slower",
              {0, 1, false});
    p.factor("slowdown", slow, "own work at the limit times this", {1, 1e6, false});
    p.percent("spread", spread, "the limit of each process is up to so much higher or lower",
              {0, 0.9, false});
}

std::optional<sim::Misfit> MemoryEffect::misfit() const {
    if (limit <= 0) return sim::Misfit{"limit", "`limit` is nothing", "write `limit: 2GB`"};
    if (per_request > 0 || per_minute > 0 || taken > 0) return std::nullopt;
    return sim::Misfit{"perRequest", "effect `memory` loses none",
                       "write `perRequest: 20kB`, `perMinute: 50MB` or `taken: 90%`"};
}

void MemoryEffect::apply(Conditions& conditions, const Topology& topology,
                         const ActiveFault& fault) const {
    auto memory = struck_by<WearConditions>(topology, fault);
    memory.limit = static_cast<double>(limit);
    memory.taken = taken * memory.limit;
    memory.per_request = static_cast<double>(per_request);
    memory.per_second = static_cast<double>(per_minute) / 60;
    memory.watermark = watermark;
    memory.slow = slow;
    memory.jitter = spread;
    conditions.wear.push_back(std::move(memory));
}

void CrashLoopEffect::parameters(sim::Parameters& p) {
    p.timeout("runs", runs, "from each start to the crash", kPeriod);
    p.count("requests", requests, "crashes when it begins that many; 0: however many");
}

std::optional<sim::Misfit> CrashLoopEffect::misfit() const {
    if (runs != sim::kForever || requests > 0) return std::nullopt;
    return sim::Misfit{"runs", "effect `crashLoop` needs `runs` or `requests`",
                       "write `effect: {crashLoop: 20s}`"};
}

void CrashLoopEffect::apply(Conditions& conditions, const Topology& topology,
                            const ActiveFault& fault) const {
    auto loop = struck_by<WearConditions>(topology, fault);
    loop.runs = runs;
    loop.requests = requests;
    conditions.wear.push_back(std::move(loop));
}

void FlushEffect::parameters(sim::Parameters& /*p*/) {}

void FlushEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                        const ActiveFault& fault) const {
    for (const InstanceId id : fault.target.instances) ++conditions.instances[id.value].flushes;
}

}  // namespace models
