#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/engine/model.hpp"
#include "sim/core/time.hpp"

namespace models {

/// The kinds of faults that are tried one at a time.
enum class AtomicKind : std::uint8_t {
    zone_dark,
    region_dark,
    failover,         ///< the primary of a database is lost
    service_down,     ///< all its processes are gone
    service_failing,  ///< half of its answers are errors
    service_slow,     ///< its own work takes five times as long
    call_cut,         ///< the messages of one caller to one callee are lost
    names_lost,       ///< nobody can look the service's name up
};

/// One fault of the topology, small enough to have one cause.
struct AtomicFault {
    AtomicKind kind = AtomicKind::zone_dark;
    std::string key;      ///< its name in a scenario: `eu-1-dark`
    std::string title;    ///< for people: `eu-1 dark`
    std::string subject;  ///< the zone, region, service or caller
    std::string callee{};
    std::string where;    ///< what and where, as YAML without times: `zone: eu-1, effect: down`

    /// As an entry of `faults:`.
    [[nodiscard]] std::string yaml(sim::SimTime at, sim::Duration length) const;
};

/// Every zone, every region with several zones or beside others, each database's failover, each
/// service down, failing and slow, each pair of caller and callee, each name that is looked up; in
/// that order, and within it in that of the model.
std::vector<AtomicFault> atomic_faults(const SystemModel& model);

}  // namespace models
