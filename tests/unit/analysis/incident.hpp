#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/analysis/blast_story.hpp"

// Incidents made by hand, second by second, whose blast radius one can count.
namespace incident {

inline constexpr std::uint32_t kSeconds = 300;

/// Two regions, `eu` with zones a and b and `us` with zone c; two groups; 100 requests a second in
/// each zone of a group. `web` calls `db`, whose primary is in a; browsing does without `db`.
inline models::StudyFrame frame_of_two_regions() {
    models::StudyFrame frame;
    frame.regions = {{"eu", {"a", "b"}}, {"us", {"c"}}};
    frame.zones = {{"a", 0}, {"b", 0}, {"c", 1}};
    frame.groups = {"europe", "america"};
    frame.flows = {{"europe", "buy", 10, 0, {0, 1}, {0, 1}, {0, 1}},
                   {"europe", "browse", 10, 0, {0, 1}, {0}, {0, 1}},
                   {"america", "buy", 10, 1, {2}, {0, 1}, {0, 1}}};
    frame.services = {{"web", 30, {}, {{"a", 1}, {"b", 1}, {"c", 1}}, 10, {}, false},
                      {"db", 30, {}, {{"a", 1}, {"b", 1}, {"c", 1}}, 10, 0, false}};
    frame.edges.resize(3);
    frame.edges[0] = {"europe", "web", true};
    frame.edges[1] = {"america", "web", true};
    frame.edges[2] = {"web", "db"};
    models::FrameFault fault;
    fault.name = "db-down";
    fault.at = sim::SimTime{} + sim::whole_seconds(100);
    fault.duration = sim::whole_seconds(50);
    fault.target.services = {{1, 3}};
    frame.faults = {fault};
    frame.instance_zones = {0, 1, 2, 0, 1, 2};
    frame.duration = sim::whole_seconds(kSeconds);
    return frame;
}

/// A run in which all is well.
inline models::RunResult good_run(const models::StudyFrame& frame) {
    models::RunResult run;
    for (const auto& flow : frame.flows) {
        auto& result = run.flows.emplace_back();
        result.slices.resize(1);  // the whole run
        result.windows.resize(kSeconds);
        result.places.resize(frame.zones.size());
        for (const auto zone : flow.zones) {
            result.places[zone].assign(kSeconds, {100, 100});
            for (auto& window : result.windows) {
                window.offered += 100;
                window.success += 100;
            }
        }
    }
    for (std::size_t s = 0; s < frame.services.size(); ++s) {
        auto& service = run.services.emplace_back();
        service.windows.assign(kSeconds, {200, 6, 6, 0, 30, 0});
    }
    run.edges.resize(frame.edges.size());
    for (auto& edge : run.edges) {
        edge.try_outcomes[static_cast<std::size_t>(models::Outcome::ok)] = 1000;
    }
    run.seen_down.assign(frame.instance_zones.size(), sim::kNever);
    return run;
}

/// So many of the 100 requests of each second in [from, to) fail.
inline void fail(models::RunResult& run, std::uint32_t flow, std::uint32_t zone, std::uint32_t from,
                 std::uint32_t to, std::uint32_t bad) {
    for (std::uint32_t t = from; t < to; ++t) {
        run.flows[flow].places[zone][t].success -= bad;
        run.flows[flow].windows[t].success -= bad;
    }
}

struct Incident {
    models::StudyFrame frame = frame_of_two_regions();
    models::RunResult twin = good_run(frame);
    models::RunResult run = good_run(frame);
    models::BlastDigest digest{};
    std::vector<std::optional<models::CustomerReach>> nobody{};

    models::BlastStory story() {
        digest = models::blast_digest(frame, models::blast_slices(frame), run, twin);
        nobody.resize(frame.groups.size());
        return models::blast_story(frame, {{&digest, &nobody}}, 0.95);
    }
};

}  // namespace incident
