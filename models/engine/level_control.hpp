#pragma once

#include "models/engine/world.hpp"

namespace models {

/// The levels of services: each replica decides by its own measure, once a second, unless a person
/// or a fault has decided for it. Nothing of it exists where no service has levels.
struct World::LevelControl {
    World& world;

    /// At the start of the run.
    void begin();
    void look(ServiceId service);
    /// A replica serves, or no longer.
    void starts(InstanceId id);
    void stops(InstanceId id);
    /// What persons and faults say has changed.
    void choose();
    /// At the end of the run.
    void close();

    [[nodiscard]] bool refuses(const Attempt& attempt) const;
    [[nodiscard]] bool leaves_out(const Attempt& attempt, const CallSpec& call) const;
    void work_begins(Attempt& attempt);

  private:
    [[nodiscard]] ReplicaLevel& replica(InstanceId id) const {
        return world.replica_levels_[id.value];
    }
    [[nodiscard]] const std::vector<ServiceLevel>& levels_of(InstanceId id) const {
        return world.config_at(id).levels;
    }
    [[nodiscard]] const ServiceLevel* present(InstanceId id) const;
    [[nodiscard]] std::optional<std::uint32_t> choice_for(InstanceId id) const;
    [[nodiscard]] std::uint32_t next_level(InstanceId id) const;
    [[nodiscard]] bool may_rise(const ReplicaLevel& one, const ServiceLevel& level) const;
    void set_up(InstanceId id);
    void look_next(ServiceId service);
    void report(InstanceId id);
    void note_change(InstanceId id, std::uint32_t before);
};

}  // namespace models
