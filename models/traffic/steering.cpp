#include "models/traffic/steering.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

constexpr std::int64_t kMostLooks = 1'000;
constexpr std::int64_t kMostResolvers = 100'000;
constexpr sim::Duration kMonth = sim::whole_seconds(30 * 86'400);

}  // namespace

void Steering::parameters(sim::Parameters& p) {
    p.duration("interval", interval, "between looks at a region's entry, from outside",
               {sim::milliseconds(100), sim::whole_seconds(86'400)});
    p.count("failAfter", fail_after, "looks in a row that found no live replica: it is left out",
            {1, kMostLooks});
    p.count("passAfter", pass_after, "looks in a row that found one: it is back", {1, kMostLooks});
    p.duration("ttl", ttl, "the customers' resolvers keep an answer for so long",
               {sim::Duration{0}, kMonth});
    p.percent("ignoreTtl", ignore_ttl, "share of the resolvers that keep their answer for ever");
    p.count("resolvers", resolvers, "of the group: customers share what these know",
            {1, kMostResolvers});
}

}  // namespace models
