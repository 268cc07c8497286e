#pragma once

#include <optional>
#include <string_view>

#include "models/action/action_name.hpp"

namespace sim {
struct Misfit;
}

// Actions on what comes in.
namespace models {

/// Turns a share of the customers away at the edge, or of the requests at the door of a service.
/// Who is turned away is drawn once for each request, so that a larger share turns away the same
/// ones and others besides.
struct ShedAction {
    static constexpr std::string_view name = "shed";
    static constexpr std::string_view summary =
        "turns a share of the customers away at the edge, or of the requests at a service's door";
    static constexpr std::string_view formula =
        "each request with probability `share`, outcome shed (503), at once and at no cost";
    static constexpr std::string_view source = "SRE: load shedding; Bronson 2021: how to get out";
    static constexpr std::string_view example = "{share: 60%, group: shoppers}";
    static constexpr ActionSpelling spelling = {"share"};
    static constexpr bool lasts = true;

    double share = 0.5;
    ActionName group;
    ActionName journey;
    ActionName service;

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
};

}  // namespace models
