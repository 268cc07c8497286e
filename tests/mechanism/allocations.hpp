#pragma once

#include <cstdint>

/// How often this program has asked for memory.
std::uint64_t allocations_so_far();
