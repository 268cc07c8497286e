#include "models/traffic/reclick.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {

void Reclick::parameters(sim::Parameters& p) {
    p.percent("share", share, "of the failed requests that are asked again", {0, 1, true});
    p.duration("after", after, "from the failure to the next press",
               {sim::milliseconds(1), sim::whole_seconds(86'400)});
    p.count("most", most, "presses after the first", {1, 1000});
}

}  // namespace models
