#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/metrics/slice.hpp"
#include "models/metrics/window_grid.hpp"
#include "sim/core/time.hpp"

namespace models {

/// One group x journey, in the order of RunResult::flows.
struct FrameFlow {
    std::string group;
    std::string journey;
    double patience_s = 0;                 ///< of the group; +infinity when it waits for ever
    std::uint32_t group_index = 0;         ///< into StudyFrame::groups
    std::vector<std::uint32_t> zones{};    ///< of the customers; into StudyFrame::zones
    std::vector<std::uint32_t> needs{};    ///< services without which it fails, the entry first
    std::vector<std::uint32_t> touches{};  ///< these, and those that are optional
};

/// A zone, in the order of the model.
struct FrameZone {
    std::string name;
    std::uint32_t region = 0;  ///< into StudyFrame::regions
};

/// One service, in the order of RunResult::services.
struct FrameService {
    std::string name;
    double slots = 0;                   ///< of all its replicas
    std::vector<std::string> levels{};  ///< `full` and those below it; empty when it has none
    /// Replicas by zone, in the order of the zones; of a service elsewhere none.
    std::vector<std::pair<std::string, std::uint32_t>> replicas{};
    double slots_each = 0;                   ///< of one replica; +infinity without bound
    std::optional<std::uint32_t> primary{};  ///< zone of a database's primary
    bool scales = false;                     ///< the number of replicas changes

    /// At the start, in all zones.
    [[nodiscard]] std::uint32_t replica_count() const {
        std::uint32_t sum = 0;
        for (const auto& [zone, count] : replicas) sum += count;
        return sum;
    }
};

/// A region with the names of its zones.
struct FrameRegion {
    std::string name;
    std::vector<std::string> zones;
};

/// One kind of call, in the order of RunResult::edges.
struct FrameEdge {
    std::string caller;  ///< service or group
    std::string callee;
    bool from_customers = false;
    std::uint32_t max_tries = 1;  ///< 1 + retries of its policy
    bool budgeted = false;        ///< a retry budget keeps most calls below that
    std::string endpoint{};       ///< of the callee
    bool breaker = false;         ///< the time of a breaker is counted here
    bool ejects = false;          ///< ejections of outlier detection are
    bool optional = false;        ///< callers do without
    bool writes = false;          ///< to a database
    bool weighed = false;         ///< it is known how large its messages are
};

/// What a fault strikes, before anything comes of it (the target radius).
struct FrameTarget {
    struct Part {
        std::uint32_t service = 0;
        std::uint32_t replicas = 0;  ///< that are struck
    };
    std::vector<Part> services;
    std::vector<std::uint32_t> zones;    ///< covered as a whole
    std::vector<std::uint32_t> callers;  ///< services whose calls are struck
    std::vector<std::uint32_t> groups;   ///< of customers
    bool traffic = false;                ///< messages between callers and replicas, not replicas
};

/// A fault, and the services that it takes away altogether.
struct FrameFault {
    std::string name;
    sim::SimTime at{};
    sim::Duration duration{};
    struct Stop {
        std::uint32_t service = 0;
        double seconds = 0;
    };
    std::vector<Stop> stops;    ///< databases whose primary it strikes: no writes for so long
    bool changes_load = false;  ///< other requests come than in the twin
    bool deployed = false;      ///< its effects come with a version
    bool recurs = false;  ///< it comes again and again between `at` and `end`: no one recovery
    FrameTarget target{};

    [[nodiscard]] sim::SimTime end() const { return sim::saturated_add(at, duration); }
};

/// What the numbers of a RunResult are about: names, sizes and times of one strategy's model. It
/// lets analysis and reports read results without knowing the engine.
struct StudyFrame {
    std::vector<FrameRegion> regions;
    std::vector<FrameZone> zones;
    std::vector<FrameFlow> flows;
    std::vector<FrameService> services;
    std::vector<FrameEdge> edges;
    std::vector<Slice> slices;
    std::vector<FrameFault> faults;
    std::vector<std::string> groups;        ///< names of the customers, in the order of the model
    std::vector<std::string> actions;       ///< names, in the order of RunResult::actions
    std::vector<std::uint8_t> ends_faults;  ///< parallel to `actions`: whether it ends the faults
    std::vector<std::optional<std::uint32_t>> instance_zones;  ///< of each replica; none: elsewhere
    sim::Duration duration{};
    sim::Duration window{};  ///< as in WindowGrid

    /// The windows of its results.
    [[nodiscard]] WindowGrid windows() const { return WindowGrid(duration, window); }
};

}  // namespace models
