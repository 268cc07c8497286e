#pragma once

#include <cstdint>
#include <string_view>

#include "models/fault/fault_target.hpp"

// Effects on the link that messages share.
namespace models {

/// Messages leave one after the other, each as long as its bytes take at the rate.
struct BandwidthEffect {
    static constexpr std::string_view name = "bandwidth";
    static constexpr std::string_view summary =
        "messages share a narrow link and leave it one after the other";
    static constexpr std::string_view formula =
        "leaves at max(now, the one before it) + size / rate; each direction for itself";
    static constexpr std::string_view source =
        "a full link, a traffic shaper; tc netem rate, Toxiproxy bandwidth, Chaos Mesh bandwidth";
    static constexpr std::string_view example = "{bandwidth: 1MiB/s, size: 10KiB}";
    static constexpr EffectPlaces places = {false, true};
    static constexpr EffectSpelling spelling = {"rate", false};

    std::uint64_t rate = 0;            ///< bytes per second; has to be written
    std::uint64_t size = 10ULL << 10;  ///< bytes of a message
    MessageDirection direction = MessageDirection::both;

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

}  // namespace models
