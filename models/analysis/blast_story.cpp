#include "models/analysis/blast_story.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/assert.hpp"
#include "sim/stats/interval.hpp"

namespace models {

namespace {

template <class Get>
std::vector<Measure> column(const std::vector<BlastRun>& runs, const Get& get) {
    std::vector<Measure> values;
    for (const auto& run : runs) values.push_back(get(run));
    return values;
}

/// The paired difference over the incident is at least theta, and either every replication says so
/// by itself or the interval over them, corrected for the number of slices (Bonferroni), excludes
/// 0.
SliceHit hit_of(const std::vector<Measure>& shares, double mean_offered, std::size_t slices,
                bool clear, double confidence) {
    if (mean_offered < kFewestInSlice) return SliceHit::too_few;
    const double corrected = 1 - (1 - confidence) / static_cast<double>(slices);
    const auto share = estimate_differences(shares, corrected).estimate;
    if (!share || share->value < kBlastTheta) return SliceHit::no;
    if (clear) return SliceHit::yes;
    return share->low && *share->low > 0 ? SliceHit::yes : SliceHit::no;
}

/// Adds up the customers' cells that belong to the slice.
template <class Get>
Measure over_cells(const StudyFrame& frame, const BlastSlice& slice, const BlastRun& run,
                   bool known_only, const Get& get) {
    double sum = 0;
    bool any = false;
    for (std::size_t g = 0; g < run.customers->size(); ++g) {
        const auto& reach = (*run.customers)[g];
        if (!reach || (slice.group && *slice.group != g)) continue;
        if (known_only && !reach->known) return std::nullopt;
        std::uint32_t first = 0;
        while (frame.flows[first].group_index != g) ++first;
        for (const auto& cell : reach->cells) {
            if (!slice.journey.empty() &&
                frame.flows[first + cell.journey].journey != slice.journey)
                continue;
            if (slice.zone && *slice.zone != cell.zone) continue;
            if (slice.region && *slice.region != frame.zones[cell.zone].region) continue;
            sum += get(cell) * reach->kept_one_in;
            any = true;
        }
    }
    return any ? Measure(sum) : std::nullopt;
}

void add_customers(const StudyFrame& frame, const std::vector<BlastRun>& runs, double confidence,
                   SliceStory& story) {
    const auto sum = [&](bool known, const auto& get) {
        return column(runs, [&](const BlastRun& run) {
            return over_cells(frame, story.slice, run, known, get);
        });
    };
    story.user_minutes = estimate_differences(
        sum(true, [](const ReachCell& c) { return (c.down_s - c.down_twin_s) / 60; }), confidence);
    story.excess_user_s =
        estimate_over_runs(sum(false, [](const ReachCell& c) { return c.excess_s; }), confidence);
    // A customer of several cells counts in each of them: only one cell, or one journey in one
    // zone, has a share that is right.
    if (story.slice.parts.size() != 1) return;
    const auto active = sum(true, [](const ReachCell& c) { return static_cast<double>(c.active); });
    auto harmed = sum(true, [](const ReachCell& c) { return static_cast<double>(c.harmed); });
    for (std::size_t i = 0; i < harmed.size(); ++i) {
        if (harmed[i]) harmed[i] = ratio(*harmed[i], active[i].value_or(0));
    }
    story.harmed = estimate_over_runs(harmed, confidence);
}

SliceStory slice_story(const StudyFrame& frame, const BlastSlice& slice, std::size_t index,
                       const std::vector<BlastRun>& runs, double confidence) {
    SliceStory story;
    story.slice = slice;
    const auto values = [&](const auto& get) {
        return column(runs,
                      [&](const BlastRun& run) { return Measure(get(run.digest->cells[index])); });
    };
    const auto offered = values([](const BlastCell& c) { return c.incident.offered; });
    const auto share = values([](const BlastCell& c) { return c.incident.excess(); });
    const auto lost = values([](const BlastCell& c) { return c.lost; });
    story.offered = estimate_over_runs(offered, confidence);
    story.lost = estimate_differences(lost, confidence);
    story.share = estimate_differences(share, confidence);
    story.peak = estimate_over_runs(values([](const BlastCell& c) { return c.peak; }), confidence);
    const auto median = [&](double BlastCell::*member) {
        std::vector<double> times;
        for (const auto& run : runs) times.push_back(run.digest->cells[index].*member);
        return median_of(times);
    };
    story.peak_after_s = median(&BlastCell::peak_at_s);
    story.lasts_s = median(&BlastCell::hit_s);
    story.until_s = median(&BlastCell::last_hit_s);
    const auto slices = runs.front().digest->cells.size();
    const bool clear = std::all_of(runs.begin(), runs.end(), [&](const BlastRun& run) {
        return run.digest->cells[index].incident.is_clear();
    });
    story.hit = hit_of(share, story.offered.estimate->value, slices, clear, confidence);
    for (const auto& one : lost) story.worst_lost = std::max(story.worst_lost, *one);
    add_customers(frame, runs, confidence, story);
    return story;
}

TimeStory time_story(const std::vector<BlastRun>& runs, BlastInstant instant, double confidence) {
    TimeStory story;
    std::vector<double> values;
    for (const auto& run : runs) {
        const auto at = instant_of(run.digest->times, instant);
        story.seen += at ? 1 : 0;
        values.push_back(at.value_or(std::numeric_limits<double>::infinity()));
    }
    if (story.seen > 0) story.at = sim::median_interval(values, confidence);
    return story;
}

std::vector<ResidueStory> residue_stories(const std::vector<BlastRun>& runs) {
    std::vector<ResidueStory> stories;
    for (const auto& run : runs) {
        for (const auto& one : run.digest->residue) {
            auto known = std::find_if(stories.begin(), stories.end(), [&](const auto& story) {
                return story.service == one.service && story.kind == one.kind;
            });
            if (known == stories.end()) {
                stories.push_back({one.service, one.kind, 0, 0, 0});
                known = stories.end() - 1;
            }
            known->run += one.run;
            known->twin += one.twin;
            ++known->runs;
        }
    }
    for (auto& story : stories) {
        story.run /= static_cast<double>(story.runs);
        story.twin /= static_cast<double>(story.runs);
    }
    return stories;
}

/// Services that the faults strike, as flags.
std::vector<std::uint8_t> struck_services(const StudyFrame& frame) {
    std::vector<std::uint8_t> struck(frame.services.size(), 0);
    for (const auto& fault : frame.faults) {
        for (const auto& part : fault.target.services) struck[part.service] = 1;
    }
    return struck;
}

void add_once(std::vector<std::string>& names, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

void find_target(const StudyFrame& frame, Radii& radii) {
    for (const auto& fault : frame.faults) {
        for (const auto& part : fault.target.services) {
            const auto& service = frame.services[part.service];
            radii.target.push_back({service.name, part.replicas, service.replica_count()});
        }
        for (const auto zone : fault.target.zones) {
            add_once(radii.target_zones, frame.zones[zone].name);
        }
        for (const auto group : fault.target.groups) {
            add_once(radii.target_groups, frame.groups[group]);
        }
        radii.target_is_traffic = radii.target_is_traffic || fault.target.traffic;
    }
}

/// The slice that is all of a flow and nothing else.
const SliceStory& flow_slice(const StudyFrame& frame, const std::vector<SliceStory>& slices,
                             std::uint32_t flow) {
    const auto found = std::find_if(slices.begin(), slices.end(), [&](const SliceStory& one) {
        return whole_flow(frame, one.slice) == flow;
    });
    SIM_ASSERT(found != slices.end());
    return *found;
}

/// Journeys of groups with a path of calls that they cannot do without to something struck.
void find_potential(const StudyFrame& frame, const std::vector<SliceStory>& slices, Radii& radii) {
    const auto struck = struck_services(frame);
    double all = 0;
    double reached = 0;
    for (std::uint32_t f = 0; f < frame.flows.size(); ++f) {
        const auto& flow = frame.flows[f];
        const auto& slice = flow_slice(frame, slices, f);
        const bool hit = std::any_of(flow.needs.begin(), flow.needs.end(),
                                     [&](std::uint32_t service) { return struck[service] != 0; });
        all += slice.offered.estimate->value;
        if (!hit) continue;
        reached += slice.offered.estimate->value;
        radii.potential.push_back(flow.group + "/" + flow.journey);
    }
    radii.potential_share = all > 0 ? reached / all : 0;
}

void find_realised(const StudyFrame& frame, const std::vector<SliceStory>& slices, Radii& radii) {
    for (const auto& one : slices) {
        if (one.hit != SliceHit::yes) continue;
        for (const auto& part : one.slice.parts) {
            const bool one_flow =
                std::all_of(one.slice.parts.begin(), one.slice.parts.end(),
                            [&](const BlastSlice::Part& other) { return other.flow == part.flow; });
            if (!one_flow) continue;
            const auto& flow = frame.flows[part.flow];
            add_once(radii.realised, flow.group + "/" + flow.journey);
        }
        std::vector<std::uint32_t> zones;
        for (const auto& part : one.slice.parts) zones.push_back(part.zone);
        const bool one_zone = std::all_of(zones.begin(), zones.end(),
                                          [&](std::uint32_t z) { return z == zones.front(); });
        if (one_zone && !zones.empty()) add_once(radii.places, frame.zones[zones.front()].name);
    }
}

/// Of all groups whose customers are known.
template <class Get>
std::vector<Measure> customer_share(const std::vector<BlastRun>& runs, const Get& get) {
    return column(runs, [&](const BlastRun& run) -> Measure {
        double active = 0;
        double part = 0;
        for (const auto& reach : *run.customers) {
            if (!reach || !reach->known) continue;
            active += static_cast<double>(std::max(reach->run.active, reach->twin.active)) *
                      reach->kept_one_in;
            part += static_cast<double>(get(*reach)) * reach->kept_one_in;
        }
        return ratio(part, active);
    });
}

void find_shares(const std::vector<BlastRun>& runs, double confidence, BlastStory& story) {
    const auto harmed = customer_share(runs, [](const CustomerReach& r) { return r.harmed; });
    const auto target = customer_share(runs, [](const CustomerReach& r) { return r.twin.touched; });
    story.radii.realised_share = estimate_over_runs(harmed, confidence);
    const auto at_target = estimate_over_runs(target, confidence).estimate;
    if (!at_target) return;
    story.radii.target_share = at_target->value;
    if (!story.radii.realised_share.estimate) return;
    story.containment = ratio(story.radii.realised_share.estimate->value, at_target->value);
}

void find_observed(const StudyFrame& frame, const std::vector<BlastRun>& runs, Radii& radii) {
    for (std::size_t zone = 0; zone < frame.zones.size(); ++zone) {
        double sum = 0;
        for (const auto& run : runs) sum += run.digest->seen[zone];
        const auto mean = std::lround(sum / static_cast<double>(runs.size()));
        std::uint32_t all = 0;
        for (const auto& place : frame.instance_zones) all += place == zone ? 1 : 0;
        if (mean > 0) {
            radii.observed.push_back(
                {frame.zones[zone].name, static_cast<std::uint32_t>(mean), all});
        }
    }
}

/// Calls between each service and what is struck, whoever calls whom.
std::vector<std::uint32_t> distances(const StudyFrame& frame) {
    constexpr std::uint32_t kFar = 0xFFFFFFFFU;
    const auto struck = struck_services(frame);
    std::vector<std::uint32_t> distance(frame.services.size(), kFar);
    for (std::size_t s = 0; s < struck.size(); ++s) {
        if (struck[s] != 0) distance[s] = 0;
    }
    const auto index = [&](const std::string& name) {
        const auto found = std::find_if(frame.services.begin(), frame.services.end(),
                                        [&](const FrameService& one) { return one.name == name; });
        return static_cast<std::size_t>(found - frame.services.begin());
    };
    bool changed = true;
    while (changed) {
        changed = false;
        for (const auto& edge : frame.edges) {
            if (edge.from_customers) continue;
            const auto a = index(edge.caller);
            const auto b = index(edge.callee);
            for (const auto& [near, far] : {std::pair(a, b), std::pair(b, a)}) {
                if (distance[near] == kFar || distance[far] <= distance[near] + 1) continue;
                distance[far] = distance[near] + 1;
                changed = true;
            }
        }
    }
    return distance;
}

void find_spread(const StudyFrame& frame, const std::vector<BlastRun>& runs, double confidence,
                 BlastStory& story) {
    const auto distance = distances(frame);
    for (std::size_t s = 0; s < frame.services.size(); ++s) {
        const auto failed =
            estimate_differences(column(runs,
                                        [&](const BlastRun& run) {
                                            return Measure(run.digest->services[s].tries_failed);
                                        }),
                                 confidence)
                .estimate;
        const bool violated = failed->value >= kBlastTheta && (!failed->low || *failed->low > 0);
        if (!violated || distance[s] == 0) continue;
        story.spread_to.push_back(frame.services[s].name);
        if (distance[s] != 0xFFFFFFFFU) {
            story.spread_hops = std::max(story.spread_hops, distance[s]);
        }
    }
}

void count_verdicts(const std::vector<BlastRun>& runs, BlastStory& story) {
    for (const auto& run : runs) ++story.verdicts[static_cast<std::size_t>(run.digest->verdict)];
    story.verdict = prevailing(story.verdicts);
}

void find_ratio(const std::vector<BlastRun>& runs, BlastStory& story) {
    std::vector<double> ratios;
    for (const auto& run : runs) {
        const auto one = run.digest->times.recovery_ratio();
        ratios.push_back(one.value_or(std::numeric_limits<double>::infinity()));
        story.human += run.digest->times.human ? 1 : 0;
    }
    story.recovery_ratio = sim::median_interval(ratios, 0.95).value;
}

}  // namespace

std::string_view to_string(SliceHit hit) {
    switch (hit) {
        case SliceHit::no:
            return "no";
        case SliceHit::yes:
            return "yes";
        case SliceHit::too_few:
            return "tooFew";
    }
    SIM_ASSERT(false);
}

std::string_view to_string(BlastInstant instant) {
    switch (instant) {
        case BlastInstant::impact:
            return "impact";
        case BlastInstant::noticed:
            return "noticed";
        case BlastInstant::healed:
            return "selfHealing";
        case BlastInstant::recovered:
            return "recovery";
        case BlastInstant::all_clear:
            return "allClear";
        case BlastInstant::stable:
            return "stable";
    }
    SIM_ASSERT(false);
}

Measure instant_of(const BlastTimes& times, BlastInstant instant) {
    switch (instant) {
        case BlastInstant::impact:
            return times.impact;
        case BlastInstant::noticed:
            return times.noticed;
        case BlastInstant::healed:
            return times.healed;
        case BlastInstant::recovered:
            return times.recovered;
        case BlastInstant::all_clear:
            return times.all_clear;
        case BlastInstant::stable:
            return times.stable;
    }
    SIM_ASSERT(false);
}

BlastStory blast_story(const StudyFrame& frame, const std::vector<BlastRun>& runs,
                       double confidence) {
    SIM_ASSERT(!runs.empty());
    BlastStory story;
    story.runs = runs.size();
    count_verdicts(runs, story);
    const auto slices = blast_slices(frame);
    for (std::size_t i = 0; i < slices.size(); ++i) {
        story.slices.push_back(slice_story(frame, slices[i], i, runs, confidence));
    }
    for (std::size_t i = 0; i < kBlastInstants; ++i) {
        story.times[i] = time_story(runs, static_cast<BlastInstant>(i), confidence);
    }
    find_ratio(runs, story);
    story.fault_s = runs.front().digest->times.fault_end_s;
    story.seen_s = runs.front().digest->times.seen_s;
    story.residue = residue_stories(runs);
    find_target(frame, story.radii);
    find_potential(frame, story.slices, story.radii);
    find_realised(frame, story.slices, story.radii);
    find_observed(frame, runs, story.radii);
    find_shares(runs, confidence, story);
    find_spread(frame, runs, confidence, story);
    return story;
}

const SliceStory* find_slice(const BlastStory& story, std::uint32_t group,
                             const std::string& journey) {
    // Where a group has one journey, or there is one group, a coarser slice stands for it: the
    // smallest that has all of what is asked for.
    const SliceStory* found = nullptr;
    for (const auto& one : story.slices) {
        const auto& slice = one.slice;
        if (slice.zone || slice.region) continue;
        if (slice.group && *slice.group != group) continue;
        if (!slice.journey.empty() && slice.journey != journey) continue;
        if (found == nullptr || slice.parts.size() < found->slice.parts.size()) found = &one;
    }
    return found;
}

std::string slice_name(const StudyFrame& frame, const BlastSlice& slice) {
    std::string name;
    if (slice.group) name = frame.groups[*slice.group];
    if (!slice.journey.empty()) name += (name.empty() ? "" : "/") + slice.journey;
    if (name.empty()) name = "everybody";
    if (slice.zone) return name + " in " + frame.zones[*slice.zone].name;
    if (slice.region) return name + " in " + frame.regions[*slice.region].name;
    return name;
}

}  // namespace models
