#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "models/analysis/blast_system_json.hpp"
#include "models/analysis/blast_text.hpp"
#include "models/analysis/blast_value.hpp"
#include "models/analysis/json_parts.hpp"
#include "models/analysis/study_report.hpp"

namespace models {

namespace {

/// One group's reach in every run; a run in which it is not estimable has nothing.
class GroupReach {
  public:
    GroupReach(const std::vector<BlastRun>& runs, std::size_t group, double confidence)
        : runs_(runs), group_(group), confidence_(confidence) {}

    [[nodiscard]] const CustomerReach* first() const {
        for (const auto& run : runs_) {
            if (const auto* reach = of(run)) return reach;
        }
        return nullptr;
    }

    /// Of a value per run.
    template <class Get>
    [[nodiscard]] Json estimate(const Get& get) const {
        return estimate_json(estimate_over_runs(column(get), confidence_));
    }
    /// Of run minus twin, which can be negative.
    template <class Get>
    [[nodiscard]] Json difference(const Get& get) const {
        return signed_estimate(
            [&](const CustomerReach& reach) { return get(reach.run) - get(reach.twin); });
    }
    /// Of a value per run that can be negative.
    template <class Get>
    [[nodiscard]] Json signed_estimate(const Get& get) const {
        return estimate_json(estimate_differences(column(get), confidence_));
    }
    /// Of a part of the customers that came.
    template <class Get>
    [[nodiscard]] Json share(const Get& get) const {
        return estimate([&](const CustomerReach& reach) {
            const auto active = std::max(reach.run.active, reach.twin.active);
            return static_cast<double>(get(reach)) / static_cast<double>(active);
        });
    }

  private:
    [[nodiscard]] const CustomerReach* of(const BlastRun& run) const {
        if (group_ >= run.customers->size()) return nullptr;
        const auto& reach = (*run.customers)[group_];
        return reach && reach->known ? &*reach : nullptr;
    }
    template <class Get>
    [[nodiscard]] std::vector<Measure> column(const Get& get) const {
        std::vector<Measure> values;
        for (const auto& run : runs_) {
            const auto* reach = of(run);
            values.push_back(reach == nullptr ? Measure() : Measure(get(*reach)));
        }
        return values;
    }

    const std::vector<BlastRun>& runs_;
    std::size_t group_;
    double confidence_;
};

double minutes(double seconds) { return seconds / 60; }

/// The share of uptime in the worst window of each length that fits.
Json lowest_uptime_json(const GroupReach& group, CustomerView CustomerReach::*side) {
    Json json = Json::object();
    for (std::size_t i = 0; i < kUptimeWindows; ++i) {
        const auto worst =
            group.estimate([&](const CustomerReach& r) { return (r.*side).lowest_uptime[i]; });
        if (!worst["value"].is_null()) json[std::string(kUptimeWindowTable[i].name)] = worst;
    }
    return json;
}

/// Interruptions, and minutes of outage, per customer that came.
struct Outages {
    double often = 0;
    double minutes_long = 0;

    explicit Outages(const CustomerView& view) {
        if (view.active == 0) return;
        const auto active = static_cast<double>(view.active);
        often = static_cast<double>(view.interruptions) / active;
        minutes_long = minutes(view.down_s) / active;
    }
    /// Minutes of an interruption; nothing without any.
    [[nodiscard]] Measure each() const {
        return often > 0 ? Measure(minutes_long / often) : std::nullopt;
    }
    Outages& operator-=(const Outages& other) {
        often -= other.often;
        minutes_long -= other.minutes_long;
        return *this;
    }
};

/// BLAST_RADIUS.md B18 (IEEE 1366): beyond the twin, and of the twin itself.
void add_outages(const GroupReach& group, Json& json) {
    const auto beyond = [](const CustomerReach& r) { return Outages(r.run) -= Outages(r.twin); };
    json["saifi"] = group.signed_estimate([&](const auto& r) { return beyond(r).often; });
    json["saidi"] = group.signed_estimate([&](const auto& r) { return beyond(r).minutes_long; });
    json["caidi"] = group.signed_estimate([&](const auto& r) { return beyond(r).each(); });
    json["saifiTwin"] = group.estimate([](const auto& r) { return Outages(r.twin).often; });
    json["saidiTwin"] = group.estimate([](const auto& r) { return Outages(r.twin).minutes_long; });
    json["caidiTwin"] = group.estimate([](const auto& r) { return Outages(r.twin).each(); });
}

/// BLAST_RADIUS.md B3 to B6, B11, B17 and B18 of one group; of a sample its counts are multiplied
/// up.
Json reach_json(const std::string& name, const GroupReach& group) {
    Json json = {{"group", name}};
    const auto* first = group.first();
    json["estimable"] = first != nullptr;
    if (first == nullptr) return json;
    const double times = first->kept_one_in;
    json["sampledOneIn"] = first->kept_one_in;
    json["active"] = group.estimate(
        [&](const CustomerReach& r) { return times * static_cast<double>(r.run.active); });
    json["harmed"] = group.estimate(
        [&](const CustomerReach& r) { return times * static_cast<double>(r.harmed); });
    json["harmedShare"] = group.share([](const CustomerReach& r) { return r.harmed; });
    json["sparedShare"] = group.share([](const CustomerReach& r) { return r.spared; });
    json["seriousShare"] = group.share([](const CustomerReach& r) { return r.run.serious; });
    json["seriousShareTwin"] = group.share([](const CustomerReach& r) { return r.twin.serious; });
    json["targetShare"] = group.share([](const CustomerReach& r) { return r.twin.touched; });
    json["userMinutesLost"] =
        group.difference([&](const CustomerView& v) { return times * minutes(v.down_s); });
    json["degradedUserMinutes"] =
        group.difference([&](const CustomerView& v) { return times * minutes(v.degraded_s); });
    const auto uptime = [](const CustomerView& v) { return v.up_s / (v.up_s + v.down_s); };
    json["userUptime"] = group.estimate([&](const CustomerReach& r) { return uptime(r.run); });
    json["userUptimeTwin"] = group.estimate([&](const CustomerReach& r) { return uptime(r.twin); });
    json["userUptimeLowest"] = lowest_uptime_json(group, &CustomerReach::run);
    json["userUptimeLowestTwin"] = lowest_uptime_json(group, &CustomerReach::twin);
    json["concentration"] = group.estimate([](const CustomerReach& r) { return r.run.gini; });
    add_outages(group, json);
    return json;
}

/// What `get` says of all parts of a slice, when that is one and the same.
template <class Get>
Json shared_name(const BlastSlice& slice, const Get& get) {
    const auto& first = get(slice.parts.front());
    const bool same = std::all_of(slice.parts.begin(), slice.parts.end(),
                                  [&](const auto& part) { return get(part) == first; });
    return same ? Json(first) : Json();
}

/// A slice that stands for a finer one, since it has the same requests, says whose they are.
Json slice_json(const StudyFrame& frame, const SliceStory& story) {
    using Part = BlastSlice::Part;
    const auto& slice = story.slice;
    const auto shared = [&](const auto& get) { return shared_name(slice, get); };
    Json json;
    json["name"] = slice_name(frame, slice);
    json["group"] =
        shared([&](const Part& part) -> const auto& { return frame.flows[part.flow].group; });
    json["journey"] =
        shared([&](const Part& part) -> const auto& { return frame.flows[part.flow].journey; });
    json["region"] = shared([&](const Part& part) -> const auto& {
        return frame.regions[frame.zones[part.zone].region].name;
    });
    json["zone"] =
        shared([&](const Part& part) -> const auto& { return frame.zones[part.zone].name; });
    json["hit"] = to_string(story.hit);
    json["offered"] = estimate_json(story.offered);
    json["lost"] = estimate_json(story.lost);
    json["lostWorst"] = story.worst_lost;
    json["share"] = estimate_json(story.share);
    json["peak"] = estimate_json(story.peak);
    json["peakAfter"] = story.peak_after_s;
    json["lasts"] = story.lasts_s;
    json["until"] = story.until_s;
    json["userMinutesLost"] = estimate_json(story.user_minutes);
    json["harmedShare"] = estimate_json(story.harmed);
    json["latencyExcess"] = estimate_json(story.excess_user_s);
    return json;
}

/// `full`, `degraded` or `unavailable`: what is left of a journey in its worst window.
Json functions_json(const StudyFrame& frame, const BlastStory& story) {
    constexpr double kMostOf = 0.5;
    Json list = Json::array();
    std::vector<std::string> known;
    for (const auto& flow : frame.flows) {
        if (std::find(known.begin(), known.end(), flow.journey) != known.end()) continue;
        known.push_back(flow.journey);
        double worst = 0;
        bool hit = false;
        for (std::uint32_t g = 0; g < frame.groups.size(); ++g) {
            const bool has =
                std::any_of(frame.flows.begin(), frame.flows.end(), [&](const FrameFlow& one) {
                    return one.group_index == g && one.journey == flow.journey;
                });
            const auto* slice = has ? find_slice(story, g, flow.journey) : nullptr;
            if (slice == nullptr) continue;
            hit = hit || slice->hit == SliceHit::yes;
            if (slice->hit == SliceHit::yes) worst = std::max(worst, slice->peak.estimate->value);
        }
        const auto* level = !hit ? "full" : worst >= kMostOf ? "unavailable" : "degraded";
        list.push_back({{"journey", flow.journey}, {"level", level}, {"peak", worst}});
    }
    return list;
}

Json parts_json(const std::vector<Radii::Part>& parts, const char* name) {
    Json list = Json::array();
    for (const auto& part : parts) {
        list.push_back({{name, part.service}, {"replicas", part.replicas}, {"of", part.of}});
    }
    return list;
}

Json radii_json(const BlastStory& story) {
    const auto& radii = story.radii;
    Json json;
    json["target"] = {{"services", parts_json(radii.target, "service")},
                      {"zones", radii.target_zones},
                      {"groups", radii.target_groups},
                      {"traffic", radii.target_is_traffic},
                      {"customers", finite(radii.target_share)}};
    json["potential"] = {{"journeys", radii.potential}, {"requests", radii.potential_share}};
    json["realised"] = {{"journeys", radii.realised},
                        {"zones", radii.places},
                        {"customers", estimate_json(radii.realised_share)}};
    json["observed"] = {{"byHealthChecks", parts_json(radii.observed, "zone")}};
    return json;
}

Json times_json(const BlastStory& story) {
    Json json;
    for (std::size_t i = 0; i < kBlastInstants; ++i) {
        const auto& time = story.times[i];
        auto one = estimate_json(time.at);
        one["seen"] = time.seen;
        json[std::string(to_string(static_cast<BlastInstant>(i)))] = std::move(one);
    }
    // They need people and their tools, which are not in the model yet.
    for (const char* human : {"detected", "notified", "acknowledged", "escalated", "published",
                              "diagnosed", "mitigated"}) {
        json[human] = nullptr;
    }
    json["faultEnd"] = story.fault_s;
    json["looksFor"] = story.seen_s;
    json["recoveryRatio"] = finite(story.recovery_ratio);
    json["withOperators"] = story.human;
    return json;
}

Json residue_json(const StudyFrame& frame, const BlastStory& story) {
    Json list = Json::array();
    for (const auto& one : story.residue) {
        list.push_back({{"service", frame.services[one.service].name},
                        {"what", to_string(one.kind)},
                        {"run", one.run},
                        {"twin", one.twin},
                        {"relative", finite(ratio(one.run - one.twin, one.twin))},
                        {"runs", one.runs}});
    }
    return list;
}

Json value_json(const StrategyRuns& strategy, const std::vector<BlastRun>& runs,
                double confidence) {
    if (strategy.values.empty()) return nullptr;
    const auto stories = value_stories(strategy.frame, runs, strategy.values, confidence);
    const auto money = money_stories(strategy.frame, runs, strategy.values, confidence);
    Json json = {{"text", value_text(stories, money)},
                 {"journeys", Json::array()},
                 {"money", Json::array()}};
    for (const auto& one : stories) {
        json["journeys"].push_back({{"journey", one.value.journey},
                                    {"is", one.value.noun},
                                    {"worth", finite(one.value.worth)},
                                    {"currency", name_or_null(one.value.currency)},
                                    {"lost", estimate_json(one.net)},
                                    {"gross", estimate_json(one.gross)},
                                    {"rebound", estimate_json(one.rebound)},
                                    {"money", estimate_json(one.money)}});
    }
    for (const auto& one : money) {
        json["money"].push_back({{"currency", one.currency}, {"lost", estimate_json(one.net)}});
    }
    return json;
}

}  // namespace

std::vector<BlastRun> blast_runs(const StrategyRuns& strategy) {
    std::vector<BlastRun> runs;
    for (const auto& run : strategy.runs) {
        if (run.blast) runs.push_back({&*run.blast, &run.customers});
    }
    return runs;
}

Json blast_json(const StrategyRuns& strategy, double confidence) {
    const auto runs = blast_runs(strategy);
    if (runs.empty()) return nullptr;
    const auto& frame = strategy.frame;
    const auto story = blast_story(frame, runs, confidence);
    const RunColumns columns(runs, confidence);
    Json json;
    json["verdict"] = to_string(story.verdict);
    json["verdicts"] = Json::object();
    for (std::size_t i = 0; i < kBlastVerdicts; ++i) {
        if (story.verdicts[i] == 0) continue;
        json["verdicts"][std::string(to_string(static_cast<BlastVerdict>(i)))] = story.verdicts[i];
    }
    json["sentence"] = blast_sentence(frame, story);
    json["value"] = value_json(strategy, runs, confidence);
    json["customers"] = Json::array();
    for (std::size_t i = 0; i < frame.groups.size(); ++i) {
        json["customers"].push_back(reach_json(frame.groups[i], GroupReach(runs, i, confidence)));
    }
    json["cells"] = Json::array();
    for (const auto& slice : story.slices) json["cells"].push_back(slice_json(frame, slice));
    json["functions"] = functions_json(frame, story);
    json["radii"] = radii_json(story);
    json["containment"] = finite(story.containment);
    json["spread"] = {{"hops", story.spread_hops}, {"services", story.spread_to}};
    json["budget"] = blast_budget_json(strategy, runs, story, confidence);
    json.update(blast_system_json(frame, columns));
    json["pages"] = nullptr;
    json["times"] = times_json(story);
    json["residue"] = residue_json(frame, story);
    return json;
}

}  // namespace models
