#pragma once

#include "models/engine/world.hpp"

namespace models {

/// Those who watch the system and act on it. They see what a dashboard shows, once a second.
struct World::Operators {
    World& world;

    // operators.cpp: when they act
    void take_post();
    void look();
    void act_now(const Event& event);
    void control_returns();

    // actions.cpp: what they do
    [[nodiscard]] bool can_begin(std::uint32_t action) const;
    void begin(std::uint32_t action);
    void end(std::uint32_t action);
    void change(std::uint32_t action, bool active);
    void apply_sites();
    void shift_away(std::uint32_t action);
    void shift_back(std::uint32_t action);
    void restart_next(std::uint32_t action);
    void process_is_back(InstanceId id);
    void scale_out(std::uint32_t action, const ScaleOutAction& how);
    void scale_in(std::uint32_t action);
    void did(std::uint32_t action, ActionDeed deed);
    bool turns_away(std::uint32_t group, RequestKey key, std::uint32_t flow);
    bool sheds(const Attempt& attempt);
    bool leaves_out(const Call& call);

  private:
    [[nodiscard]] LiveGauge gauge_of(const LiveCondition& condition) const;
    [[nodiscard]] double healthy_share(const std::optional<LiveCondition>& condition) const;
    void look_at(std::uint32_t action);
    void notice(std::uint32_t action);
    void due(std::uint32_t action);
    void over(std::uint32_t action);

    [[nodiscard]] const PlannedAction& plan(std::uint32_t action) const {
        return world.model_.actions[action];
    }
    [[nodiscard]] ActionState& state(std::uint32_t action) const {
        return world.board_.states[action];
    }
};

}  // namespace models
