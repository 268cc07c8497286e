#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "models/engine/model.hpp"
#include "models/engine/records.hpp"
#include "sim/core/box.hpp"

namespace models {

/// What all callers remember for one of their rules. A state is made when it is first needed, so
/// callers that never call cost nothing.
template <class State>
class ClientStates {
  public:
    ClientStates(const SystemModel& model, ClientRule rule) {
        const auto services = model.topology.services.size();
        std::uint32_t next = 0;
        const auto add = [&](std::size_t caller) {
            first_.push_back(next);
            const auto& slots = model.client_rules[caller][static_cast<std::size_t>(rule)];
            next += static_cast<std::uint32_t>(slots.size());
        };
        for (const auto& instance : model.topology.instances) add(instance.service.value);
        for (std::size_t i = 0; i < model.groups.size(); ++i) add(services + i);
        first_.push_back(next);
        states_.resize(next);
    }

    /// `make()` is what a process knows when it starts.
    template <class Make>
    State& at(CallerId caller, std::uint32_t slot, const Make& make) {
        auto& state = states_[first_[caller.value] + slot];
        if (!state) state.emplace(InPlace<Make>{make});
        return *state;
    }

    /// Those of one caller that have been made.
    template <class Use>
    void for_each(CallerId caller, const Use& use) {
        for (auto i = first_[caller.value]; i < first_[caller.value + 1]; ++i) {
            if (states_[i]) use(*states_[i]);
        }
    }
    template <class Use>
    void for_each(const Use& use) {
        for (auto& state : states_) {
            if (state) use(*state);
        }
    }

    /// A process that restarts knows nothing.
    void forget(CallerId caller) {
        for (auto i = first_[caller.value]; i < first_[caller.value + 1]; ++i) states_[i].reset();
    }

  private:
    /// Becomes the state where it will stay: moving a variant makes g++ 12 warn of a vector that it
    /// never frees.
    template <class Make>
    struct InPlace {
        const Make& make;
        // NOLINTNEXTLINE(google-explicit-constructor): the conversion is the point.
        operator State() const { return make(); }
    };

    std::vector<std::uint32_t> first_;
    std::vector<sim::Box<State>> states_;
};

}  // namespace models
