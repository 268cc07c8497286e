#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace models {

/// Weighted round robin by earliest deadline first: whoever is picked gets its next deadline
/// 1/weight later, so that picks come in proportion to the weights and evenly spread (ENV-LB).
struct EdfSchedule {
    std::vector<double> deadlines;  ///< by replica
    double now = 0;                 ///< deadline of the last pick

    /// The candidate with the earliest deadline, the first of them when several have it.
    /// `weight(replica)` > 0 is asked for whoever is picked or newly there. A candidate that was
    /// away begins anew: it gets no turns for the time that it missed.
    template <class Weight>
    std::uint32_t pick(std::span<const std::uint32_t> candidates, const Weight& weight) {
        if (deadlines.size() <= candidates.back()) deadlines.resize(candidates.back() + 1U, -1.0);
        std::uint32_t best = candidates.front();
        for (const std::uint32_t replica : candidates) {
            double& deadline = deadlines[replica];
            if (deadline < now) deadline = now + 1.0 / weight(replica);
            if (deadline < deadlines[best]) best = replica;
        }
        now = deadlines[best];
        deadlines[best] = now + 1.0 / weight(best);
        return best;
    }
};

}  // namespace models
