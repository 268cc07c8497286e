#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/action/action_name.hpp"
#include "sim/core/time.hpp"

namespace sim {
struct Misfit;
}

// Actions on replicas and zones. They need the control plane of the zone that they change.
namespace models {

enum class RestartOrder : std::uint8_t { one_by_one, at_once };

/// Processes are killed and started again: what they had is reset, queues and hung workers with it.
struct RestartAction {
    static constexpr std::string_view name = "restart";
    static constexpr std::string_view summary =
        "kills the processes of a service and starts them again, with empty queues";
    static constexpr std::string_view formula =
        "each is back after the service's `restart`; oneByOne: the next when the last is back";
    static constexpr std::string_view source = "kubectl rollout restart; Simian Army";
    static constexpr std::string_view example = "{service: payment, order: oneByOne}";
    static constexpr ActionSpelling spelling = {"service"};
    static constexpr bool lasts = false;

    ActionName service;
    ActionName zone;
    RestartOrder order = RestartOrder::one_by_one;

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
};

/// Nobody is sent to a zone any more; what is there goes on.
struct EvacuateAction {
    static constexpr std::string_view name = "evacuate";
    static constexpr std::string_view summary =
        "zonal shift: balancers and the customers' entry choose no replica in the zone";
    static constexpr std::string_view formula =
        "of n zones the others take n/(n-1) of their load each; where no healthy replica is left "
        "elsewhere, the zone is used all the same";
    static constexpr std::string_view source = "AWS ARC zonal shift and zonal autoshift";
    static constexpr std::string_view example = "{zone: eu-1}";
    static constexpr ActionSpelling spelling = {"zone"};
    static constexpr bool lasts = true;

    ActionName zone;

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
};

/// More replicas of a service, by hand.
struct ScaleOutAction {
    static constexpr std::string_view name = "scaleOut";
    static constexpr std::string_view summary = "adds replicas of a service";
    static constexpr std::string_view formula =
        "each goes to the zone with the fewest and serves after `startUp`; refused where there is "
        "no capacity or no control plane. A scaler of the service may take them away again";
    static constexpr std::string_view source = "FAULTS P6";
    static constexpr std::string_view example = "{service: payment, add: 4}";
    static constexpr ActionSpelling spelling = {""};
    static constexpr bool lasts = true;

    ActionName service;
    std::uint32_t add = 1;
    sim::Duration start_up = sim::whole_seconds(30);

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
};

/// A person chooses the level of a service, for all its replicas.
struct SetLevelAction {
    static constexpr std::string_view name = "setLevel";
    static constexpr std::string_view summary =
        "a service is at the level that is named, whatever its replicas measure";
    static constexpr std::string_view formula =
        "of several that persons and faults choose, the worst; what the replicas would have "
        "chosen counts again when it is over";
    static constexpr std::string_view source = "a kill switch; an operator's brownout dial";
    static constexpr std::string_view example = "{service: web, level: readOnly}";
    static constexpr ActionSpelling spelling = {""};
    static constexpr bool lasts = true;

    ActionName service;
    ActionName level;

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
};

}  // namespace models
