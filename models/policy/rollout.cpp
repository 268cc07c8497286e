#include "models/policy/rollout.hpp"

#include <algorithm>
#include <cmath>

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

constexpr sim::DurationLimits kYear = {sim::Duration{0}, sim::whole_seconds(365 * 86'400)};
constexpr sim::DurationLimits kPeriod = {sim::whole_seconds(1), sim::whole_seconds(86'400)};

// The epsilon keeps 60 % of 5 replicas at 3 whatever the last bit of the product is.
constexpr double kEpsilon = 1e-9;

std::uint32_t rounded_down(double share, std::uint32_t of) {
    return static_cast<std::uint32_t>(std::floor(share * of + kEpsilon));
}

std::uint32_t rounded_up(double share, std::uint32_t of) {
    return static_cast<std::uint32_t>(std::ceil(share * of - kEpsilon));
}

}  // namespace

void VersionCounts::add(bool success, sim::Duration took) {
    ++answers;
    if (!success) ++failures;
    if (success) latency.add(took);
}

void VersionCounts::clear() {
    answers = failures = crashes = 0;
    latency.clear();
}

double VersionCounts::error_share() const {
    return answers == 0 ? 0 : static_cast<double>(failures) / static_cast<double>(answers);
}

void RolloutAlarm::parameters(sim::Parameters& p) {
    p.duration("period", period, "it looks at one after the other, from the start on", kPeriod);
    p.count("periods", periods, "bad ones in a row", {1, 1000});
    p.duration("delay", delay, "from the end of the last of them to the decision", kYear);
    p.percent("errors", errors, "more failures than that share of the answers are bad",
              {0, 1, false});
    p.percent("worse", worse, "... when they are so many points more than the old version's",
              {0, 1, false});
    p.factor("slower", slower, "a percentile above so many times the old version's is bad",
             {1, 1e6, false});
    p.percent("percentile", percentile, "... of the time to a good answer", {0, 1, true});
    p.count("fewest", fewest, "answers in a period; fewer say nothing", {1, 1'000'000'000});
    p.count("crashes", crashes, "processes that end by themselves in a period; 0: any number");
}

RolloutVerdict RolloutAlarm::judge(const VersionCounts& fresh, const VersionCounts& old) const {
    if (crashes > 0 && fresh.crashes >= crashes) return RolloutVerdict::crashes;
    if (fresh.answers < fewest) return RolloutVerdict::unknown;
    const bool comparable = old.answers >= fewest;
    const double share = fresh.error_share();
    if (share > errors && (!comparable || share > old.error_share() + worse)) {
        return comparable ? RolloutVerdict::worse : RolloutVerdict::errors;
    }
    if (!comparable || old.latency.count() == 0 || fresh.latency.count() == 0) {
        return RolloutVerdict::good;
    }
    const double before = old.latency.quantile(percentile).seconds();
    const double after = fresh.latency.quantile(percentile).seconds();
    return after > slower * before ? RolloutVerdict::slower : RolloutVerdict::good;
}

void Canary::parameters(sim::Parameters& p) {
    p.percent("share", share, "of the replicas, rounded up", {0, 1, true});
    p.duration("bake", bake, "it is watched for so long before the others follow", kYear);
}

void Rollout::parameters(sim::Parameters& p) {
    p.percent("maxUnavailable", max_unavailable,
              "of the replicas that may be away at once, rounded down", {0, 1, false});
    p.percent("maxSurge", max_surge,
              "of the replicas whose replacement may start beside them, rounded up", {0, 1, false});
    p.choice("order", order, "which replicas are first",
             {{"spread", RolloutOrder::spread}, {"zoneByZone", RolloutOrder::zone_by_zone}});
    p.optional_group("canary", canary, "replicas that get it before all others");
    p.count("steps", steps, "equal ones for the others; `zoneByZone` has one for each zone",
            {1, 1000});
    p.duration("pause", pause, "after each step but the last", kYear);
    p.duration("deregister", deregister, "until callers know that a replica is about to stop",
               kYear);
    p.duration("preStop", pre_stop, "it takes requests for so long yet", kYear);
    p.duration("drain", drain, "then it has so long for what it still has; the rest is reset",
               kYear);
    p.optional_group("rollback", rollback, "when a version is taken back by itself");
    p.duration("watch", watch, "it is watched for so long after the last replica has it", kYear);
}

std::optional<sim::Misfit> Rollout::misfit() const {
    if (order == RolloutOrder::spread || steps == 1) return std::nullopt;
    return sim::Misfit{"steps", "`zoneByZone` has a step for each zone",
                       "leave `steps` out, or write `order: spread`"};
}

std::vector<std::uint32_t> Rollout::sequence(const std::vector<ZoneId>& zones) const {
    std::vector<std::uint32_t> turn(zones.size(), 0);  // of each, among those of its zone
    for (std::size_t i = 0; i < zones.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) turn[i] += zones[j] == zones[i] ? 1 : 0;
    }
    std::vector<std::uint32_t> sequence(zones.size());
    for (std::uint32_t i = 0; i < sequence.size(); ++i) sequence[i] = i;
    if (order == RolloutOrder::spread) {
        std::stable_sort(sequence.begin(), sequence.end(),
                         [&](std::uint32_t a, std::uint32_t b) { return turn[a] < turn[b]; });
    } else {
        std::stable_sort(sequence.begin(), sequence.end(), [&](std::uint32_t a, std::uint32_t b) {
            return zones[a].value < zones[b].value;
        });
    }
    return sequence;
}

std::vector<std::uint32_t> Rollout::bounds(const std::vector<ZoneId>& zones) const {
    const auto all = static_cast<std::uint32_t>(zones.size());
    std::vector<std::uint32_t> bounds;
    const auto first = canary ? std::max(1U, rounded_up(canary->share, all)) : 0;
    if (canary) bounds.push_back(std::min(first, all));
    const auto add = [&](std::uint32_t bound) {
        if (bounds.empty() ? bound > 0 : bound > bounds.back()) bounds.push_back(bound);
    };
    if (order == RolloutOrder::zone_by_zone) {
        for (std::uint32_t i = 1; i < all; ++i) {
            if (!(zones[i] == zones[i - 1])) add(i);
        }
    } else {
        for (std::uint32_t i = 1; i < steps; ++i) {
            add(first + rounded_up(static_cast<double>(i) / steps, all - std::min(first, all)));
        }
    }
    add(all);
    return bounds;
}

sim::Duration Rollout::pause_after(std::size_t step, std::size_t count) const {
    if (step + 1 >= count) return {};
    return step == 0 && canary ? canary->bake : pause;
}

RolloutRoom Rollout::room(const RolloutLook& look) const {
    const auto surge = rounded_up(max_surge, look.replicas);
    auto away = rounded_down(max_unavailable, look.replicas);
    if (surge == 0) away = std::max(away, 1U);
    return {away > look.unavailable ? away - look.unavailable : 0,
            surge > look.beside ? surge - look.beside : 0};
}

}  // namespace models
