#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/swarm/generate.hpp"

namespace swarm {

/// What a case has shown to be wrong. Two failures of one `kind` are taken for the same.
struct Failure {
    std::string kind;
    std::string details;
};

/// One case as far as it went.
struct Report {
    std::optional<Failure> failure;
    std::size_t refused = 0;   ///< lines that did not fit and were left out
    std::size_t rounds = 0;    ///< until the reader had nothing to say
    std::uint64_t events = 0;  ///< of the first run
    bool stopped = false;      ///< a limit ended it
    bool unrelated = false;    ///< it was run beside a service that has nothing to do with it
};

/// Leaves out what the reader refuses. A failure: the reader breaks, or no line can be blamed.
Report repair(Scenario& scenario);

/// Everything that must hold of a valid scenario: the program accepts it, ends by itself with a
/// verdict, twice with the same bytes, and so on; which of the slower checks are made follows from
/// the seed.
void check(const Scenario& scenario, std::uint64_t seed, Report& report);

/// Leaves out lines for as long as the same failure stays; at most so many tries.
void shrink(Scenario& scenario, std::uint64_t seed, const Failure& failure, std::size_t tries);

}  // namespace swarm
