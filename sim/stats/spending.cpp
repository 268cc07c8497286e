#include "sim/stats/spending.hpp"

#include <cmath>

#include "sim/core/assert.hpp"
#include "sim/stats/distributions.hpp"

namespace sim {

double spent(double fraction, double alpha) {
    SIM_ASSERT(fraction >= 0 && alpha > 0 && alpha < 1);
    if (fraction == 0) return 0;
    if (fraction >= 1) return alpha;
    return normal_two_sided_p(normal_quantile(1 - alpha / 2) / std::sqrt(fraction));
}

std::vector<double> spending_increments(std::span<const double> fractions, double alpha) {
    std::vector<double> increments;
    increments.reserve(fractions.size());
    double before = 0;
    double last = 0;
    for (const double fraction : fractions) {
        SIM_ASSERT(fraction >= last);
        const double now = spent(fraction, alpha);
        increments.push_back(now - before);
        before = now;
        last = fraction;
    }
    return increments;
}

}  // namespace sim
