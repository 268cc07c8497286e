#include "models/report/study_charts.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <span>

#include <fmt/format.h>

#include "models/report/cells.hpp"

namespace models {

namespace {

/// Services that get charts of their own, and those of them that are not folded: more would be a
/// wall that nobody reads.
constexpr std::size_t kMostServices = 6;
constexpr std::size_t kServicesShown = 3;
/// With more strategies than this a chart is large: only those services that are not folded.
constexpr std::size_t kManyStrategies = 8;
/// Strategies that a chart shows before the reader asks for more.
constexpr std::size_t kMostLines = 6;
/// A journey that loses less of its requests is not looked at first.
constexpr double kTouched = 0.001;

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

/// Whether some line has more values than gaps: a chart of crumbs says nothing.
bool has_lines(const sim::TimeSeries& series) {
    return std::any_of(series.lines.begin(), series.lines.end(), [](const sim::Line& line) {
        const auto gaps = std::count_if(line.values.begin(), line.values.end(),
                                        [](double value) { return std::isnan(value); });
        return 2 * gaps < static_cast<std::ptrdiff_t>(line.values.size());
    });
}

double most_of(const sim::TimeSeries& series) {
    double most = 0;
    for (const auto& line : series.lines) {
        for (const double value : line.values) {
            if (!std::isnan(value)) most = std::max(most, value);
        }
    }
    return most;
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
          baseline_(result["provenance"].text("baseline")),
          visible_(strategies_in_charts(result)) {
        for (const auto& fault : result["faults"].items()) {
            bands_.push_back({fault.text("name"), fault.number("from"), fault.number("to")});
        }
    }

    void add() {
        if (strategies_.empty() || !strategies_[0]["series"].is_object()) return;
        page_.emplace_back(sim::Heading{"Customers over time"});
        page_.emplace_back(sim::Paragraph{how_to_read(), sim::Tone::quiet});
        const auto order = journeys_by_harm(result_);
        const std::span journeys(order.journeys);
        add_journeys(journeys.first(order.touched));
        fold("journeys that the faults hardly touch",
             [&] { add_journeys(journeys.subspan(order.touched)); });
        fold("half of the requests, and tries per call", [&] {
            for (const auto journey : journeys) {
                keep(journey_chart(journey, "p50 of the successes", "p50ok", "s"));
                keep(journey_chart(journey, "tries per call", "tries", ""));
            }
        });
        add_services();
    }

  private:
    void add_journeys(std::span<const std::size_t> journeys) {
        for (const auto journey : journeys) {
            keep(success_chart(journey));
            auto slow = journey_chart(journey, "p99 of the successes", "p99ok", "s");
            if (has_lines(slow)) keep(std::move(slow));
        }
    }

    [[nodiscard]] std::string how_to_read() const {
        std::string text = bands_.empty() ? "" : "Shaded: while a fault lasts. ";
        if (!bands_.empty()) text += "Dashed: the baseline without faults. ";
        if (visible_.size() < strategies_.size()) {
            text += "More strategies are hidden: choose them in the legend. ";
        }
        return text +
               "Lines that lie on each other show as stripes. p99: 99 % of the successes are "
               "faster. Drag over a chart to look closer, double-click to go back; the numbers are "
               "in the table under each chart.";
    }

    void keep(sim::TimeSeries series) {
        if (has_values(series)) page_.emplace_back(std::move(series));
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
            // With a fault that changes the load, other requests come than in the twin.
            const auto offered = of[line.dashed ? "offeredTwin" : "offered"];
            line.per = offered.source();
            line.values = share(line.values, offered.numbers());
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
        auto services = services_with_a_story();
        if (services.empty()) return;
        page_.emplace_back(sim::Heading{"Services over time"});
        if (strategies_.size() > kManyStrategies) {
            services.resize(std::min(services.size(), kServicesShown));
        }
        if (services.size() < strategies_[0]["series"]["services"].size()) {
            page_.emplace_back(sim::Paragraph{
                fmt::format("The {} that had most to bear, without charts on which nothing "
                            "happens; the others are in the JSON result.",
                            services.size()),
                sim::Tone::quiet});
        }
        const std::span all(services);
        const auto shown = std::min(services.size(), kServicesShown);
        for (const auto service : all.first(shown)) add_service(service);
        fold("more services", [&] {
            for (const auto service : all.subspan(shown)) add_service(service);
        });
    }

    /// What `add` adds to the page, folded, if that is anything.
    template <class Add>
    void fold(const char* title, const Add& add) {
        page_.emplace_back(sim::FoldStart{title});
        const auto before = page_.size();
        add();
        if (page_.size() == before) {
            page_.pop_back();
        } else {
            page_.emplace_back(sim::FoldEnd{});
        }
    }

    /// Charts on which something happens.
    void add_service(std::size_t service) {
        keep(service_chart(service, "tries that arrive per second", "attempts", ""));
        auto waiting = service_chart(service, "requests that wait", "queueLength", "");
        if (most_of(waiting) >= 1) keep(std::move(waiting));
        auto busy = service_chart(service, "utilisation of its slots", "utilisation", "%");
        if (most_of(busy) >= 0.05) keep(std::move(busy));
        auto replicas = service_chart(service, "replicas that are up", "replicasUp", "");
        if (!is_flat(replicas)) keep(std::move(replicas));
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
    std::set<std::string> visible_;
    std::vector<sim::Band> bands_;
};

/// Requests of a journey that the faults cost; NaN when nobody says.
double lost_of(const Part& strategy, const Part& journey) {
    for (const auto& one : strategy["impact"].items()) {
        if (flow_name(one) == flow_name(journey)) return value_of(one["lost"]);
    }
    return std::nan("");
}

}  // namespace

JourneyOrder journeys_by_harm(const Part& result) {
    const auto strategies = result["strategies"].items();
    std::vector<double> harm(strategies.front()["journeys"].size(), 0);
    for (const auto& strategy : strategies) {
        for (std::size_t j = 0; j < harm.size(); ++j) {
            const auto journey = strategy["journeys"].at(j);
            const double lost = lost_of(strategy, journey);
            const double offered = value_of(journey["offered"]);
            if (offered > 0 && lost > 0) harm[j] = std::max(harm[j], lost / offered);
        }
    }
    JourneyOrder order;
    for (std::size_t j = 0; j < harm.size(); ++j) order.journeys.push_back(j);
    std::stable_sort(order.journeys.begin(), order.journeys.end(),
                     [&](auto a, auto b) { return harm[a] > harm[b]; });
    order.touched = static_cast<std::size_t>(
        std::count_if(harm.begin(), harm.end(), [](double one) { return one >= kTouched; }));
    if (order.touched == 0) order.touched = harm.size();  // nothing to choose by
    return order;
}

std::set<std::string> strategies_in_charts(const Part& result) {
    std::set<std::string> visible;
    const auto baseline = result["provenance"].text("baseline");
    const auto winner = result["comparison"].text("winner");
    const auto help = result["help"].text("strategy");
    const auto strategies = result["strategies"].items();
    for (const auto& strategy : strategies) {
        const auto name = strategy.text("name");
        if (name == baseline || name == winner || name == help) visible.insert(name);
    }
    for (const auto& strategy : strategies) {
        if (visible.size() < kMostLines) visible.insert(strategy.text("name"));
    }
    return visible;
}

void add_charts(const Part& result, std::vector<sim::Block>& page) { Charts(result, page).add(); }

}  // namespace models
