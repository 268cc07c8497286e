#pragma once

#include <optional>
#include <string_view>

#include "models/action/action_name.hpp"

namespace sim {
struct Misfit;
}

namespace models {

/// The stop condition of an experiment: who made the fault takes it away again.
struct EndFaultsAction {
    static constexpr std::string_view name = "endFaults";
    static constexpr std::string_view summary =
        "ends faults before their time: the stop condition of an experiment";
    static constexpr std::string_view formula =
        "what is at work ends at that instant and does not begin again; what it has broken "
        "recovers "
        "as after its own end. The experiment's verdict is ABORTED";
    static constexpr std::string_view source = "AWS FIS stop conditions; Chaos Mesh StatusCheck";
    static constexpr std::string_view example = "all";
    static constexpr ActionSpelling spelling = {"fault"};
    static constexpr bool lasts = false;
    static constexpr std::string_view kAll = "all";

    ActionName fault;

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    /// Whether it ends the fault of that name.
    [[nodiscard]] bool ends(std::string_view which) const {
        return fault.text == kAll || fault.text == which;
    }
};

}  // namespace models
