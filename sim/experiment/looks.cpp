#include "sim/experiment/looks.hpp"

#include <algorithm>

#include "sim/core/assert.hpp"
#include "sim/stats/spending.hpp"

namespace sim {

double alpha_of_look(std::size_t look, double alpha) {
    SIM_ASSERT(look < kLooks.size());
    std::array<double, kLooks.size()> fractions{};
    for (std::size_t i = 0; i < kLooks.size(); ++i) {
        fractions[i] = static_cast<double>(kLooks[i]) / static_cast<double>(kMostReplications);
    }
    return spending_increments(fractions, alpha)[look];
}

std::vector<bool> decide_together(std::size_t count, double alpha, const DecidedAt& decided_at) {
    std::vector<bool> decided(count, false);
    std::size_t open = count;
    for (bool progress = true; progress && open > 0;) {
        progress = false;
        const double confidence = 1 - alpha / static_cast<double>(open);
        for (std::size_t i = 0; i < count; ++i) {
            if (decided[i] || !decided_at(i, confidence)) continue;
            decided[i] = true;
            --open;
            progress = true;
        }
    }
    return decided;
}

}  // namespace sim
