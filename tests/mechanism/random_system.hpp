#pragma once

#include <cstdint>

#include "tests/mechanism/system.hpp"

/// A small system with whatever services, policies, customers, actions and levels the seed brings,
/// under random faults of every kind; some 6 s long.
TestSystem random_system(std::uint32_t seed);
