#include <algorithm>
#include <optional>
#include <vector>

#include "models/analysis/json_parts.hpp"
#include "models/analysis/study_report.hpp"

namespace models {

namespace {

/// One group's reach in every run; a run in which it is not estimable has nothing.
class GroupReach {
  public:
    GroupReach(const StrategyRuns& strategy, std::size_t group, double confidence)
        : strategy_(strategy), group_(group), confidence_(confidence) {}

    [[nodiscard]] const CustomerReach* first() const {
        for (const auto& run : strategy_.runs) {
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
        return estimate_json(estimate_differences(
            column([&](const CustomerReach& reach) { return get(reach.run) - get(reach.twin); }),
            confidence_));
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
    [[nodiscard]] const CustomerReach* of(const RunDigest& run) const {
        const bool known = group_ < run.customers.size() && run.customers[group_].has_value();
        return known ? &*run.customers[group_] : nullptr;
    }
    template <class Get>
    [[nodiscard]] std::vector<Measure> column(const Get& get) const {
        std::vector<Measure> values;
        for (const auto& run : strategy_.runs) {
            const auto* reach = of(run);
            values.push_back(reach == nullptr ? Measure() : Measure(get(*reach)));
        }
        return values;
    }

    const StrategyRuns& strategy_;
    std::size_t group_;
    double confidence_;
};

double minutes(double seconds) { return seconds / 60; }

/// BLAST_RADIUS.md B3 to B6, B17 and B18 of one group; of a sample its counts are multiplied up.
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
    json["userMinutesLost"] =
        group.difference([&](const CustomerView& v) { return times * minutes(v.down_s); });
    const auto uptime = [](const CustomerView& v) { return v.up_s / (v.up_s + v.down_s); };
    json["userUptime"] = group.estimate([&](const CustomerReach& r) { return uptime(r.run); });
    json["userUptimeTwin"] = group.estimate([&](const CustomerReach& r) { return uptime(r.twin); });
    json["concentration"] = group.estimate([](const CustomerReach& r) { return r.run.gini; });
    const auto per_customer = [](double value, const CustomerView& v) {
        return v.active == 0 ? 0 : value / static_cast<double>(v.active);
    };
    json["saifi"] = group.difference([&](const CustomerView& v) {
        return per_customer(static_cast<double>(v.interruptions), v);
    });
    json["saidi"] =
        group.difference([&](const CustomerView& v) { return per_customer(minutes(v.down_s), v); });
    return json;
}

}  // namespace

Json blast_json(const StrategyRuns& strategy, double confidence) {
    if (strategy.runs.empty() || strategy.runs.front().customers.empty()) return nullptr;
    Json json;
    json["customers"] = Json::array();
    for (std::size_t i = 0; i < strategy.frame.groups.size(); ++i) {
        json["customers"].push_back(
            reach_json(strategy.frame.groups[i], GroupReach(strategy, i, confidence)));
    }
    return json;
}

}  // namespace models
