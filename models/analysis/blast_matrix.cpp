#include "models/analysis/blast_matrix.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "sim/core/assert.hpp"

namespace models {

namespace {

bool is_worse_row(const MatrixRow& a, const MatrixRow& b) {
    if (a.lost != b.lost) return a.lost > b.lost;
    return a.faults < b.faults;
}

/// Those of the same kind in the same region, or the other regions.
std::vector<const MatrixRow*> siblings_of(const BlastMatrix& matrix, const MatrixRow& row) {
    const auto& frame = matrix.frame;
    const auto& fault = matrix.faults[row.faults.front()];
    const auto region_of = [&](const std::string& zone) {
        for (const auto& one : frame.zones) {
            if (one.name == zone) return static_cast<std::int64_t>(one.region);
        }
        return std::int64_t{-1};
    };
    std::vector<const MatrixRow*> siblings;
    for (const auto& other : matrix.rows) {
        const auto& that = matrix.faults[other.faults.front()];
        if (&other == &row || that.kind != fault.kind) continue;
        const bool near = fault.kind != AtomicKind::zone_dark ||
                          region_of(that.subject) == region_of(fault.subject);
        if (near) siblings.push_back(&other);
    }
    std::sort(siblings.begin(), siblings.end(),
              [](const MatrixRow* a, const MatrixRow* b) { return a->faults < b->faults; });
    return siblings;
}

/// Whether the customers of a flow are all outside of what goes dark.
bool is_elsewhere(const StudyFrame& frame, const FrameFlow& flow, const AtomicFault& fault) {
    return std::none_of(flow.zones.begin(), flow.zones.end(), [&](std::uint32_t zone) {
        const auto& place = frame.zones[zone];
        return fault.kind == AtomicKind::zone_dark
                   ? place.name == fault.subject
                   : frame.regions[place.region].name == fault.subject;
    });
}

bool is_dark(const AtomicFault& fault) {
    return fault.kind == AtomicKind::zone_dark || fault.kind == AtomicKind::region_dark;
}

struct Whereabouts {
    std::vector<std::string> words;
    std::size_t primaries = 0;  ///< of databases
};

/// What a place has that its siblings have not and that the flow cannot do without.
Whereabouts what_is_there(const StudyFrame& frame, const FrameFlow& flow,
                          const AtomicFault& fault) {
    Whereabouts there;
    const auto inside = [&](const std::string& zone) {
        const auto found = std::find_if(frame.zones.begin(), frame.zones.end(),
                                        [&](const FrameZone& one) { return one.name == zone; });
        SIM_ASSERT(found != frame.zones.end());
        return fault.kind == AtomicKind::zone_dark
                   ? zone == fault.subject
                   : frame.regions[found->region].name == fault.subject;
    };
    for (const auto index : flow.needs) {
        const auto& service = frame.services[index];
        if (service.primary && inside(frame.zones[*service.primary].name)) {
            there.words.push_back(fmt::format("the {} primary is there", service.name));
            ++there.primaries;
            continue;
        }
        const bool only = !service.replicas.empty() &&
                          std::all_of(service.replicas.begin(), service.replicas.end(),
                                      [&](const auto& place) { return inside(place.first); });
        if (only) there.words.push_back(fmt::format("all of {} is there", service.name));
    }
    return there;
}

/// ": 980 ±40 of their checkouts are lost".
std::string loss_text(const SliceStory& slice, const std::string& journey) {
    const auto& lost = slice.lost.estimate;
    return fmt::format("{} of its {} requests are lost, {} of them in the worst {}",
                       count_text(*lost), journey, percent_text(slice.peak.estimate->value, 0),
                       seconds_text(10));
}

/// What a success of the journey is called.
std::string noun_of(const MatrixRow& row, const std::string& journey) {
    for (const auto& one : row.values) {
        if (one.value.journey == journey) return one.value.noun;
    }
    return journey;
}

/// "eu-1 dark stops us-shoppers' checkout, although they are elsewhere: …".
std::string distant_text(const BlastMatrix& matrix, const MatrixRow& row, const FrameFlow& flow,
                         const SliceStory& slice) {
    constexpr double kStops = 0.5;
    const auto& fault = matrix.faults[row.faults.front()];
    const double peak = slice.peak.estimate->value;
    const auto there = what_is_there(matrix.frame, flow, fault);
    const auto noun = noun_of(row, flow.journey);
    std::string text =
        fmt::format("{} {} the {} of {}, although they are elsewhere: {} of it fails for {}",
                    fault.title, peak >= kStops ? "stops" : "hits", flow.journey, flow.group,
                    percent_text(peak, 0), seconds_text(slice.lasts_s));
    const bool fails_over = there.primaries > 0 && slice.lasts_s < row.story.fault_s;
    if (fails_over) text += ", until the failover";
    text += fmt::format(", which costs {} {}{}.", count_text(*slice.lost.estimate), noun,
                        noun.ends_with('s') ? "" : "s");
    if (!there.words.empty()) text += fmt::format(" The reason: {}.", listed(there.words));
    return text;
}

/// Customers who are elsewhere.
void add_distant(const BlastMatrix& matrix, const MatrixRow& row, std::vector<std::string>& out) {
    const auto& frame = matrix.frame;
    const auto& fault = matrix.faults[row.faults.front()];
    if (!is_dark(fault)) return;
    for (const auto& flow : frame.flows) {
        const auto* slice = find_slice(row.story, flow.group_index, flow.journey);
        if (slice == nullptr || slice->hit != SliceHit::yes || !is_elsewhere(frame, flow, fault)) {
            continue;
        }
        std::vector<std::string> spare;
        for (const auto* sibling : siblings_of(matrix, row)) {
            const auto* same = find_slice(sibling->story, flow.group_index, flow.journey);
            const auto& name = matrix.faults[sibling->faults.front()].subject;
            if (same != nullptr && same->hit != SliceHit::yes) spare.push_back(name);
        }
        std::string text = distant_text(matrix, row, flow, *slice);
        if (!spare.empty()) {
            text += fmt::format(" {} {} not do that.", listed(spare),
                                spare.size() == 1 ? "does" : "do");
        }
        out.push_back(text);
    }
}

/// Journeys that should do without what is struck.
void add_optional(const BlastMatrix& matrix, const MatrixRow& row, std::vector<std::string>& out) {
    const auto& frame = matrix.frame;
    const auto& fault = matrix.faults[row.faults.front()];
    if (is_dark(fault)) return;
    const auto& subject = fault.kind == AtomicKind::call_cut ? fault.callee : fault.subject;
    const auto found = std::find_if(frame.services.begin(), frame.services.end(),
                                    [&](const FrameService& one) { return one.name == subject; });
    if (found == frame.services.end()) return;
    const auto service = static_cast<std::uint32_t>(found - frame.services.begin());
    const auto has = [&](const std::vector<std::uint32_t>& list) {
        return std::find(list.begin(), list.end(), service) != list.end();
    };
    for (const auto& flow : frame.flows) {
        const auto* slice = find_slice(row.story, flow.group_index, flow.journey);
        if (slice == nullptr || slice->hit != SliceHit::yes || has(flow.needs)) continue;
        out.push_back(fmt::format("{}: {} of {} {} {}, and yet {}.", fault.title, flow.journey,
                                  flow.group, has(flow.touches) ? "can do without" : "never calls",
                                  subject, loss_text(*slice, flow.journey)));
    }
}

/// Faults that are over and whose effect is not.
void add_lasting(const BlastMatrix& matrix, std::vector<std::string>& out) {
    std::vector<std::string> names;
    for (const auto& row : matrix.rows) {
        if (row.story.verdict == BlastVerdict::no_recovery) names.push_back(row.title);
    }
    if (names.empty()) return;
    constexpr std::size_t kMost = 4;
    const std::size_t all = names.size();
    if (all > kMost) {
        names.resize(kMost);
        names.push_back(fmt::format("{} more", all - kMost));
    }
    out.push_back(fmt::format("Not over when the fault is over: {}.", listed(names)));
}

}  // namespace

MatrixRow matrix_row(const BlastMatrix& matrix, std::vector<std::size_t> faults,
                     const std::vector<MatrixRun>& runs, const std::vector<JourneyValue>& values,
                     sim::SimTime at, sim::Duration length, double confidence) {
    MatrixRow row;
    auto frame = matrix.frame;
    frame.faults.clear();
    for (const auto fault : faults) {
        frame.faults.push_back(matrix.frame.faults[fault]);
        row.title += (row.title.empty() ? "" : " + ") + matrix.faults[fault].title;
        row.yaml += (row.yaml.empty() ? "" : "\n") + matrix.faults[fault].yaml(at, length);
    }
    row.faults = std::move(faults);
    std::vector<BlastRun> views;
    for (const auto& run : runs) views.push_back({&run.digest, &run.customers});
    row.story = blast_story(frame, views, confidence);
    row.values = value_stories(frame, views, values, confidence);
    row.money = money_stories(frame, views, values, confidence);
    row.lost = row.story.slices.front().lost.estimate->value;
    return row;
}

std::vector<std::string> surprises_of(const BlastMatrix& matrix) {
    std::vector<std::string> surprises;
    for (const auto& row : matrix.rows) add_distant(matrix, row, surprises);
    for (const auto& row : matrix.rows) add_optional(matrix, row, surprises);
    add_lasting(matrix, surprises);
    return surprises;
}

void finish_matrix(BlastMatrix& matrix) {
    std::sort(matrix.rows.begin(), matrix.rows.end(), is_worse_row);
    for (auto& pair : matrix.pairs) {
        double apart = 0;
        for (const auto& row : matrix.rows) {
            const auto& both = pair.faults;
            if (std::find(both.begin(), both.end(), row.faults.front()) != both.end()) {
                apart += row.lost;
            }
        }
        pair.more_than_sum = pair.lost - apart;
    }
    matrix.pairs_tried = matrix.pairs.size();
    const double least = kFewestInSlice;
    std::erase_if(matrix.pairs, [&](const MatrixRow& pair) {
        return pair.more_than_sum < std::max(least, 0.1 * pair.lost);
    });
    std::sort(matrix.pairs.begin(), matrix.pairs.end(), [](const auto& a, const auto& b) {
        if (a.more_than_sum != b.more_than_sum) return a.more_than_sum > b.more_than_sum;
        return a.faults < b.faults;
    });
    matrix.surprises = surprises_of(matrix);
}

}  // namespace models
