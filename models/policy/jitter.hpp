#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/core/time.hpp"

namespace sim {
class Parameters;
struct Misfit;
}  // namespace sim

namespace models {

/// How a nominal delay e is spread, so that callers that failed together do not come back together
/// (Brooker, "Exponential Backoff And Jitter", AWS 2015; AWS-SIM; POLICIES 1.1).
enum class Jitter : std::uint8_t {
    none,
    full,               ///< uniform in [0, e)
    equal,              ///< e/2 + uniform in [0, e/2)
    decorrelated,       ///< min(max, uniform in [base, 3 * previous)), previous starts at base
    plus_minus,         ///< uniform in [(1 - f) e, (1 + f) e): gRPC, Kafka, Polly's constant
    additive,           ///< e + uniform in [0, f * e), at most max: Linkerd
    additive_absolute,  ///< e + uniform in [0, jitterMax), at most max: urllib3
};
inline constexpr std::size_t kJitters = 7;
std::string_view to_string(Jitter jitter);

/// A nominal delay and how it is spread.
struct Spread {
    sim::Duration nominal;
    sim::Duration max = sim::kForever;  ///< of the result
    double factor = 0;                  ///< f of plus_minus and additive
    sim::Duration most{};               ///< of additive_absolute
    sim::Duration base{};               ///< of decorrelated, which does not look at the nominal
    sim::Duration previous{};           ///< of decorrelated: the delay before; zero: none yet
};

/// The delay that the draw `u` in (0, 1) makes; whole nanoseconds, rounded down so that [0, e)
/// stays below e.
sim::Duration spread(Jitter jitter, const Spread& options, double u);

/// Whole nanoseconds of `ns` >= 0, rounded down, and at most `max`.
sim::Duration floor_to(double ns, sim::Duration max);

/// A delay in [hint, 1.5 hint) in whole milliseconds: Envoy's way to obey a server's hint without
/// all clients coming back at once (ENV-BACKOFF).
sim::Duration spread_hint(sim::Duration hint, double u);

/// Declares `jitter`; `growing`: also the kinds that make sense for a delay that grows.
void jitter_parameter(sim::Parameters& p, Jitter& jitter, bool growing);
/// Declares `first`, the delay before the first retry where it is not the formula's; kForever:
/// none.
void first_parameter(sim::Parameters& p, sim::Duration& first);

/// Said of a backoff whose longest delay is below its first. `otherwise`: the max not written.
std::optional<sim::Misfit> max_below_base(sim::Duration max, sim::Duration base,
                                          std::string_view otherwise = "none");

}  // namespace models
