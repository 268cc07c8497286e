#include "models/policy/cache_refresh.hpp"

#include <cmath>

#include "sim/yaml/parameters.hpp"

namespace models {

void XFetch::parameters(sim::Parameters& p) {
    p.number("beta", beta, "above 1 refreshes earlier, below 1 later", {0, 1000, true});
}

bool XFetch::refreshes(sim::Duration remaining, sim::Duration fetch, sim::KeyedRng& rng) const {
    return -beta * static_cast<double>(fetch.ns) * std::log(rng.unit()) >=
           static_cast<double>(remaining.ns);
}

}  // namespace models
