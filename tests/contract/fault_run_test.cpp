// Every registered fault in a running system: alone and overlapped with another it changes what its
// effect says, and nothing before it begins. That the conditions are nominal whenever no fault is
// active, and that every request ends once, is asserted by the engine in each of these runs.
#include <fmt/format.h>

#include <array>
#include <string>
#include <variant>

#include "models/engine/replication.hpp"
#include "models/fault/effect.hpp"
#include "models/scenario/fault_catalog.hpp"
#include "tests/catch.hpp"
#include "tests/contract/fault_shop.hpp"
#include "tests/effort.hpp"

using models::CacheEvent;
using models::FaultEffect;
using models::Outcome;
using models::RunResult;

namespace {

/// When the fault comes in these runs, and for how long.
constexpr int kAt_s = 10;

RunResult run(const std::string& faults, int seconds, bool pooled) {
    return models::run_replication(shop_with(faults, seconds, pooled), {1, 0}, {});
}

std::uint64_t tries_ended(const RunResult& result, std::initializer_list<Outcome> outcomes) {
    std::uint64_t count = 0;
    for (const auto& edge : result.edges) {
        for (const auto outcome : outcomes) {
            count += edge.try_outcomes[static_cast<std::size_t>(outcome)];
        }
    }
    return count;
}

std::uint64_t offered(const RunResult& result, std::size_t flow) {
    return result.flows[flow].slices[0].offered();
}

double capacity_s(const RunResult& result) {
    double total = 0;
    for (const auto& service : result.services) total += service.capacity_s;
    return total;
}

std::uint64_t arrivals(const RunResult& result) {
    std::uint64_t count = 0;
    for (const auto& service : result.services) count += service.arrivals;
    return count;
}

models::DatabaseResult databases(const RunResult& result) {
    models::DatabaseResult all;
    for (const auto& one : result.databases) {
        all.stale_reads += one.stale_reads;
        all.misdirected += one.misdirected;
    }
    return all;
}

std::uint64_t added(const RunResult& result) {
    std::uint64_t count = 0;
    for (const auto& service : result.scaling) count += service.added;
    return count;
}

double busy_s(const RunResult& result) {
    double total = 0;
    for (const auto& service : result.services) total += service.busy_s;
    return total;
}

double mean_latency(const RunResult& result) {
    double sum = 0;
    double count = 0;
    for (const auto& flow : result.flows) {
        for (const auto& window : flow.windows) {
            sum += window.latency_sum_s;
            count += window.success;
        }
    }
    return sum / count;
}

std::uint64_t misses(const RunResult& result) {
    std::uint64_t count = 0;
    for (const auto& cache : result.caches) count += cache.count(CacheEvent::miss);
    return count;
}

std::uint64_t messages(const RunResult& result, models::MessageEvent event) {
    std::uint64_t count = 0;
    for (const auto& queue : result.queues) count += queue.count(event);
    return count;
}

/// Whether a run shows what an effect does, beside the same run without it.
struct Visible {
    const RunResult& with;
    const RunResult& without;

    [[nodiscard]] bool more(std::initializer_list<Outcome> outcomes) const {
        return tries_ended(with, outcomes) > tries_ended(without, outcomes);
    }
    [[nodiscard]] bool later() const {
        return mean_latency(with) > mean_latency(without) || more({Outcome::timeout});
    }
    [[nodiscard]] bool away() const { return capacity_s(with) < capacity_s(without) - 1; }

    bool operator()(const models::DownEffect&) const {
        return more({Outcome::blackholed}) || away();
    }
    bool operator()(const models::CrashEffect&) const { return more({Outcome::refused}) || away(); }
    bool operator()(const models::StopEffect&) const { return more({Outcome::refused}); }
    bool operator()(const models::SlowEffect&) const { return later(); }
    bool operator()(const models::DelayEffect&) const { return later(); }
    bool operator()(const models::ErrorsEffect&) const {
        return more({Outcome::error, Outcome::shed, Outcome::throttled, Outcome::reset});
    }
    bool operator()(const models::RefuseEffect&) const { return more({Outcome::refused}); }
    bool operator()(const models::LoseEffect&) const { return more({Outcome::blackholed}); }
    bool operator()(const models::ResetEffect&) const { return more({Outcome::reset}); }
    bool operator()(const models::LossEffect&) const { return later(); }
    bool operator()(const models::PauseEffect&) const { return later(); }
    bool operator()(const models::HangEffect&) const { return busy_s(with) > busy_s(without) + 1; }
    bool operator()(const models::LeakEffect&) const { return more({Outcome::pool_timeout}); }
    bool operator()(const models::MemoryEffect&) const { return later() || away(); }
    bool operator()(const models::CrashLoopEffect&) const { return away(); }
    bool operator()(const models::FlushEffect&) const { return misses(with) > misses(without); }
    bool operator()(const models::ControlPlaneEffect&) const { return away(); }
    bool operator()(const models::CapacityEffect&) const { return away(); }
    bool operator()(const models::LoadEffect&) const {
        return offered(with, 0) > offered(without, 0) + 50;
    }
    bool operator()(const models::HerdEffect&) const {
        return offered(with, 0) > offered(without, 0) + 50;
    }
    bool operator()(const models::MixEffect&) const {
        const auto difference =
            static_cast<double>(offered(with, 0)) - static_cast<double>(offered(without, 0));
        return std::abs(difference) > 50;
    }
    bool operator()(const models::BandwidthEffect&) const { return later(); }
    bool operator()(const models::DeployEffect&) const {
        return !with.deployments.empty() && with.deployments[0].began.has_value() &&
               with.deployments[0].answers > 0;
    }
    bool operator()(const models::CallsEffect&) const { return arrivals(with) > arrivals(without); }
    bool operator()(const models::HotEffect&) const { return later(); }
    bool operator()(const models::LagEffect&) const {
        return databases(with).stale_reads > databases(without).stale_reads;
    }
    bool operator()(const models::TimeoutEffect&) const { return more({Outcome::timeout}); }
    bool operator()(const models::DnsEffect&) const {
        return more({Outcome::dns, Outcome::refused, Outcome::blackholed}) || later() ||
               databases(with).misdirected > databases(without).misdirected;
    }
    bool operator()(const models::CertEffect&) const { return more({Outcome::refused}); }
    bool operator()(const models::TokenEffect&) const { return more({Outcome::error}); }
    bool operator()(const models::FailProbesEffect&) const {
        return more({Outcome::no_healthy_instance});
    }
    bool operator()(const models::FreezeEffect&) const { return added(with) < added(without); }
    bool operator()(const models::LevelEffect&) const { return more({Outcome::shed}); }
    bool operator()(const models::SlowCloseEffect&) const {
        return more({Outcome::pool_timeout}) || later();
    }
    bool operator()(const models::PoisonEffect&) const {
        const auto dead = models::MessageEvent::dead;
        return messages(with, dead) > messages(without, dead);
    }
    bool operator()(const models::DuplicateEffect&) const {
        const auto twice = models::MessageEvent::duplicate;
        return messages(with, twice) > messages(without, twice);
    }
    bool operator()(const models::HalfOpenEffect&) const { return more({Outcome::blackholed}); }
};

/// What the fault needs beside it to show: nobody misses the control plane of a healthy zone, or a
/// scaler that has nothing to do.
std::string company(const FaultEffect& effect) {
    if (std::holds_alternative<models::FreezeEffect>(effect)) {
        return "company: {at: 11s, for: 20s, group: shoppers, effect: {load: 10x}}, ";
    }
    const auto* names = std::get_if<models::DnsEffect>(&effect);
    if (names != nullptr && names->answer == models::NameAnswer::stale) {
        return "company: {at: 12s, for: 20s, replica: orders/eu-1/0, effect: crash}, ";
    }
    const bool idle = std::holds_alternative<models::ControlPlaneEffect>(effect) ||
                      std::holds_alternative<models::CapacityEffect>(effect);
    return idle ? "company: {at: 12s, for: 2s, zone: eu-1, effect: down}, " : "";
}

bool needs_pool(const FaultEffect& effect) {
    return std::holds_alternative<models::LeakEffect>(effect) ||
           std::holds_alternative<models::SlowCloseEffect>(effect) ||
           std::holds_alternative<models::HalfOpenEffect>(effect);
}

/// Memory fills slowly, connections leak away one by one, tokens have an hour.
int length_of(const FaultEffect& effect) {
    if (std::holds_alternative<models::MemoryEffect>(effect)) return 400;
    if (std::holds_alternative<models::LeakEffect>(effect)) return 200;
    if (std::holds_alternative<models::CertEffect>(effect)) return 300;
    if (std::holds_alternative<models::TokenEffect>(effect)) return 900;
    return 30;
}

std::string of_length(const std::string& example, int seconds) {
    return replaced(example, "at: 3m, for: 1m",
                    "at: " + std::to_string(kAt_s) + "s, for: " + std::to_string(seconds) + "s");
}

/// Second by second until the fault comes, the runs are the same.
bool same_before(const RunResult& a, const RunResult& b) {
    for (std::size_t flow = 0; flow < a.flows.size(); ++flow) {
        // A request of the last second before it may still be under way.
        for (std::size_t second = 0; second + 1 < kAt_s; ++second) {
            const auto& x = a.flows[flow].windows[second];
            const auto& y = b.flows[flow].windows[second];
            if (x.offered != y.offered || x.success != y.success ||
                x.latency_sum_s != y.latency_sum_s) {
                return false;
            }
        }
    }
    return true;
}

void check_alone_and_overlapped(const std::string& example, const FaultEffect& effect) {
    const auto length = length_of(effect);
    const auto fault = of_length(example, length);
    const auto seconds = kAt_s + length + 20;
    const auto beside = company(effect);
    const bool pooled = needs_pool(effect);
    // Half of the time both are there.
    const auto other =
        beside + fmt::format("other: {{at: {}s, for: {}s, service: web, effect: {{errors: 2%}}}}",
                             kAt_s + length / 2, length / 2 + 10);
    const auto other_alone = run(other, seconds, pooled);
    const auto both = run(other + ", " + fault, seconds, pooled);
    CHECK(same_before(both, other_alone));
    CHECK(std::visit(Visible{both, other_alone}, effect));
    if (tests::kSanitized) return;  // alone it does the same
    const auto quiet = run(beside, seconds, pooled);
    const auto alone = run(beside + fault, seconds, pooled);
    CHECK(same_before(alone, quiet));
    CHECK(same_before(both, quiet));
    CHECK(std::visit(Visible{alone, quiet}, effect));
    // Whoever has failed before the call takes no connection that would have been missed later.
    CHECK((pooled || Visible{both, alone}(models::ErrorsEffect{})));
}

}  // namespace

TEST_CASE("every fault of the catalogue changes what it should, alone and overlapped") {
    std::array<int, std::variant_size_v<FaultEffect>> seen{};
    for (const models::NamedFault& fault : models::named_faults()) {
        if (!fault.usable()) continue;
        CAPTURE(fault.name);
        auto example = models::fault_example(fault);
        const std::string hours = "effect: edge.authDown";  // too long to wait for
        if (const auto at = example.find(hours); at != std::string::npos) {
            example.replace(at, hours.size(), "effect: {preset: edge.authDown, ttl: 10m}");
        }
        const auto effect = shop_with(example, 600, true).faults.at(0).effect;
        // One of each kind; all of them strike in the test of the shared start.
        if (tests::kSanitized && ++seen[effect.index()] > 1) continue;
        check_alone_and_overlapped(example, effect);
    }
}

// So that the checks above can fail: a fault on calls that nobody makes shows none of them.
TEST_CASE("what does nothing is not seen as a fault") {
    const auto quiet = run("", 60, true);
    CHECK(same_before(quiet, quiet));
    const auto again = run(
        "harmless: {at: 10s, for: 30s, call: {from: web, to: payment, endpoint: refund}, effect: "
        "down}",
        60, true);
    const auto blind = [&]<class... Effects>(std::in_place_type_t<std::variant<Effects...>>) {
        return (... && !Visible{again, quiet}(Effects{}));
    };
    CHECK(blind(std::in_place_type<FaultEffect>));
}
