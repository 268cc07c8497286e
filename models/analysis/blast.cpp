#include "models/analysis/blast.hpp"

#include <algorithm>
#include <cmath>

#include "models/analysis/blast_system.hpp"
#include "sim/core/assert.hpp"

namespace models {

namespace {

constexpr std::size_t kWindowS = 10;
constexpr std::size_t kMinuteS = 60;

/// Adds a slice unless an earlier one has the same parts.
void add_slice(std::vector<BlastSlice>& slices, BlastSlice slice) {
    if (slice.parts.empty()) return;
    const auto same = [&](const BlastSlice& one) {
        return one.parts.size() == slice.parts.size() &&
               std::equal(one.parts.begin(), one.parts.end(), slice.parts.begin(),
                          [](const auto& a, const auto& b) {
                              return a.flow == b.flow && a.zone == b.zone;
                          });
    };
    if (std::none_of(slices.begin(), slices.end(), same)) slices.push_back(std::move(slice));
}

/// A slice with all its requests.
BlastSlice filled(const StudyFrame& frame, BlastSlice slice) {
    for (std::uint32_t f = 0; f < frame.flows.size(); ++f) {
        const auto& flow = frame.flows[f];
        if (slice.group && *slice.group != flow.group_index) continue;
        if (!slice.journey.empty() && slice.journey != flow.journey) continue;
        for (const auto zone : flow.zones) {
            if (slice.zone && *slice.zone != zone) continue;
            if (slice.region && *slice.region != frame.zones[zone].region) continue;
            slice.parts.push_back({f, zone});
        }
    }
    return slice;
}

void add_places(const StudyFrame& frame, const BlastSlice& of, bool zones,
                std::vector<BlastSlice>& slices) {
    const std::size_t places = zones ? frame.zones.size() : frame.regions.size();
    for (std::uint32_t i = 0; i < places; ++i) {
        auto slice = of;
        slice.region = zones ? frame.zones[i].region : i;
        if (zones) slice.zone = i;
        add_slice(slices, filled(frame, slice));
    }
}

std::vector<std::string> journeys_of(const StudyFrame& frame) {
    std::vector<std::string> names;
    for (const auto& flow : frame.flows) {
        if (std::find(names.begin(), names.end(), flow.journey) == names.end()) {
            names.push_back(flow.journey);
        }
    }
    return names;
}

/// Where a fault strikes: its second, and the window in which that lies.
struct Strike {
    WindowGrid grid;
    double at_s = 0;
    std::size_t window = 0;

    Strike(double from_s, const WindowGrid& of_run)
        : grid(of_run),
          at_s(std::floor(from_s)),
          window(grid.window_of(static_cast<std::size_t>(from_s))) {}

    /// From the strike to the start of a window; 0 for its own.
    [[nodiscard]] double until(std::size_t start) const {
        return std::max(0.0, grid.start_s(start) - at_s);
    }
    /// A time from the strike on, as windows.
    [[nodiscard]] WindowGrid::Stretch of(double seconds) const {
        return {window, grid.next(static_cast<std::size_t>(at_s + seconds))};
    }
};

/// Peak, its time, and how long the excess was above theta. Windows are 10 s, longer until they
/// have requests enough; a rest that is too small belongs to the window before it.
void find_peak(const std::vector<FlowWindow>& run, const std::vector<FlowWindow>& twin,
               const Strike& strike, BlastCell& cell) {
    const std::size_t end = std::min(run.size(), twin.size());
    const auto width = strike.grid.covering(kWindowS);
    std::size_t next = strike.window;
    while (next < end) {
        const std::size_t start = next;
        PairedCounts counts;
        while (next < end && (next - start < width || counts.offered < kFewestInSlice)) {
            counts.add(run[next], twin[next]);
            ++next;
        }
        if (counts.offered < kFewestInSlice) return;
        const double excess = counts.excess();
        if (excess > cell.peak) {
            cell.peak = excess;
            cell.peak_at_s = strike.until(start);
        }
        if (excess <= kBlastTheta) continue;
        cell.hit_s += strike.until(next) - strike.until(start);
        cell.last_hit_s = strike.until(next);
    }
}

/// Gross loss and rebound, in windows of 10 s.
void find_gains(const std::vector<FlowWindow>& run, const std::vector<FlowWindow>& twin,
                const Strike& strike, BlastCell& cell) {
    const std::size_t end = std::min(run.size(), twin.size());
    const auto width = strike.grid.covering(kWindowS);
    for (std::size_t start = strike.window; start < end; start += width) {
        double difference = 0;
        for (std::size_t i = start; i < std::min(start + width, end); ++i) {
            difference += static_cast<double>(twin[i].success) - run[i].success;
        }
        (difference > 0 ? cell.shortfall : cell.rebound) += std::abs(difference);
    }
}

double worst_minute(const std::vector<FlowWindow>& windows, const Strike& strike) {
    double worst = 0;
    const auto width = strike.grid.covering(kMinuteS);
    for (std::size_t start = strike.window; start < windows.size(); start += width) {
        double offered = 0;
        double bad = 0;
        for (std::size_t i = start; i < std::min(start + width, windows.size()); ++i) {
            offered += windows[i].offered;
            bad += static_cast<double>(windows[i].offered) - windows[i].success;
        }
        if (offered >= kFewestInSlice) worst = std::max(worst, bad / offered);
    }
    return worst;
}

std::vector<std::uint32_t> seen_by_zone(const StudyFrame& frame, const RunResult& run,
                                        double from_s) {
    std::vector<std::uint32_t> seen(frame.zones.size(), 0);
    for (std::size_t i = 0; i < std::min(run.seen_down.size(), frame.instance_zones.size()); ++i) {
        const auto zone = frame.instance_zones[i];
        const auto when = run.seen_down[i];
        if (zone && when != sim::kNever && when.seconds() >= from_s) ++seen[*zone];
    }
    return seen;
}

/// Whether an action that ends the faults has been taken.
bool was_aborted(const StudyFrame& frame, const RunResult& run) {
    for (std::size_t i = 0; i < run.actions.size(); ++i) {
        if (frame.ends_faults[i] != 0 && run.actions[i].fired > 0) return true;
    }
    return false;
}

}  // namespace

std::vector<BlastSlice> blast_slices(const StudyFrame& frame) {
    std::vector<BlastSlice> slices;
    add_slice(slices, filled(frame, {}));
    std::vector<BlastSlice> groups;
    for (std::uint32_t g = 0; g < frame.groups.size(); ++g) groups.push_back({g, {}, {}, {}, {}});
    std::vector<BlastSlice> flows;
    for (const auto& flow : frame.flows) {
        flows.push_back({flow.group_index, flow.journey, {}, {}, {}});
    }
    for (const auto& one : groups) add_slice(slices, filled(frame, one));
    for (const auto& name : journeys_of(frame)) {
        add_slice(slices, filled(frame, {{}, name, {}, {}, {}}));
    }
    for (const bool zones : {false, true}) add_places(frame, {}, zones, slices);
    for (const auto& one : flows) add_slice(slices, filled(frame, one));
    for (const bool zones : {false, true}) {
        for (const auto& one : flows) add_places(frame, one, zones, slices);
    }
    return slices;
}

std::optional<std::uint32_t> whole_flow(const StudyFrame& frame, const BlastSlice& slice) {
    const auto& parts = slice.parts;
    const auto flow = parts.front().flow;
    const bool all = parts.size() == frame.flows[flow].zones.size() && parts.back().flow == flow;
    return all ? std::optional(flow) : std::nullopt;
}

std::string_view to_string(BlastVerdict verdict) {
    switch (verdict) {
        case BlastVerdict::pass:
            return "PASS";
        case BlastVerdict::deviated_transient:
            return "DEVIATED_TRANSIENT";
        case BlastVerdict::recovered_with_residue:
            return "RECOVERED_WITH_RESIDUE";
        case BlastVerdict::deviated:
            return "DEVIATED";
        case BlastVerdict::no_recovery:
            return "NO_RECOVERY";
        case BlastVerdict::aborted:
            return "ABORTED";
    }
    SIM_ASSERT(false);
}

BlastVerdict prevailing(const std::array<std::size_t, kBlastVerdicts>& counts) {
    std::size_t most = 0;
    for (std::size_t i = 1; i < kBlastVerdicts; ++i) {
        if (counts[i] >= counts[most] && counts[i] > 0) most = i;
    }
    return static_cast<BlastVerdict>(most);
}

FaultSpan fault_span(const StudyFrame& frame) {
    SIM_ASSERT(!frame.faults.empty());
    const double end_s = frame.duration.seconds();
    FaultSpan span{end_s, 0};
    for (const auto& fault : frame.faults) {
        span.from_s = std::min(span.from_s, std::max(0.0, fault.at.seconds()));
        span.to_s = std::max(span.to_s, std::min(end_s, fault.end().seconds()));
    }
    span.to_s = std::max(span.to_s, span.from_s);
    return span;
}

std::vector<FlowWindow> slice_windows(const RunResult& run, const BlastSlice& slice) {
    std::vector<FlowWindow> sum;
    for (const auto& part : slice.parts) {
        const auto& places = run.flows[part.flow].places;
        if (sum.empty()) sum.resize(run.flows[part.flow].windows.size());
        if (part.zone >= places.size()) continue;
        for (std::size_t i = 0; i < places[part.zone].size(); ++i) {
            sum[i].offered += places[part.zone][i].offered;
            sum[i].success += places[part.zone][i].success;
        }
    }
    return sum;
}

BlastCell blast_cell(const std::vector<FlowWindow>& run, const std::vector<FlowWindow>& twin,
                     const FaultSpan& span, const WindowGrid& grid) {
    BlastCell cell;
    const Strike strike(span.from_s, grid);
    find_peak(run, twin, strike, cell);
    find_gains(run, twin, strike, cell);
    cell.worst_minute = worst_minute(run, strike);
    cell.incident_s = std::max(std::ceil(span.to_s) - strike.at_s, cell.last_hit_s);
    const auto end = std::min(run.size(), twin.size());
    const auto incident = strike.of(cell.incident_s);
    PairedCounts all;
    for (std::size_t i = strike.window; i < end; ++i) {
        all.add(run[i], twin[i]);
        if (i < incident.to) cell.incident.add(run[i], twin[i]);
    }
    cell.lost = all.bad - all.bad_twin;
    return cell;
}

BlastDigest blast_digest(const StudyFrame& frame, const std::vector<BlastSlice>& slices,
                         const RunResult& run, const RunResult& twin) {
    BlastDigest out;
    const auto span = fault_span(frame);
    const auto grid = frame.windows();
    for (const auto& slice : slices) {
        out.cells.push_back(
            blast_cell(slice_windows(run, slice), slice_windows(twin, slice), span, grid));
    }
    // The first slice is everybody.
    const auto incident = Strike(span.from_s, grid).of(out.cells.front().incident_s);
    add_system(frame, run, twin, incident, out);
    out.times = blast_times(frame, run, twin);
    out.residue = residue_of(frame, run, twin);
    out.verdict = blast_verdict(out.times, !out.residue.empty(), was_aborted(frame, run));
    out.seen = seen_by_zone(frame, run, span.from_s);
    return out;
}

}  // namespace models
