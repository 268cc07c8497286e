#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "models/report/blast_tables.hpp"
#include "models/report/study_charts.hpp"

namespace models {

namespace {

using sim::Align;
using sim::Cell;

/// Percentiles with their intervals, of one journey under every strategy.
void add_rows(const std::vector<Part>& strategies, std::size_t journey, sim::Table& table) {
    static constexpr std::array<std::pair<const char*, const char*>, 7> kColumns = {
        {{"p50ok", "p50"},
         {"p90ok", "p90"},
         {"p95ok", "p95"},
         {"p99ok", "p99"},
         {"p999ok", "p99.9"},
         {"maxok", "slowest"},
         {"p99", "p99 of all"}}};
    if (table.columns.empty()) {
        table.columns = {{"customers · journey"}};
        for (const auto& column : kColumns) table.columns.push_back({column.second, Align::right});
    }
    table.rows.push_back({{flow_name(strategies.front()["journeys"].at(journey))}});
    for (const auto& strategy : strategies) {
        std::vector<Cell> row{{strategy.text("name")}};
        const auto latency = strategy["journeys"].at(journey)["latency"];
        for (const auto& column : kColumns) row.push_back(duration_cell(latency[column.first]));
        table.rows.push_back(std::move(row));
    }
}

/// A phase as people call it: "during zone-down", "after zone-down, from 60 s on".
std::string phase_name(const Part& phase) {
    const auto delay = phase["delay"];
    return phase.text("phase") + " " + phase.text("fault") +
           (delay.is_number() ? ", from " + duration_text(delay) + " on" : "");
}

/// Percentiles of a journey in each phase, beside those of the twin, under some strategies.
void add_phases(const std::vector<Part>& strategies, std::size_t journey, sim::Table& table) {
    static constexpr std::array<std::pair<const char*, const char*>, 4> kColumns = {
        {{"p50ok", "p50"}, {"p95ok", "p95"}, {"p99ok", "p99"}, {"maxok", "slowest"}}};
    if (table.columns.empty()) {
        table.columns = {{"customers · journey"}};
        for (const auto& column : kColumns) table.columns.push_back({column.second, Align::right});
    }
    const auto add = [&](std::string name, const Part& latency) {
        std::vector<Cell> row{{std::move(name)}};
        for (const auto& column : kColumns) row.push_back(duration_cell(latency[column.first]));
        table.rows.push_back(std::move(row));
    };
    const auto phases = strategies.front()["journeys"].at(journey)["phases"].items();
    for (std::size_t i = 0; i < phases.size(); ++i) {
        if (!phases[i]["latencyTwin"].is_object() || phases[i].text("phase") == "caught") continue;
        table.rows.push_back({{flow_name(strategies.front()["journeys"].at(journey)) + ", " +
                               phase_name(phases[i])}});
        for (const auto& strategy : strategies) {
            const auto phase = strategy["journeys"].at(journey)["phases"].at(i);
            add(strategy.text("name"), phase["latency"]);
            add("… without the faults", phase["latencyTwin"]);
        }
    }
}

class Latencies {
  public:
    Latencies(const Part& result, std::vector<sim::Block>& page)
        : result_(result),
          page_(page),
          strategies_(result["strategies"].items()),
          visible_(strategies_in_charts(result)) {}

    void add() {
        page_.emplace_back(sim::Heading{"Latency distributions"});
        const auto order = journeys_by_harm(result_);
        const auto drawn = page_.size();
        for (std::size_t i = 0; i < order.touched; ++i) add_journey(order.journeys[i]);
        if (page_.size() > drawn) {
            const sim::Paragraph how{how_to_read(), sim::Tone::quiet};
            page_.insert(page_.begin() + static_cast<std::ptrdiff_t>(drawn), how);
        }
        if (order.touched < order.journeys.size()) add_untouched(order);
        page_.emplace_back(sim::FoldStart{"percentiles with their intervals over the runs"});
        page_.emplace_back(sim::Paragraph{
            "Of the successes over the whole run; `p99 of all` counts a failure as infinitely "
            "late: never means that more than 1 % of all requests fail.",
            sim::Tone::quiet});
        sim::Table table;
        for (const auto journey : order.journeys) add_rows(strategies_, journey, table);
        page_.emplace_back(std::move(table));
        page_.emplace_back(sim::FoldEnd{});
        add_all_phases(order);
    }

  private:
    [[nodiscard]] std::string how_to_read() const {
        std::string text =
            "From left to right: from the fastest requests to the slowest of a hundred (p99), of a "
            "thousand (p99.9) and so on, all runs together; lower is better. A failure counts as "
            "infinitely late: where a curve shoots up to ×, the rest never succeed.";
        if (strategies_.front()["series"]["journeys"].at(0)["latencyAllTwin"].is_array()) {
            text += " Dashed: the baseline without faults.";
        }
        return text;
    }

    /// Before, during and after each fault.
    void add_all_phases(const JourneyOrder& order) {
        const auto some = baseline_and_winner(result_);
        if (some.empty()) return;
        sim::Table table;
        for (const auto journey : order.journeys) add_phases(some, journey, table);
        if (table.rows.empty()) return;
        page_.emplace_back(sim::FoldStart{"percentiles before, during and after each fault"});
        page_.emplace_back(std::move(table));
        page_.emplace_back(sim::FoldEnd{});
    }

    void add_untouched(const JourneyOrder& order) {
        page_.emplace_back(sim::FoldStart{"journeys that the faults hardly touch"});
        for (std::size_t i = order.touched; i < order.journeys.size(); ++i) {
            add_journey(order.journeys[i]);
        }
        page_.emplace_back(sim::FoldEnd{});
    }

    void add_journey(std::size_t journey) {
        const auto name = flow_name(strategies_.front()["journeys"].at(journey));
        auto all = curves(journey, "latencyAll", name + ": latency of all requests");
        if (all.curves.empty()) return;
        const bool fails =
            std::any_of(all.curves.begin(), all.curves.end(),
                        [&](const auto& curve) { return curve.answered < all.shares.back(); });
        page_.emplace_back(std::move(all));
        if (!fails) return;  // the successes are all requests
        page_.emplace_back(curves(journey, "latencyOk", name + ": latency of the successes"));
    }

    [[nodiscard]] sim::PercentileCurves curves(std::size_t journey, const std::string& key,
                                               std::string title) const {
        const auto shares = strategies_.front()["series"]["percentiles"];
        sim::PercentileCurves out{std::move(title), shares.numbers(), shares.source(), {}};
        const auto baseline = result_["provenance"].text("baseline");
        for (std::size_t s = 0; s < strategies_.size(); ++s) {
            const auto name = strategies_[s].text("name");
            add_curve(s, journey, key, "", {name, {}, s, false, {}, {}, !visible_.contains(name)},
                      out);
        }
        for (std::size_t s = 0; s < strategies_.size(); ++s) {
            if (strategies_[s].text("name") != baseline) continue;
            add_curve(s, journey, key, "Twin", {baseline + " without faults", {}, s, true}, out);
        }
        return out;
    }

    void add_curve(std::size_t strategy, std::size_t journey, const std::string& key,
                   const std::string& suffix, sim::Line line, sim::PercentileCurves& out) const {
        const auto of = strategies_[strategy]["series"]["journeys"].at(journey);
        const auto values = of[key + suffix];
        if (values.size() == 0 || values.size() != out.shares.size()) return;
        line.values = values.numbers();
        line.source = values.source();
        sim::PercentileCurves::Curve curve{std::move(line), 1, ""};
        const auto answered = of["answered" + suffix];
        if (key == "latencyAll" && answered.is_number()) {
            curve.answered = answered.number();
            curve.answered_source = answered.source();
        }
        out.curves.push_back(std::move(curve));
    }

    Part result_;
    std::vector<sim::Block>& page_;
    std::vector<Part> strategies_;
    std::set<std::string> visible_;
};

}  // namespace

void add_latency(const Part& result, std::vector<sim::Block>& page) {
    Latencies(result, page).add();
}

}  // namespace models
