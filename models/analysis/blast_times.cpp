#include <algorithm>
#include <cmath>

#include "models/analysis/blast.hpp"
#include "models/analysis/recovery.hpp"
#include "sim/core/assert.hpp"

namespace models {

namespace {

constexpr double kCapacityTolerance = 0.05;
constexpr double kBusyTolerance = 0.10;
constexpr double kHitRatioTolerance = 0.05;  ///< absolute
constexpr double kFewWaiting = 1;            ///< requests, or messages
constexpr double kTenth = 0.10;

/// A service in some windows of a run, on average.
struct Levels {
    double capacity = 0;
    double busy = 0;
    double backlog = 0;
    double messages = 0;
    double asked = 0;
    double hits = 0;
    double seconds = 0;
};

Levels levels_in(const RunResult& run, std::uint32_t service, WindowGrid::Stretch stretch,
                 const WindowGrid& grid) {
    Levels sum;
    const auto& windows = run.services[service].windows;
    stretch.to = std::min(stretch.to, windows.size());
    for (std::size_t i = stretch.from; i < stretch.to; ++i) {
        const double length_s = grid.length_s(i);
        sum.capacity += static_cast<double>(windows[i].capacity_s);
        sum.busy += static_cast<double>(windows[i].busy_s);
        sum.backlog += static_cast<double>(windows[i].queued_s);
        sum.seconds += length_s;
        if (service < run.queues.size() && i < run.queues[service].windows.size()) {
            sum.messages += length_s * static_cast<double>(run.queues[service].windows[i].messages);
        }
        if (service < run.caches.size() && i < run.caches[service].windows.size()) {
            sum.asked += run.caches[service].windows[i].asked;
            sum.hits += run.caches[service].windows[i].hits;
        }
    }
    if (sum.seconds == 0) return sum;
    for (double* one : {&sum.capacity, &sum.busy, &sum.backlog, &sum.messages}) {
        *one /= sum.seconds;
    }
    return sum;
}

bool has_no_more_waiting(double run, double twin, double few) {
    return run <= twin + std::max(few, kTenth * twin);
}

bool nothing_waits(const Levels& run, const Levels& twin) {
    return has_no_more_waiting(run.backlog, twin.backlog, kFewWaiting) &&
           has_no_more_waiting(run.messages, twin.messages, kFewWaiting + twin.busy);
}

bool differs(double run, double twin, double relative, double least) {
    return std::abs(run - twin) > std::max(relative * twin, least);
}

/// One supporting measure of a service that is not what it is in the twin.
void compare_levels(std::uint32_t service, double slots_each, const Levels& run, const Levels& twin,
                    std::vector<Residue>& out) {
    using Kind = Residue::Kind;
    const auto add = [&](Kind kind, double here, double there) {
        out.push_back({service, kind, here, there});
    };
    const bool bounded = std::isfinite(slots_each) && slots_each > 0;
    if (bounded && differs(run.capacity, twin.capacity, kCapacityTolerance, 0)) {
        add(Kind::capacity, run.capacity / slots_each, twin.capacity / slots_each);
    }
    if (differs(run.busy, twin.busy, kBusyTolerance, 1)) add(Kind::busy, run.busy, twin.busy);
    if (!has_no_more_waiting(run.backlog, twin.backlog, kFewWaiting)) {
        add(Kind::backlog, run.backlog, twin.backlog);
    }
    if (!has_no_more_waiting(run.messages, twin.messages, kFewWaiting + twin.busy)) {
        add(Kind::messages, run.messages, twin.messages);
    }
    if (run.asked < kFewestInSlice || twin.asked < kFewestInSlice) return;
    const double here = run.hits / run.asked;
    const double there = twin.hits / twin.asked;
    if (std::abs(here - there) > kHitRatioTolerance) add(Kind::hit_ratio, here, there);
}

/// Windows of a run, of which some stretch is looked for.
struct Search {
    WindowGrid grid;
    std::size_t length = 0;  ///< of the stretch
    std::size_t end = 0;     ///< of the run

    Search(const StudyFrame& frame, const FaultSpan& span)
        : grid(frame.windows()),
          length(grid.covering(stretch_seconds(span.to_s, frame.duration.seconds()))),
          end(grid.window_of(static_cast<std::size_t>(frame.duration.seconds()))) {}
};

/// Where from second `from_s` on a stretch begins all of whose parts are good; parts are 10 s, the
/// last one shorter.
template <class IsGood>
Measure first_good(double from_s, const Search& search, const IsGood& is_good) {
    const auto& [grid, length, end] = search;
    const auto width = grid.covering(10);
    std::size_t start = grid.first_from(from_s);
    while (start + length <= end) {
        std::size_t bad = end;  // start of a part that is not
        for (std::size_t at = start; at < start + length; at += width) {
            if (is_good(WindowGrid::Stretch{at, std::min(at + width, start + length)})) continue;
            bad = at;
            break;
        }
        if (bad == end) return grid.start_s(start);
        start = bad + 1;
    }
    return std::nullopt;
}

/// The first second from which on so many requests as are needed to tell are worse than the twin's,
/// some of that second among them; or the first window, from the fault's own on.
Measure impact_of(const std::vector<FlowWindow>& run, const std::vector<FlowWindow>& twin,
                  std::size_t first_s, const WindowGrid& grid) {
    const std::size_t end = std::min(run.size(), twin.size());
    for (std::size_t start = grid.window_of(first_s); start < end; ++start) {
        const auto failed = [](const FlowWindow& one) { return one.offered - one.success; };
        if (failed(run[start]) <= failed(twin[start])) continue;
        PairedCounts shares;
        for (std::size_t i = start; i < end && shares.offered < kFewestInSlice; ++i) {
            shares.add(run[i], twin[i]);
        }
        if (shares.offered >= kFewestInSlice && shares.is_worse()) {
            return std::max(0.0, grid.start_s(start) - static_cast<double>(first_s));
        }
    }
    return std::nullopt;
}

Measure least(const Measure& a, const Measure& b) {
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
}

/// Of each journey of each group; recovered when all of them are.
void find_customer_times(const StudyFrame& frame, const RunResult& run, const RunResult& twin,
                         const FaultSpan& span, BlastTimes& times) {
    const auto grid = frame.windows();
    const auto first = static_cast<std::size_t>(span.from_s);
    double last = 0;
    bool all = true;
    for (std::size_t f = 0; f < run.flows.size(); ++f) {
        const auto& here = run.flows[f].windows;
        const auto& there = twin.flows[f].windows;
        times.impact = least(times.impact, impact_of(here, there, first, grid));
        const auto back = recovery_seconds(here, there, span.to_s, frame.duration.seconds(), grid);
        if (!back) all = false;
        if (back) last = std::max(last, *back);
    }
    if (all) times.recovered = times.fault_end_s + last;
}

void find_system_times(const StudyFrame& frame, const RunResult& run, const RunResult& twin,
                       const FaultSpan& span, BlastTimes& times) {
    const Search search(frame, span);
    const auto services = static_cast<std::uint32_t>(frame.services.size());
    const auto quiet = [&](const WindowGrid::Stretch& stretch) {
        for (std::uint32_t s = 0; s < services; ++s) {
            if (!nothing_waits(levels_in(run, s, stretch, search.grid),
                               levels_in(twin, s, stretch, search.grid))) {
                return false;
            }
        }
        return true;
    };
    const auto as_before = [&](const WindowGrid::Stretch& stretch) {
        std::vector<Residue> left;
        for (std::uint32_t s = 0; s < services && left.empty(); ++s) {
            compare_levels(s, frame.services[s].slots_each, levels_in(run, s, stretch, search.grid),
                           levels_in(twin, s, stretch, search.grid), left);
        }
        return left.empty();
    };
    const auto relative = [&](const Measure& at) {
        return at ? Measure(*at - span.from_s) : std::nullopt;
    };
    if (!times.recovered) return;
    times.all_clear = relative(first_good(span.from_s + *times.recovered, search, quiet));
    if (!times.all_clear) return;
    times.stable = relative(first_good(span.from_s + *times.all_clear, search, as_before));
}

/// The last remedy that the twin did not need as well, up to recovery; nobody's help counts.
void find_healing(const StudyFrame& frame, const RunResult& run, const RunResult& twin,
                  const FaultSpan& span, BlastTimes& times) {
    const double until_s =
        times.recovered ? span.from_s + *times.recovered : frame.duration.seconds();
    for (const auto& action : run.actions) {
        const bool early = action.first_s && *action.first_s <= until_s;
        times.human = times.human || (action.fired > 0 && early);
    }
    for (const auto when : run.seen_down) {
        if (when == sim::kNever || when.seconds() < span.from_s) continue;
        times.noticed = least(times.noticed, when.seconds() - span.from_s);
    }
    if (!times.recovered || times.human) return;
    for (const auto& remedy : run.remedies) {
        const double at_s = remedy.at.seconds();
        if (at_s < span.from_s || at_s > until_s + 1) continue;
        if (std::find(twin.remedies.begin(), twin.remedies.end(), remedy) != twin.remedies.end()) {
            continue;
        }
        times.healed = std::max(times.healed.value_or(0), at_s - span.from_s);
    }
}

}  // namespace

std::string_view to_string(Residue::Kind kind) {
    switch (kind) {
        case Residue::Kind::capacity:
            return "replicas";
        case Residue::Kind::busy:
            return "held slots";
        case Residue::Kind::backlog:
            return "waiting requests";
        case Residue::Kind::messages:
            return "messages";
        case Residue::Kind::hit_ratio:
            return "hit ratio";
    }
    SIM_ASSERT(false);
}

Measure BlastTimes::recovery_ratio() const {
    if (!recovered || fault_end_s <= 0) return std::nullopt;
    return std::max(0.0, *recovered - fault_end_s) / fault_end_s;
}

BlastTimes blast_times(const StudyFrame& frame, const RunResult& run, const RunResult& twin) {
    BlastTimes times;
    const auto span = fault_span(frame);
    times.fault_end_s = span.to_s - span.from_s;
    times.seen_s = frame.duration.seconds() - span.from_s;
    find_customer_times(frame, run, twin, span, times);
    find_system_times(frame, run, twin, span, times);
    find_healing(frame, run, twin, span, times);
    return times;
}

std::vector<Residue> residue_of(const StudyFrame& frame, const RunResult& run,
                                const RunResult& twin) {
    const auto span = fault_span(frame);
    const Search search(frame, span);
    std::vector<Residue> left;
    if (span.to_s + 1 >= frame.duration.seconds()) return left;
    const WindowGrid::Stretch last{search.end - std::min(search.length, search.end), search.end};
    for (std::uint32_t s = 0; s < frame.services.size(); ++s) {
        compare_levels(s, frame.services[s].slots_each, levels_in(run, s, last, search.grid),
                       levels_in(twin, s, last, search.grid), left);
    }
    return left;
}

BlastVerdict blast_verdict(const BlastTimes& times, bool residue, bool aborted) {
    if (aborted) return BlastVerdict::aborted;
    if (!times.impact) {
        return residue ? BlastVerdict::recovered_with_residue : BlastVerdict::pass;
    }
    if (times.recovered) {
        return residue ? BlastVerdict::recovered_with_residue : BlastVerdict::deviated_transient;
    }
    constexpr double kLeastAfterS = 10;
    const bool seen_after = times.seen_s - times.fault_end_s >= kLeastAfterS;
    return seen_after ? BlastVerdict::no_recovery : BlastVerdict::deviated;
}

}  // namespace models
