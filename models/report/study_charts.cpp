#include "models/report/study_charts.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "models/report/cells.hpp"

namespace models {

namespace {

/// Services that get charts of their own: more would be a wall that nobody reads.
constexpr std::size_t kMostServices = 6;
/// Strategies that a chart shows before the reader asks for more.
constexpr std::size_t kMostLines = 6;

/// a / b, window by window; nothing where nobody came.
std::vector<double> share(const std::vector<double>& part, const std::vector<double>& whole) {
    std::vector<double> values;
    for (std::size_t i = 0; i < part.size() && i < whole.size(); ++i) {
        values.push_back(whole[i] > 0 ? part[i] / whole[i] : std::nan(""));
    }
    return values;
}

bool has_values(const sim::TimeSeries& series) {
    return std::any_of(series.lines.begin(), series.lines.end(), [](const sim::Line& line) {
        return std::any_of(line.values.begin(), line.values.end(),
                           [](double value) { return !std::isnan(value); });
    });
}

/// Whether anything happens in a chart: no line leaves its first value.
bool is_flat(const sim::TimeSeries& series) {
    return std::all_of(series.lines.begin(), series.lines.end(), [](const sim::Line& line) {
        return std::all_of(line.values.begin(), line.values.end(), [&](double value) {
            return std::isnan(value) || std::abs(value - line.values.front()) < 1e-9;
        });
    });
}

class Charts {
  public:
    Charts(const Part& result, std::vector<sim::Block>& page)
        : result_(result),
          page_(page),
          strategies_(result["strategies"].items()),
          baseline_(result["provenance"].text("baseline")) {
        for (const auto& fault : result["faults"].items()) {
            bands_.push_back({fault.text("name"), fault.number("from"), fault.number("to")});
        }
        choose_visible();
    }

    void add() {
        if (strategies_.empty() || !strategies_[0]["series"].is_object()) return;
        page_.emplace_back(sim::Heading{"Customers over time"});
        page_.emplace_back(sim::Paragraph{how_to_read(), sim::Tone::quiet});
        sim::MoreCharts more{"half of the requests, and tries per call", {}};
        const auto journeys = strategies_[0]["series"]["journeys"].size();
        for (std::size_t j = 0; j < journeys; ++j) {
            keep(success_chart(j));
            keep(journey_chart(j, "99 % of the successes are faster than", "p99ok", "s"));
            more.charts.push_back(
                journey_chart(j, "half of the successes are faster than", "p50ok", "s"));
            more.charts.push_back(journey_chart(j, "tries per call", "tries", ""));
        }
        keep(std::move(more));
        add_services();
    }

  private:
    /// The baseline, the winner, then the others in the order of the file.
    void choose_visible() {
        const auto winner = result_["comparison"].text("winner");
        for (const auto& strategy : strategies_) {
            const auto name = strategy.text("name");
            if (name == baseline_ || name == winner) visible_.insert(name);
        }
        for (const auto& strategy : strategies_) {
            if (visible_.size() < kMostLines) visible_.insert(strategy.text("name"));
        }
    }

    [[nodiscard]] std::string how_to_read() const {
        std::string text = bands_.empty() ? "" : "Shaded: while a fault lasts. ";
        text += "Dashed: the baseline without faults. ";
        if (visible_.size() < strategies_.size()) {
            text += "More strategies are hidden: choose them in the legend. ";
        }
        return text +
               "Drag over a chart to look closer, double-click to go back; the numbers are "
               "in the table under each chart.";
    }

    void keep(sim::TimeSeries series) {
        if (has_values(series)) page_.emplace_back(std::move(series));
    }
    void keep(sim::MoreCharts more) {
        std::erase_if(more.charts, [](const sim::TimeSeries& one) { return !has_values(one); });
        if (!more.charts.empty()) page_.emplace_back(std::move(more));
    }

    /// Seconds between two values.
    [[nodiscard]] double step(const char* window) const {
        const double value = strategies_[0]["series"].number(window);
        return std::isfinite(value) && value > 0 ? value : 1;
    }

    /// A chart with one line per strategy; `find` gives the values of a strategy's series.
    template <class Find>
    sim::TimeSeries chart(std::string title, const char* unit, double step_s,
                          const Find& find) const {
        sim::TimeSeries series{std::move(title), unit, step_s, {}, bands_};
        for (std::size_t s = 0; s < strategies_.size(); ++s) {
            const Part values = find(strategies_[s]["series"]);
            const auto name = strategies_[s].text("name");
            series.lines.push_back(
                {name, values.numbers(), s, false, values.source(), {}, !visible_.contains(name)});
        }
        return series;
    }

    /// What the baseline would have been without faults, dashed.
    template <class Find>
    void add_twin(sim::TimeSeries& series, const Find& find) const {
        for (std::size_t s = 0; s < strategies_.size(); ++s) {
            if (strategies_[s].text("name") != baseline_) continue;
            const Part values = find(strategies_[s]["series"]);
            if (!values.is_array()) return;
            series.lines.push_back(
                {baseline_ + " without faults", values.numbers(), s, true, values.source()});
        }
    }

    sim::TimeSeries success_chart(std::size_t journey) const {
        const auto name = flow_name(strategies_[0]["series"]["journeys"].at(journey));
        auto series = chart(fmt::format("{}: success", name), "%", step("window"),
                            [&](const Part& of) { return of["journeys"].at(journey)["success"]; });
        add_twin(series, [&](const Part& of) { return of["journeys"].at(journey)["successTwin"]; });
        for (auto& line : series.lines) {
            const auto of = strategies_[line.colour]["series"]["journeys"].at(journey);
            line.per = of["offered"].source();
            line.values = share(line.values, of["offered"].numbers());
        }
        series.most = 1;
        return series;
    }

    sim::TimeSeries journey_chart(std::size_t journey, const char* what, const std::string& key,
                                  const char* unit) const {
        const auto name = flow_name(strategies_[0]["series"]["journeys"].at(journey));
        const char* window = key.starts_with("p") ? "percentileWindow" : "window";
        auto series = chart(fmt::format("{}: {}", name, what), unit, step(window),
                            [&](const Part& of) { return of["journeys"].at(journey)[key]; });
        add_twin(series, [&](const Part& of) { return of["journeys"].at(journey)[key + "Twin"]; });
        return series;
    }

    void add_services() {
        const auto services = services_with_a_story();
        if (services.empty()) return;
        page_.emplace_back(sim::Heading{"Services over time"});
        if (services.size() < strategies_[0]["series"]["services"].size()) {
            page_.emplace_back(sim::Paragraph{
                fmt::format("The {} that had most to bear; the others are in the JSON result.",
                            services.size()),
                sim::Tone::quiet});
        }
        for (const auto s : services) {
            keep(service_chart(s, "tries that arrive per second", "attempts", ""));
            keep(service_chart(s, "requests that wait", "queueLength", ""));
            keep(service_chart(s, "utilisation of its slots", "utilisation", "%"));
            auto replicas = service_chart(s, "replicas that are up", "replicasUp", "");
            if (!is_flat(replicas)) keep(std::move(replicas));
        }
    }

    sim::TimeSeries service_chart(std::size_t service, const char* what, const char* key,
                                  const char* unit) const {
        const auto name = strategies_[0]["series"]["services"].at(service).text("name");
        return chart(fmt::format("{}: {}", name, what), unit, step("window"),
                     [&](const Part& of) { return of["services"].at(service)[key]; });
    }

    /// Those that were full under some strategy, then those whose tries grew most.
    [[nodiscard]] std::vector<std::size_t> services_with_a_story() const {
        std::map<std::string, double> weight;
        for (const auto& strategy : strategies_) {
            for (const auto& one : strategy["services"].items()) {
                const double times = value_of(one["amplification"]);
                auto& most = weight[one.text("name")];
                if (!std::isnan(times)) most = std::max(most, std::abs(times - 1));
            }
        }
        for (const auto& strategy : strategies_) {
            for (const auto& one : strategy["saturation"].items())
                weight[one.text("service")] += 1e9;
        }
        const auto services = strategies_[0]["series"]["services"].items();
        std::vector<std::size_t> order;
        for (std::size_t s = 0; s < services.size(); ++s) order.push_back(s);
        std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) {
            return weight[services[a].text("name")] > weight[services[b].text("name")];
        });
        order.resize(std::min(order.size(), kMostServices));
        return order;
    }

    Part result_;
    std::vector<sim::Block>& page_;
    std::vector<Part> strategies_;
    std::string baseline_;
    std::vector<sim::Band> bands_;
    std::set<std::string> visible_;
};

}  // namespace

void add_charts(const Part& result, std::vector<sim::Block>& page) { Charts(result, page).add(); }

}  // namespace models
