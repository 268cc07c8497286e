#include "models/analysis/blast_system.hpp"

#include <algorithm>

namespace models {

namespace {

constexpr std::size_t kWindowS = 10;

/// Most arrivals in 10 s of the run, over those of the twin there; `width`: so many windows.
double peak_amplification(const ServiceResult& run, const ServiceResult& twin, std::size_t first,
                          std::size_t width) {
    const std::size_t end = std::min(run.windows.size(), twin.windows.size());
    double peak = 0;
    for (std::size_t start = first; start + width <= end; start += width) {
        double here = 0;
        double there = 0;
        for (std::size_t i = start; i < start + width; ++i) {
            here += run.windows[i].arrivals;
            there += twin.windows[i].arrivals;
        }
        if (there >= kFewestInSlice) peak = std::max(peak, here / there);
    }
    return peak;
}

/// Of the windows of the stretch that there are.
template <class Window, class Get>
double sum_in(const std::vector<Window>& windows, const WindowGrid::Stretch& stretch,
              const Get& get) {
    double sum = 0;
    for (std::size_t i = stretch.from; i < std::min(stretch.to, windows.size()); ++i) {
        sum += get(windows[i]);
    }
    return sum;
}

/// Arrivals of the stretch over those of the twin; too few there say nothing.
Measure mean_amplification(const ServiceResult& run, const ServiceResult& twin,
                           const WindowGrid::Stretch& stretch) {
    const auto arrivals = [](const ServiceWindow& window) { return window.arrivals; };
    const double there = sum_in(twin.windows, stretch, arrivals);
    if (there < kFewestInSlice) return std::nullopt;
    return sum_in(run.windows, stretch, arrivals) / there;
}

/// Tries per call of the stretch.
Measure tries_per_call(const EdgeResult& edge, const WindowGrid::Stretch& stretch) {
    return ratio(sum_in(edge.windows, stretch, [](const EdgeWindow& one) { return one.tries; }),
                 sum_in(edge.windows, stretch, [](const EdgeWindow& one) { return one.calls; }));
}

double failed_share(const StudyFrame& frame, const RunResult& run, const std::string& service) {
    double tries = 0;
    double failed = 0;
    for (std::size_t e = 0; e < frame.edges.size(); ++e) {
        if (frame.edges[e].callee != service) continue;
        for (std::size_t o = 0; o < kOutcomes; ++o) {
            const auto count = static_cast<double>(run.edges[e].try_outcomes[o]);
            tries += count;
            if (!is_success(static_cast<Outcome>(o))) failed += count;
        }
    }
    return tries > 0 ? failed / tries : 0;
}

/// Replicas are paid for whether or not they are up; of a service that scales its fleet says how
/// many there were.
double paid_replica_s(const StudyFrame& frame, const RunResult& run, std::uint32_t service) {
    const auto& one = frame.services[service];
    if (one.scales && service < run.scaling.size()) return run.scaling[service].replica_s;
    return one.replica_count() * frame.duration.seconds();
}

std::vector<BlastService> blast_services(const StudyFrame& frame, const RunResult& run,
                                         const RunResult& twin,
                                         const WindowGrid::Stretch& stretch) {
    std::vector<BlastService> services;
    const auto width = frame.windows().covering(kWindowS);
    for (std::uint32_t s = 0; s < frame.services.size(); ++s) {
        const auto& name = frame.services[s].name;
        services.push_back(
            {peak_amplification(run.services[s], twin.services[s], stretch.from, width),
             mean_amplification(run.services[s], twin.services[s], stretch),
             failed_share(frame, run, name) - failed_share(frame, twin, name),
             paid_replica_s(frame, run, s), paid_replica_s(frame, twin, s)});
    }
    return services;
}

std::vector<BlastEdge> blast_edges(const RunResult& run, const RunResult& twin,
                                   const WindowGrid::Stretch& stretch) {
    std::vector<BlastEdge> edges;
    for (std::size_t e = 0; e < run.edges.size(); ++e) {
        edges.push_back(
            {tries_per_call(run.edges[e], stretch), tries_per_call(twin.edges[e], stretch)});
    }
    return edges;
}

struct Data {
    BlastWrites writes;
    double stale = 0;
    double conflicts = 0;
    double duplicates = 0;
};

void add_writes(const EdgeResult& edge, BlastWrites& writes) {
    for (std::size_t i = 0; i < kOutcomes; ++i) {
        const auto outcome = static_cast<Outcome>(i);
        if (is_success(outcome)) continue;
        (is_unanswered(outcome) ? writes.unanswered : writes.rejected) +=
            static_cast<double>(edge.outcomes[i]);
    }
}

Data data_of(const StudyFrame& frame, const RunResult& run) {
    Data data;
    for (const auto& database : run.databases) {
        data.writes.lost += static_cast<double>(database.lost_writes);
        data.stale += static_cast<double>(database.stale_reads);
        data.conflicts += static_cast<double>(database.conflicting);
    }
    for (std::size_t e = 0; e < run.edges.size(); ++e) {
        data.duplicates += static_cast<double>(run.edges[e].duplicates);
        if (frame.edges[e].writes) add_writes(run.edges[e], data.writes);
    }
    return data;
}

void add_data(const StudyFrame& frame, const RunResult& run, const RunResult& twin,
              BlastDigest& out) {
    const auto here = data_of(frame, run);
    const auto there = data_of(frame, twin);
    out.writes = {here.writes.lost - there.writes.lost,
                  here.writes.rejected - there.writes.rejected,
                  here.writes.unanswered - there.writes.unanswered};
    out.stale_reads = here.stale - there.stale;
    out.conflicts = here.conflicts - there.conflicts;
    out.duplicates = here.duplicates - there.duplicates;
}

std::optional<CrossedBytes> crossed_bytes(const StudyFrame& frame, const RunResult& run) {
    const bool known = std::any_of(frame.edges.begin(), frame.edges.end(),
                                   [](const FrameEdge& edge) { return edge.weighed; });
    if (!known) return std::nullopt;
    CrossedBytes sum;
    for (const auto& edge : run.edges) {
        sum.zones += static_cast<double>(edge.crossed_bytes);
        sum.regions += static_cast<double>(edge.region_bytes);
    }
    return sum;
}

}  // namespace

void add_system(const StudyFrame& frame, const RunResult& run, const RunResult& twin,
                const WindowGrid::Stretch& stretch, BlastDigest& out) {
    out.services = blast_services(frame, run, twin, stretch);
    out.edges = blast_edges(run, twin, stretch);
    add_data(frame, run, twin, out);
    out.crossed = crossed_bytes(frame, run);
    out.crossed_twin = crossed_bytes(frame, twin);
}

}  // namespace models
