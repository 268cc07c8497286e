#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/engine/model.hpp"
#include "models/fault/fault.hpp"
#include "sim/core/time.hpp"

namespace models {

/// By what a part of what strikes is told from the others.
enum class PartKind : std::uint8_t {
    fault,      ///< one fault of several
    capacity,   ///< of an outage: replicas are gone, and everybody knows at once
    database,   ///< of an outage: a database whose primary is struck, nothing else
    detection,  ///< of an outage: the replicas of `capacity` are silent until checks notice, then
                ///< well: what it costs that nobody knows yet
    effect,     ///< one effect of several
    service,    ///< the same effect on one service of several
    calls,      ///< messages of the calls to a place, or of those from it
    group,      ///< one group of customers of several
};

/// A part of what strikes, as a plan of its own. Its draws are those that it has in the whole.
struct StruckPart {
    PartKind kind = PartKind::fault;
    std::string name;     ///< `capacity`, `database orders`, `detection`, …; no two are the same
    std::string subject;  ///< the database, service, fault, effect or group; empty: none
    std::vector<ScheduledFault> faults;
    std::size_t replicas = 0;  ///< that it strikes, or whose messages; of a link the smaller side
    sim::Duration length{};    ///< that its cause lasts; of a database until its failover is over
};

/// More parts than this are not worth their runs, and nobody compares them.
inline constexpr std::size_t kMostParts = 8;

/// The parts of what strikes under this model, at least two, or none when it cannot be divided: a
/// single effect on a single service, faults with a common cause, one that comes again, comes with
/// a version or is cured by restarts.
///
/// Several faults: each of them. One fault: the parts of each of its effects. An outage (`down`,
/// `crash`) of a place or a service: each database whose primary it strikes, and the other replicas
/// twice, as `capacity` and as `detection`, which lasts as their health checks may need: interval x
/// failAfter + timeout, or as long as the fault where nobody checks. Other effects on several
/// services: each service. On calls to and from a place: either. On several groups of customers:
/// each. What the fault does to control planes stays with every part.
std::vector<StruckPart> parts_of(const SystemModel& model);

}  // namespace models
