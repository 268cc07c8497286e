// Which settings stood in the way of requests, and which calls were tried again and again.
#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/analysis/setting_lookup.hpp"
#include "models/analysis/why.hpp"

namespace models {

namespace {

constexpr std::size_t kMostLimits = 5;
constexpr std::size_t kMostAmplifiers = 3;
/// What happens to fewer of the tries than this did not decide anything.
constexpr double kWorthNaming = 0.01;
/// Tries per call from which retries are more than a nuisance.
constexpr double kAmplifies = 1.1;

struct EdgeSum {
    double calls = 0;
    double tries = 0;
    double denied = 0;
    double no_place = 0;  ///< neither a connection nor a place in a bulkhead
    double open = 0;      ///< refused by a breaker
};

EdgeSum sum_of(const StrategyRuns& runs, std::size_t edge) {
    EdgeSum sum;
    const auto count = [](const OutcomeCounts& outcomes, Outcome outcome) {
        return static_cast<double>(outcomes[static_cast<std::size_t>(outcome)]);
    };
    for (const auto& run : runs.runs) {
        const auto& digest = run.edges[edge];
        sum.calls += digest[EdgeMeasure::calls].value_or(0);
        sum.tries += digest[EdgeMeasure::attempts].value_or(0);
        sum.denied += digest[EdgeMeasure::retries_denied].value_or(0);
        sum.no_place += std::max(count(digest.try_outcomes, Outcome::pool_timeout),
                                 count(digest.outcomes, Outcome::pool_timeout));
        sum.open += count(digest.try_outcomes, Outcome::breaker_open);
    }
    return sum;
}

class LimitFinder {
  public:
    explicit LimitFinder(const WhyInput& input)
        : input_(input), lookup_(input.settings, input.sources) {}

    std::vector<BoundLimit> find() {
        for (const auto& story : input_.result.stories) add_service(story);
        for (std::size_t edge = 0; edge < input_.runs.frame.edges.size(); ++edge) add_edge(edge);
        std::stable_sort(found_.begin() + static_cast<std::ptrdiff_t>(of_services_), found_.end(),
                         [](const auto& a, const auto& b) { return a.first > b.first; });
        std::vector<BoundLimit> limits;
        for (auto& [count, limit] : found_) {
            if (limits.size() < kMostLimits) limits.push_back(std::move(limit));
        }
        return limits;
    }

  private:
    /// Of the service that was full first what filled it comes before all others.
    void add_service(const ServiceStory& story) {
        const auto& name = input_.runs.frame.services[story.service].name;
        const auto path = "services." + name + ".";
        const bool cores = lookup_.at(path + "cores").has_value();
        const bool unlimited =
            lookup_.at(path + "concurrency").value_or(SettingText{}).value == "unlimited";
        if (cores || !unlimited) {
            const auto until = 2 * story.until_end > story.runs
                                   ? std::string("to the end")
                                   : "for " + seconds_text(story.length_s);
            add(0, name, path + (cores ? "cores" : "concurrency"), "full " + until);
        }
        add_refusals(story, name, path);
        if (of_services_ == 0) of_services_ = found_.size();
    }

    void add_refusals(const ServiceStory& story, const std::string& name, const std::string& path) {
        const auto per_run = [&](ServiceMeasure measure) {
            double sum = 0;
            for (const auto& run : input_.runs.runs) {
                sum += run.services[story.service][measure].value_or(0);
            }
            return sum / static_cast<double>(input_.runs.runs.size());
        };
        if (const double shed = per_run(ServiceMeasure::shed); shed >= 1) {
            std::string key = "queue";
            for (const char* other : {"shedding", "concurrencyLimit"}) {
                const auto set = lookup_.at(path + other);
                if (set && set->value != "none") key = other;
            }
            add(shed, name, path + key, fmt::format("refused {} tries", number_text(shed)));
        }
        if (const double throttled = per_run(ServiceMeasure::throttled); throttled >= 1) {
            add(throttled, name, path + "rateLimit",
                fmt::format("refused {} tries", number_text(throttled)));
        }
    }

    void add_edge(std::size_t index) {
        const auto& edge = input_.runs.frame.edges[index];
        const auto sum = sum_of(input_.runs, index);
        const auto runs = static_cast<double>(input_.runs.runs.size());
        const auto add_count = [&](double count, const char* key, const char* what) {
            if (count < kWorthNaming * sum.tries || count < 1) return;
            const auto set = lookup_.of_call(input_.runs.name, edge.caller, edge.callee, key);
            if (!set || set->value == "none") return;
            add_text(count, edge.caller + " → " + edge.callee, key, *set,
                     fmt::format("{} {}", what, number_text(count / runs)));
        };
        add_count(sum.denied, "retryBudget", "denied retries:");
        add_count(sum.open, "circuitBreaker", "refused tries:");
        add_count(sum.no_place, "bulkhead", "found no place:");
        add_count(sum.no_place, "pool", "found no connection:");
    }

    void add(double count, const std::string& where, const std::string& path, std::string what) {
        const auto set = lookup_.at(path);
        if (!set) return;
        add_text(count, where, path.substr(path.rfind('.') + 1), *set, std::move(what));
    }

    /// Calls of several endpoints share a policy: it is named once, with all that it did.
    void add_text(double count, const std::string& where, const std::string& setting,
                  const SettingText& set, std::string what) {
        const auto known = std::find_if(found_.begin(), found_.end(), [&](const auto& one) {
            return one.second.where == where && one.second.setting == setting;
        });
        if (known == found_.end()) {
            found_.push_back({count, {where, setting, set.value, set.place, std::move(what)}});
        } else if (known->first < count) {
            known->first = count;
            known->second.what = std::move(what);
        }
    }

    const WhyInput& input_;
    SettingLookup lookup_;
    std::vector<std::pair<double, BoundLimit>> found_;
    std::size_t of_services_ = 0;
};

Amplifier amplifier_of(const WhyInput& input, std::size_t index) {
    const auto& edge = input.runs.frame.edges[index];
    const auto sum = sum_of(input.runs, index);
    Amplifier one{
        edge.caller,   edge.callee, edge.endpoint, ratio(sum.tries, sum.calls), edge.max_tries,
        edge.budgeted, ""};
    const SettingLookup lookup(input.settings, input.sources);
    const auto set = lookup.of_call(input.runs.name, edge.caller, edge.callee, "retries");
    if (set) one.place = set->place;
    return one;
}

/// The kind of call to a service that was tried most, per call.
std::optional<std::size_t> most_tried(const WhyInput& input, const std::string& callee) {
    std::optional<std::size_t> most;
    double tries = 0;
    for (std::size_t i = 0; i < input.runs.frame.edges.size(); ++i) {
        if (input.runs.frame.edges[i].callee != callee) continue;
        const auto sum = sum_of(input.runs, i);
        const double per_call = sum.calls > 0 ? sum.tries / sum.calls : 0;
        if (most && per_call <= tries) continue;
        most = i;
        tries = per_call;
    }
    return most;
}

bool amplifies(const WhyInput& input, std::size_t edge) {
    const auto sum = sum_of(input.runs, edge);
    return input.runs.frame.edges[edge].max_tries > 1 && sum.calls > 0 &&
           sum.tries >= kAmplifies * sum.calls;
}

}  // namespace

std::vector<BoundLimit> find_limits(const WhyInput& input) { return LimitFinder(input).find(); }

std::vector<Amplifier> find_amplifiers(const WhyInput& input) {
    const auto& frame = input.runs.frame;
    std::vector<std::size_t> edges;
    if (!input.result.stories.empty()) {
        std::string at = frame.services[input.result.stories.front().service].name;
        // Bounded by the number of services: the call graph has no cycles.
        for (std::size_t depth = 0; depth <= frame.services.size(); ++depth) {
            const auto edge = most_tried(input, at);
            if (!edge) break;
            if (amplifies(input, *edge)) edges.insert(edges.begin(), *edge);
            if (frame.edges[*edge].from_customers) break;
            at = frame.edges[*edge].caller;
        }
    }
    if (edges.empty()) {
        for (std::size_t i = 0; i < frame.edges.size(); ++i) {
            if (amplifies(input, i)) edges.push_back(i);
        }
        std::stable_sort(edges.begin(), edges.end(), [&](std::size_t a, std::size_t b) {
            const auto x = sum_of(input.runs, a);
            const auto y = sum_of(input.runs, b);
            return x.tries * y.calls > y.tries * x.calls;
        });
    }
    if (edges.size() > kMostAmplifiers) edges.resize(kMostAmplifiers);
    std::vector<Amplifier> amplifiers;
    for (const auto edge : edges) amplifiers.push_back(amplifier_of(input, edge));
    return amplifiers;
}

}  // namespace models
