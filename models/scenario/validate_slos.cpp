#include <fmt/format.h>

#include <algorithm>

#include "models/scenario/names.hpp"
#include "models/scenario/objective_text.hpp"
#include "models/scenario/reading.hpp"
#include "models/scenario/validate.hpp"

namespace models {

namespace {

/// What a metric is measured of.
enum class Scope : std::uint8_t { customers, service, both };

Scope scope_of(SloMetric metric) {
    switch (metric) {
        case SloMetric::success:
        case SloMetric::ok:
        case SloMetric::degraded:
        case SloMetric::goodput:
        case SloMetric::p50ok:
        case SloMetric::p90ok:
        case SloMetric::p95ok:
        case SloMetric::p99ok:
        case SloMetric::p999ok:
        case SloMetric::tries:
        case SloMetric::duplicates:
        case SloMetric::recovery:
            return Scope::customers;
        case SloMetric::mean:
        case SloMetric::p50:
        case SloMetric::p90:
        case SloMetric::p95:
        case SloMetric::p99:
        case SloMetric::p999:
            return Scope::both;
        case SloMetric::utilisation:
        case SloMetric::amplification:
        case SloMetric::wasted:
            return Scope::service;
    }
    SIM_ASSERT(false);
}

/// The word's own place in the objective when the text stands in one line as it is.
sim::SourceRange place_of(const Slo& slo, const std::string& word) {
    const std::size_t at = slo.text.find(word);
    if (at == std::string::npos) return slo.range;
    return place_in(slo.range, slo.text, at, word.size());
}

bool asks_for(const GroupSpec& group, std::string_view journey) {
    return std::any_of(group.mix.begin(), group.mix.end(),
                       [&](const MixEntry& entry) { return entry.journey.text == journey; });
}

class SloCheck {
  public:
    SloCheck(const Scenario& scenario, sim::Diagnostics& diagnostics)
        : scenario_(scenario),
          system_(scenario.systems[0]),
          index_(system_),
          diagnostics_(diagnostics) {
        for (const FaultSpec& fault : scenario.faults) faults_.push_back(fault.name.text);
        for (const GroupSpec& group : system_.groups) {
            for (const MixEntry& entry : group.mix) {
                const std::string_view name = entry.journey.text;
                if (std::find(journeys_.begin(), journeys_.end(), name) == journeys_.end()) {
                    journeys_.push_back(name);
                }
            }
        }
    }

    void check(Slo& slo) {
        check_names(slo);
        check_scope(slo);
        check_phase(slo);
    }

  private:
    void fail(const Slo& slo, std::string message, std::string hint) {
        diagnostics_.error(slo.range, std::move(message), std::move(hint));
    }

    /// A journey that the entry has and no mix names is a misspelt mix, or an SLO without requests.
    bool check_journey(const Slo& slo) {
        const Name journey{*slo.journey, place_of(slo, *slo.journey)};
        if (std::find(journeys_.begin(), journeys_.end(), journey.text) != journeys_.end()) {
            return true;
        }
        const bool offered =
            std::any_of(system_.groups.begin(), system_.groups.end(), [&](const GroupSpec& group) {
                const auto entry = index_.service(group.entry.text);
                return entry && find_endpoint(system_.services[*entry], journey.text);
            });
        if (!offered && !journeys_.empty()) {
            report_unknown(diagnostics_, journey, "journey", journeys_);
        } else if (!diagnostics_.has_errors()) {
            report_missing(diagnostics_, journey,
                           fmt::format("nobody asks for {}", sim::quote(journey.text)), journeys_);
        }
        return false;
    }

    void check_names(const Slo& slo) {
        if (slo.service && !index_.service(*slo.service)) {
            report_unknown(diagnostics_, {*slo.service, place_of(slo, *slo.service)}, "service",
                           index_.services());
        }
        if (slo.journey && !check_journey(slo)) return;
        if (!slo.group) return;
        const auto group = index_.group(*slo.group);
        if (!group) {
            report_unknown(diagnostics_, {*slo.group, place_of(slo, *slo.group)}, "customer group",
                           index_.groups());
        } else if (slo.journey && !asks_for(system_.groups[*group], *slo.journey)) {
            report_with(diagnostics_, {*slo.journey, place_of(slo, *slo.journey)},
                        fmt::format("`{}` never ask for `{}`", *slo.group, *slo.journey),
                        "judge a journey of their mix", system_.groups[*group].name, "the group");
        }
    }

    void check_scope(const Slo& slo) {
        const Scope scope = scope_of(slo.metric);
        const std::string_view metric = to_string(slo.metric);
        if (slo.service && scope == Scope::customers) {
            fail(
                slo, fmt::format("`{}` is measured of customers, not of a service", metric),
                "of a service: utilisation, amplification, wasted, mean, p50, p90, p95, p99, p999");
        }
        if (!slo.service && scope == Scope::service) {
            fail(slo, fmt::format("`{}` is measured of a service", metric),
                 fmt::format("write `service.NAME.{}`", metric));
        }
        if (slo.service && scope == Scope::both && slo.slice != SliceKind::all) {
            fail(
                slo, fmt::format("`{}` of a service is measured over the whole run", metric),
                fmt::format("remove `{} {}`, or judge a journey", to_string(slo.slice), slo.fault));
        }
        const bool against_twin =
            slo.metric == SloMetric::recovery || slo.metric == SloMetric::amplification;
        if (against_twin && scenario_.faults.empty()) {
            fail(slo,
                 fmt::format("`{}` needs a fault: it compares with the run without it", metric),
                 "add a fault, or remove this SLO");
        } else if (slo.metric == SloMetric::recovery && slo.slice == SliceKind::all &&
                   std::all_of(scenario_.faults.begin(), scenario_.faults.end(),
                               [](const FaultSpec& one) { return one.comes_again(); })) {
            fail(slo, "recovery needs a fault that ends once and for all",
                 "judge the whole run (`success`), or add a fault with `at` and `for`");
        }
    }

    void check_phase(Slo& slo) {
        if (slo.slice == SliceKind::all) return;
        const auto fault =
            std::find_if(scenario_.faults.begin(), scenario_.faults.end(),
                         [&](const FaultSpec& one) { return one.name.text == slo.fault; });
        if (fault == scenario_.faults.end()) {
            report_unknown(diagnostics_, {slo.fault, place_of(slo, slo.fault)}, "fault", faults_);
        } else if (fault->comes_again()) {
            fail(slo,
                 fmt::format("`{}` comes again and again: there is no one time {} it", slo.fault,
                             to_string(slo.slice)),
                 "judge the whole run, or give the SLO a fault with `at` and `for`");
        } else if (slo.metric == SloMetric::recovery) {
            check_recovery_phase(slo);
        }
    }

    /// Recovery has its own times; the phase only names the fault.
    void check_recovery_phase(Slo& slo) {
        if (slo.slice != SliceKind::after || slo.delay > sim::Duration{0}) {
            fail(slo, "recovery is counted from the end of a fault",
                 fmt::format("write `recovery <= 30s after {}`", slo.fault));
        }
        slo.slice = SliceKind::all;
    }

    const Scenario& scenario_;
    const SystemSpec& system_;
    NameIndex index_;
    sim::Diagnostics& diagnostics_;
    std::vector<std::string_view> faults_;
    std::vector<std::string_view> journeys_;
};

}  // namespace

void validate_slos(Scenario& scenario, sim::Diagnostics& diagnostics) {
    SloCheck check(scenario, diagnostics);
    for (Slo& slo : scenario.slos) check.check(slo);
}

}  // namespace models
