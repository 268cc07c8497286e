#pragma once

#include "sim/core/rng.hpp"

namespace models {

/// Which packets are lost.
struct PacketLoss {
    double probability = 0;  ///< of a packet, in the long run; of netem: its setting
    double burst = 0;        ///< mean packets lost in a row (Gilbert-Elliott); 0: one by one
    double correlation = 0;  ///< netem's, [0, 1); only without `burst`

    /// Whether the fate of a packet says nothing of the next one's.
    [[nodiscard]] bool independent() const { return burst <= 0 && correlation <= 0; }
    friend bool operator==(const PacketLoss&, const PacketLoss&) = default;
};

/// The packets of one message, in order, of a link that has run for a while.
///
/// Gilbert-Elliott: the link is good (nothing is lost) or bad (everything is). It turns good with
/// r = 1 / burst a packet and bad with r p / (1 - p), so that the share p of packets is lost.
///
/// netem: x' = (1 - c) u + c x with u uniform, lost when x' < p. The values crowd around 1/2, so
/// that 7 % with a correlation of 25 % loses 0.606 % of packets: its maker calls it an
/// approximation (tc-netem(8)).
class PacketChain {
  public:
    PacketChain(const PacketLoss& loss, sim::KeyedRng& rng);

    /// Whether the next packet is lost.
    bool next();

  private:
    const PacketLoss& loss_;
    sim::KeyedRng& rng_;
    bool bad_ = false;
    double last_ = 0;  ///< netem's x
};

}  // namespace models
