// What the rules of the callers and of the services did: a line about one strategy, and a table of
// all of them for `-v`. Calls between the same two parties are one line, whatever their endpoints.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/analysis/study_report.hpp"
#include "models/analysis/study_tables.hpp"

namespace models {

namespace {

/// A caller and a callee, and the edges between them.
struct Parties {
    std::string caller;
    std::string callee;
    std::vector<std::size_t> edges;

    [[nodiscard]] std::string name() const { return caller + "→" + callee; }
};

std::vector<Parties> parties_of(const StudyFrame& frame) {
    std::vector<Parties> all;
    std::map<std::pair<std::string_view, std::string_view>, std::size_t> known;
    for (std::size_t i = 0; i < frame.edges.size(); ++i) {
        const auto& edge = frame.edges[i];
        const auto [place, is_new] = known.try_emplace({edge.caller, edge.callee}, all.size());
        if (is_new) all.push_back({edge.caller, edge.callee, {}});
        all[place->second].edges.push_back(i);
    }
    return all;
}

/// In the line: fewer per run are left to the JSON.
constexpr double kWorthSaying = 0.5;
/// The same of a share of the time.
constexpr double kWorthSayingOfTime = 0.001;

/// Something that a rule did at a caller: a measure of its edges, or tries that ended so.
struct Deed {
    const char* column;
    MetricUnit unit;
    std::optional<EdgeMeasure> measure;
    Outcome outcome = Outcome::ok;

    [[nodiscard]] double in(const EdgeDigest& edge) const {
        if (measure) return edge[*measure].value_or(0);
        return static_cast<double>(edge.try_outcomes[static_cast<std::size_t>(outcome)]);
    }
};
constexpr Deed kDenied{"retries denied", MetricUnit::count, EdgeMeasure::retries_denied};
constexpr Deed kHedges{"hedges", MetricUnit::count, EdgeMeasure::hedges};
constexpr Deed kOpen{"breaker open", MetricUnit::duration, EdgeMeasure::breaker_open};
constexpr Deed kOpenings{"openings", MetricUnit::count, EdgeMeasure::breaker_openings};
constexpr Deed kRefused{"refused", MetricUnit::count, std::nullopt, Outcome::breaker_open};
constexpr Deed kNoPlace{"no place", MetricUnit::count, std::nullopt, Outcome::pool_timeout};
constexpr Deed kThrottled{"throttled", MetricUnit::count, std::nullopt, Outcome::throttled};
constexpr Deed kEjections{"ejections", MetricUnit::count, EdgeMeasure::ejections};
constexpr Deed kEjected{"ejected", MetricUnit::duration, EdgeMeasure::ejected};
constexpr Deed kFallbacks{"fallbacks", MetricUnit::count, EdgeMeasure::fallbacks};
constexpr Deed kFailed{"failed", MetricUnit::count, EdgeMeasure::fallbacks_failed};
constexpr Deed kCancelled{"cancelled", MetricUnit::count, EdgeMeasure::cancelled};
constexpr Deed kDuplicates{"done twice", MetricUnit::count, EdgeMeasure::duplicates};
constexpr std::array<Deed, 13> kDeeds = {kDenied,  kHedges,    kOpen,      kOpenings, kRefused,
                                         kNoPlace, kThrottled, kEjections, kEjected,  kFallbacks,
                                         kFailed,  kCancelled, kDuplicates};

/// Per replication, all edges between the two together.
std::vector<Measure> values_of(const StrategyRuns& strategy, const Parties& parties,
                               const Deed& deed) {
    std::vector<Measure> values;
    for (const auto& run : strategy.runs) {
        double sum = 0;
        for (const auto edge : parties.edges) sum += deed.in(run.edges[edge]);
        values.emplace_back(sum);
    }
    return values;
}

double mean_of(const std::vector<Measure>& values) {
    double sum = 0;
    for (const auto& value : values) sum += value.value_or(0);
    return sum / static_cast<double>(values.size());
}

/// A mean over the replications, and the place that has most of it.
struct Total {
    double sum = 0;
    double most = 0;
    std::string place;

    void add(double value, const std::string& at) {
        sum += value;
        if (value <= most) return;
        most = value;
        place = at;
    }
    /// ` (gateway→payment)`, or ` (most at gateway→payment)`.
    [[nodiscard]] std::string where() const {
        return fmt::format(" ({}{})", most < sum ? "most at " : "", place);
    }
};

/// The line about one strategy, part by part.
class DeedLine {
  public:
    explicit DeedLine(const StrategyRuns& strategy)
        : strategy_(strategy), parties_(parties_of(strategy.frame)) {}

    std::string text() {
        count(kDenied, "retries denied");
        count(kHedges, "hedges");
        breakers();
        count(kNoPlace, "no place in a pool or bulkhead");
        count(kThrottled, "throttled");
        services(ServiceMeasure::shed, "shed");
        services(ServiceMeasure::expired, "dropped past their deadline");
        levels();
        ejections();
        fallbacks();
        count(kCancelled, "cancelled at the server");
        count(kDuplicates, "executed twice");
        const auto lost = static_cast<std::size_t>(DatabaseMeasure::lost_writes);
        const auto misdirected = static_cast<std::size_t>(DatabaseMeasure::misdirected);
        const auto databases = [](const RunDigest& run) -> const auto& { return run.databases; };
        automation(databases, lost, "writes lost with their primary");
        automation(databases, static_cast<std::size_t>(DatabaseMeasure::conflicting),
                   "conflicting writes of two primaries");
        automation(databases, misdirected, "writes sent to the old primary");
        automation(databases, static_cast<std::size_t>(DatabaseMeasure::stale_reads),
                   "reads without the customer's own last write");
        automation(databases, static_cast<std::size_t>(DatabaseMeasure::without_quorum),
                   "requests without a quorum");
        const auto scaling = [](const RunDigest& run) -> const auto& { return run.scaling; };
        automation(scaling, static_cast<std::size_t>(ScalingMeasure::added), "replicas added");
        automation(scaling, static_cast<std::size_t>(ScalingMeasure::removed), "removed");
        automation(scaling, static_cast<std::size_t>(ScalingMeasure::refused), "refused");
        const auto looked_up = [](const RunDigest& run) -> const auto& { return run.names; };
        automation(looked_up, static_cast<std::size_t>(NameMeasure::failed), "lookups failed");
        automation(looked_up, static_cast<std::size_t>(NameMeasure::left_out), "regions left out");
        std::string line;
        for (const auto& part : parts_) line += (line.empty() ? "" : " · ") + part;
        return line;
    }

  private:
    [[nodiscard]] Total total(const Deed& deed) const {
        Total sum;
        for (const auto& parties : parties_) {
            sum.add(mean_of(values_of(strategy_, parties, deed)), parties.name());
        }
        return sum;
    }
    static std::string number(double value) {
        return number_text(value < 10 ? value : std::round(value));
    }

    void count(const Deed& deed, const char* what) {
        const auto sum = total(deed);
        if (sum.sum >= kWorthSaying)
            parts_.push_back(fmt::format("{} {}{}", what, number(sum.sum), sum.where()));
    }
    void services(ServiceMeasure measure, const char* what) {
        Total sum;
        for (std::size_t i = 0; i < strategy_.frame.services.size(); ++i) {
            std::vector<Measure> values;
            for (const auto& run : strategy_.runs) values.push_back(run.services[i][measure]);
            sum.add(mean_of(values), strategy_.frame.services[i].name);
        }
        if (sum.sum >= kWorthSaying)
            parts_.push_back(fmt::format("{} {}{}", what, number(sum.sum), sum.where()));
    }
    template <class Digests>
    void automation(const Digests& digests, std::size_t measure, const char* what) {
        Total sum;
        for (std::size_t i = 0; i < strategy_.frame.services.size(); ++i) {
            std::vector<Measure> values;
            for (const auto& run : strategy_.runs) {
                if (digests(run).empty()) return;
                values.push_back(digests(run)[i].values[measure]);
            }
            sum.add(mean_of(values), strategy_.frame.services[i].name);
        }
        if (sum.sum >= kWorthSaying)
            parts_.push_back(fmt::format("{} {}{}", what, number(sum.sum), sum.where()));
    }
    void breakers() {
        const auto open = total(kOpen);
        const double openings = total(kOpenings).sum;
        if (open.sum <= 0) return;
        std::string part =
            fmt::format("breakers open {} in all, {} opening{}", seconds_text(open.sum),
                        number(openings), openings == 1 ? "" : "s");
        if (const double refused = total(kRefused).sum; refused > 0) {
            part += fmt::format(", {} tries refused", number(refused));
        }
        parts_.push_back(part + open.where());
    }
    /// `web degraded 23 % of the time and readOnly 4 %`
    void levels() {
        for (std::size_t i = 0; i < strategy_.frame.services.size(); ++i) {
            const auto& service = strategy_.frame.services[i];
            std::string shares;
            for (std::size_t level = 1; level < service.levels.size(); ++level) {
                std::vector<Measure> values;
                for (const auto& run : strategy_.runs) values.push_back(run.levels[i][level].share);
                const double share = mean_of(values);
                if (share < kWorthSayingOfTime) continue;
                const auto text = percent_text(share);
                shares += shares.empty()
                              ? fmt::format("{} {} of the time", service.levels[level], text)
                              : fmt::format(" and {} {}", service.levels[level], text);
            }
            if (!shares.empty()) parts_.push_back(fmt::format("{} {}", service.name, shares));
        }
    }
    void ejections() {
        const auto ejected = total(kEjections);
        if (ejected.sum <= 0) return;
        parts_.push_back(fmt::format("ejections {}, replicas out for {}{}", number(ejected.sum),
                                     seconds_text(total(kEjected).sum), ejected.where()));
    }
    void fallbacks() {
        auto used = total(kFallbacks);
        const auto failed = total(kFailed);
        if (used.sum + failed.sum <= 0) return;
        std::string part = fmt::format("fallbacks {}", number(used.sum));
        if (failed.sum > 0) part += fmt::format(" and {} that failed", number(failed.sum));
        parts_.push_back(part + (used.sum > 0 ? used : failed).where());
    }

    const StrategyRuns& strategy_;
    std::vector<Parties> parties_;
    std::vector<std::string> parts_;
};

/// The columns with anything to show.
std::vector<Deed> deeds_done(const StudyInput& input) {
    std::vector<Deed> done;
    for (const auto& deed : kDeeds) {
        const bool any = std::any_of(
            input.strategies.begin(), input.strategies.end(), [&](const StrategyRuns& strategy) {
                return std::any_of(
                    strategy.runs.begin(), strategy.runs.end(), [&](const RunDigest& run) {
                        return std::any_of(
                            run.edges.begin(), run.edges.end(),
                            [&](const EdgeDigest& edge) { return deed.in(edge) > 0; });
                    });
            });
        if (any) done.push_back(deed);
    }
    return done;
}

/// The same two parties under every strategy: a `set:` may change who calls whom.
struct KnownParties {
    std::string name;
    std::vector<std::optional<Parties>> in;  ///< by strategy
};

std::vector<KnownParties> parties_of_all(const StudyInput& input) {
    std::vector<KnownParties> all;
    std::map<std::string, std::size_t> known;
    for (std::size_t s = 0; s < input.strategies.size(); ++s) {
        for (auto& parties : parties_of(input.strategies[s].frame)) {
            const auto [place, is_new] = known.try_emplace(parties.name(), all.size());
            if (is_new) all.push_back({place->first, {}});
            auto& in = all[place->second].in;
            in.resize(input.strategies.size());
            in[s] = std::move(parties);
        }
    }
    return all;
}

std::vector<Measure> tries_per_call(const StrategyRuns& strategy, const Parties& parties) {
    std::vector<Measure> values;
    for (const auto& run : strategy.runs) {
        double calls = 0;
        double tries = 0;
        for (const auto edge : parties.edges) {
            calls += run.edges[edge][EdgeMeasure::calls].value_or(0);
            tries += run.edges[edge][EdgeMeasure::attempts].value_or(0);
        }
        values.push_back(ratio(tries, calls));
    }
    return values;
}

}  // namespace

std::vector<std::string> rule_lines(const StudyInput& input) {
    std::vector<std::size_t> candidates;  // a winner is the only one
    if (const auto& comparison = input.result.comparison) candidates = comparison->candidates;
    candidates.push_back(input.settings.baseline);
    for (const auto s : candidates) {
        const auto text = DeedLine(input.strategies[s]).text();
        if (text.empty()) continue;
        return {
            fmt::format("What the rules did ({}, per run): {}.", input.strategies[s].name, text)};
    }
    return {};
}

sim::Table rule_table(const StudyInput& input) {
    const auto deeds = deeds_done(input);
    const double confidence = input.settings.experiment.confidence;
    const auto cell = [&](const std::vector<Measure>& values, MetricUnit unit) -> sim::Cell {
        const auto estimate = estimate_over_runs(values, confidence).estimate;
        return {estimate ? estimate_text(unit, *estimate) : std::string("-")};
    };
    sim::Table table;
    table.columns = {{"calls"}, {"strategy"}, {"tries each"}};
    for (const auto& deed : deeds) table.columns.push_back({deed.column});
    for (const auto& [name, in] : parties_of_all(input)) {
        for (std::size_t s = 0; s < input.strategies.size(); ++s) {
            if (!in[s]) continue;
            const auto& strategy = input.strategies[s];
            const Parties& parties = *in[s];
            const auto tries = tries_per_call(strategy, parties);
            bool acted = mean_of(tries) >= 1.005;  // else it would read "1x"
            std::vector<sim::Cell> row = {{name}, {strategy.name}, cell(tries, MetricUnit::factor)};
            for (const auto& deed : deeds) {
                const auto values = values_of(strategy, parties, deed);
                acted = acted || mean_of(values) > 0;
                row.push_back(cell(values, deed.unit));
            }
            if (acted) table.rows.push_back(std::move(row));
        }
    }
    return table;
}

}  // namespace models
