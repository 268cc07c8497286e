#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// What a client does with the time that a server asks it to wait (Retry-After, gRPC's pushback).
struct RetryAfter {
    enum class Mode : std::uint8_t {
        ignore,            ///< the backoff alone decides
        replace,           ///< the hint instead of the backoff (Polly, .NET)
        clamp_max,         ///< the same, but at most `max` (undici; AWS's older Rust clients)
        clamp,             ///< at least the backoff, at most `extra` more (AWS 2026)
        discard_above,     ///< hint to 1.5 times it; one above `max` is disregarded (Envoy)
        exact_then_reset,  ///< exactly the hint, after which the backoff starts anew (gRPC)
    };
    /// The retry that follows.
    struct Decision {
        sim::Duration delay{};
        bool resets = false;  ///< the next retry is the first of a new backoff: state and n
        bool stop = false;    ///< the server does not want a retry; gRPC counts it as a failure
    };
    static constexpr std::string_view source =
        "POLLY-RETRY, UNDICI, BOTO-STD, SMITHY, ENV-ROUTE, ENV-BACKOFF, GO-STREAM";
    Mode mode = Mode::ignore;
    sim::Duration max = sim::whole_seconds(300);
    sim::Duration extra = sim::whole_seconds(5);
    void parameters(sim::Parameters& p);

    /// `hint`: nothing when the server did not say. A negative one is gRPC's "do not retry"; the
    /// other clients know no such thing and take it for no hint. Draws only for discardAbove.
    [[nodiscard]] Decision decide(sim::Duration computed, std::optional<sim::Duration> hint,
                                  sim::KeyedRng& rng) const;
};
std::string_view to_string(RetryAfter::Mode mode);

}  // namespace models
