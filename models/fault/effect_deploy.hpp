#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/fault/fault_target.hpp"
#include "sim/core/time.hpp"

// Effects that come with a new version of a service.
namespace models {

enum class Delivery : std::uint8_t {
    rollout,  ///< replica by replica, as the service's `rollout` says
    push,     ///< a setting that running processes take on, everywhere within seconds
};

/// The other effects of its fault come with a version: they strike the replicas that have it. The
/// fault's end asks for the old version back.
struct DeployEffect {
    static constexpr std::string_view name = "deploy";
    static constexpr std::string_view summary =
        "a new version is rolled out: the fault's other effects strike the replicas that have it";
    static constexpr std::string_view formula =
        "replica k of n has a push within x k / n after its start; a rollout goes as the service's "
        "`rollout` says";
    static constexpr std::string_view source =
        "Kubernetes Deployment; Argo Rollouts; AWS CodeDeploy; pushes of configuration (Cloudflare "
        "2019)";
    static constexpr std::string_view example = "deploy";
    static constexpr EffectPlaces places = {true, false};
    static constexpr EffectSpelling spelling = {"how", true};

    Delivery how = Delivery::rollout;
    sim::Duration within = sim::whole_seconds(10);  ///< of a push

    void parameters(sim::Parameters& p);
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// More calls to a service for each request: a loop where there was a query.
struct CallsEffect {
    static constexpr std::string_view name = "calls";
    static constexpr std::string_view summary =
        "each request makes more calls to a service that it calls: a loop where there was a query";
    static constexpr std::string_view formula =
        "the first call of a request to it is made `more` times more, one after the other";
    static constexpr std::string_view source = "an N+1 query in a new version, FAULTS P2";
    static constexpr std::string_view example = "{calls: 4, to: store}";
    static constexpr EffectPlaces places = {true, false};
    static constexpr EffectSpelling spelling = {"more", false};

    std::uint32_t more = 0;
    std::string to;  ///< a service

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

}  // namespace models
