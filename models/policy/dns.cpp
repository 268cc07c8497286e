#include "models/policy/dns.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

constexpr std::int64_t kMostAttempts = 100;
constexpr std::int64_t kMostResolvers = 100'000;
constexpr sim::DurationLimits kMonth = {sim::Duration{0}, sim::whole_seconds(30 * 86'400)};

}  // namespace

void DnsPolicy::parameters(sim::Parameters& p) {
    p.duration("ttl", ttl, "a caller uses an answer for so long, then it asks again", kMonth);
    p.duration("negativeTtl", negative_ttl, "a failed lookup is not repeated for so long", kMonth);
    p.duration("lookup", lookup, "to the resolver and back", kMonth);
    p.duration("timeout", timeout, "of a question that nobody answers",
               {sim::milliseconds(1), sim::whole_seconds(3600)});
    p.count("attempts", attempts, "questions until the lookup has failed", {1, kMostAttempts});
    p.duration("serveStale", serve_stale,
               "when a lookup fails, an answer that ended less than so long ago is used again",
               kMonth);
    p.percent("ignoreTtl", ignore_ttl,
              "share of the callers that keep their first answer until they restart");
    p.count("resolvers", resolvers,
            "of each group of customers that comes in here: they share what these know",
            {1, kMostResolvers});
}

}  // namespace models
