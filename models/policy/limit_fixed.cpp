#include "models/policy/limit_fixed.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {

void FixedLimit::parameters(sim::Parameters& p) {
    p.count("max", max, "calls at once", {1, INT32_MAX});
    waiting.parameters(p);
    partitions_parameter(p, partitions);
    scope_parameter(p, scope);
}

}  // namespace models
