#pragma once

#include <vector>

#include "models/engine/model.hpp"
#include "sim/core/time.hpp"

namespace models {

/// A stretch of a replication between two instants at which something begins or ends, and how much
/// of it a trial simulates.
struct Stretch {
    sim::SimTime from{};
    sim::SimTime to{};
    sim::Duration tried{};
    bool calm = false;  ///< before the first fault
    /// Mean rate of customers in it over their mean rate: days swing. 1 when it is tried wholly.
    double load = 1;

    [[nodiscard]] sim::Duration length() const { return to - from; }
};

/// Divides a replication at the starts and ends of its faults and at what operators do at a written
/// time. `affordable` is how much simulated time a trial may take: all stretches get as much of it,
/// except for those that are shorter. Stretches follow each other without a gap, none is empty.
std::vector<Stretch> stretches_of(const SystemModel& model, sim::Duration affordable);

/// Whether the trial is the replication itself.
bool is_whole(const std::vector<Stretch>& stretches);

/// The model with each stretch as long as the trial of it: its faults come sooner after each other
/// and end sooner, and where customers come and go with the hours, their rate is its mean. Time
/// zero stays the end of the warm-up. Stretches are those of this model.
SystemModel shortened(const SystemModel& model, const std::vector<Stretch>& stretches);

}  // namespace models
