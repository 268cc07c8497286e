#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/engine/model.hpp"
#include "models/engine/records.hpp"
#include "sim/core/time.hpp"

namespace models {

/// The levels that servers have told to the replicas that call them (DAGOR). Empty in a system in
/// which nobody tells any.
class ToldLevels {
  public:
    explicit ToldLevels(const SystemModel& model) {
        const auto& topology = model.topology;
        columns_.assign(topology.instances.size(), kNone);
        for (std::size_t i = 0; i < topology.instances.size(); ++i) {
            const auto& rule = model.services[topology.instances[i].service.value].server.shedding;
            if (rule && told_level_lasts(*rule)) columns_[i] = width_++;
        }
        told_.resize(topology.instances.size() * std::size_t{width_});
    }
    [[nodiscard]] bool any() const { return width_ > 0; }
    [[nodiscard]] bool tells(InstanceId callee) const { return columns_[callee.value] != kNone; }

    void learn(InstanceId caller, InstanceId callee, std::int32_t level, sim::SimTime until) {
        told_[at(caller, callee)] = {until, level};
    }
    /// What `caller` knows of the level of `callee`, which tells it.
    [[nodiscard]] std::optional<std::int32_t> known(InstanceId caller, InstanceId callee,
                                                    sim::SimTime now) const {
        const Told& told = told_[at(caller, callee)];
        if (now > told.until) return std::nullopt;
        return told.level;
    }
    /// A process that restarts knows nothing.
    void forget(InstanceId caller) {
        const auto first = std::size_t{caller.value} * width_;
        for (std::size_t i = 0; i < width_; ++i) told_[first + i] = {};
    }

  private:
    static constexpr std::uint32_t kNone = 0xFFFFFFFFU;
    struct Told {
        sim::SimTime until{INT64_MIN};
        std::int32_t level = 0;
    };
    [[nodiscard]] std::size_t at(InstanceId caller, InstanceId callee) const {
        return std::size_t{caller.value} * width_ + columns_[callee.value];
    }

    std::vector<std::uint32_t> columns_;  ///< by instance
    std::uint32_t width_ = 0;
    std::vector<Told> told_;
};

}  // namespace models
