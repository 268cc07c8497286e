#pragma once

#include <cstdint>
#include <string_view>

#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// How callers find out where a service is. Every caller keeps the answer until it is too old, and
/// asks again when it next needs it; while it asks, its other calls wait for the same answer. A
/// service without such a policy is found at once and for nothing. (RFC 1035, 2308, 8767; the
/// resolver's times are those of glibc's resolv.conf, the negative time is the JVM's.)
struct DnsPolicy {
    static constexpr std::string_view name = "dns";

    sim::Duration ttl = sim::whole_seconds(60);           ///< an answer is used for so long
    sim::Duration negative_ttl = sim::whole_seconds(10);  ///< the same of a failure, of any kind
    sim::Duration lookup = sim::milliseconds(1);          ///< to the resolver and back
    sim::Duration timeout = sim::whole_seconds(5);        ///< of a question that nobody answers
    std::uint32_t attempts = 2;                           ///< then the lookup has failed
    sim::Duration serve_stale{};   ///< an older answer stands in for a failure for so long
    double ignore_ttl = 0;         ///< share of the callers that keep their answer for ever
    std::uint32_t resolvers = 50;  ///< of each group of customers, who share what these know

    void parameters(sim::Parameters& p);
};

}  // namespace models
