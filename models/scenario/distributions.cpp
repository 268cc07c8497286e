#include "models/scenario/distributions.hpp"

#include "sim/yaml/read_distribution.hpp"

namespace models {

std::optional<sim::Distribution> read_distribution_of(const sim::Node& node, Reading& reading,
                                                      std::string context) {
    sim::DistributionFiles files;
    files.sources = &reading.sources;
    files.loader = reading.loader;
    return sim::read_distribution(node, reading.diagnostics, context, files);
}

}  // namespace models
