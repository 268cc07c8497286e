#pragma once

#include <vector>

#include "models/validation/driver.hpp"

// Published simulations whose model is no service architecture, driven by the same policy rules
// that scenarios use.
namespace models {

/// AWS, "Exponential Backoff And Jitter": clients that each have to commit one optimistic write to
/// the same row. Parameters: `clients`; `backoff`: 0 none, 1 exponential, 2 equal jitter, 3 full
/// jitter, 4 decorrelated. Figures: seconds until the last answer, write calls.
std::vector<double> contention_driver(const DriverRun& run);

/// Brooker, "What is Backoff For?": clients with one call in flight each, whose next call starts
/// so long after the start of the one before. Parameters: `failure`: share of the tries that fail;
/// `base`: seconds of backoff before the first retry. Figures: first tries, all tries.
std::vector<double> serial_clients_driver(const DriverRun& run);

/// Brooker, "The power of two random choices": the balancer sees queue lengths that are refreshed
/// only now and then. Parameters: `choices`: 1 is random, 0 the least loaded of all; `refresh`:
/// seconds. Figure: mean wait in seconds.
std::vector<double> stale_queues_driver(const DriverRun& run);

}  // namespace models
